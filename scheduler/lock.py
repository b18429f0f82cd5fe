"""One process at a time may write an archive; a lock beside it, held for life, sees to that."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):  # noqa: N818  it is a state of the world, not a fault
    """Another process writes this archive; the message says which."""


@contextmanager
def only_writer(database: Path) -> Iterator[None]:
    """Hold the lock of the archive at `database`; the system releases it when the process ends, however it ends.

    :raises AlreadyRunning: when another process holds it
    """
    path = database.with_name(f"{database.name}.lock")
    with path.open("a+", encoding="ascii") as lock:
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
