"""What was not watched, and when: gaps between two answers of a feed, and whether anything was missed in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.poll import Outcome, PollResult
from scheduler.timetable import Because, Terms, own_wait
from stories.store_feeds import FeedState
from stories.store_gaps import Gap

_LATE = timedelta(hours=1)  # an answer that comes no later than this after it was planned leaves no gap
_UNPLANNED = frozenset({Because.ERRORS, Because.OFFLINE})
_NOT_ASKED = "was not asked: the service did not run, or was held up"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotHeard:
    """One time in which a feed was not heard; without an end it is not over."""

    feed: str
    began_at: datetime | None
    ended_at: datetime | None
    why: str
    is_caught_up: bool


def gap_of(before: FeedState, after: FeedState, result: PollResult, terms: Terms, *, knows_some: bool) -> Gap | None:
    """Return the gap that the answer `result` ended, or None when there was none.

    `before` and `after` are how the feed stood; `knows_some`: some of what the answer lists was known.
    """
    heard_at, now = before.last_answered_at, after.last_answered_at
    if result.outcome is Outcome.FAILED or heard_at is None or now is None:
        return None
    if not _is_overdue(before, terms, heard_at=heard_at, now=now):
        return None
    return Gap(
        feed_id=before.id,
        began_at=heard_at,
        ended_at=now,
        why=before.error or _NOT_ASKED,
        is_caught_up=knows_some or result.outcome is Outcome.UNCHANGED,
    )


def not_heard(
    feeds: Iterable[tuple[FeedState, Terms]], gaps: Iterable[Gap], *, now: datetime
) -> tuple[list[NotHeard], int]:
    """Return what was not heard of `feeds`, what is not over first, and how many of them were heard all the time."""
    by_id = {feed.id: feed for feed, _ in feeds}
    open_now = [_open_gap(feed) for feed, terms in feeds if _is_silent(feed, terms, now)]
    over = [
        NotHeard(
            feed=by_id[gap.feed_id].name,
            began_at=gap.began_at,
            ended_at=gap.ended_at,
            why=gap.why,
            is_caught_up=gap.is_caught_up,
        )
        for gap in gaps
        if gap.feed_id in by_id
    ]
    listed = [*sorted(open_now, key=lambda each: (each.began_at is not None, each.began_at, each.feed)), *over]
    return listed, len(by_id) - len({each.feed for each in listed})


def _open_gap(feed: FeedState) -> NotHeard:
    why = feed.error or ("gone for good (410)" if feed.retired_at else _NOT_ASKED)
    return NotHeard(feed=feed.name, began_at=feed.last_answered_at, ended_at=None, why=why, is_caught_up=False)


def _is_silent(feed: FeedState, terms: Terms, now: datetime) -> bool:
    if feed.last_answered_at is None:
        return True
    return _is_overdue(feed, terms, heard_at=feed.last_answered_at, now=now)


def _is_overdue(feed: FeedState, terms: Terms, *, heard_at: datetime, now: datetime) -> bool:
    """Whether `now` is later than the answer that was to follow the one of `heard_at`."""
    planned = own_wait(feed, terms, now=heard_at).length
    if feed.wait is not None and feed.because not in _UNPLANNED:
        planned = max(planned, feed.wait)
    return now - heard_at > planned * 1.2 + _LATE
