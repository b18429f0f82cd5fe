"""Entries that change their names, share them, or lie about their dates (B27 to B30, B33): what is told of them."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from alerts.stages import StageIndex
from crawler.poll import PollResult
from scheduler.arrival import Arrival, Counts
from scheduler.ingest import take_in
from scheduler.watch import Watch
from stories.store import Store
from stories.store_alerts import newest_alerts
from stories.store_articles import all_articles
from stories.store_feeds import watch_feeds
from tests.listing_feeds import ADDRESS, request, result_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOPIC = TopicSettings.model_validate({"name": "T", "channels": ["console"], "keywords": ["antitrust"]})
WATCH = Watch(
    feeds={},
    topics=TopicIndex([TOPIC]),
    stages=StageIndex([TOPIC]),
    topic_of={"T": TOPIC},
    alert_if_younger_than=timedelta(hours=24),
)


def item(title: str, link: str, guid: str = "", at: str = "Sun, 22 Nov 2026 11:00:00 GMT") -> str:
    named = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    return f"<item><title>{title}</title><link>{link}</link>{named}<pubDate>{at}</pubDate></item>"


class Polls:
    """A feed that is polled again and again, as the service does it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.last: PollResult | None = None
        watch_feeds(store, [(ADDRESS, "The Courier")], now=NOW)

    def poll(self, *items: str) -> Counts:
        body = f"<rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>"
        self.last = result_of(body, asked=request(after=self.last))
        arrival = Arrival(feed_id=1, origin=ADDRESS, now=NOW)
        with self.store.writing():
            return take_in(self.store, self.last.articles, WATCH, arrival)

    @property
    def told(self) -> int:
        return len(newest_alerts(self.store, limit=1000))

    @property
    def titles(self) -> list[str]:
        return [found.archived.article.title for found in all_articles(self.store)]


@pytest.fixture
def polls(store: Store) -> Polls:
    return Polls(store)


def test_b27_different_stories_under_one_guid_are_all_kept(polls: Polls) -> None:
    polls.poll(
        item("Antitrust case against dairies", "/1", "same"), item("Trains are late after the storm", "/2", "same")
    )
    assert sorted(polls.titles) == ["Antitrust case against dairies", "Trains are late after the storm"]


def test_b28_a_title_edited_ten_times_is_told_once(polls: Polls) -> None:
    for number in range(10):
        polls.poll(item(f"Antitrust case against dairies, update {number}", "/1", "1"))
    assert (polls.told, polls.titles) == (1, ["Antitrust case against dairies, update 9"])


def test_b29_a_new_guid_at_each_of_100_polls_is_told_once(polls: Polls) -> None:
    for number in range(100):
        polls.poll(item("Antitrust case against dairies", "/1", f"guid-{number}"))
    assert (polls.told, len(polls.titles)) == (1, 1)


def test_b30_a_new_guid_and_a_tracking_query_at_every_poll_are_told_once(polls: Polls) -> None:
    counts = [
        polls.poll(item("Antitrust case against dairies", f"/1?utm_source=rss&amp;utm_campaign={n}", f"guid-{n}"))
        for n in range(20)
    ]
    assert (polls.told, len(polls.titles)) == (1, 1)
    assert sum(count.new for count in counts) == 1


@pytest.mark.parametrize(
    "at",
    ["Mon, 31 Dec 2035 10:00:00 GMT", "Sun, 22 Nov 2026 11:00:00 GMT", ""],
    ids=["the future", "all the same", "none"],
)
def test_b33_odd_dates_neither_tell_again_nor_hide(polls: Polls, at: str) -> None:
    first = item("Antitrust case against dairies", "/1", "1", at)
    second = item("Antitrust inquiry into ticket prices of railways", "/2", "2", at)
    polls.poll(first)
    polls.poll(second, first)
    polls.poll(second, first)
    assert (polls.told, len(polls.titles)) == (2, 2)
