"""The archive: one SQLite file, opened for writing by one process and for reading by any number."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from stories.migrations import migrations
from stories.store_schema import steps, steps_of

if TYPE_CHECKING:
    from stories.grouping import Grouper

APPLICATION_ID = 0x77697265  # "wire": tells our file from any other SQLite database

_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -32000",
)
# Of an extended code the last byte is the kind; a read that ends too early is one of the many kinds of I/O errors.
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR_SHORT_READ})
_GARBLED = "Could not decode to UTF-8"  # so Python says it: whatever was written as text is UTF-8
# All that Python raises over a file that SQLite cannot make sense of: its complaint may itself be garbled.
UNREADABLE = (sqlite3.Error, UnicodeDecodeError)


class StoreError(Exception):
    """The archive cannot be opened or used; the message says which file, why and what to do."""


class DamagedError(StoreError):
    """What the archive's file holds is not what was written into it."""


class Store:
    """An open archive. Its connection belongs to the thread that opened it."""

    def __init__(self, db: Database, path: Path) -> None:
        self.db = db
        self.path = path
        # With its log, which is there as long as anybody has it open; whoever only reads may have none.
        files = (path, path.with_name(f"{path.name}-wal"))
        self._files = {file: file.stat().st_ino for file in files if file.exists()}

    @cached_property
    def grouper(self) -> "Grouper":
        """The memory of its open stories (`stories.store_grouping`)."""
        # Whoever only reads needs none of what that loads.
        from stories.grouping import Grouper

        return Grouper()

    def check_in_place(self) -> None:
        """Make sure that what is written still goes into the file at `path`, and its log.

        :raises StoreError: when somebody removed or replaced one; what is written would be gone at the end
        """
        for file, number in self._files.items():
            if not file.exists() or file.stat().st_ino != number:
                raise StoreError(f"database {file}: removed or replaced while in use; what came after that is lost")

    def let_cache_go(self) -> None:
        """Free the memory in which pages of the file are kept; they are read again when they are needed."""
        self.db.execute("PRAGMA shrink_memory")

    def query(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> Iterator[dict[str, Any]]:
        """Yield the rows of a SELECT by column name.

        Not by the library's own `query`: that opens a savepoint around each, at which FTS5 writes out all it has
        gathered in a transaction. An import then took a third longer.
        """
        cursor = self.db.execute(sql, dict(parameters) if isinstance(parameters, Mapping) else list(parameters))
        names = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold one write transaction: all of it is kept, or, on any exception, none.

        IMMEDIATE, because a deferred transaction that reads first and writes later fails at once, whatever the
        busy timeout, when another connection wrote in between.

        :raises StoreError: when the file cannot be written: the disk is full, another program locks it, it is damaged
        """
        try:
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.commit()
            except BaseException:
                self.db.rollback()
                if "grouper" in vars(self):
                    self.grouper.clear()  # what it remembers may be just what was not kept
                raise
        except sqlite3.IntegrityError:
            raise  # a fault of ours, not of the file
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            kind = DamagedError if is_damage(error) else StoreError
            raise kind(f"database {self.path}: cannot be written ({error})") from error


def is_damage(error: BaseException | None) -> bool:
    """Whether an error says that the file itself is damaged: not full, not locked, not forbidden."""
    if isinstance(error, DamagedError):
        return True
    code = getattr(error, "sqlite_errorcode", 0) or 0
    is_garbled = isinstance(error, UnicodeDecodeError) or _GARBLED in str(error)
    return code & 0xFF in _DAMAGE or code in _DAMAGE or is_garbled


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """Open the archive at `path` for writing, creating or migrating it as needed.

    :raises StoreError: when the file cannot be opened, or is not an archive of this program
    """
    try:
        db = Database(sqlite3.connect(path, isolation_level=None))
    except sqlite3.Error as error:
        raise StoreError(f"database {path}: cannot be opened ({error})") from error
    try:
        try:
            _prepare(db, path)
        except UNREADABLE as error:
            kind = DamagedError if is_damage(error) else StoreError
            raise kind(f"database {path}: cannot be used ({error})") from error
        yield Store(db, path)
    finally:
        db.close()


@contextmanager
def read_store(path: Path) -> Iterator[Store]:
    """Open the archive at `path` for reading only; a running service is not disturbed.

    :raises StoreError: when there is no archive yet, or the file is not one
    """
    if not path.parent.exists():
        raise StoreError(f"database {path}: the folder {path.parent} does not exist")
    if not path.exists():
        raise StoreError(f"database {path}: not there yet; `wirewatch poll`, `run` or `import` makes it")
    try:
        db = Database(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None))
    except sqlite3.Error as error:
        raise StoreError(f"database {path}: cannot be read ({error})") from error
    try:
        try:
            _prepare_for_reading(db, path)
        except sqlite3.Error as error:
            raise StoreError(f"database {path}: cannot be read ({error})") from error
        yield Store(db, path)
    finally:
        db.close()


def _prepare_for_reading(db: Database, path: Path) -> None:
    db.execute("PRAGMA busy_timeout = 10000")
    db.execute("PRAGMA trusted_schema = OFF")
    _refuse_a_stranger(db, path)
    _refuse_the_future(db, path)
    if migrations.pending(db):
        raise StoreError(f"database {path}: made by an older version; `wirewatch poll` brings it up to date")


@lru_cache(maxsize=256)  # one poll writes the same few instants some hundred times
def stamp(instant: datetime) -> str:
    """Return `instant` as it is stored: ISO 8601, UTC, milliseconds, so that text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant(stamped: str) -> datetime:
    """Return what `stamp` stored as an aware instant."""
    return datetime.fromisoformat(stamped)


def instant_or_none(stamped: str | None) -> datetime | None:
    """Return what `stamp` stored in a column that may be empty."""
    return instant(stamped) if stamped else None


def _prepare(db: Database, path: Path) -> None:
    if db.table_names():
        _refuse_a_stranger(db, path)  # first: even the journal mode would change a file that is not ours
        _refuse_the_future(db, path)
    for setting in _SETTINGS:
        db.execute(setting)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    if migrations.pending(db):
        migrations.apply(db)


def _refuse_a_stranger(db: Database, path: Path) -> None:
    (found,) = db.execute("PRAGMA application_id").fetchone()
    if found != APPLICATION_ID:
        raise StoreError(f"database {path}: holds something else than a wirewatch archive; choose another file")


def _refuse_the_future(db: Database, path: Path) -> None:
    unknown = [step for step in steps_of(db.conn) if step not in steps()]
    if unknown:
        raise StoreError(
            f"database {path}: made by a newer version of wirewatch (it has the step {unknown[0]!r}); install that one"
            " again, or restore a backup from before: `wirewatch restore FILE`"
        )
