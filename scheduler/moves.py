"""A feed that moved: permanent redirects are remembered after three same answers in a day. Decisions over values."""

from dataclasses import replace
from datetime import datetime, timedelta

from crawler.poll import Outcome, PollResult
from stories.store_feeds import FeedState

SAME_ANSWERS = 3
LEAST_TIME = timedelta(hours=24)
PATIENCE = timedelta(hours=24)  # with a new address that fails

_NOT_THERE = (404, 410)


def after_redirect(feed: FeedState, result: PollResult, *, now: datetime) -> FeedState:
    """Return a feed that answered, with what is known of its move.

    Another address, or none, starts counting again. The feed keeps its identity; only what its old address vouched for
    is forgotten when another one is asked.
    """
    if result.outcome is Outcome.UNCHANGED and result.moved_to != feed.moving_to:
        # Asked with the validators of one server, answered by another one: "unchanged" says nothing.
        feed = replace(feed, etag=None, last_modified=None)
    if result.moved_to is None or result.moved_to == feed.asked_address:
        return replace(feed, moving_to=None, moving_since=None, moving_answers=0) if feed.moving_to else feed
    if result.moved_to != feed.moving_to or feed.moving_since is None:
        return replace(feed, moving_to=result.moved_to, moving_since=now, moving_answers=1)
    answers = min(feed.moving_answers + 1, SAME_ANSWERS)
    since = min(feed.moving_since, now)  # a wrong clock may have put it ahead
    if answers < SAME_ANSWERS or now - since < LEAST_TIME:
        return replace(feed, moving_since=since, moving_answers=answers)
    moved_to = None if result.moved_to == feed.address else result.moved_to
    return _asking(feed, moved_to)


def is_to_fall_back(feed: FeedState, *, now: datetime) -> bool:
    """Whether a feed that failed is to be asked at its configured address again."""
    if feed.moved_to is None or feed.failing_since is None:
        return False
    return feed.status in _NOT_THERE or now - feed.failing_since >= PATIENCE


def configured_again(feed: FeedState) -> FeedState:
    """Return a feed that is asked at its configured address again."""
    return _asking(feed, None)


def _asking(feed: FeedState, moved_to: str | None) -> FeedState:
    return replace(
        feed,
        moved_to=moved_to,
        etag=None,
        last_modified=None,
        body_digest=None,
        moving_to=None,
        moving_since=None,
        moving_answers=0,
    )
