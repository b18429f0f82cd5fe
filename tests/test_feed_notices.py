"""What is told of feeds, through archive and log: once each, and never a story for it."""

import logging
from types import MappingProxyType
from typing import Any

import pytest

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from alerts.stages import StageIndex
from crawler.poll import Outcome, PollResult
from crawler.settings import FeedSettings
from scheduler.arrival import Counts
from scheduler.feed_notices import tell_of_feeds
from scheduler.ingest import ingest_poll
from scheduler.watch import Watch
from stories.model import Article
from stories.store import Store
from stories.store_feeds import watch_feeds, watched_feeds
from stories.store_notices import NoticeKind, open_notices
from tests.polling import DAY, HOUR, NOW, QUARTER

ADDRESS = "https://news.example/rss"
TOPIC = TopicSettings.model_validate({"name": "T", "channels": ["console"], "keywords": ["antitrust"]})
WATCH = Watch(
    feeds=MappingProxyType({ADDRESS: FeedSettings(name="News", address=ADDRESS)}),
    topics=TopicIndex([TOPIC]),
    stages=StageIndex([TOPIC]),
    topic_of={"T": TOPIC},
    alert_if_younger_than=DAY,
)
MANY = 500


def listed(count: int = MANY, *, guid: str = "{}", url: str = "https://news.example/{}") -> tuple[Article, ...]:
    """Return entries, each of a story of its own."""
    return tuple(
        Article(
            title=f"Antitrust {word(number)} {word(number + 7)} {word(number + 13)}",
            guid=guid.format(number),
            url=url.format(number),
            published_at=NOW - HOUR,
        )
        for number in range(count)
    )


def word(number: int) -> str:
    return "".join(chr(ord("b") + int(digit)) + "aeiou"[int(digit) % 5] for digit in str(number * 7919 + 100003))


def poll(store: Store, *articles: Article, hours: float, **said: Any) -> Counts:
    watch_feeds(store, [(ADDRESS, "News")], now=NOW)
    result: dict[str, Any] = {"outcome": Outcome.ANSWERED, "status": 200, "entries": len(articles), **said}
    answer = PollResult(feed_id=watched_feeds(store)[0].id, articles=articles, **result)
    now = NOW + hours * HOUR
    counts = ingest_poll(store, answer, WATCH, now=now, chance=0)
    tell_of_feeds(store, now=now)
    return counts


def test_f27_a_feed_that_fails_for_a_day_is_told_once_and_again_after_it_was_well(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for hours in (0, 1, 23, 24, 25, 48):
        poll(store, hours=hours, outcome=Outcome.FAILED, status=500, error="the server answered 500")
    assert [record.getMessage() for record in caplog.records] == [
        f"feed News ({ADDRESS}): fails since 22 Nov 2026, 12:00 UTC: the server answered 500"
    ]
    assert [notice.kind for notice in open_notices(store)] == [NoticeKind.FAILING]
    poll(store, hours=49)
    assert open_notices(store) == []
    for hours in (50, 80):
        poll(store, hours=hours, outcome=Outcome.FAILED, status=500, error="the server answered 500")
    assert len(caplog.records) == 2


def test_m12_a_feed_that_answers_410_is_told_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    for hours in range(5):
        poll(store, hours=hours, outcome=Outcome.FAILED, status=410, error="the server answered 410 Gone")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "gone for good (410)" in caplog.text


def test_f29_a_feed_that_lists_nothing_once_and_everything_again_tells_nothing_twice(store: Store) -> None:
    assert poll(store, *listed(20), hours=0).new == 20
    assert poll(store, hours=1) == Counts()
    again = poll(store, *listed(20), hours=2)
    assert (again.new, again.alerts, again.known) == (0, 0, 20)
    assert open_notices(store) == []


@pytest.mark.parametrize(
    "renamed",
    [
        {"guid": "new-{}"},
        {"url": "https://news.example/new/{}"},
        {"url": "https://moved.example/{}"},
        {"guid": "https://moved.example/{}", "url": "https://moved.example/{}"},
    ],
    ids=["guids", "links", "domain of links", "domain of both"],
)
def test_f30_a_feed_that_renames_what_it_lists_is_told_once_and_no_story_is(
    store: Store, renamed: dict[str, Any]
) -> None:
    assert poll(store, *listed(), hours=0).new == MANY
    again = poll(store, *listed(**renamed), hours=1)
    assert (again.new, again.alerts, again.renamed) == (0, 0, MANY)
    assert [notice.kind for notice in open_notices(store)] == [NoticeKind.IDS]
    assert poll(store, *listed(**renamed), hours=2) == Counts(known=MANY)
    assert len(open_notices(store)) == 1


@pytest.mark.parametrize("url", ["https://news.example/{{}}", "https://news.example/{{}}?utm_source={0}"])
def test_b29_b30_new_ids_at_every_poll_are_one_alert_and_one_notice(store: Store, url: str) -> None:
    alerts, told = 0, set()
    for number in range(100):
        entries = listed(1, guid=f"{number}-{{}}", url=url.format(number))
        alerts += poll(store, *entries, hours=number * QUARTER / HOUR).alerts
        told |= {(notice.kind, notice.told_at) for notice in open_notices(store)}
    assert alerts == 1
    assert [kind for kind, _ in told] == [NoticeKind.IDS]


def test_a_notice_says_what_holds_now_and_is_told_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    hours = iter(range(0, 2000, 13))
    for number, place in enumerate(["https://b.example/rss"] * 3 + ["https://c.example/rss"] * 3):
        poll(store, *listed(1), hours=next(hours), moved_to=place)
        if number == 2:
            (first,) = open_notices(store)
    (moved,) = open_notices(store)
    assert ("b.example" in first.sentence, "c.example" in moved.sentence) == (True, True)
    assert (moved.kind, moved.told_at) == (NoticeKind.MOVED, first.told_at)
    assert len([record for record in caplog.records if "moved to" in record.getMessage()]) == 1


def test_a_page_that_was_missing_and_is_broken_now_is_told_so(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    for hours in (0, 73):
        poll(store, hours=hours, outcome=Outcome.FAILED, status=404, error="the server answered 404")
    assert ["not found (404)" in notice.sentence for notice in open_notices(store)] == [True]
    poll(store, hours=80, outcome=Outcome.FAILED, status=500, error="the server answered 500")
    assert [notice.sentence.rpartition(": ")[2] for notice in open_notices(store)] == ["the server answered 500"]
    assert len(caplog.records) == 1


def test_notices_come_in_the_order_of_their_feeds(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    names = [f"Feed {number}" for number in range(20)]
    watch_feeds(store, [(f"https://{number}.example/rss", name) for number, name in enumerate(names)], now=NOW)
    for feed in watched_feeds(store):
        ingest_poll(store, PollResult(feed_id=feed.id, outcome=Outcome.FAILED, status=410), WATCH, now=NOW, chance=0)
    tell_of_feeds(store, now=NOW)
    for told in ([record.getMessage() for record in caplog.records], [each.sentence for each in open_notices(store)]):
        assert [sentence.partition(" (")[0].removeprefix("feed ") for sentence in told] == names
