"""A backup takes the place of the archive: in one moment, with what was there kept aside, and what it misses known."""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from stories.store import UNREADABLE, Store, StoreError, instant, open_store, stamp
from stories.store_backup import flush
from stories.store_soundness import fault_of_file

DAMAGED = "damaged"  # in the name of what was moved aside for it
_BESIDE = ("-wal", "-shm")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoration:
    """A backup that took the place of the archive: what happened between the two instants it does not know."""

    known_until: datetime
    restored_at: datetime


def restore(
    backup: Path,
    database: Path,
    *,
    aside: Path,
    why: str,
    now: datetime,
    is_damaged: bool = False,
    tell: Callable[[Store, Restoration], None] = lambda _store, _restoration: None,
) -> Restoration:
    """Put a copy of `backup` into the place of `database`, and keep what was there as `aside`; nobody may use either.

    There is no moment at which no archive is there: a crash leaves the old one or the new one, in which stands that it
    was a backup, and what `tell` writes. What `is_damaged` is kept as it was found.

    :raises StoreError: when the backup is no sound archive of ours, or something cannot be written
    """
    copy = database.with_name(f".{database.name}.restoring")
    try:
        _refuse_what_is_in_use(backup)
        _clear(copy)
        try:
            _copy_file(backup, copy)
            fault = fault_of_file(copy)
            if fault:
                raise StoreError(f"backup {backup}: cannot be restored: {fault}")
            with open_store(copy) as store, store.writing():
                restoration = note_restoration(store, aside=aside if database.exists() else None, why=why, now=now)
                tell(store, restoration)
            _take_its_place(copy, database, aside, is_damaged=is_damaged)
        finally:
            with suppress(OSError):
                _clear(copy)
    except OSError as error:
        raise StoreError(f"backup {backup}: cannot be restored ({error.strerror}: {error.filename})") from error
    return restoration


def aside_of(database: Path, why: str, now: datetime) -> Path:
    """Return under which name an archive is kept that another one replaces; no file is called so yet."""
    name = f"{database.name}.{why}-{now.astimezone(UTC):{_STAMP}}"
    names = [name, *(f"{name}-{number}" for number in range(2, 1000))]
    return next(path for each in names if not (path := database.with_name(each)).exists())


def recovered_since(database: Path, since: datetime) -> int:
    """Return how many damaged archives were moved aside here since an instant."""
    stamped = re.compile(re.escape(database.name) + rf"\.{DAMAGED}-(\d{{8}}T\d{{6}}Z)(-\d+)?")
    beside = [path for path in database.parent.iterdir() if not _is_still(path, database)]
    found = (stamped.fullmatch(path.name) for path in beside)
    return sum(each[1] >= f"{since.astimezone(UTC):{_STAMP}}" for each in found if each)


def _is_still(aside: Path, database: Path) -> bool:
    """Whether a file was to be moved aside and is still in its place, too: a crash came between."""
    return database.exists() and aside.exists() and aside.samefile(database)


def note_restoration(store: Store, *, aside: Path | None, why: str, now: datetime) -> Restoration:
    """Write down that this archive was a backup a moment ago; call it inside a transaction.

    What waits in its outbox may have been sent since it was made.
    """
    row = store.db.execute(
        "SELECT coalesce(max(last_polled_at), (SELECT max(seen_at) FROM articles)) FROM feeds"
    ).fetchone()
    known_until = instant(row[0]) if row[0] else now
    store.db.execute(
        "INSERT INTO restorations (known_until, restored_at, why, aside) VALUES (?, ?, ?, ?)",
        [stamp(known_until), stamp(now), why, aside and str(aside)],
    )
    store.db.execute("UPDATE deliveries SET maybe_repeat = 1 WHERE state IN ('new', 'sending', 'failed')")
    return Restoration(known_until=known_until, restored_at=now)


def last_restoration(store: Store) -> Restoration | None:
    """Return when a backup took the place of the archive last, if one ever did."""
    row = store.db.execute("SELECT known_until, restored_at FROM restorations ORDER BY id DESC LIMIT 1").fetchone()
    return Restoration(known_until=instant(row[0]), restored_at=instant(row[1])) if row else None


def mark_as_possible_repeat(store: Store, alert_id: int) -> None:
    """Say of an alert that its readers may have it already; call it inside a transaction."""
    store.db.execute("UPDATE deliveries SET maybe_repeat = 1 WHERE alert_id = ?", [alert_id])


def _refuse_what_is_in_use(backup: Path) -> None:
    """Refuse a bare copy of an archive of which a part is in another file."""
    log = backup.with_name(f"{backup.name}-wal")
    if log.exists() and log.stat().st_size:
        raise StoreError(
            f"backup {backup}: part of it is in {log.name}; make one file of both:"
            f" wirewatch --database {backup} backup --to OTHER"
        )


def _clear(copy: Path) -> None:
    """Remove what an earlier attempt left."""
    for ending in ("", *_BESIDE):
        copy.with_name(copy.name + ending).unlink(missing_ok=True)


def _copy_file(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
        shutil.copyfileobj(reading, writing, 1 << 20)


def _take_its_place(copy: Path, database: Path, aside: Path, *, is_damaged: bool) -> None:
    """Give what is at `database` a second name, take away what belongs to it, and put `copy` there in one moment."""
    if database.exists():
        shutil.copymode(database, copy)
        if not is_damaged:
            _write_all_into_it(database)
        try:
            aside.hardlink_to(database)
        except OSError:  # not every file system can
            _copy_file(database, aside)
    flush(copy)
    for ending in _BESIDE:  # they must not be read with another file
        with suppress(FileNotFoundError):
            database.with_name(database.name + ending).rename(aside.with_name(aside.name + ending))
    flush(database.parent)
    copy.replace(database)
    flush(database.parent)


def _write_all_into_it(database: Path) -> None:
    """Bring what its log holds into the file, as far as that is possible."""
    with suppress(*UNREADABLE), closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
