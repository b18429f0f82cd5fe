"""The one place that looks at the clock, rolls dice, and takes secrets out of the environment."""

import os
import random
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
    """What decisions must not fetch for themselves: the clock (aware UTC), and chance (0 to 1) to spread things by."""

    clock: Callable[[], datetime]
    chance: Callable[[], float]


def real_surroundings() -> Surroundings:
    """Return the system's clock and chance."""
    return Surroundings(clock=lambda: datetime.now(UTC), chance=random.random)


def take_secrets_out_of_environment() -> None:
    """Leave in `os.environ` only what any child process may see; the configuration has been read before."""
    for name in list(os.environ):
        if name not in _HARMLESS and not name.startswith(_HARMLESS_BEGINNINGS):
            del os.environ[name]
