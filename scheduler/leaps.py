"""Leaps of the clock: it was set, or the machine slept. Told in one line; what was planned by it is planned anew."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.surroundings import Surroundings
from stories.counted import counted
from stories.durations import write_duration
from stories.store import Store, StoreError
from stories.store_feeds import FeedState, save_changes, watched_feeds
from stories.store_outbox import pull_back_from_the_future

LOOK_SECONDS = 2.0  # between two looks at the clocks
WORTH_TELLING = timedelta(seconds=60)  # less is a clock that is kept right
SPREAD = timedelta(seconds=90)  # over which what became due meanwhile is asked: all is, two minutes after waking

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What both clocks showed at one moment."""

    at: datetime
    monotonic: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Leap:
    """The wall clock went further `by` so much than the time that passed; for `still` nobody looked at it."""

    by: timedelta
    still: timedelta

    @property
    def is_back(self) -> bool:
        """Whether the clock was set back."""
        return self.by <= -WORTH_TELLING

    def __str__(self) -> str:
        if self.is_back:
            return f"the clock was set back by {_seconds(-self.by)}"
        if self.by >= WORTH_TELLING:
            return f"the clock went ahead by {_seconds(self.by)}: it was set, or this machine slept"
        return f"this process stood still for {_seconds(self.still)}"


def leap_between(before: Reading, now: Reading) -> Leap | None:
    """Return how the clock leapt between two readings, or how long this process stood still, or None."""
    still = timedelta(seconds=now.monotonic - before.monotonic)
    leap = Leap(by=now.at - before.at - still, still=still)
    return leap if max(abs(leap.by), leap.still) >= WORTH_TELLING else None


def replanned_after(feed: FeedState, leap: Leap, *, now: datetime, chance: float) -> FeedState:
    """Return a feed as it is planned after a leap: its plan goes back with the clock; if overdue it is asked soon.

    A feed that was asked since by the clock as it is now keeps its plan.
    """
    if not leap.is_back:
        wait = SPREAD if feed.wait is None else min(SPREAD, feed.wait)
        return replace(feed, next_poll_at=now + wait * chance) if feed.next_poll_at <= now else feed
    asked_at = feed.last_polled_at
    if asked_at is not None and now - leap.still <= asked_at <= now:
        return feed
    return replace(
        feed, next_poll_at=feed.next_poll_at + leap.by, last_polled_at=asked_at + leap.by if asked_at else None
    )


class LeapWatch:
    """Looks at both clocks, and plans anew what the archive holds when the wall clock leapt."""

    def __init__(self, store: Store, around: Surroundings) -> None:
        self._store = store
        self._around = around
        self._last = self._read()

    def look(self) -> bool:
        """Return whether the clock leapt since the last look; if so, log it and plan polls and deliveries anew."""
        before, self._last = self._last, self._read()
        leap = leap_between(before, self._last)
        if leap is None:
            return False
        try:
            moved = self._plan_anew(leap, self._last.at)
        except StoreError as error:  # what is due is asked all the same, without being spread
            log.warning("%s; what is planned cannot be changed (%s)", leap, error)
        else:
            log.warning("%s; %s planned anew", leap, counted(moved, "feed"))
        return True

    def _read(self) -> Reading:
        return Reading(at=self._around.clock(), monotonic=self._around.monotonic())

    def _plan_anew(self, leap: Leap, now: datetime) -> int:
        planned = [
            (feed, replanned_after(feed, leap, now=now, chance=self._around.chance()))
            for feed in watched_feeds(self._store)
            if feed.retired_at is None
        ]
        changed = [(before, after) for before, after in planned if after != before]
        with self._store.writing():
            for before, after in changed:
                save_changes(self._store, after, before)
        if leap.is_back:
            pull_back_from_the_future(self._store, now=now)
        return len(changed)


async def keep_looking(look: Callable[[], object], *, stop: asyncio.Event) -> None:
    """Look every LOOK_SECONDS until `stop`: by the loop's clock, which nobody sets. A timetable's goes by the wall."""
    while not stop.is_set():
        look()
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await stop.wait()


def _seconds(length: timedelta) -> str:
    return write_duration(timedelta(seconds=round(length.total_seconds())))
