"""What was not watched, and when: gaps between answers, and the command that tells of them."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from crawler.poll import Outcome, PollResult
from scheduler.cli import wirewatch
from scheduler.config import Config, ServiceSettings
from scheduler.coverage import gap_of, not_heard
from scheduler.ingest import ingest_poll
from scheduler.timetable import Because, Terms
from scheduler.watch import watch_of
from stories.model import Article
from stories.store import Store
from stories.store_feeds import FeedState, watch_feeds, watched_feeds
from stories.store_gaps import Gap, gaps_since
from tests.building import NOON

HOUR = timedelta(hours=1)
TERMS = Terms(every=HOUR)
FEED = FeedState(
    id=1,
    address="https://one.example/rss",
    name="One",
    next_poll_at=NOON,
    first_answered_at=NOON,
    last_answered_at=NOON,
)


def gap_after(
    length: timedelta, before: FeedState = FEED, *, terms: Terms = TERMS, knows_some: bool = True
) -> Gap | None:
    """Return the gap of a feed that answers `length` after it answered last."""
    after = replace(before, last_answered_at=NOON + length)
    result = PollResult(feed_id=1, outcome=Outcome.ANSWERED, entries=1)
    return gap_of(before, after, result, terms, knows_some=knows_some)


def test_an_answer_in_time_leaves_no_gap() -> None:
    assert gap_after(2 * HOUR) is None


def test_an_answer_more_than_an_hour_late_ends_a_gap() -> None:
    assert gap_after(3 * HOUR) == Gap(
        feed_id=1,
        began_at=NOON,
        ended_at=NOON + 3 * HOUR,
        why="was not asked: the service did not run, or was held up",
        is_caught_up=True,
    )


def test_a_feed_that_failed_says_why_it_was_not_heard() -> None:
    failing = replace(FEED, error="answered 503", wait=4 * HOUR, because=Because.ERRORS)
    gap = gap_after(5 * HOUR, failing, knows_some=False)
    assert gap is not None
    assert (gap.why, gap.is_caught_up) == ("answered 503", False)


def test_a_wait_that_was_planned_is_no_gap() -> None:
    assert gap_after(12 * HOUR, replace(FEED, wait=12 * HOUR, because=Because.SERVER)) is None
    assert gap_after(24 * HOUR, terms=Terms(every=24 * HOUR)) is None


def test_a_failure_ends_no_gap() -> None:
    result = PollResult(feed_id=1, outcome=Outcome.FAILED, error="refused")
    assert gap_of(FEED, replace(FEED, error="refused"), result, TERMS, knows_some=False) is None


def test_what_is_not_over_comes_first_and_feeds_that_were_heard_are_counted() -> None:
    silent = replace(FEED, id=2, name="Silent", last_answered_at=NOON - 30 * HOUR, error="refused")
    never = replace(FEED, id=3, name="Never", last_answered_at=None, first_answered_at=None, error="not a feed")
    heard = replace(FEED, id=4, name="Heard")
    gap = Gap(feed_id=1, began_at=NOON - 9 * HOUR, ended_at=NOON - HOUR, why="answered 503", is_caught_up=True)
    foreign = replace(gap, feed_id=99)
    feeds = [(feed, TERMS) for feed in (FEED, silent, never, heard)]
    listed, well = not_heard(feeds, [gap, foreign], now=NOON + HOUR)
    assert [(each.feed, each.why, each.ended_at is None) for each in listed] == [
        ("Never", "not a feed", True),
        ("Silent", "refused", True),
        ("One", "answered 503", False),
    ]
    assert well == 1


@pytest.mark.parametrize(("listed_again", "caught_up"), [("old", True), ("new", False)])
def test_a_poll_writes_the_gap_down_and_whether_something_was_missed(
    store: Store, listed_again: str, caught_up: bool
) -> None:
    watch_feeds(store, [("https://one.example/rss", "One")], now=NOON)
    (feed,) = watched_feeds(store)
    poll(store, feed.id, "old", now=NOON)
    poll(store, feed.id, listed_again, now=NOON + 30 * HOUR)
    (gap,) = gaps_since(store, NOON)
    assert (gap.began_at, gap.ended_at, gap.is_caught_up) == (NOON, NOON + 30 * HOUR, caught_up)
    assert gaps_since(store, NOON + 30 * HOUR) == []


def test_the_command_tells_of_gaps(store: Store) -> None:
    watch_feeds(store, [("https://one.example/rss", "One")], now=NOON - 60 * HOUR)
    (feed,) = watched_feeds(store)
    poll(store, feed.id, "old", now=NOON - 60 * HOUR)
    poll(store, feed.id, "new", now=NOON - 30 * HOUR)
    said = run(store, "--since", "2020-01-01")
    assert "perhaps some" in said
    assert "0 feeds of 1 were heard all the time" in said
    as_json = json.loads(run(store, "--since", "2020-01-01", "--format", "json"))
    assert [each["is_caught_up"] for each in as_json["not_heard"]] == [False, False]


def poll(store: Store, feed_id: int, name: str, *, now: datetime) -> None:
    article = Article(title=f"An {name} headline of its own", url=f"https://one.example/{name}")
    result = PollResult(feed_id=feed_id, outcome=Outcome.ANSWERED, articles=(article,), entries=1)
    ingest_poll(
        store,
        result,
        watch_of(Config(service=ServiceSettings(), feeds=(), topics=(), channels=())),
        now=now,
        chance=0.5,
    )


def run(store: Store, *words: str) -> str:
    config = store.path.with_name("none.yaml")
    done = CliRunner().invoke(
        wirewatch, ["--config", str(config), "--database", str(store.path), "coverage", *words], catch_exceptions=False
    )
    assert done.exit_code == 0
    return done.stdout
