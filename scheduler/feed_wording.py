"""How often a feed is asked and why, and how it stands, in a few words."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from scheduler.timetable import Because, host_of
from stories.durations import write_duration
from stories.store_feeds import FeedState
from stories.store_hosts import HostState

_MINUTE = timedelta(minutes=1)


def how_often(feed: FeedState, waiting: Mapping[str, HostState]) -> str:
    """Return how often `feed` is asked, and why not more often; `waiting` are hosts that asked to be left alone."""
    if feed.retired_at:
        return "retired: gone (410)"
    host = waiting.get(host_of(feed.asked_address))
    if host:
        return f"waits: {host.host} said {host.status} until {short_hour(host.waits_until)}"
    if feed.wait is None or feed.because is None:
        return "as soon as can be"
    return _WORDS[Because(feed.because)].format(wait=_rounded(feed.wait), errors=_errors(feed))


def next_poll_of(feed: FeedState, waiting: Mapping[str, HostState]) -> datetime | None:
    """Return when `feed` is asked next, at the earliest, or None for a retired one."""
    if feed.retired_at:
        return None
    host = waiting.get(host_of(feed.asked_address))
    return max(feed.next_poll_at, host.waits_until) if host else feed.next_poll_at


def state_of(feed: FeedState) -> str:
    """Return how `feed` stands: what is wrong with it, where it went, or that all is well."""
    if feed.error:
        return f"{feed.error} ({feed.errors_in_a_row} in a row)" if feed.errors_in_a_row else feed.error
    if feed.last_polled_at is None:
        return "not asked yet"
    return feed.warning or (f"moved to {host_of(feed.moved_to)}" if feed.moved_to else "ok")


def short_hour(at: datetime) -> str:
    """Return an instant in the reader's own time zone: hour and minute, and the day, which may be another one."""
    return f"{at.astimezone():%a %H:%M}"


_WORDS = {
    Because.EVERY: "every {wait}, as configured",
    Because.RHYTHM: "every {wait}, its rhythm",
    Because.NO_VALIDATORS: "every {wait}, it comes whole each time",
    Because.SERVER: "every {wait}, the server asks for it",
    Because.RETRY_AFTER: "in {wait}, the server asked for it",
    Because.QUIET: "in {wait}, after its quiet hours",
    Because.ERRORS: "in {wait}, backing off after {errors}",
    Because.HOST: "in {wait}, its host asked for it",
    Because.OFFLINE: "in {wait}, nothing was reached",
    Because.RETIRED: "retired: gone (410)",
}


def _errors(feed: FeedState) -> str:
    return "1 error" if feed.errors_in_a_row == 1 else f"{feed.errors_in_a_row} errors"


def _rounded(wait: timedelta) -> str:
    return write_duration(round(wait / _MINUTE) * _MINUTE if wait >= _MINUTE else wait)
