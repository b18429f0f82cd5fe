"""One crawl from the service's side: feeds out, poll results in, each committed as it comes."""

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.crawl import crawl
from crawler.limits import CrawlLimits
from crawler.poll import Outcome, PollRequest, PollResult
from crawler.settings import asked_as_set
from scheduler.arrival import Counts
from scheduler.config import ServiceSettings
from scheduler.ingest import ingest_poll
from scheduler.watch import Watch
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
    """What a crawl came to: feeds by outcome, what they brought, and how long it took."""

    answered: int
    unchanged: int
    failed: int
    counts: Counts
    took: timedelta

    def __str__(self) -> str:
        polled = self.answered + self.unchanged + self.failed
        return (
            f"crawl of {polled} feeds in {self.took.total_seconds():.1f} s: {self.answered} answered,"
            f" {self.unchanged} unchanged, {self.failed} failed; articles: {self.counts.new} new,"
            f" {self.counts.revised} edited; {self.counts.matches} matches, {self.counts.alerts} alerts"
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
    by_id = {feed.id: feed for feed in feeds}
    async with aclosing(crawl([_request(feed, watch) for feed in feeds], limits=limits)) as results:
        async for result in results:
            feed = by_id[result.feed_id]
            try:
                counts = ingest_poll(store, result, watch, now=clock(), chance=chance())
            except StoreError:
                raise
            except Exception:
                # A fault of ours with what this feed sent: it costs this feed a failed poll, not the others theirs.
                log.exception("feed %s: its articles could not be archived", feed.address)
                result = PollResult(
                    feed_id=feed.id, outcome=Outcome.FAILED, error="its articles could not be archived (see the log)"
                )
                counts = ingest_poll(store, result, watch, now=clock(), chance=chance())
            if result.outcome is Outcome.FAILED:
                log.warning("feed %s (%s): %s", feed.name, feed.address, result.error)
            elif result.warning:
                log.warning("feed %s (%s): %s", feed.name, feed.address, result.warning)
            # Whoever keeps these for an account must not keep all that was archived.
            yield Polled(feed=feed, result=replace(result, articles=()), counts=counts)


def account_of(polled: Sequence[Polled], *, took: timedelta) -> CrawlAccount:
    """Return the account of a crawl."""
    outcomes = [each.result.outcome for each in polled]
    return CrawlAccount(
        answered=outcomes.count(Outcome.ANSWERED),
        unchanged=outcomes.count(Outcome.UNCHANGED),
        failed=outcomes.count(Outcome.FAILED),
        counts=sum((each.counts for each in polled), Counts()),
        took=took,
    )


def _request(feed: FeedState, watch: Watch) -> PollRequest:
    remembered = PollRequest(
        feed_id=feed.id,
        address=feed.address,
        name=feed.name,
        etag=feed.etag,
        last_modified=feed.last_modified,
        body_digest=feed.body_digest,
        entry_digests=feed.entry_digests,
    )
    settings = watch.feeds.get(feed.address)
    return asked_as_set(remembered, settings) if settings else remembered
