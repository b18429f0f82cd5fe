"""A new topic is tried on what came in before it was: once, of late, as one digest."""

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.planning import ChannelRule, TopicRule
from alerts.settings import TopicSettings
from alerts.timing_settings import DigestSettings
from scheduler.arrival import Arrival
from scheduler.backfilling import MOST_TOLD, try_new_topics
from scheduler.config import Config
from scheduler.config_service import ServiceSettings
from scheduler.ingest import take_in
from scheduler.watch import watch_of
from stories.model import Article
from stories.store import Store
from stories.store_feeds import watch_feeds
from stories.store_outbox import waiting_rows
from stories.store_topics import new_topics
from tests.building import NOON, article
from tests.feed_server import FeedServer, answer, running_feed_server
from tests.planning_clock import play, waiting
from tests.receivers import Webhook
from tests.running_service import running_service, write_config
from tests.test_reloading import feed, replace_in

HOUR = timedelta(hours=1)


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with running_feed_server() as running:
        yield running


def topic(name: str = "Mergers", **said: object) -> TopicSettings:
    settings = {"name": name, "keywords": ["merger"], "channels": ["hook"], "backfill": "24h", **said}
    return TopicSettings.model_validate(settings)


def config(*topics: TopicSettings) -> Config:
    return Config(service=ServiceSettings(), feeds=(), topics=topics, channels=())


def merger(number: int, **said: object) -> Article:
    names = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper"]
    title = f"{names[number % 10]} {number} seeks merger with company {number * 7919}"
    return article(title=title, url=f"https://news.example.org/{number}", **said)


def came_in(store: Store, *articles: Article, after: timedelta = timedelta(), is_baseline: bool = False) -> None:
    """Have articles come in with a poll of a feed, so long after noon, when no topic wants them."""
    watch_feeds(store, [("https://a.example/rss", "A")], now=NOON)
    arrival = Arrival(feed_id=1, origin="https://a.example/rss", now=NOON + after, is_baseline=is_baseline)
    with store.writing():
        take_in(store, articles, watch_of(config()), arrival)


def tried(store: Store, *topics: TopicSettings, after: timedelta = timedelta()) -> list[str]:
    """Try the topics so long after noon, and return under which topic what was told, in the order of the outbox."""
    before = len(waiting_rows(store, "hook"))
    asyncio.run(try_new_topics(store, config(*topics), now=NOON + after))
    rows = waiting_rows(store, "hook")[before:]
    titles = dict(store.db.execute("SELECT id, title FROM articles").fetchall())
    return [f"{row.topic}: {titles[row.article_id].split()[0]}" for row in rows]


def test_a_new_topic_is_told_what_came_in_of_late(store: Store) -> None:
    came_in(store, merger(0), article(title="A gadget is shown", url="https://news.example.org/g"))
    came_in(store, merger(1, published_at=NOON + HOUR), after=HOUR)
    assert tried(store, topic(), after=2 * HOUR) == ["Mergers: Alder", "Mergers: Birch"]
    assert all(row.is_past for row in waiting_rows(store, "hook"))


def test_what_came_in_or_was_published_before_that_is_not_told(store: Store) -> None:
    came_in(store, merger(0))
    came_in(store, merger(1, published_at=NOON - timedelta(days=300)), after=23 * HOUR, is_baseline=True)
    came_in(store, merger(2, published_at=NOON + 23 * HOUR), after=23 * HOUR)
    assert tried(store, topic(), after=25 * HOUR) == ["Mergers: Cedar"]


def test_it_is_done_once_whatever_becomes_of_the_topic(store: Store) -> None:
    came_in(store, merger(0))
    assert tried(store, topic()) == ["Mergers: Alder"]
    came_in(store, merger(1))
    assert tried(store, topic()) == []
    assert tried(store, topic(name="Others", keywords=["nothing"])) == []
    assert tried(store, topic()) == []  # it was taken out meanwhile
    assert new_topics(store, ["Mergers", "Others", "New"]) == ["New"]


def test_a_topic_that_was_watched_without_it_is_not_new_when_it_asks_for_it(store: Store) -> None:
    came_in(store, merger(0))
    assert tried(store, topic(backfill=None)) == []
    assert tried(store, topic()) == []


def test_only_what_one_digest_holds_is_told_and_that_is_the_newest(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    came_in(store, *(merger(number) for number in range(MOST_TOLD + 5)))
    with caplog.at_level("INFO"):
        told = tried(store, topic())
    assert len(told) <= MOST_TOLD
    assert f"met it; the newest {MOST_TOLD} are told" in caplog.text


def test_what_is_excluded_or_muted_or_told_already_is_decided_as_ever(store: Store) -> None:
    came_in(store, merger(0), merger(1))
    assert tried(store, topic(exclude=["Alder"])) == ["Mergers: Birch"]
    outcomes = store.db.execute("SELECT outcome FROM matches ORDER BY id").fetchall()
    assert outcomes == [("told",)]


def test_topics_with_different_spans_are_each_tried_on_their_own(store: Store) -> None:
    came_in(store, merger(0))
    came_in(store, merger(1, published_at=NOON + 5 * HOUR), after=5 * HOUR)
    told = tried(store, topic(), topic(name="Short", backfill="2h"), after=6 * HOUR)
    assert sorted(told) == ["Mergers: Alder", "Mergers: Birch", "Short: Birch"]


def test_a_killed_try_is_made_again_whole(store: Store) -> None:
    """What it tells and that it was done are one transaction."""
    came_in(store, merger(0))
    store.db.execute("CREATE TEMP TRIGGER refuse BEFORE INSERT ON topics BEGIN SELECT raise(ABORT, 'killed'); END")
    with pytest.raises(Exception, match="killed"):
        tried(store, topic())
    store.db.execute("DROP TRIGGER refuse")
    assert waiting_rows(store, "hook") == []
    assert tried(store, topic()) == ["Mergers: Alder"]


@pytest.mark.parametrize("span", ["30m", "31d"])
def test_its_span_is_from_an_hour_to_thirty_days(span: str) -> None:
    with pytest.raises(ValueError, match="expected a duration from 1h to 30d"):
        topic(backfill=span)


def test_a_topic_that_is_taken_over_is_told_as_one_digest(tmp_path: Path, feeds: FeedServer, webhook: Webhook) -> None:
    listed = feed("A gadget is shown", "Alder seeks merger with Birch", "Cedar plans merger in Lyon", "Dogwood sued")
    one = feeds.serve("/one.rss", answer(listed))
    config = write_config(tmp_path, feeds={one: "1s"}, channels={"hook": webhook.address()})
    with running_service(config) as service:
        service.wait_until(lambda: "articles: 4 new" in service.said, "a crawl")
        topic = "topics:\n  - {name: Mergers, keywords: [merger], channels: [hook], backfill: 24h}"
        replace_in(config, "topics:", topic)
        service.process.send_signal(signal.SIGHUP)
        (message,) = webhook.wait_for(1)
        service.stop()
    assert "in the last 1d 2 articles met it" in service.said
    assert "Alder" in str(message.json)
    assert "Cedar" in str(message.json)


def test_what_is_past_goes_as_one_digest_beside_what_is_told_at_once() -> None:
    past = [replace(waiting(id, NOON, topic="Mergers"), is_past=True) for id in (2, 3, 4)]
    topics = {"Mergers": TopicRule(), "Antitrust": TopicRule()}
    sent = play([waiting(1, NOON), *past], ChannelRule(), topics, until=NOON + HOUR)
    assert [(message.sending.kind, message.sending.ids) for message in sent] == [("alert", (1,)), ("digest", (2, 3, 4))]


def test_what_is_past_waits_for_quiet_hours_and_for_the_digest_of_its_topic() -> None:
    past = [replace(waiting(id, NOON, topic="Mergers"), is_past=True) for id in (1, 2)]
    digest = DigestSettings.model_validate("18:00").digest
    sent = play(past, ChannelRule(), {"Mergers": TopicRule(digest=digest)}, until=NOON + 24 * HOUR)
    assert [(message.sending.kind, message.sending.ids, message.at) for message in sent] == [
        ("digest", (1, 2), NOON + 6 * HOUR)
    ]
