"""A configuration that is edited while the service runs (F31, F32, F33)."""

import asyncio
import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from scheduler.config import Config, ConfigError, Mistake
from scheduler.config_service import ServiceSettings
from scheduler.reloading import built, keep_config, tell_of_mistakes
from stories.store import Store, read_store
from stories.store_cards import notices_to_tell
from stories.store_feeds import watched_feeds
from stories.store_notices import NoticeKind, open_notices
from tests.building import NOON
from tests.feed_server import FeedServer, answer, running_feed_server
from tests.oracle import waiting_now
from tests.press import running_press
from tests.receivers import Webhook, running_webhook
from tests.running_service import RunningService, running_service, write_config


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with running_feed_server() as running:
        yield running


def mistake(sentence: str) -> ConfigError:
    return ConfigError([Mistake(file="config.yaml", sentence=sentence, line=3, key_path="topics[0]")])


def told(store: Store) -> list[str]:
    return [each.sentence for each in open_notices(store) if each.kind is NoticeKind.CONFIG]


def told_in(database: Path) -> list[str]:
    with read_store(database) as store:
        return told(store)


def notices(store: Store) -> list[tuple[object, ...]]:
    """Return of all notices whether they are over, and whether their end is to be told."""
    return store.db.execute("SELECT over_at IS NOT NULL, is_end_posted FROM notices ORDER BY id").fetchall()


def test_each_different_mistake_is_told_once(store: Store) -> None:
    tell_of_mistakes(store, mistake("unknown key"), now=NOON)
    tell_of_mistakes(store, mistake("unknown key"), now=NOON)
    assert told(store) == [
        "the edited configuration is not used, the one before stays: config.yaml line 3, topics[0]: unknown key"
    ]
    tell_of_mistakes(store, mistake("no list"), now=NOON)
    assert len(told(store)) == 1
    assert notices(store) == [(1, 1), (0, 0)]  # that one mistake took another's place is not its end


def test_a_mistake_is_named_by_its_sentence_and_not_by_what_tells_it_from_others(store: Store) -> None:
    tell_of_mistakes(store, mistake("unknown key"), now=NOON)
    (notice,) = open_notices(store)
    assert notices_to_tell(store, [notice.id])[notice.id].about == ""


def test_that_it_is_good_again_is_told_once(store: Store) -> None:
    tell_of_mistakes(store, mistake("unknown key"), now=NOON)
    tell_of_mistakes(store, None, now=NOON)
    tell_of_mistakes(store, None, now=NOON)
    assert notices(store) == [(1, 0)]


def test_what_a_running_service_cannot_change_waits_for_the_next_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = Config(service=ServiceSettings(database=tmp_path / "a.db"), feeds=(), topics=(), channels=())
    edited = Config(
        service=ServiceSettings(database=tmp_path / "b.db", crawls_at_once=7), feeds=(), topics=(), channels=()
    )
    taken = built(edited, running).config.service
    assert (taken.database, taken.crawls_at_once) == (tmp_path / "a.db", 7)
    assert "service.database changes at the next start" in caplog.text


def test_a_fault_of_ours_is_told_like_a_mistake_and_ends_nothing(
    tmp_path: Path, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "config.yaml").write_text("feeds: []\n")
    handled: list[int] = []

    def load() -> Config:
        raise RecursionError

    async def play() -> None:
        stop, asked = asyncio.Event(), asyncio.Event()

        def done() -> None:
            handled.append(1)
            stop.set()
            asked.set()

        asked.set()
        async with asyncio.timeout(10):
            await keep_config(
                store,
                tmp_path / "config.yaml",
                load,
                running=lambda: Config(service=ServiceSettings(), feeds=(), topics=(), channels=()),
                take_over=lambda config, watch: None,
                handled=done,
                stop=stop,
                asked=asked,
                clock=lambda: NOON,
            )

    asyncio.run(play())
    assert handled == [1]
    assert "because of a fault of wirewatch itself (RecursionError; the log has more)" in told(store)[0]
    assert "Traceback" in caplog.text


def feed(*titles: str) -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>https://one.example/{number}</link><guid>{title}</guid>"
        f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item>"
        for number, title in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>One</title>{items}</channel></rss>".encode()


def replace_in(config: Path, before: str, after: str) -> None:
    """Save the file as an editor does: another one takes its place."""
    text = config.read_text()
    assert before in text
    beside = config.with_name("config.new")
    beside.write_text(text.replace(before, after))
    beside.rename(config)


def asked(feeds: FeedServer, service: RunningService, path: str) -> None:
    service.wait_until(lambda: bool(feeds.asked_for(path)), f"a poll of {path}")


def test_f31_an_edit_is_live_by_itself_and_mistakes_change_nothing(
    tmp_path: Path, feeds: FeedServer, webhook: Webhook
) -> None:
    first = feeds.serve("/one.rss", answer(feed("Nothing of note")))
    second = feeds.serve("/two.rss", answer(feed("A gadget is shown")))
    config = write_config(tmp_path, feeds={first: "1s"}, channels={"hook": webhook.address()})
    with running_service(config) as service:
        asked(feeds, service, "/one.rss")
        replace_in(config, "keywords:", "keyword:")
        service.wait_until(lambda: len(told_in(tmp_path / "wirewatch.db")) == 1, "a notice of the mistake")
        assert "did you mean `keywords`" in service.said
        replace_in(config, "keyword:", "keywords:")
        replace_in(config, first, second)
        asked(feeds, service, "/two.rss")
        taken = service.said.count("config: taken over")
        service.process.send_signal(signal.SIGHUP)
        service.wait_until(lambda: service.said.count("config: taken over") > taken, "another look")
        code, _ = service.stop()
    assert code == 0
    with read_store(tmp_path / "wirewatch.db") as store:
        assert [each.address for each in watched_feeds(store)] == [second]
        assert told(store) == []


def test_f33_a_channel_that_is_taken_out_gives_up_what_waits_and_another_one_is_served(
    tmp_path: Path, feeds: FeedServer, webhook: Webhook
) -> None:
    one = feeds.serve("/one.rss", answer(feed("An antitrust case is opened")))
    refused = webhook.reply("/refuses", 500)
    config = write_config(tmp_path, feeds={one: "1s"}, channels={"old": refused})
    with running_service(config) as service:
        webhook.wait_for(1, "/refuses")
        replace_in(config, f'old: {{url: "{refused}"}}', f'new: {{url: "{webhook.address("/new")}"}}')
        replace_in(config, "channels: [old]", "channels: [new]")
        service.process.send_signal(signal.SIGHUP)
        service.wait_until(lambda: "channel old: not configured any more" in service.said, "what is given up")
        feeds.serve("/one.rss", answer(feed("An antitrust case is opened", "Another antitrust matter in Lyon")))
        messages = webhook.wait_for(1, "/new")
        service.stop()
    assert not any("case is opened" in str(each.json) for each in messages)
    with read_store(tmp_path / "wirewatch.db") as store:
        states = store.db.execute("SELECT state FROM deliveries WHERE channel = 'old'").fetchall()
    assert states == [("dead",)]


def test_f32_each_poll_sees_one_configuration_only_however_often_it_is_edited(tmp_path: Path) -> None:
    """Edits come amid polls and sends; each names two topics of one number, told to one of two channels."""
    edits = 20
    with running_webhook(tmp_path / "hook.jsonl", seconds=0.1) as webhook, running_press(1, pace=0.1) as press:
        channels = {"even": webhook.address("/even"), "odd": webhook.address("/odd")}
        config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels=channels)
        rest = config.read_text()
        config.write_text(with_topics(rest, 0))
        with running_service(config) as service:
            asked_for = press.polls[press.address(0)]
            service.wait_until(lambda: len(asked_for) > 1, "two polls")
            for number in range(1, edits + 1):
                config.write_text(with_topics(rest, number))
                before = service.said.count("config: taken over")
                service.process.send_signal(signal.SIGHUP)
                service.wait_until(lambda: service.said.count("config: taken over") > before, "the edit")  # noqa: B023
            polls = len(asked_for)
            service.wait_until(lambda: len(asked_for) > polls + 1, "a poll by the last one")
            press.stop()
            service.wait_until(lambda: not waiting_now(tmp_path / "wirewatch.db"), "an empty outbox")
            service.stop()
    with read_store(tmp_path / "wirewatch.db") as store:
        matched = store.db.execute("SELECT article_id, group_concat(topic) FROM matches GROUP BY article_id").fetchall()
        sent = store.db.execute("SELECT topic, channel, state FROM deliveries JOIN alerts ON alerts.id = alert_id")
        rows = sent.fetchall()
    used = set()
    for _, topics in matched:
        (first, second) = sorted(topics.split(","))
        assert (first[0], second[0], first[1:]) == ("A", "C", second[1:])
        used.add(first[1:])
    assert len(used) > 1
    assert all((channel, state) == (("even", "odd")[int(topic[1:]) % 2], "sent") for topic, channel, state in rows)


def with_topics(config: str, number: int) -> str:
    channel = ("even", "odd")[number % 2]
    topics = "".join(
        f"  - {{name: {letter}{number}, keywords: [{word}], channels: [{channel}]}}\n"
        for letter, word in (("A", "antitrust"), ("C", "complaint"))
    )
    return re.sub(r"(?<=topics:\n).*\n", topics, config)
