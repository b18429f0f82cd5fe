"""When a feed is asked next, and which of the due feeds a crawl takes. Decisions over values only."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from crawler.private_hosts import is_own
from crawler.settings import FLOOR, FeedSettings
from scheduler.rhythm import SHORTEST, rhythm_of
from stories.store_feeds import FeedState
from stories.store_hosts import HostState

LONGEST_WAIT = timedelta(hours=24)
FLOOR_WITHOUT_VALIDATORS = timedelta(hours=1)  # such a server sends the whole feed every time

_HOUR = timedelta(hours=1)
_JITTER = 0.1  # spreads polls over a tenth of their wait; never makes one early
_WORTH_A_CRAWL = 20  # below so many feeds a second process costs more than it saves


class Because(StrEnum):
    """Why a feed waits as long as it does."""

    EVERY = "every"  # it is configured so
    RHYTHM = "rhythm"
    NO_VALIDATORS = "no validators"
    SERVER = "server"  # max-age, Expires or ttl
    QUIET = "quiet"  # skipHours or skipDays
    RETRY_AFTER = "retry-after"
    ERRORS = "errors"
    HOST = "host"  # its host answered 429, or 503 with a Retry-After
    OFFLINE = "offline"  # this machine is
    RETIRED = "retired"


OWN = frozenset({Because.EVERY, Because.RHYTHM, Because.NO_VALIDATORS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the configuration says of how often a feed is asked: `every`, or nothing; and whether the host is ours."""

    every: timedelta | None = None
    is_own_host: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a feed waits, before chance is added, and why."""

    length: timedelta
    because: Because


def terms_of(feed: FeedState, settings: FeedSettings | None) -> Terms:
    """Return on which terms `feed` is asked; one that is not configured any more by its own rhythm.

    A host is the operator's own where the address that is asked says so, whatever is allowed.
    """
    return Terms(every=settings.every, is_own_host=is_own(feed.asked_address)) if settings else Terms()


def own_wait(feed: FeedState, terms: Terms, *, now: datetime) -> Wait:
    """Return how long a feed waits while nobody wishes otherwise and nothing fails: as configured, or by its rhythm.

    Where the server offers no validators it is an hour at least, and 15 minutes while that is not known; `every` may go
    down to 5 minutes where it does, and further on the operator's own hosts.
    """
    wanted = Wait(terms.every, Because.EVERY) if terms.every else Wait(rhythm_of(feed, now=now), Because.RHYTHM)
    if terms.is_own_host:
        return wanted
    if feed.offers_validators is False and wanted.length < FLOOR_WITHOUT_VALIDATORS:
        return Wait(FLOOR_WITHOUT_VALIDATORS, Because.NO_VALIDATORS)
    floor = FLOOR if feed.offers_validators else SHORTEST
    return wanted if wanted.length >= floor else replace(wanted, length=floor)


def wait_after(feed: FeedState, terms: Terms, *, retry_after: timedelta | None, now: datetime) -> Wait:
    """Return how long a feed just polled waits: the longest of its own wait, twice that after each error in a row, and
    what the server asks for (Retry-After, max-age, Expires, ttl); errors and server up to 24 hours.
    """
    own = own_wait(feed, terms, now=now)
    waits = [own]
    if feed.errors_in_a_row:
        doubled = min(own.length * (1 << min(feed.errors_in_a_row, 20)), max(own.length, LONGEST_WAIT))
        waits.append(Wait(doubled, Because.ERRORS))
    for wish, because in (
        (feed.fresh_for, Because.SERVER),
        (feed.ttl, Because.SERVER),
        (retry_after, Because.RETRY_AFTER),
    ):
        if wish:
            waits.append(Wait(min(wish, LONGEST_WAIT), because))
    return max(waits, key=lambda wait: wait.length)


def planned(feed: FeedState, wait: Wait, terms: Terms, *, now: datetime, chance: float) -> FeedState:
    """Return a feed just polled with its next poll: after `wait`, and a little later by `chance` (0 to 1).

    One that begins, or was asked at another time than planned, with all the others perhaps, comes by chance up to one
    wait later: so they spread. The hours and days that its document asks to be skipped are waited for, up to 24 hours.
    """
    spread = min(_JITTER * wait.length, _HOUR)
    if _begins(feed, wait, now) and not terms.is_own_host:
        spread = min(wait.length, max(LONGEST_WAIT + _HOUR - wait.length, spread))
    at = now + wait.length + spread * chance
    heard = after_quiet(at, feed.skip_hours, feed.skip_days)
    if heard == at:
        return replace(feed, next_poll_at=at, wait=wait.length, because=wait.because)
    latest = now + max(wait.length, LONGEST_WAIT) + spread * chance
    quiet_until = min(heard + min(wait.length, _HOUR) * chance, latest)
    return replace(feed, next_poll_at=quiet_until, wait=quiet_until - now, because=Because.QUIET)


def replanned(feed: FeedState, terms: Terms, *, now: datetime) -> FeedState:
    """Return a feed as the configuration wants it now: sooner, where its own wait decided and has become shorter."""
    if feed.because not in OWN or not feed.wait or feed.last_polled_at is None:
        return feed
    own = own_wait(feed, terms, now=now)
    if own.length >= feed.wait:
        return feed
    share = (feed.next_poll_at - feed.last_polled_at) / feed.wait
    return replace(feed, next_poll_at=feed.last_polled_at + own.length * share, wait=own.length, because=own.because)


def after_quiet(at: datetime, skip_hours: Set[int], skip_days: Set[int]) -> datetime:
    """Return the first instant from `at` on that is in none of the hours (UTC) and days (0 is Monday) to be skipped.

    Where all are to be skipped, that is `at` after a week.
    """
    for _ in range(7 * 24):
        if at.hour not in skip_hours and at.weekday() not in skip_days:
            break
        at = at.replace(minute=0, second=0, microsecond=0) + _HOUR
    return at


def refused(
    host: HostState | None, name: str, *, status: int, retry_after: timedelta | None, now: datetime
) -> HostState:
    """Return a host after it refused: it waits as it asked, or 15 minutes and twice that each time, up to 24 hours.

    What it waits for by a clock that was wrong does not count.
    """
    if host and host.waits_until > now + LONGEST_WAIT + _HOUR:
        host = None
    refusals = 1 if host is None else host.refusals + (now >= host.waits_until)
    wait = retry_after or min(SHORTEST * (1 << min(refusals - 1, 20)), LONGEST_WAIT)
    until = now + min(wait, LONGEST_WAIT)
    return HostState(
        host=name, waits_until=max(until, host.waits_until) if host else until, status=status, refusals=refusals
    )


def plan_crawls(due: Sequence[FeedState], *, busy_hosts: Set[str], room: int) -> list[list[FeedState]]:
    """Return the crawls to start now, each a list of feeds, at most `room` of them.

    A host is asked by one crawl at a time, so that it never sees two connections: its feeds stay together, and wait
    while another crawl is at it.
    """
    by_host: dict[str, list[FeedState]] = {}
    for feed in due:
        by_host.setdefault(host_of(feed.asked_address), []).append(feed)
    free = [feeds for host, feeds in by_host.items() if host not in busy_hosts]
    count = min(room, 1 + sum(map(len, free)) // _WORTH_A_CRAWL)
    crawls: list[list[FeedState]] = [[] for _ in range(count)]
    for feeds in sorted(free, key=len, reverse=True):
        min(crawls, key=len, default=[]).extend(feeds)
    return [crawl for crawl in crawls if crawl]


def host_of(address: str) -> str:
    """Return the host that an address leads to, in lower case."""
    return urlsplit(address).hostname or address


def _begins(feed: FeedState, wait: Wait, now: datetime) -> bool:
    return feed.wait is None or not timedelta(0) <= now - feed.next_poll_at <= wait.length
