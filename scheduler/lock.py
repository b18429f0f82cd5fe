"""One process at a time may write an archive; a lock beside it, held for life, sees to that."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from stories.store import StoreError

_PATIENCE = 0.3  # seconds: one that is just ending, or `doctor` looking, is no second service
_PAUSE = 0.05


class AlreadyRunning(Exception):  # noqa: N818  it is a state of the world, not a fault
    """Another process writes this archive; the message says which."""


@contextmanager
def only_writer(database: Path) -> Iterator[None]:
    """Hold the lock of the archive at `database`; the system releases it when the process ends, however it ends.

    :raises AlreadyRunning: when another process holds it
    :raises StoreError: when nothing can be written beside the archive
    """
    with _lock_file(database) as lock:
        if not _is_taken(lock, database, fcntl.LOCK_EX):
            raise _in_use(database, _holder(lock))
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def refuse_a_second(database: Path) -> None:
    """Look, before anything is loaded, whether another process writes the archive; `only_writer` decides it later.

    :raises AlreadyRunning: when one does
    """
    if holder := holder_of(database):
        raise _in_use(database, holder)


def holder_of(database: Path) -> str | None:
    """Return the number of the process that holds the archive's lock, or None; looking disturbs nobody."""
    try:
        with _lock_of(database).open(encoding="ascii") as lock:
            return None if _is_taken(lock, database, fcntl.LOCK_SH, patience=0.0) else _holder(lock)
    except OSError:
        return None  # nobody has ever locked it, or nobody may look


def _in_use(database: Path, holder: str) -> AlreadyRunning:
    return AlreadyRunning(f"database {database}: another wirewatch (process {holder}) is using it; stop that one first")


def _is_taken(lock: IO[str], database: Path, kind: int, *, patience: float = _PATIENCE) -> bool:
    """Try to take the lock, and return whether it is ours."""
    gives_up_at = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= gives_up_at:
                return False
            time.sleep(_PAUSE)
        except OSError as error:  # some network file systems know no locks
            raise StoreError(
                f"database {database}: its folder knows no locks ({error.strerror}); put it on a disk of this machine"
            ) from error
        else:
            return True


def _holder(lock: IO[str]) -> str:
    lock.seek(0)
    return lock.read().strip() or "unknown"


def _lock_of(database: Path) -> Path:
    """Return where the lock of an archive is: beside the file itself, by whatever links it was named."""
    file = Path(os.path.realpath(database))
    return file.with_name(f"{file.name}.lock")


def _lock_file(database: Path) -> IO[str]:
    try:
        return _lock_of(database).open("a+", encoding="ascii")
    except FileNotFoundError as error:
        raise StoreError(f"database {database}: the folder {database.parent} does not exist; make it first") from error
    except OSError as error:
        raise StoreError(f"database {database}: nothing can be written in its folder ({error.strerror})") from error
