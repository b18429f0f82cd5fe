"""Backups: copies of a running archive, each checked before it counts, the old ones let go."""

import os
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from glob import escape
from pathlib import Path

from stories.store import StoreError
from stories.store_soundness import Unwanted, Wanted, fault_of_file

_PAGES = 512  # in one step: 2 MB, which takes a few milliseconds
_STAMP = "%Y%m%dT%H%M%SZ"
_HALF_DONE = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A file that an earlier backup left, and when it was made (UTC)."""

    path: Path
    made_at: datetime


def back_up(database: Path, target: Path, *, is_wanted: Wanted = lambda: True) -> None:
    """Copy the archive at `database` to `target`, from a connection of its own, whoever writes meanwhile.

    Only a copy that was checked and is safely on the disk takes the name; what had it is replaced.

    :raises StoreError: when the archive cannot be read, the copy cannot be written, or is not sound
    :raises Unwanted: when `is_wanted` says so meanwhile
    """
    half_done = target.with_name(f".{target.name}{_HALF_DONE}")
    try:
        _make_room(half_done, like=database)
        _copy(database, half_done, is_wanted)
        fault = fault_of_file(half_done, is_wanted=is_wanted)
        if fault:
            raise StoreError(f"database {database}: its copy is not sound: {fault}")
        flush(half_done)
        half_done.replace(target)
        flush(target.parent)
    except OSError as error:
        raise StoreError(f"backup {target}: cannot be written ({error.strerror})") from error
    finally:
        with suppress(OSError):
            half_done.unlink(missing_ok=True)


def name_of_backup(database: Path, now: datetime) -> str:
    """Return how a backup of the archive at `database` made at `now` is called."""
    return f"{database.stem}-{now.astimezone(UTC):{_STAMP}}.db"


def backups_of(database: Path, folder: Path) -> list[Backup]:
    """Return the backups of an archive in a folder, the newest first; no other file there counts."""
    pattern = re.compile(re.escape(database.stem) + r"-(\d{8}T\d{6}Z)\.db")
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            stamped = pattern.fullmatch(path.name)
            with suppress(ValueError):
                if stamped and path.is_file() and not path.is_symlink():
                    made_at = datetime.strptime(stamped[1], _STAMP).replace(tzinfo=UTC)
                    found.append(Backup(path=path, made_at=made_at))
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def superfluous(backups: Sequence[Backup], *, keep: int, weeks: int) -> list[Backup]:
    """Return which of some backups may go: not the last `keep`, nor the last one of each of the last `weeks` weeks."""
    newest_first = sorted(backups, key=lambda backup: backup.made_at, reverse=True)
    last_of_week: dict[tuple[int, int], Backup] = {}
    for backup in newest_first:
        last_of_week.setdefault(backup.made_at.isocalendar()[:2], backup)
    kept = {*newest_first[:keep], *list(last_of_week.values())[:weeks]}
    return [backup for backup in newest_first if backup not in kept]


def remove_half_done(database: Path, folder: Path) -> None:
    """Remove what backups of an archive left in a folder that were killed while they were made."""
    for path in folder.glob(f".{escape(database.stem)}-*.db{_HALF_DONE}*"):
        with suppress(OSError):
            path.unlink()


def remove_backups(backups: Sequence[Backup]) -> None:
    """Remove some backups.

    :raises StoreError: when one cannot be removed
    """
    for backup in backups:
        try:
            backup.path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"backup {backup.path}: cannot be removed ({error.strerror})") from error


def flush(path: Path) -> None:
    """Have what was written to a file, or the names in a folder, on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_room(path: Path, *, like: Path) -> None:
    """Make an empty file that others may read no more than the archive; what a killed backup left there goes."""
    path.unlink(missing_ok=True)
    mode = like.stat().st_mode & 0o666 if like.exists() else 0o600
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode))


def _copy(database: Path, target: Path, is_wanted: Wanted) -> None:
    def look_up(_status: int, _remaining: int, _total: int) -> None:
        if not is_wanted():
            raise Unwanted

    source_uri = f"{database.absolute().as_uri()}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(source_uri, uri=True, isolation_level=None)) as source,
            closing(sqlite3.connect(target, isolation_level=None)) as copy,
        ):
            source.execute("PRAGMA busy_timeout = 10000")
            # What is read from here on stays as it is now, or the copy would begin anew at everything that is written.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=_PAGES, progress=look_up)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
    except sqlite3.Error as error:
        raise StoreError(f"database {database}: cannot be copied to {target.parent} ({error})") from error
