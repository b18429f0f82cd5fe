"""How often a feed is asked and why, in words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.poll import Outcome
from scheduler.feed_wording import how_often, next_poll_of, state_of
from scheduler.timetable import Because, Terms
from stories.store_feeds import FeedState
from stories.store_hosts import HostState
from tests.polling import HOUR, MINUTE, NOW, QUARTER, failed, feed, polled

RHYTHM = Terms()
SLOW: dict[str, Any] = {"newest_at": NOW - HOUR, "rhythm": 188 * MINUTE + timedelta(seconds=3)}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (feed(wait=None), "as soon as can be"),
        (polled(feed()), "every 15m, as configured"),
        (polled(feed(**SLOW), RHYTHM), "every 47m, its rhythm"),
        (polled(feed(), etag=None), "every 1h, it comes whole each time"),
        (polled(feed(), fresh_for=HOUR), "every 1h, the server asks for it"),
        (polled(feed(), skip_hours=frozenset({12, 13})), "in 2h, after its quiet hours"),
        (failed(feed(errors_in_a_row=2)), "in 2h, backing off after 3 errors"),
        (failed(feed()), "in 30m, backing off after 1 error"),
        (failed(feed(), retry_after=3 * HOUR, status=500), "in 3h, the server asked for it"),
        (failed(feed(), status=410), "retired: gone (410)"),
        (polled(feed(), outcome=Outcome.FAILED, is_offline=True), "in 15m, nothing was reached"),
        (polled(feed(), Terms(every=timedelta(seconds=2), is_own_host=True)), "every 2s, as configured"),
    ],
)
def test_why_a_feed_is_asked_as_often_as_it_is(state: FeedState, expected: str) -> None:
    assert how_often(state, {}) == expected


def test_a_feed_whose_host_waits_says_so() -> None:
    host = HostState(host="news.example", waits_until=NOW, status=429, refusals=1)
    words = how_often(polled(feed()), {"news.example": host})
    assert next_poll_of(polled(feed()), {"news.example": host}) == NOW + QUARTER
    late = replace(host, waits_until=NOW + HOUR)
    assert next_poll_of(polled(feed()), {"news.example": late}) == NOW + HOUR
    assert words == f"waits: news.example said 429 until {NOW.astimezone():%a %H:%M}"


def test_every_reason_has_its_words() -> None:
    for because in Because:
        assert how_often(feed(because=because), {})


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (feed(), "not asked yet"),
        (polled(feed()), "ok"),
        (failed(feed(), error="empty body"), "empty body (1 in a row)"),
        (polled(feed(), warning="3 of the entries cannot be read"), "3 of the entries cannot be read"),
        (polled(feed(moved_to="https://new.example/"), etag=None), "moved to new.example"),
    ],
)
def test_how_a_feed_stands(state: FeedState, expected: str) -> None:
    assert state_of(state) == expected
