"""An archive that is damaged or gone: moved aside, the last good backup restored, and what may be missing is told."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from alerts.wording import time_in_words
from stories.counted import counted
from stories.store import DamagedError, Store, StoreError, open_store
from stories.store_backup import backups_of
from stories.store_log import has_lost_commits
from stories.store_notices import Notice, NoticeKind, add_notice
from stories.store_restore import DAMAGED, Restoration, aside_of, note_restoration, recovered_since, restore
from stories.store_soundness import check_soundness, fault_at_first_sight, fault_of_file

log = logging.getLogger(__name__)


@contextmanager
def opened_archive(database: Path, backups: Path, *, now: datetime) -> Iterator[Store]:
    """Open the archive for writing; the last good backup takes its place when it is damaged or gone.

    Where there is no backup of it, a new one begins. Hold the lock of the archive.

    :raises DamagedError: when it is damaged and there is no good backup
    :raises StoreError: when the archive cannot be used for another reason
    """
    fault = _fault_of(database, backups)
    if fault:
        recover(database, backups, why=fault, now=now)
    elif not database.exists():
        log.warning("database %s: not there; a new one begins", database)
    lost_log = _keep_log_that_lost(database, backups, now=now)
    with ExitStack() as stack:
        try:
            store = stack.enter_context(open_store(database))
        except DamagedError as error:
            recover(database, backups, why=_reason(database, error), now=now)
            store = stack.enter_context(open_store(database))
        if lost_log:
            _note_lost_log(store, lost_log, now=now)
        yield store


class Stops:
    """The wish that the service stops: it ends the life that goes on, and any that begins after it was said."""

    def __init__(self) -> None:
        self._is_wished = False
        self._stop = asyncio.Event()

    def of_a_life(self) -> asyncio.Event:
        """Return what stops a new life."""
        self._stop = asyncio.Event()
        if self._is_wished:
            self._stop.set()
        return self._stop

    def set(self) -> None:
        """Wish it."""
        self._is_wished = True
        self._stop.set()


async def serve_over(
    database: Path, backups: Path, serve: Callable[[Store], Awaitable[None]], *, clock: Callable[[], datetime]
) -> None:
    """Open the archive and `serve` over it; when it is found damaged meanwhile, over the backup that takes its place.

    :raises StoreError: when the archive cannot be used, or nothing good can take its place
    """
    while True:
        with opened_archive(database, backups, now=clock()) as store:
            try:
                await serve(store)
            except DamagedError as error:
                why = _reason(database, error)
            else:
                return
        recover(database, backups, why=why, now=clock())


def recover(database: Path, backups: Path, *, why: str, now: datetime) -> None:
    """Move a damaged archive, which nobody has open, aside, and put the last good backup into its place.

    Where that was done before in the last day, what is wrong was in that backup, too: an older one is taken.

    :raises DamagedError: when there is no good backup; then nothing is changed
    :raises StoreError: when something cannot be written
    """
    before = recovered_since(database, now - timedelta(days=1))
    good = good_backup(database, backups, skipped=before)
    if good is None and before:
        raise DamagedError(
            f"database {database}: {why}; {counted(before, 'backup was', 'backups were')} restored within a day, and no"
            f" other good one is in {backups}. Is the disk failing? What was moved aside is still there"
        )
    if good is None:
        raise DamagedError(
            f"database {database}: {why}; no good backup is in {backups}, so nothing was changed. Bring a copy of yours"
            " back with `wirewatch restore FILE`, or move the file away, and a new archive begins"
        )
    aside = aside_of(database, DAMAGED, now)
    was_there = database.exists()

    def tell(store: Store, restoration: Restoration) -> None:
        kept = f"what was there is kept as {aside.name}, and " if was_there else ""
        what = f"database {database}: {why}; {kept}the backup {good.name} was restored."
        _tell(store, f"{what} {_what_may_be_missing(restoration)}", now=now)

    restore(good, database, aside=aside, why=why, now=now, is_damaged=True, tell=tell)


def good_backup(database: Path, backups: Path, *, skipped: int = 0) -> Path | None:
    """Return the newest backup that is a sound archive of ours, but for some skipped ones; what is none is logged."""
    for backup in backups_of(database, backups):
        fault = fault_of_file(backup.path)
        if fault:
            log.warning("backup %s: %s; an older one is looked at", backup.path, fault)
        elif skipped:
            skipped -= 1
        else:
            return backup.path
    return None


def _fault_of(database: Path, backups: Path) -> str | None:
    log = database.with_name(f"{database.name}-wal")
    was_there = bool(backups_of(database, backups)) or (log.exists() and log.stat().st_size > 0)
    if not database.exists():
        return "it is gone" if was_there else None
    if not database.stat().st_size and not was_there:
        return None  # a first start that ended at once
    return fault_at_first_sight(database)


def _keep_log_that_lost(database: Path, backups: Path, *, now: datetime) -> Path | None:
    """Keep a copy of a log of which commits cannot be read any more, and return it; without them the rest may be sound.

    Where it is not, the backup is restored.
    """
    if not has_lost_commits(database):
        return None
    try:
        fault = fault_at_first_sight(database)
        if fault is None:
            check_soundness(database)
    except DamagedError as error:
        fault = _reason(database, error)
    if fault:
        recover(database, backups, why=fault, now=now)
        return None
    written = database.with_name(f"{database.name}-wal")
    aside = aside_of(written, DAMAGED, now)
    try:
        shutil.copyfile(written, aside)
    except OSError as error:
        raise StoreError(f"database {database}: its damaged log cannot be kept ({error.strerror})") from error
    return aside


def _note_lost_log(store: Store, aside: Path, *, now: datetime) -> None:
    why = "the end of its log was damaged"
    with store.writing():
        restoration = note_restoration(store, aside=aside, why=why, now=now)
        sentence = f"database {store.path}: {why}; it is kept as {aside.name}. {_what_may_be_missing(restoration)}"
        _tell(store, sentence, now=now)


def _what_may_be_missing(restoration: Restoration) -> str:
    since, until = restoration.known_until, restoration.restored_at
    return (
        f"What came from {time_in_words(since)} to {time_in_words(until)} may be missing; what feeds still list of"
        " it is told again, as a possible repeat"
    )


def _tell(store: Store, sentence: str, *, now: datetime) -> None:
    log.error("%s", sentence)
    notice = Notice(
        kind=NoticeKind.RESTORED, feed_id=None, subject=f"{now:%Y-%m-%d %H:%M:%S}", sentence=sentence, told_at=now
    )
    add_notice(store, notice)


def _reason(database: Path, error: StoreError) -> str:
    return str(error).removeprefix(f"database {database}: ")
