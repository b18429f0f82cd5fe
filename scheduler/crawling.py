"""One crawl from the service's side: feeds out, poll results in, each committed as it comes."""

import logging
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler.crawl import crawl
from crawler.limits import CrawlLimits
from crawler.poll import Outcome, PollRequest, PollResult
from crawler.remembering import as_remembered
from crawler.rights import moved
from crawler.settings import asked_as_set
from scheduler.arrival import Counts
from scheduler.batches import in_batches
from scheduler.config import ServiceSettings
from scheduler.feed_notices import find_offline, tell_offline, tell_online
from scheduler.ingest import ingest_poll, ingest_unchanged
from scheduler.offline import is_outside
from scheduler.watch import Watch
from stories.counted import counted
from stories.store import Store, StoreError
from stories.store_feeds import FeedState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """One feed that was asked, what it answered (without the articles, which are archived), and what that brought."""

    feed: FeedState
    result: PollResult
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlAccount:
    """What a crawl came to: feeds by outcome, what they brought, and how long it took.

    `unasked` are those that were left alone because their host had refused another.
    """

    answered: int
    unchanged: int
    failed: int
    unasked: int
    counts: Counts
    took: timedelta

    def __str__(self) -> str:
        feeds = counted(self.answered + self.unchanged + self.failed, "feed")
        unasked = f", {self.unasked} not asked" if self.unasked else ""
        matches = counted(self.counts.matches, "match", "matches")
        return (
            f"crawl of {feeds} in {self.took.total_seconds():.1f} s: {self.answered} answered,"
            f" {self.unchanged} unchanged, {self.failed} failed{unasked}; articles: {self.counts.new} new,"
            f" {self.counts.revised} edited; {matches}, {counted(self.counts.alerts, 'alert')}"
        )


def crawl_limits(service: ServiceSettings) -> CrawlLimits:
    """Return the limits that the configuration sets for each crawl."""
    return CrawlLimits(
        user_agent=service.user_agent,
        seconds=service.crawl_seconds,
        document_seconds=service.document_seconds,
        memory=service.crawl_memory_mb * 1024 * 1024,
    )


async def run_crawl(
    store: Store,
    feeds: Sequence[FeedState],
    watch: Watch,
    *,
    limits: CrawlLimits,
    clock: Callable[[], datetime],
    chance: Callable[[], float],
) -> AsyncGenerator[Polled, None]:
    """Ask `feeds` and yield each with its result once that is committed.

    :raises StoreError: when a result cannot be written; it and what has not come yet stay due
    """
    book = _Book(store, {feed.id: feed for feed in feeds}, watch, clock, chance)
    requests = [request_for(feed, watch, now=clock()) for feed in feeds]
    async with aclosing(crawl(requests, limits=limits)) as results:
        async with aclosing(in_batches(results)) as batches:
            async for batch in batches:
                for polled in book.write(batch):
                    yield polled
        for polled in book.write_held():
            yield polled


@dataclass(slots=True)
class _Book:
    """Where the results of one crawl are written down.

    Feeds outside that were not reached are `held` until any other is: only then it is known whose fault that is.
    """

    store: Store
    feeds: Mapping[int, FeedState]
    watch: Watch
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    held: list[PollResult] = field(default_factory=list)
    is_any_reached: bool = False

    def write(self, batch: list[PollResult]) -> Iterator[Polled]:
        """Commit `batch`, and what was held if its fault is known by that; yield what is committed."""
        if not self.is_any_reached and any(self._is_outside(each) and _is_reached(each) for each in batch):
            self.is_any_reached = True
            tell_online(self.store, now=self.clock())
            batch = [*self.held, *batch]
            self.held.clear()
        if not self.is_any_reached:
            self.held.extend(result for result in batch if self._is_nobodys_fault_yet(result))
            batch = [result for result in batch if not self._is_nobodys_fault_yet(result)]
        yield from self._unchanged([result for result in batch if result.outcome is Outcome.UNCHANGED])
        yield from (self._one(result) for result in batch if result.outcome is not Outcome.UNCHANGED)

    def write_held(self) -> Iterator[Polled]:
        """Commit what was held to the end, because no feed was reached."""
        not_reached = [self.feeds[each.feed_id] for each in self.held]
        is_offline = bool(not_reached) and find_offline(self.store, self.watch, not_reached)
        if is_offline:
            tell_offline(self.store, self.watch, now=self.clock())
        yield from (self._one(result, is_offline=is_offline) for result in self.held)

    def _is_outside(self, result: PollResult) -> bool:
        return is_outside(self.feeds[result.feed_id], self.watch.feeds)

    def _is_nobodys_fault_yet(self, result: PollResult) -> bool:
        return result.is_unreached and self._is_outside(result)

    def _unchanged(self, results: Sequence[PollResult]) -> Iterator[Polled]:
        if results:
            polls = [(self.feeds[result.feed_id], result) for result in results]
            ingest_unchanged(self.store, polls, self.watch, now=self.clock(), chance=self.chance)
            yield from (Polled(feed=feed, result=result, counts=Counts()) for feed, result in polls)

    def _one(self, result: PollResult, *, is_offline: bool = False) -> Polled:
        feed = self.feeds[result.feed_id]
        try:
            counts = self._ingest(result, is_offline=is_offline)
        except StoreError:
            raise
        except Exception:
            # A fault of ours with what this feed sent: it costs this feed a failed poll, not the others theirs.
            log.exception("feed %s: its articles could not be archived", feed.address)
            result = PollResult(
                feed_id=feed.id, outcome=Outcome.FAILED, error="its articles could not be archived (see the log)"
            )
            counts = self._ingest(result)
        if trouble := result.error or result.warning:
            level = logging.DEBUG if is_offline else logging.WARNING  # of that there was one notice for all
            log.log(level, "feed %s (%s): %s", feed.name, feed.address, trouble)
        # Whoever keeps these for an account must not keep all that was archived.
        return Polled(feed=feed, result=replace(result, articles=()), counts=counts)

    def _ingest(self, result: PollResult, *, is_offline: bool = False) -> Counts:
        return ingest_poll(
            self.store, result, self.watch, now=self.clock(), chance=self.chance(), is_offline=is_offline
        )


def _is_reached(result: PollResult) -> bool:
    return result.status is not None or result.outcome is not Outcome.FAILED


def account_of(polled: Sequence[Polled], *, took: timedelta) -> CrawlAccount:
    """Return the account of a crawl."""
    outcomes = [each.result.outcome for each in polled]
    unasked = sum(each.result.is_unasked for each in polled)
    return CrawlAccount(
        answered=outcomes.count(Outcome.ANSWERED),
        unchanged=outcomes.count(Outcome.UNCHANGED),
        failed=outcomes.count(Outcome.FAILED) - unasked,
        unasked=unasked,
        counts=sum((each.counts for each in polled), Counts()),
        took=took,
    )


def request_for(feed: FeedState, watch: Watch, *, now: datetime) -> PollRequest:
    """Return what a feed is asked, with what is remembered of its last answer and set in the configuration.

    On its first poll no page is asked for of an article that is too old to be told.
    """
    request = PollRequest(
        feed_id=feed.id,
        address=feed.address,
        name=feed.name,
        etag=feed.etag,
        last_modified=feed.last_modified,
        body_digest=feed.body_digest,
        entry_digests=feed.entry_digests,
    )
    settings = watch.feeds.get(feed.address)
    if settings is not None:
        request = asked_as_set(request, settings, full_text=watch.full_text)
        if feed.first_answered_at is None:
            request = replace(request, pages_since=now - watch.baseline_age(settings))
    request = as_remembered(request)
    return moved(request, feed.moved_to) if feed.moved_to else request
