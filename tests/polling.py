"""Polls without a network: a feed as it stands, what its server answers, and the feed as it stands then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.poll import Outcome, PollResult
from scheduler.after_poll import NOTHING, Brought, after_poll
from scheduler.timetable import Terms
from stories.store_feeds import FeedState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUARTER = 15 * MINUTE
EVERY_QUARTER = Terms(every=QUARTER)


def feed(number: int = 1, host: str = "news.example", **known: Any) -> FeedState:
    """Return a feed that was asked every quarter of an hour so far, with what is `known` of it otherwise."""
    state = FeedState(
        id=number, address=f"https://{host}/{number}", name=host, next_poll_at=NOW, offers_validators=True, wait=QUARTER
    )
    return replace(state, **known)


def polled(
    state: FeedState,
    terms: Terms = EVERY_QUARTER,
    *,
    now: datetime = NOW,
    chance: float = 0,
    brought: Brought = NOTHING,
    is_offline: bool = False,
    **said: Any,
) -> FeedState:
    """Return a feed after a good answer that `said` something else than usual."""
    usual = PollResult(
        feed_id=state.id, outcome=Outcome.ANSWERED, status=200, etag=b'"1"', body_digest=b"digest", entries=1
    )
    return after_poll(
        state,
        replace(usual, **said),
        terms=terms,
        now=now,
        chance=chance,
        brought=brought,
        is_offline=is_offline,
    )


def failed(state: FeedState, terms: Terms = EVERY_QUARTER, *, now: datetime = NOW, **said: Any) -> FeedState:
    """Return a feed after an answer that is none."""
    return polled(state, terms, now=now, **{"outcome": Outcome.FAILED, "status": 500, "error": "no", **said})
