"""Whether a file is a sound archive of ours: what it says of itself, what it is made of, whether it hangs together."""

import sqlite3
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from stories.store import APPLICATION_ID, UNREADABLE, DamagedError, StoreError, is_damage
from stories.store_schema import difference, steps_of

_MAGIC = b"SQLite format 3\0"
_LOOK_SECONDS = 0.1  # between two looks at whether a check is still wanted

Wanted = Callable[[], bool]


class Unwanted(Exception):  # noqa: N818  it is what somebody wished, not a fault
    """The work was given up because it is not wanted any more."""


def fault_of_file(path: Path, *, is_wanted: Wanted = lambda: True) -> str | None:
    """Return why a file that nobody writes is no sound archive, or None when it is one.

    The file may come from anywhere: nothing in it is run, and what is not ours is refused before it is looked through.

    :raises Unwanted: when `is_wanted` says so meanwhile
    """
    fault = _fault_of_header(path, is_whole=True)
    if fault:
        return fault
    try:
        with closing(_opened(path)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            if application_id != APPLICATION_ID:
                return "it is the database of another program"
            return difference(connection) or _fault_within(connection, is_wanted)
    except UNREADABLE as error:
        return f"it cannot be read ({error})"


def fault_at_first_sight(path: Path) -> str | None:
    """Return why the archive at `path`, which nobody has open, cannot be one any more, without looking through it all.

    None for what only somebody else's program or a newer version explains: opening it says so.
    """
    log = path.with_name(f"{path.name}-wal")
    # The log may hold more pages than the file so far.
    fault = _fault_of_header(path, is_whole=not log.exists() or not log.stat().st_size)
    if fault:
        return fault
    try:
        with closing(_opened(path)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            is_ours = steps_of(connection) and difference(connection) is None
    except UNREADABLE as error:
        return f"it cannot be read ({error})" if is_damage(error) else None
    return "its header is damaged" if is_ours and application_id != APPLICATION_ID else None


def check_soundness(path: Path, *, is_wanted: Wanted = lambda: True) -> None:
    """Look through an archive that is in use, from a connection of its own.

    :raises DamagedError: when it does not hang together
    :raises StoreError: when it cannot be read just now
    :raises Unwanted: when `is_wanted` says so meanwhile
    """
    try:
        with closing(_opened(path)) as connection:
            fault = _fault_within(connection, is_wanted)
    except UNREADABLE as error:
        kind = DamagedError if is_damage(error) else StoreError
        raise kind(f"database {path}: cannot be checked ({error})") from error
    if fault:
        raise DamagedError(f"database {path}: {fault}")


def _fault_within(connection: sqlite3.Connection, is_wanted: Wanted) -> str | None:
    if not is_wanted():
        raise Unwanted
    try:
        with _ending(connection, is_wanted):
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            broken = connection.execute("PRAGMA foreign_key_check").fetchone() if said == "ok" else None
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise Unwanted from error
        raise
    if not is_wanted():
        raise Unwanted  # what a check says that was cut short counts for nothing
    if said != "ok":
        return f"it is damaged ({' '.join(said.split())[:200]})"
    return f"it is damaged (a row of {broken[0]} refers to none of {broken[2]})" if broken else None


@contextmanager
def _ending(connection: sqlite3.Connection, is_wanted: Wanted) -> Iterator[None]:
    """End what a connection does when it is not wanted any more.

    By a thread that looks: while SQLite checks a table, which may take minutes, it calls nobody.
    """
    done = threading.Event()

    def look() -> None:
        while not done.wait(_LOOK_SECONDS):
            if not is_wanted():
                connection.interrupt()

    looking = threading.Thread(target=look, name="check", daemon=True)
    looking.start()
    try:
        yield
    finally:
        done.set()
        looking.join()


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    for setting in ("trusted_schema = OFF", "cell_size_check = ON", "busy_timeout = 10000", "mmap_size = 0"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _fault_of_header(path: Path, *, is_whole: bool) -> str | None:
    """Return what is wrong with the first hundred bytes: SQLite may believe what they say of a file that `is_whole`."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    size = path.stat().st_size
    if not size:
        return "it is empty"
    if len(header) < 100 or not header.startswith(_MAGIC):
        return "it is no database"
    page_size, pages = struct.unpack(">H", header[16:18])[0], struct.unpack(">I", header[28:32])[0]
    page_size = 65536 if page_size == 1 else page_size
    if is_whole and page_size * pages != size:
        return f"it says that it has {pages} pages of {page_size} bytes, and has {size} bytes"
    return None
