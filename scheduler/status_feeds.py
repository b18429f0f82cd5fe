"""The feeds of `wirewatch status`, for people and for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from scheduler.feed_overview import MANY, outstanding_first, row_of
from scheduler.feed_wording import how_often, next_poll_of
from scheduler.latency import Latency
from scheduler.showing import console, show_table
from stories.counted import counted
from stories.store_feeds import FeedState
from stories.store_hosts import HostState

_VALUES = (
    "address",
    "name",
    "last_polled_at",
    "last_answered_at",
    "errors_in_a_row",
    "error",
    "warning",
    "because",
    "failing_since",
    "retired_at",
    "moved_to",
)


def show_feeds(
    feeds: Sequence[FeedState],
    waiting: Mapping[str, HostState],
    latencies: Mapping[int, Latency | None],
    now: datetime,
    *,
    shows_all: bool,
) -> None:
    """Print a line for each feed: polls, how soon its articles are seen, its state. Those in trouble stand first."""
    shown, left_out = outstanding_first(feeds, waiting, many=len(feeds) if shows_all else MANY)
    rows = []
    for feed in shown:
        *polls, state = row_of(feed, waiting, now, is_whole=shows_all)
        latency = latencies.get(feed.id)
        rows.append((*polls, latency.in_words("p90") if latency else "", state))
    show_table(
        ["feed", "last poll", "next poll", "is asked", "seen after", "state"],
        rows,
        empty="No feeds yet: `wirewatch poll` asks those of the configuration.",
    )
    if left_out:
        console().print(f"and {counted(left_out, 'more feed')}, as they should be (--all shows them)")


def feed_values(
    feed: FeedState, waiting: Mapping[str, HostState], latencies: Mapping[int, Latency | None]
) -> dict[str, object]:
    """Return all that is told of a feed."""
    latency = latencies.get(feed.id)
    return {
        **{name: getattr(feed, name) for name in _VALUES},
        "next_poll_at": next_poll_of(feed, waiting),
        "wait_seconds": feed.wait and round(feed.wait.total_seconds()),
        "is_asked": how_often(feed, waiting),
        "published_to_seen_seconds": asdict(latency) if latency else None,
    }
