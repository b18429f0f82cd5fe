"""The one place that looks at the clock, rolls dice, and takes secrets out of the environment."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

# What a crawl process may inherit. A token that is not in the environment cannot be read from it.
_HARMLESS = frozenset({"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV"}) | {
    *("TERM", "COLORTERM", "NO_COLOR", "COLUMNS", "LINES")  # what is shown afterwards goes by these
}
_HARMLESS_BEGINNINGS = ("LC_", "PYTHON", "SSL_CERT_", "REQUESTS_CA_", "CURL_CA_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What decisions must not fetch for themselves: the clock (aware UTC), and chance (0 to 1) to spread things by.

    `monotonic` counts seconds from any beginning and is never set; while the machine sleeps it may stand still.
    """

    clock: Callable[[], datetime]
    chance: Callable[[], float]
    monotonic: Callable[[], float] = time.monotonic


def real_surroundings() -> Surroundings:
    """Return the system's clocks and chance."""
    return Surroundings(clock=wall_clock, chance=random.random)


def wall_clock() -> datetime:
    """Return what time it is, as the system has it."""
    return datetime.now(UTC)


def take_secrets_out_of_environment() -> None:
    """Leave in `os.environ` only what any child process may see; the configuration has been read before."""
    for name in list(os.environ):
        if name not in _HARMLESS and not name.startswith(_HARMLESS_BEGINNINGS):
            del os.environ[name]
