"""One process at a time may write an archive; a lock beside it, held for life, sees to that."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from stories.store import StoreError


class AlreadyRunning(Exception):  # noqa: N818  it is a state of the world, not a fault
    """Another process writes this archive; the message says which."""


@contextmanager
def only_writer(database: Path) -> Iterator[None]:
    """Hold the lock of the archive at `database`; the system releases it when the process ends, however it ends.

    :raises AlreadyRunning: when another process holds it
    :raises StoreError: when nothing can be written beside the archive
    """
    with _lock_file(database) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise AlreadyRunning(
                f"database {database}: another wirewatch (process {holder}) is using it; stop that one first"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _lock_file(database: Path) -> IO[str]:
    try:
        return database.with_name(f"{database.name}.lock").open("a+", encoding="ascii")
    except FileNotFoundError as error:
        raise StoreError(f"database {database}: the folder {database.parent} does not exist; make it first") from error
    except OSError as error:
        raise StoreError(f"database {database}: nothing can be written in its folder ({error.strerror})") from error
