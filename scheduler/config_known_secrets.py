"""The secrets of a whole configuration, told to the log so that it never shows them."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scheduler.config import Config
from scheduler.logs import keep_out_of_log
from scheduler.redaction import secrets_of

_TELLING = 8  # what is shorter stands in half of all lines


def keep_secrets_out_of_log(config: Config) -> None:
    """Blot the secrets of `config` out of whatever this process logs from now on; call it for each new one."""
    names = [
        *(channel.name for channel in config.channels),
        *(feed.name for feed in config.feeds),
        *(topic.name for topic in config.topics),
    ]
    keep_out_of_log(secrets_of(config.channels, config.feeds, names))
    if config.heartbeat:
        keep_out_of_log(_secrets_in(config.heartbeat.address))


def _secrets_in(address: str) -> Iterator[str]:
    """Yield the address of a heartbeat, and what of it may stand alone: all but its host is what only we may know."""
    yield address
    parts = urlsplit(address)
    rest = "?".join(filter(None, (parts.path, parts.query)))
    yield from (piece for piece in (rest, *re.split(r"[/?&=]+", rest)) if len(piece) >= _TELLING)
