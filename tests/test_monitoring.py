"""/healthz and /metrics: what they say, when they complain, and that nobody else is let in."""

import http.client
import re
import socket
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from scheduler.config_operations import host_and_port
from scheduler.monitor_server import monitoring_at
from scheduler.monitoring import Monitor
from scheduler.pulse import Pulse, Standing
from scheduler.wellness import LEAST_FREE, Disk, disk_of, standing_of, what_hangs, what_is_wrong
from stories.store import Store, open_store
from stories.store_channels import ChannelState, channel_states, save_channel
from stories.store_feeds import watch_feeds
from stories.store_numbers import newest_stamp, numbers_of
from tests.building import NOON, alert
from tests.press import running_press
from tests.receivers import Webhook
from tests.running_service import running_service, write_config

FINE = Disk(free=10**9, is_writable=True)
HOUR = timedelta(hours=1)
CHANNELS = ("hook", "mail")


@pytest.fixture
def pulse() -> Pulse:
    """The pulse of a service that has just ticked and passed."""
    now = time.monotonic()
    return Pulse(ticked_at=now, passed_at=dict.fromkeys(CHANNELS, now))


def standing(store: Store, *, after: timedelta, hosts: Collection[str] = ()) -> Standing:
    now = NOON + after
    return standing_of(numbers_of(store, now=now), channel_states(store), CHANNELS, waiting_hosts=hosts, now=now)


def wrong(store: Store, pulse: Pulse, *, disk: Disk = FINE, after: timedelta = timedelta(0)) -> list[str]:
    now = NOON + after
    return what_is_wrong(
        pulse,
        standing(store, after=after),
        numbers_of(store, now=now),
        disk,
        CHANNELS,
        now=now,
        monotonic=time.monotonic(),
    )


def test_a_new_service_is_well(store: Store, pulse: Pulse) -> None:
    watch_feeds(store, [("https://a.example/rss", "A")], now=NOON)
    alert(store)
    assert wrong(store, pulse) == []


def test_it_is_told_when_a_due_feed_was_not_tried_for_too_long(store: Store, pulse: Pulse) -> None:
    watch_feeds(store, [("https://a.example/rss", "A"), ("https://b.example/rss", "B")], now=NOON)
    assert wrong(store, pulse, after=timedelta(minutes=29)) == []
    assert wrong(store, pulse, after=HOUR) == ["a feed is overdue for 60 min and was not tried"]


def test_a_feed_whose_host_asked_to_be_left_alone_is_not_missed(store: Store) -> None:
    watch_feeds(store, [("https://a.example/rss", "A")], now=NOON)
    assert standing(store, after=HOUR).overdue_for == HOUR
    assert standing(store, after=HOUR, hosts=["a.example"]).overdue_for == timedelta(0)


def test_it_is_told_when_the_timetable_or_a_sender_stands_still(store: Store, pulse: Pulse) -> None:
    pulse.ticked_at -= 100
    assert wrong(store, pulse) == ["its timetable has stood still for 100 s"]
    pulse.ticked(now=time.monotonic())
    pulse.passed_at["mail"] -= 1000
    assert wrong(store, pulse) == ["what waits for channel mail was not looked at for 180 s"]
    pulse.passed("mail", now=time.monotonic())
    assert wrong(store, pulse) == []


def test_it_is_told_when_the_archive_cannot_be_written(store: Store, pulse: Pulse) -> None:
    assert wrong(store, pulse, disk=Disk(free=10**9, is_writable=False)) == [
        "the archive cannot be written: it, its folder or its disk is read-only"
    ]
    assert wrong(store, pulse, disk=Disk(free=LEAST_FREE - 1, is_writable=True)) == [
        "the archive cannot grow: only 15 MB are free on its disk"
    ]
    pulse.failed(now=time.monotonic() - 200)
    pulse.failed(now=time.monotonic())  # still: it is since when that counts
    assert wrong(store, pulse) == ["the archive could not be written for 200 s"]
    pulse.polled("unchanged")
    assert wrong(store, pulse) == []


def test_it_is_told_when_a_message_is_on_its_way_for_ever(store: Store, pulse: Pulse) -> None:
    alert(store)
    with store.writing():
        store.db.execute(
            "INSERT INTO messages (channel, kind, began_at) VALUES ('hook', 'alert', '2026-11-22T12:00:00.000Z')"
        )
        store.db.execute("UPDATE deliveries SET state = 'sending', message_id = 1")
    assert wrong(store, pulse, after=timedelta(minutes=4)) == []
    assert wrong(store, pulse, after=HOUR) == ["the outbox is stuck: a message has been on its way for 1h"]


def test_it_is_told_when_every_channel_has_failed_for_an_hour(store: Store, pulse: Pulse) -> None:
    with store.writing():
        save_channel(store, ChannelState(name="hook", failures=9, failing_since=NOON))
    assert wrong(store, pulse, after=2 * HOUR) == []  # mail still gets through
    with store.writing():
        save_channel(store, ChannelState(name="mail", failures=9, failing_since=NOON + timedelta(minutes=10)))
    assert wrong(store, pulse, after=HOUR) == []
    assert wrong(store, pulse, after=2 * HOUR) == ["no channel has taken a message for 110 min"]


def test_only_what_a_new_start_mends_is_a_reason_for_one(store: Store, pulse: Pulse) -> None:
    now = time.monotonic()
    pulse.failed(now=now - 10_000)
    assert what_hangs(pulse, CHANNELS, monotonic=now) is None
    assert what_hangs(pulse, CHANNELS, monotonic=now + 61) is not None


def test_the_disk_of_an_archive_is_looked_at(tmp_path: Path) -> None:
    disk = disk_of(tmp_path / "archive.db")
    assert disk.is_writable
    assert disk.free > 0


def test_the_newest_stamp_of_an_archive_is_that_of_any_part(store: Store) -> None:
    assert newest_stamp(store) is None
    alert(store, now=NOON)
    assert newest_stamp(store) == NOON


def monitor_of(database: Path, pulse: Pulse) -> Monitor:
    return Monitor(database, pulse, lambda: CHANNELS, lambda: NOON)


@contextmanager
def listening(database: Path, pulse: Pulse) -> Iterator[int]:
    with monitoring_at("127.0.0.1:0", monitor_of(database, pulse)) as port:
        assert port
        yield port


def ask(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_healthz_says_ok_or_503_with_a_sentence(store: Store, pulse: Pulse) -> None:
    with listening(store.path, pulse) as port:
        assert ask(port, "/healthz") == (200, "ok\n")
        pulse.failed(now=time.monotonic() - 500)
        assert ask(port, "/healthz") == (503, "the archive could not be written for 500 s\n")


def test_healthz_says_so_when_there_is_no_archive(tmp_path: Path, pulse: Pulse) -> None:
    with listening(tmp_path / "gone.db", pulse) as port:
        status, said = ask(port, "/healthz")
        assert (status, "not there yet" in said) == (503, True)
        assert "wirewatch_healthy 0.0" in ask(port, "/metrics")[1]


def test_metrics_are_numbers_that_prometheus_reads(store: Store, pulse: Pulse) -> None:
    watch_feeds(store, [("https://a.example/rss", "A"), ("https://b.example/rss", "B")], now=NOON)
    alert(store, channels=["hook", "mail"], now=NOON - timedelta(minutes=5))
    with store.writing():
        store.db.execute("UPDATE feeds SET last_polled_at = '2026-11-22T11:59:00.000Z' WHERE name = 'A'")
        store.db.execute("UPDATE feeds SET failing_since = '2026-11-22T11:00:00.000Z' WHERE name = 'B'")
        store.db.execute(
            "UPDATE deliveries SET state = 'sent', sent_at = '2026-11-22T11:58:00.000Z' WHERE channel = 'mail'"
        )
        save_channel(store, ChannelState(name="hook", failures=2))
    pulse.polled("answered")
    with listening(store.path, pulse) as port:
        status, said = ask(port, "/metrics")
    assert status == 200
    numbers = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(said)
        for sample in family.samples
    }
    expected = {
        ("wirewatch_healthy",): 1,
        ("wirewatch_feeds", "new"): 1,
        ("wirewatch_feeds", "failing"): 1,
        ("wirewatch_polls_total", "answered"): 1,
        ("wirewatch_articles",): 1,
        ("wirewatch_matches", "told"): 1,
        ("wirewatch_alerts",): 1,
        ("wirewatch_deliveries", "hook", "new"): 1,
        ("wirewatch_deliveries", "mail", "sent"): 1,
        ("wirewatch_oldest_waiting_delivery_seconds", "hook"): 300,
        ("wirewatch_last_crawl_timestamp_seconds",): (NOON - timedelta(minutes=1)).timestamp(),
        ("wirewatch_last_message_timestamp_seconds", "mail"): (NOON - timedelta(minutes=2)).timestamp(),
    }
    assert expected.items() <= numbers.items()
    page = (Path(__file__).parent.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`(wirewatch_\w+)", page))
    assert {name for name, *_ in numbers if name.startswith("wirewatch_")} == documented
    assert numbers["wirewatch_archive_bytes",] > 0
    assert numbers["process_resident_memory_bytes",] > 0


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_but_get_is_answered(method: str, store: Store, pulse: Pulse) -> None:
    with listening(store.path, pulse) as port:
        assert ask(port, "/metrics", method)[0] == 405


@pytest.mark.parametrize("path", ["/", "/metrics/", "/../etc/passwd", "/healthz?x=<b>"])
def test_nothing_else_is_there_and_nothing_is_repeated(path: str, store: Store, pulse: Pulse) -> None:
    with listening(store.path, pulse) as port:
        assert ask(port, path) == (404, "/healthz and /metrics are here\n")


def test_it_answers_at_the_configured_address_only(store: Store, pulse: Pulse) -> None:
    with listening(store.path, pulse) as port, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)


def test_who_asks_slowly_holds_nobody_up_and_too_many_are_turned_away(store: Store, pulse: Pulse) -> None:
    with listening(store.path, pulse) as port:
        slow = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(7)]
        try:
            assert ask(port, "/healthz")[0] == 200
            more = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(3)]
            assert b"" in [each.recv(1) for each in more[-1:]]  # hung up at once
            for each in more:
                each.close()
        finally:
            for each in slow:
                each.close()


def test_a_port_that_is_taken_costs_the_monitor_and_not_the_service(store: Store, pulse: Pulse) -> None:
    monitor = monitor_of(store.path, pulse)
    with listening(store.path, pulse) as port, monitoring_at(f"127.0.0.1:{port}", monitor) as second:
        assert second is None


@pytest.mark.parametrize(
    "text", ["9464", "example.org:9464", "127.0.0.1", "127.0.0.1:0x1", "127.0.0.1:70000", "1.2.3:1"]
)
def test_an_address_to_listen_on_is_a_number_and_a_port(text: str) -> None:
    with pytest.raises(ValueError, match="expected the number of an address"):
        host_and_port(text)


def test_a_running_service_answers_and_counts_its_polls(tmp_path: Path, webhook: Webhook) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with running_press(1, pace=0.2) as press:
        config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": webhook.address()})
        text = config.read_text(encoding="utf-8").replace("service:", f'service:\n  monitor: "127.0.0.1:{port}"')
        config.write_text(text, encoding="utf-8")
        with running_service(config) as service:
            webhook.wait_for(1)
            service.wait_until(lambda: 'deliveries{channel="hook",state="sent"}' in ask(port, "/metrics")[1], "a count")
            assert 'wirewatch_polls_total{outcome="answered"}' in ask(port, "/metrics")[1]
            assert ask(port, "/healthz") == (200, "ok\n")
            assert webhook.address() not in ask(port, "/metrics")[1]
            assert service.stop()[0] == 0


def test_a_look_does_not_wait_for_a_transaction_that_is_open(tmp_path: Path, pulse: Pulse) -> None:
    with open_store(tmp_path / "archive.db") as store, store.writing():
        assert monitor_of(store.path, pulse).wrong() == []
