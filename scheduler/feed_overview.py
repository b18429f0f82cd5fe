"""The feeds of `status`: those that stand out first, and of those that are as they should be not all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum, auto

from scheduler.feed_wording import how_often, next_poll_of, state_of
from scheduler.showing import ago
from scheduler.timetable import host_of
from stories.store_feeds import FeedState
from stories.store_hosts import HostState
from stories.text import clean

MANY = 50  # feeds that are as they should be, of which more tell nobody anything

_NAME, _STATE = 40, 60  # characters of a line that can be looked over


class Standing(IntEnum):
    """What is the matter with a feed, what is most urgent first."""

    FAILS = auto()
    RETIRED = auto()
    MOVED = auto()
    WAITS = auto()
    WARNED = auto()
    AS_IT_SHOULD_BE = auto()


def standing_of(feed: FeedState, waiting: Mapping[str, HostState]) -> Standing:
    """Return what is the matter with `feed`; `waiting` are hosts that asked to be left alone."""
    if feed.retired_at:
        return Standing.RETIRED
    if feed.error:
        return Standing.FAILS
    if feed.moved_to:
        return Standing.MOVED
    if host_of(feed.asked_address) in waiting:
        return Standing.WAITS
    return Standing.WARNED if feed.warning else Standing.AS_IT_SHOULD_BE


def outstanding_first(
    feeds: Sequence[FeedState], waiting: Mapping[str, HostState], *, many: int = MANY
) -> tuple[list[FeedState], int]:
    """Return `feeds`, what is most urgent first, and how many are left out: those after `many` that are all right."""
    standings = {feed.id: standing_of(feed, waiting) for feed in feeds}
    ordered = sorted(feeds, key=lambda feed: standings[feed.id])
    shown = many + sum(standing is not Standing.AS_IT_SHOULD_BE for standing in standings.values())
    return ordered[:shown], len(ordered[shown:])


def row_of(
    feed: FeedState, waiting: Mapping[str, HostState], now: datetime, *, is_whole: bool = False
) -> tuple[str, str, str, str, str]:
    """Return name, last and next poll, how often and state of `feed`, cut to what a line has room for."""
    name, state = feed.name, state_of(feed)
    return (
        name if is_whole else clean(name, _NAME),
        ago(feed.last_polled_at, now),
        ago(next_poll_of(feed, waiting), now),
        how_often(feed, waiting),
        state if is_whole else clean(state, _STATE),
    )
