"""The one place that looks at the clock, rolls dice, and takes secrets out of the environment."""

import os
import random
from datetime import UTC, datetime

from scheduler.service import Surroundings

# What a crawl process may inherit. A token that is not in the environment cannot be read from it.
_HARMLESS = frozenset({"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV"}) | {
    *("TERM", "COLORTERM", "NO_COLOR", "COLUMNS", "LINES")  # what is shown afterwards goes by these
}
_HARMLESS_BEGINNINGS = ("LC_", "PYTHON", "SSL_CERT_", "REQUESTS_CA_", "CURL_CA_")


def real_surroundings() -> Surroundings:
    """Return the system's clock and chance."""
    return Surroundings(clock=lambda: datetime.now(UTC), chance=random.random)


def take_secrets_out_of_environment() -> None:
    """Leave in `os.environ` only what any child process may see; the configuration has been read before."""
    for name in list(os.environ):
        if name not in _HARMLESS and not name.startswith(_HARMLESS_BEGINNINGS):
            del os.environ[name]
