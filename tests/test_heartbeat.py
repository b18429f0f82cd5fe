"""The heartbeat: an address that is called only while the service does its work, and never shown."""

import asyncio
import logging
import re
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from scheduler.config import Config, ConfigError, load_config
from scheduler.config_heartbeat import Heartbeat
from scheduler.config_known_secrets import keep_secrets_out_of_log
from scheduler.heartbeat import keep_beating
from scheduler.logs import redact
from scheduler.monitoring import Monitor
from scheduler.pulse import Pulse
from stories.store import Store
from stories.store_channels import ChannelState, save_channel
from stories.store_feeds import watch_feeds
from tests.building import NOON
from tests.press import running_press
from tests.receivers import Webhook
from tests.running_service import running_service, write_config

HOUR = timedelta(hours=1)
PATIENCE = 10.0
SECRET = "0b5e1f52-7a5c-4a7e"


def beat_at(address: str, every: float = 0.01) -> Heartbeat:
    return Heartbeat(address=address, every=timedelta(seconds=every))


def beat(address: str, faults: list[str | None]) -> None:
    """Let the heart beat once for each of `faults` (None: well), and stop then."""

    async def play() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def wrong() -> list[str]:
            if not faults:
                loop.call_soon_threadsafe(stop.set)
                return ["the play is over"]
            return list(filter(None, [faults.pop(0)]))

        heart = keep_beating(
            lambda: beat_at(address),
            wrong,
            changed=asyncio.Event(),
            stop=stop,
            user_agent=lambda: "wirewatch/0 (test)",
            retry=0.01,
        )
        async with asyncio.timeout(PATIENCE):
            await heart

    asyncio.run(play())


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records if record.name == "scheduler.heartbeat"]
    return [line for line in lines if "the play is over" not in line]


def test_the_heartbeat_is_called_only_while_nothing_is_wrong(httpserver: HTTPServer) -> None:
    httpserver.expect_request(f"/ping/{SECRET}").respond_with_data("OK")
    beat(httpserver.url_for(f"/ping/{SECRET}"), [None, "stuck", "stuck", None])
    assert len(httpserver.log) == 2
    request, _ = httpserver.log[0]
    assert request.headers["User-Agent"] == "wirewatch/0 (test)"


def test_trouble_is_told_once_without_the_address_and_so_is_its_end(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    httpserver.expect_ordered_request("/secret").respond_with_data("no", status=500)
    httpserver.expect_ordered_request("/secret").respond_with_data("no", status=500)
    httpserver.expect_ordered_request("/secret").respond_with_data("OK")
    with caplog.at_level(logging.INFO):
        beat(httpserver.url_for("/secret"), [None, None, None])
    assert said(caplog) == ["heartbeat: localhost answered 500", "heartbeat: localhost is called again"]


def test_a_redirect_is_an_answer_and_leads_nowhere(httpserver: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    httpserver.expect_request("/secret").respond_with_data(
        "", status=301, headers={"Location": httpserver.url_for("/elsewhere")}
    )
    beat(httpserver.url_for("/secret"), [None])
    assert said(caplog) == ["heartbeat: localhost answered 301"]
    assert [request.path for request, _ in httpserver.log] == ["/secret"]


def test_an_address_that_nobody_answers_is_told_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    beat("http://127.0.0.1:1/secret", [None])
    assert said(caplog) == ["heartbeat: 127.0.0.1 cannot be reached (Connection refused)"]
    assert not any(record.exc_info for record in caplog.records)


def stuck(_: Store, pulse: Pulse) -> None:
    pulse.ticked_at -= 100


def unwritten(_: Store, pulse: Pulse) -> None:
    pulse.failed(now=time.monotonic() - 200)


def deaf(store: Store, _: Pulse) -> None:
    with store.writing():
        save_channel(store, ChannelState(name="hook", failures=9, failing_since=NOON - 2 * HOUR))


def overdue(store: Store, _: Pulse) -> None:
    watch_feeds(store, [("https://a.example/rss", "A")], now=NOON - HOUR)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (stuck, "its timetable has stood still"),
        (unwritten, "the archive could not be written"),
        (deaf, "no channel has taken a message for 120 min"),
        (overdue, "a feed is overdue for 60 min"),
    ],
    ids=["the timetable is stuck", "the archive cannot be written", "all channels failed for 1 h", "a feed is overdue"],
)
def test_the_heartbeat_is_not_called_while_no_work_is_done(
    store: Store,
    httpserver: HTTPServer,
    caplog: pytest.LogCaptureFixture,
    fault: Callable[[Store, Pulse], None],
    words: str,
) -> None:
    """HAZARDS 3, heartbeat: called only after real work; each fault keeps it silent."""
    httpserver.expect_request("/ping").respond_with_data("OK")
    pulse = Pulse(time.monotonic(), passed_at={"hook": time.monotonic()})
    monitor = Monitor(store.path, pulse, lambda: ["hook"], lambda: NOON)
    assert monitor.wrong() == []
    fault(store, pulse)
    looks = [monitor.wrong, monitor.wrong]

    async def play() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def wrong() -> list[str]:
            if looks:
                return looks.pop()()
            loop.call_soon_threadsafe(stop.set)
            return monitor.wrong()

        async with asyncio.timeout(PATIENCE):
            await keep_beating(
                lambda: beat_at(httpserver.url_for("/ping")),
                wrong,
                changed=asyncio.Event(),
                stop=stop,
                user_agent=lambda: "test",
                retry=0.01,
            )

    asyncio.run(play())
    assert httpserver.log == []
    assert words in said(caplog)[0]


def test_its_silence_is_noticed_within_two_periods_and_not_before(httpserver: HTTPServer) -> None:
    """HAZARDS 3, heartbeat: the far end, which misses it after two periods, has no false alarm and no missed one."""
    every, called_at, faults = 0.15, list[float](), list[str]()

    def called(_: Request) -> Response:
        called_at.append(time.monotonic())
        return Response("OK")

    httpserver.expect_request("/ping").respond_with_handler(called)

    async def play() -> None:
        stop = asyncio.Event()
        heart = keep_beating(
            lambda: beat_at(httpserver.url_for("/ping"), every),
            lambda: faults,
            changed=asyncio.Event(),
            stop=stop,
            user_agent=lambda: "test",
        )
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            tasks.create_task(heart)
            while len(called_at) < 4:
                await asyncio.sleep(0.01)
            faults.append("stuck")
            await asyncio.sleep(2 * every)
            stop.set()

    asyncio.run(play())
    assert all(after - before < 2 * every for before, after in pairwise(called_at))
    assert len(called_at) == 4


def with_heartbeat(config: Path, lines: str) -> Path:
    config.write_text(config.read_text().replace("service:\n", f"service:\n  heartbeat: {lines}\n"))
    return config


def loaded(folder: Path, lines: str, environment: dict[str, str] | None = None) -> Config:
    config = write_config(folder, feeds={"https://a.example/rss": "15m"}, channels={"hook": "console://"})
    return load_config(with_heartbeat(config, lines), environment or {})


def test_the_address_comes_from_a_variable_or_a_file(tmp_path: Path) -> None:
    address = f"https://beat.example/ping/{SECRET}"
    (tmp_path / "beat").write_text(f"{address}\n")
    (tmp_path / "beat").chmod(0o600)
    for written in ("${HEARTBEAT_URL}", "file:beat"):
        config = loaded(tmp_path, f'{{address: "{written}", every: 10m}}', {"HEARTBEAT_URL": address})
        assert config.heartbeat == Heartbeat(address=address, every=timedelta(minutes=10))
        assert not [note for note in config.notes if "heartbeat" in note]
        assert SECRET not in repr(config)


def test_a_variable_that_is_not_set_is_waited_for_and_noted(tmp_path: Path) -> None:
    config = loaded(tmp_path, '{address: "${HEARTBEAT_URL}"}')
    assert config.heartbeat is None
    assert "service.heartbeat waits for the variable HEARTBEAT_URL; until then nobody is called" in config.notes


def test_an_address_that_stands_in_the_file_is_noted(tmp_path: Path) -> None:
    config = loaded(tmp_path, '{address: "https://beat.example/x"}')
    assert config.heartbeat == Heartbeat(address="https://beat.example/x", every=timedelta(minutes=5))
    assert any("its address is a password" in note for note in config.notes)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (f'{{address: "ftp://beat.example/{SECRET}"}}', "begins with https:// or http:// and a host"),
        (f'{{address: "beat.example/{SECRET}"}}', "begins with https:// or http:// and a host"),
        (f'{{address: "https://me:{SECRET}@beat.example/"}}', "no user name or password before its host"),
        (f'{{address: "https://beat.example:99999/{SECRET}"}}', "its host or its port is odd"),
        (f'{{address: "https://beat.example/{SECRET} x"}}', "plain ASCII without spaces"),
        (f'{{address: "http://169.254.169.254/{SECRET}"}}', "link-local"),
        (f'"beat.example/{SECRET}"', "write the address behind `address:`"),
        (f'{{address: "https://beat.example/{SECRET}", every: 1s}}', "expected a duration from 30s to 1d"),
        ("{every: 5m}", "`address` is missing"),
        (f'{{adress: "https://beat.example/{SECRET}"}}', "did you mean `address`?"),
    ],
)
def test_mistakes_are_told_without_the_address(tmp_path: Path, lines: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, lines)
    assert sentence in str(caught.value)
    assert SECRET not in str(caught.value)


def test_the_log_never_shows_the_address(tmp_path: Path) -> None:
    address = f"https://beat.example/ping/{SECRET}?key=aB3dE5fG7h"
    keep_secrets_out_of_log(loaded(tmp_path, '{address: "${BEAT}"}', {"BEAT": address}))
    shown = redact(f"GET {address} failed; /ping/{SECRET}; {SECRET}; aB3dE5fG7h; beat.example answered 500")
    assert (SECRET in shown, "aB3dE5fG7h" in shown) == (False, False)
    assert "beat.example answered 500" in shown


def test_a_running_service_calls_it_after_its_first_round_and_another_one_when_that_is_edited(
    tmp_path: Path, webhook: Webhook, httpserver: HTTPServer
) -> None:
    httpserver.expect_request(re.compile("/ping/")).respond_with_data("OK")
    (tmp_path / "beat").write_text(httpserver.url_for(f"/ping/{SECRET}"))
    with running_press(1, pace=5) as press:
        config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": webhook.address()})
        with running_service(with_heartbeat(config, "{address: file:beat}")) as service:
            service.wait_until(lambda: len(httpserver.log) == 1, "a heartbeat")
            another = httpserver.url_for("/ping/another-s3cret")
            config.write_text(config.read_text().replace("file:beat", f'"{another}"'))
            service.process.send_signal(signal.SIGHUP)
            service.wait_until(lambda: len(httpserver.log) == 2, "a heartbeat to the other address")
            code, _ = service.stop()
    assert code == 0
    assert [request.path for request, _ in httpserver.log] == [f"/ping/{SECRET}", "/ping/another-s3cret"]
    assert (SECRET in service.said, "another-s3cret" in service.said) == (False, False)
