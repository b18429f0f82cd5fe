"""Memory that a crawl needed and nobody needs any more goes back to the system: a service sleeps most of its life."""

import ctypes
import sys
import time
from collections.abc import Callable

from stories.store import Store

PAUSE_SECONDS = 15.0  # it takes a few hundredths of a second, in which nothing else happens


class SpareMemory:
    """Gives memory back when the work is done, at most once in PAUSE_SECONDS."""

    def __init__(self, store: Store, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._monotonic = monotonic
        self._is_due = True  # a start needs more than what comes after it
        self._not_before = monotonic()

    def look(self, *, is_busy: bool) -> bool:
        """Give back what is free if there was work since the last time and is none now; return whether that was done.

        Called every few seconds from the thread that the archive belongs to.
        """
        self._is_due = self._is_due or is_busy
        if is_busy or not self._is_due or self._monotonic() < self._not_before:
            return False
        self._is_due, self._not_before = False, self._monotonic() + PAUSE_SECONDS
        self._store.let_cache_go()
        _trim()
        return True


def _trim() -> None:
    """Have the C library return what is free: by itself glibc keeps all but what lies at the very end."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none, and keeps little
        if trim is not None:
            trim(0)
