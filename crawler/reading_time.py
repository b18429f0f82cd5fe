"""A limit on the time that reading something may take, where the reader knows none."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 0.5  # seconds: what is raised while something is being collected or deleted is lost


class TooLongError(Exception):
    """What was done under a limit took longer."""


class _Alarm(BaseException):
    """The time is over: no `except Exception` of a library may keep it."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TooLongError in what is done inside when it takes more than `seconds`; in a main thread only.

    One call into C code, such as lxml's, is not interrupted: it ends first. What it is given must be bounded in size.
    """
    before = signal.signal(signal.SIGALRM, _end)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    except _Alarm:
        raise TooLongError from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise _Alarm
