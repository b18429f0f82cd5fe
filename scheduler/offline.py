"""Whether it is this machine that is cut off, and not the servers that are not reached. Decisions over values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from crawler.private_hosts import is_own
from crawler.settings import FeedSettings
from scheduler.timetable import host_of
from stories.store_feeds import FeedState

_HOSTS_THAT_TELL = 3  # not reached one after the other, nobody else in between: it is not they


def is_outside(feed: FeedState, settings: Mapping[str, FeedSettings]) -> bool:
    """Whether a feed, reached or not, tells if this machine is online.

    What is on this machine or may be in its network answers without the world.
    """
    if is_own(feed.asked_address):
        return False
    own = settings.get(feed.address)
    return not (own and own.allow_private and host_of(feed.asked_address) == host_of(feed.address))


def is_offline(not_reached: Iterable[FeedState], outside: Sequence[FeedState]) -> bool:
    """Whether this machine is cut off, now that feeds (as they stood before) were `not_reached`, of all `outside`.

    Several hosts in a row were not reached, or all there are; those count that answered the last time before. Of a
    single host nobody can say. While none has ever been reached, all count.
    """
    reached_at = _last_reached_at(outside)
    silent = {host_of(each.asked_address) for each in [*unreached_in_a_row(outside), *not_reached]}
    telling = {host_of(each.asked_address) for each in outside if _was_well(each, reached_at)}
    return len(silent & telling) >= max(2, min(_HOSTS_THAT_TELL, len(telling)))


def unreached_in_a_row(outside: Sequence[FeedState]) -> list[FeedState]:
    """Return the feeds that were asked, and not reached, since any was reached."""
    reached_at = _last_reached_at(outside)
    return [each for each in outside if each.is_unreached and _is_since(each.last_polled_at, reached_at)]


def _last_reached_at(outside: Iterable[FeedState]) -> datetime | None:
    return max((each.last_polled_at for each in outside if each.last_polled_at and not each.is_unreached), default=None)


def _was_well(feed: FeedState, reached_at: datetime | None) -> bool:
    """Whether a feed answered before any was not reached since `reached_at`, or nobody ever did."""
    if reached_at is None:
        return True
    if feed.is_unreached and not _is_since(feed.last_polled_at, reached_at):
        return False
    return feed.last_polled_at is not None and (feed.failing_since is None or feed.failing_since > reached_at)


def _is_since(at: datetime | None, reached_at: datetime | None) -> bool:
    return at is not None and (reached_at is None or at > reached_at)
