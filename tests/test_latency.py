"""How soon it is seen and told, as percentiles of what the archive remembers."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.latency import LATELY, Latency, latency_of, latency_of_channels, latency_of_feeds, seconds_in_words
from stories.store import Store, stamp
from stories.store_articles import add_article, start_story
from stories.store_feeds import save_changes, watch_feeds, watched_feeds
from stories.store_latency import published_to_seen
from tests.building import NOON, alert, archived, article

NOW = NOON + timedelta(hours=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_numbers = count(1)


@pytest.fixture
def feed_id(store: Store) -> int:
    """A feed that answered first a month ago."""
    watch_feeds(store, [("https://news.example/rss", "News")], now=NOW)
    (feed,) = watched_feeds(store)
    with store.writing():
        save_changes(store, replace(feed, first_answered_at=NOW - 30 * DAY), before=feed)
    return feed.id


def seen(store: Store, feed_id: int, *, at: datetime = NOON, after: timedelta | None = MINUTE) -> None:
    """Archive an article of the feed that was seen `at`, so long `after` it was published."""
    published_at = at - after if after is not None else None
    with store.writing():
        kept = archived(
            article(title="News", published_at=published_at),
            id=f"a{next(_numbers)}",
            story_id=start_story(store, at=at),
            seen_at=at,
        )
        add_article(store, kept, feed_id=feed_id)


def sent(store: Store, *, after: timedelta, kind: str = "alert", created_at: datetime = NOON) -> None:
    """Make an alert that arrived in `hook` so long `after` it was made, in a message of a kind."""
    alert_id = alert(store, now=created_at)
    at = stamp(created_at + after)
    with store.writing():
        message = store.db.execute(
            "INSERT INTO messages (channel, kind, began_at, ended_at, outcome) VALUES ('hook', ?, ?, ?, 'arrived')",
            [kind, at, at],
        ).lastrowid
        store.db.execute(
            "UPDATE deliveries SET state = 'sent', sent_at = ?, message_id = ? WHERE alert_id = ?",
            [at, message, alert_id],
        )


def test_percentiles_are_times_that_occurred() -> None:
    assert latency_of([float(each) for each in range(100, 0, -1)]) == Latency(count=100, p50=50, p90=90, p95=95)
    assert latency_of([3.0]) == Latency(count=1, p50=3, p90=3, p95=3)
    assert latency_of([]) is None


@given(st.lists(st.floats(min_value=0, max_value=1e6), min_size=1))
def test_percentiles_stand_in_order_and_so_many_stay_within(seconds: list[float]) -> None:
    latency = latency_of(seconds)
    assert latency is not None
    assert latency.p50 <= latency.p90 <= latency.p95
    for percent, within in ((50, latency.p50), (90, latency.p90), (95, latency.p95)):
        assert sum(each <= within for each in seconds) * 100 >= percent * len(seconds)


def test_a_time_is_told_as_exactly_as_it_matters() -> None:
    said = [seconds_in_words(seconds) for seconds in (0.04, 2.26, 9.94, 12.4, 90, 7200, 3 * 86400)]
    assert said == ["0.0 s", "2.3 s", "9.9 s", "12 s", "2 min", "2 h", "3 d"]


def test_a_feed_is_told_from_publication_to_sight(store: Store, feed_id: int) -> None:
    for minutes in range(1, 11):
        seen(store, feed_id, after=minutes * MINUTE)
    latency = latency_of_feeds(store, [feed_id], now=NOW)[feed_id]
    assert latency == Latency(count=10, p50=300, p90=540, p95=600)
    assert latency.in_words("p90") == "5 min, p90 9 min"


def test_what_says_nothing_of_the_way_does_not_count(store: Store, feed_id: int) -> None:
    seen(store, feed_id, at=NOW - LATELY - MINUTE)  # too long ago
    seen(store, feed_id, at=NOW - HOUR, after=None)  # without a date
    assert latency_of_feeds(store, [feed_id], now=NOW) == {feed_id: None}


def test_the_first_answer_of_a_feed_does_not_count(store: Store, feed_id: int) -> None:
    (feed,) = watched_feeds(store)
    with store.writing():
        save_changes(store, replace(feed, first_answered_at=NOON), before=feed)
    seen(store, feed_id, at=NOON, after=20 * DAY)
    seen(store, feed_id, at=NOON + MINUTE, after=MINUTE)
    assert latency_of_feeds(store, [feed_id], now=NOW) == {feed_id: Latency(count=1, p50=60, p90=60, p95=60)}


def test_a_date_in_the_future_was_seen_at_once(store: Store, feed_id: int) -> None:
    seen(store, feed_id, after=-HOUR)
    assert published_to_seen(store, feed_id, since=NOW - DAY, most=9) == [0.0]


def test_of_many_articles_the_latest_count(store: Store, feed_id: int) -> None:
    for hours in range(5):
        seen(store, feed_id, at=NOW - hours * HOUR, after=(hours + 1) * MINUTE)
    assert published_to_seen(store, feed_id, since=NOW - DAY, most=2) == [60, 120]


def test_a_channel_is_told_from_alert_to_arrival(store: Store) -> None:
    for seconds in (1, 2, 3):
        sent(store, after=timedelta(seconds=seconds))
    alert(store)  # it waits still
    assert latency_of_channels(store, ["hook", "mail"], now=NOW) == {
        "hook": Latency(count=3, p50=2, p90=3, p95=3),
        "mail": None,
    }


def test_a_digest_waits_on_purpose_and_does_not_count(store: Store) -> None:
    sent(store, after=HOUR, kind="digest")
    sent(store, after=MINUTE, kind="group")
    assert latency_of_channels(store, ["hook"], now=NOW)["hook"] == Latency(count=1, p50=60, p90=60, p95=60)


def test_only_the_index_is_read_for_a_feed(store: Store) -> None:
    statements: list[str] = []
    store.db.conn.set_trace_callback(statements.append)
    published_to_seen(store, 1, since=NOW, most=5)
    (asked,) = statements
    plan = store.db.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall()
    assert any("USING COVERING INDEX articles_by_feed (feed_id=? AND seen_at>?)" in step[-1] for step in plan)
    assert not any("TEMP B-TREE" in step[-1] for step in plan)
