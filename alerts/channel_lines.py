"""The lines that one send has open: whoever gives the send up cuts them, and its thread ends."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class CutError(OSError):
    """The send was given up."""


class Lines:
    """The connections of one send. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._open: list[socket.socket] = []
        self._is_cut = False
        self._lock = threading.Lock()

    def add(self, connection: socket.socket) -> None:
        """Keep hold of `connection`; raise CutError when the send was given up meanwhile."""
        # A second handle, because encryption takes the first one away.
        with self._lock:
            if self._is_cut:
                raise CutError("the send was given up")
            self._open.append(connection.dup())

    def cut(self) -> None:
        """Shut all lines down: whoever reads or writes there is told so at once, and nobody gets a new one."""
        with self._lock:
            self._is_cut = True
            for each in self._open:
                with suppress(OSError):  # the other side was faster
                    each.shutdown(socket.SHUT_RDWR)

    def are_cut(self) -> bool:
        """Say whether the send was given up."""
        return self._is_cut

    def let_go(self) -> None:
        """Keep hold of nothing any more."""
        with self._lock:
            for each in self._open:
                each.close()
            self._open.clear()


_held = threading.local()


@contextmanager
def held(lines: Lines) -> Iterator[None]:
    """Have `lines` hold what this thread connects to within the block."""
    _held.lines = lines
    try:
        yield
    finally:
        del _held.lines
        lines.let_go()


def hold(connection: socket.socket) -> None:
    """Have the lines of this thread's send hold `connection`, if there are any; close it and raise CutError if cut."""
    lines: Lines | None = getattr(_held, "lines", None)
    if lines is None:
        return
    try:
        lines.add(connection)
    except OSError:
        connection.close()
        raise
