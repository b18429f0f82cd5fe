"""What whoever looks after the feeds is told once: a line in the log, a row among the notices, a place in `status`."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from alerts.wording import time_in_words
from scheduler.after_poll import RENAMINGS, RENAMINGS_FADE, forgiven
from scheduler.deafness import TOLD_AFTER as SILENT_TOLD_AFTER
from scheduler.deafness import is_frozen
from scheduler.offline import is_offline, is_outside, unreached_in_a_row
from scheduler.timetable import terms_of
from scheduler.watch import Watch
from stories.durations import write_duration
from stories.store import Store
from stories.store_feeds import FeedState, feeds_worth_a_notice, save_changes, watched_feeds
from stories.store_notices import Notice, NoticeKind, add_notice, close_notice, mend_notice, open_notices

TOLD_AFTER = timedelta(hours=24)  # of failing
MISSING_TOLD_AFTER = timedelta(days=3)  # of 404: pages come back

_NOT_FOUND = 404

log = logging.getLogger(__name__)


def notices_of(feed: FeedState, *, is_told: bool, now: datetime) -> list[Notice]:
    """Return what is to be said of a feed at `now`; that it fails holds, once it `is_told`, until it answers."""
    sentences = {
        NoticeKind.GONE: _gone(feed),
        NoticeKind.FAILING: _failing(feed, now, is_told=is_told),
        NoticeKind.MOVED: _moved(feed),
        NoticeKind.IDS: _ids(feed, now),
        NoticeKind.EMPTY: _since(feed.empty_since, now, "answers, and lists nothing since"),
        NoticeKind.ERRORS: _since(feed.errors_listed_since, now, "lists nothing but error messages since"),
        NoticeKind.FROZEN: _frozen(feed, now),
    }
    return [
        Notice(kind=kind, feed_id=feed.id, sentence=f"feed {feed.name} ({feed.address}): {sentence}", told_at=now)
        for kind, sentence in sentences.items()
        if sentence
    ]


def tell_of_feeds(store: Store, *, now: datetime) -> None:
    """Bring the notices on feeds in line with how the feeds stand, and log each that is new once, in their order.

    :raises StoreError: when the archive cannot be written
    """
    held = {(each.kind, each.feed_id): each.sentence for each in open_notices(store) if each.feed_id is not None}
    due = {
        (each.kind, each.feed_id): each
        for feed in feeds_worth_a_notice(store, now=now)
        for each in notices_of(feed, is_told=(NoticeKind.FAILING, feed.id) in held, now=now)
    }
    if held == {key: each.sentence for key, each in due.items()}:
        return
    with store.writing():
        for key, notice in due.items():
            if key not in held:
                add_notice(store, notice)
                log.warning("%s", notice.sentence)
            elif held[key] != notice.sentence:
                mend_notice(store, notice)
        for kind, feed_id in held.keys() - due.keys():
            close_notice(store, kind, feed_id, now=now)


def find_offline(store: Store, watch: Watch, not_reached: Iterable[FeedState]) -> bool:
    """Whether this machine is cut off, now that feeds (as they stood before) were `not_reached`."""
    return is_offline(not_reached, _outside(store, watch))


def tell_offline(store: Store, watch: Watch, *, now: datetime) -> None:
    """Say once that no server is reached; feeds whose last poll counted as their error are forgiven it."""
    sentence = "no server can be reached: is this machine online? The feeds are asked on as ever"
    notice = Notice(kind=NoticeKind.OFFLINE, feed_id=None, sentence=sentence, told_at=now)
    with store.writing():
        if not add_notice(store, notice):
            return
        log.warning("%s", sentence)
        for feed in unreached_in_a_row(_outside(store, watch)):
            fair = forgiven(feed, terms_of(feed, watch.feeds.get(feed.address)), now=now)
            save_changes(store, fair, before=feed)


def tell_online(store: Store, *, now: datetime) -> None:
    """Say that servers are reached again, if it was said that they are not."""
    if not any(each.kind is NoticeKind.OFFLINE for each in open_notices(store)):
        return
    with store.writing():
        close_notice(store, NoticeKind.OFFLINE, None, now=now)
        log.warning("servers are reached again")


def _outside(store: Store, watch: Watch) -> list[FeedState]:
    return [feed for feed in watched_feeds(store) if is_outside(feed, watch.feeds)]


def _moved(feed: FeedState) -> str | None:
    return f"moved to {feed.moved_to}; change the address in config.yaml" if feed.moved_to else None


def _gone(feed: FeedState) -> str | None:
    if feed.retired_at is None:
        return None
    return "gone for good (410): from now on only `wirewatch poll` asks it; take it out or change its address"


def _failing(feed: FeedState, now: datetime, *, is_told: bool) -> str | None:
    if feed.retired_at or feed.failing_since is None:
        return None
    is_missing = feed.status == _NOT_FOUND
    if not is_told and now - feed.failing_since < (MISSING_TOLD_AFTER if is_missing else TOLD_AFTER):
        return None
    since = f"since {time_in_words(feed.failing_since)}"
    return f"not found (404) {since}; is its address right?" if is_missing else f"fails {since}: {feed.error}"


def _ids(feed: FeedState, now: datetime) -> str | None:
    if feed.renamings < RENAMINGS or feed.renamed_at is None:
        return None
    if not timedelta(0) <= now - feed.renamed_at <= RENAMINGS_FADE:
        return None
    return "lists known articles again under other ids or links; what stayed the same tells them, nothing comes twice"


def _since(at: datetime | None, now: datetime, what: str) -> str | None:
    return f"{what} {time_in_words(at)}" if at and now - at >= SILENT_TOLD_AFTER else None


def _frozen(feed: FeedState, now: datetime) -> str | None:
    if not is_frozen(feed, now=now) or feed.newest_at is None or feed.rhythm is None:
        return None
    usual = write_duration(max(feed.rhythm, timedelta(minutes=1)))
    return f"answers, but nothing new came since {time_in_words(feed.newest_at)}; usual is {usual} between two"
