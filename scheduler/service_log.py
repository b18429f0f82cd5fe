"""The log of a service that runs for months: whatever becomes of its reader, the service goes on."""

import contextlib
import fcntl
import logging
import os
import queue
import threading
import time
from collections.abc import Iterator
from typing import Final

from scheduler.logs import LogFormat, set_up_log

MOST_WAITING = 10_000  # lines, about 2 MB; what comes beyond while nobody reads is counted and thrown away
_FAREWELL = 1.0  # seconds for the last lines at the end
_STDERR: Final = 2
_BLOCK = 65536

log = logging.getLogger(__name__)


class Unhurried(logging.Handler):
    """Writes lines to a file descriptor from a thread of its own: who logs never waits for who reads.

    A pipe that nobody empties, or a file on a full disk, costs lines, and says afterwards how many.
    """

    def __init__(self, descriptor: int, *, most_waiting: int = MOST_WAITING) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._lines: queue.Queue[str] = queue.Queue(most_waiting)
        self._lost = 0
        threading.Thread(target=self._write_for_ever, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put the record in line to be written; never waits, never raises."""
        try:
            line = self.format(record)
        except Exception as error:  # noqa: BLE001  whoever logs must not fail by it
            line = f"a line of the log could not be written ({type(error).__name__})"
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._lost += 1

    def flush_for(self, seconds: float) -> None:
        """Wait until everything is written, at most so long."""
        ends_at = time.monotonic() + seconds
        while self._lines.unfinished_tasks and time.monotonic() < ends_at:
            time.sleep(0.005)

    def _write_for_ever(self) -> None:
        while True:
            line = self._lines.get()
            with contextlib.suppress(OSError):  # a reader that is gone, a full disk: nobody could be told
                self._write(line)
                if self._lost and self._lines.empty():
                    lost, self._lost = self._lost, 0
                    self._write(self.format(_record(f"{lost} lines of this log were lost, because nobody read it")))
            self._lines.task_done()

    def _write(self, line: str) -> None:
        data = f"{line}\n".encode("utf-8", "backslashreplace")
        while data:
            data = data[os.write(self._descriptor, data) :]


@contextlib.contextmanager
def service_log(*, level: int, form: LogFormat) -> Iterator[None]:
    """Log from `level` on in `form` to standard error, and take what others write there into the log.

    Within the block, file descriptor 2 is a pipe to this log: what crawl processes, C libraries and Python itself say
    goes through the same filter and into the same form, and none of them can be held up by a reader that hangs.
    """
    real = fcntl.fcntl(_STDERR, fcntl.F_DUPFD_CLOEXEC, 3)
    handler = Unhurried(real)
    set_up_log(level, handler=handler, form=form)
    hearing, speaking = os.pipe()
    os.dup2(speaking, _STDERR)
    os.close(speaking)
    threading.Thread(target=_hear, args=(hearing,), name="stderr", daemon=True).start()
    try:
        yield
    finally:
        os.dup2(real, _STDERR)
        handler.flush_for(_FAREWELL)


def _hear(hearing: int) -> None:
    """Log what comes through the pipe, line by line, until its last writer is gone."""
    with open(hearing, "rb", buffering=_BLOCK) as lines:
        while line := lines.readline(_BLOCK):
            if said := line.decode("utf-8", "backslashreplace").rstrip():
                log.warning("%s", said)


def _record(sentence: str) -> logging.LogRecord:
    return logging.LogRecord(__name__, logging.WARNING, __file__, 0, sentence, None, None)
