"""When a feed is asked next, and which of the due feeds a crawl takes. Decisions over values only."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from stories.store_feeds import FeedState

LONGEST_WAIT = timedelta(hours=24)

_JITTER = 0.1  # spreads feeds that began together over a tenth of their interval; never makes a poll early
_WORTH_A_CRAWL = 20  # below so many feeds a second process costs more than it saves


def next_poll_at(
    *, now: datetime, every: timedelta, errors_in_a_row: int, retry_after: timedelta | None, chance: float
) -> datetime:
    """Return when a feed just polled is asked again.

    `every` after a good answer; twice that after each error in a row, up to 24 hours; never before the server's own
    Retry-After, which counts up to 24 hours too. `chance` (0 to 1) spreads the polls.
    """
    wait = min(every * (1 << min(errors_in_a_row, 20)), max(every, LONGEST_WAIT))
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_WAIT))
    return now + wait * (1 + _JITTER * chance)


def plan_crawls(due: Sequence[FeedState], *, busy_hosts: Set[str], room: int) -> list[list[FeedState]]:
    """Return the crawls to start now, each a list of feeds, at most `room` of them.

    A host is asked by one crawl at a time, so that it never sees two connections: its feeds stay together, and wait
    while another crawl is at it.
    """
    by_host: dict[str, list[FeedState]] = {}
    for feed in due:
        by_host.setdefault(host_of(feed.address), []).append(feed)
    free = [feeds for host, feeds in by_host.items() if host not in busy_hosts]
    count = min(room, 1 + sum(map(len, free)) // _WORTH_A_CRAWL)
    crawls: list[list[FeedState]] = [[] for _ in range(count)]
    for feeds in sorted(free, key=len, reverse=True):
        min(crawls, key=len, default=[]).extend(feeds)
    return [crawl for crawl in crawls if crawl]


def host_of(address: str) -> str:
    """Return the host that an address leads to, in lower case."""
    return urlsplit(address).hostname or address
