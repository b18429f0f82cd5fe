"""What a poll changes of its feed: validators, errors, move, rhythm, next poll. Decisions over values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.poll import Outcome, PollResult
from scheduler.deafness import are_errors, are_few
from scheduler.moves import after_redirect, configured_again, is_to_fall_back
from scheduler.rhythm import learn_rhythm
from scheduler.timetable import Because, Terms, Wait, own_wait, planned, wait_after
from stories.store_feeds import FeedState

MANY_RENAMED = 5  # entries of one poll that came again under other ids: enough to say so at once ...
RENAMINGS = 3  # ... and with fewer, so many polls of which most entries did
RENAMINGS_FADE = timedelta(days=7)

_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a poll brought to the archive: when what was new was published, and how many entries came under new ids."""

    published: Sequence[datetime | None] = ()
    renamed: int = 0


NOTHING = Brought()


def after_poll(
    feed: FeedState,
    result: PollResult,
    *,
    terms: Terms,
    now: datetime,
    chance: float,
    brought: Brought = NOTHING,
    host_waits_until: datetime | None = None,
    is_offline: bool = False,
) -> FeedState:
    """Return the feed as it stands after a poll.

    `host_waits_until`: its host refused, and none of its feeds is asked before. `is_offline`: not the feed failed but
    this machine's way to all of them. Of a feed that was not asked, because its host had refused another, no more is
    known than before.
    """
    if result.is_unasked and host_waits_until is not None:
        return planned(feed, Wait(host_waits_until - now, Because.HOST), terms, now=now, chance=chance)
    polled = replace(feed, last_polled_at=now, is_unreached=result.is_unreached)
    if result.outcome is Outcome.FAILED and is_offline:
        wait = replace(own_wait(polled, terms, now=now), because=Because.OFFLINE)
        return planned(replace(polled, error=result.error), wait, terms, now=now, chance=chance)
    if result.outcome is Outcome.FAILED:
        polled = _failed(polled, result, now)
    else:
        polled = _answered(polled, result, brought, now)
    if polled.retired_at:
        return replace(polled, next_poll_at=now, wait=None, because=Because.RETIRED)
    wait = wait_after(polled, terms, retry_after=result.retry_after, now=now)
    if polled.moved_to != feed.moved_to and polled.moved_to is None:
        wait = own_wait(polled, terms, now=now)  # the configured address has not failed yet
    if host_waits_until is not None and now + wait.length < host_waits_until:
        wait = Wait(host_waits_until - now, Because.HOST)
    return planned(polled, wait, terms, now=now, chance=chance)


def forgiven(feed: FeedState, terms: Terms, *, now: datetime) -> FeedState:
    """Return a feed whose last poll counted as an error, when it turns out that this machine was offline."""
    if feed.because != Because.ERRORS or feed.last_polled_at is None:
        return feed
    errors = feed.errors_in_a_row - 1
    fair = replace(feed, errors_in_a_row=errors, failing_since=feed.failing_since if errors else None)
    own = own_wait(fair, terms, now=now)
    next_poll_at = min(feed.next_poll_at, max(now, feed.last_polled_at + own.length))
    return replace(fair, next_poll_at=next_poll_at, wait=own.length, because=Because.OFFLINE)


def _failed(feed: FeedState, result: PollResult, now: datetime) -> FeedState:
    failed = replace(
        feed,
        errors_in_a_row=feed.errors_in_a_row + 1,
        error=result.error,
        status=result.status,
        failing_since=min(feed.failing_since or now, now),  # a wrong clock may have put it ahead
    )
    if is_to_fall_back(failed, now=now):
        return configured_again(failed)
    if result.status == _GONE and result.answered_by == result.moved_to:  # not only where it leads for the time being
        return replace(failed, retired_at=feed.retired_at or now)
    return failed


def _answered(feed: FeedState, result: PollResult, brought: Brought, now: datetime) -> FeedState:
    answered = replace(
        feed,
        # An empty list is no baseline: what it will list is as old as in any other feed.
        first_answered_at=feed.first_answered_at or (now if result.entries else None),
        last_answered_at=now,
        errors_in_a_row=0,
        error=None,
        status=None,
        failing_since=None,
        retired_at=None,
        fresh_for=feed.fresh_for
        if result.outcome is Outcome.UNCHANGED and result.fresh_for is None
        else result.fresh_for,
        offers_validators=_offers_validators(feed, result),
    )
    if result.outcome is Outcome.ANSWERED:
        answered = _listened(_read(answered, feed, result), result, now)
        answered = learn_rhythm(_renamed(answered, brought, result, now), brought.published, now=now)
    return after_redirect(answered, result, now=now)


def _read(answered: FeedState, before: FeedState, result: PollResult) -> FeedState:
    """Return a feed with what its document says of itself, and what will tell its next one from it."""
    answered = replace(
        answered,
        warning=result.warning,
        etag=result.etag,
        last_modified=result.last_modified,
        body_digest=result.body_digest,
        entry_digests=result.entry_digests,
    )
    if result.body_digest is not None and result.body_digest == before.body_digest:
        return answered  # the same document under other validators: it was not read again
    return replace(answered, ttl=result.ttl, skip_hours=result.skip_hours, skip_days=result.skip_days)


def _listened(feed: FeedState, result: PollResult, now: datetime) -> FeedState:
    """Return a feed with a note since when it lists nothing, or nothing but errors, as far as it does."""
    is_empty = not result.entries and feed.first_answered_at is not None
    if result.articles:
        lists_errors = are_errors([article.title for article in result.articles])
    else:  # all it lists was listed before
        lists_errors = feed.errors_listed_since is not None and are_few(result.entries)
    return replace(
        feed,
        empty_since=(feed.empty_since or now) if is_empty else None,
        errors_listed_since=(feed.errors_listed_since or now) if lists_errors else None,
    )


def _offers_validators(feed: FeedState, result: PollResult) -> bool | None:
    if result.outcome is Outcome.UNCHANGED:
        return True if result.status == 304 else feed.offers_validators
    if result.etag or result.last_modified:
        return True
    # Of a document that breaks off nothing is remembered, whatever the server offers.
    return feed.offers_validators if result.body_digest is None else False


def _renamed(feed: FeedState, brought: Brought, result: PollResult, now: datetime) -> FeedState:
    """Return a feed with a note that most of what it lists came again under other ids, if it did."""
    if not brought.renamed or brought.renamed * 2 < result.entries:
        return feed
    is_over = feed.renamed_at is None or not timedelta(0) <= now - feed.renamed_at <= RENAMINGS_FADE
    earlier = 0 if is_over else feed.renamings
    step = RENAMINGS if brought.renamed >= MANY_RENAMED else 1
    return replace(feed, renamings=min(earlier + step, RENAMINGS), renamed_at=now)
