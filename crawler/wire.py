"""What a crawl process may say to the service: four kinds of message, and nothing that runs.

The process has read what strangers wrote, so it is not trusted: its bytes are unpickled with a list of the few
plain types a result is made of, and a message has a largest size.
"""

import asyncio
import io
import pickle
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from crawler.poll import Outcome, PollResult
from stories.model import Article

MAX_BYTES = 64 * 1024 * 1024

_HEADER = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Asked:
    """A feed's turn has come: its server is being asked."""

    feed_id: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A feed's server has answered, and the document, or an article's page, is being read; None: nothing is."""

    feed_id: int | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a feed's server answered, should nothing better come of the pages that are asked for next."""

    result: PollResult


Message = Asked | Reading | Heard | PollResult

_TYPES: tuple[type, ...] = (Asked, Reading, Heard, Article, Outcome, PollResult, datetime, timedelta, timezone)
_ALLOWED = {(kind.__module__, kind.__qualname__): kind for kind in _TYPES}


class WireError(Exception):
    """The crawl process said something that is no message."""


class _Pickler(pickle.Pickler):
    # By default Python 3.11 pickles a member of an enum as a call of getattr, which the other side must not allow.
    dispatch_table = {Outcome: lambda outcome: (Outcome, (outcome.value,))}  # noqa: RUF012 - as pickle wants it


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        try:
            return _ALLOWED[module_name, global_name]
        except KeyError:
            raise WireError(f"{module_name}.{global_name} has no place in a message") from None


def pack(message: Message) -> bytes:
    """Return `message` as bytes for the wire."""
    buffer = io.BytesIO()
    buffer.write(_HEADER.pack(0))
    _Pickler(buffer, protocol=5).dump(message)
    _HEADER.pack_into(view := buffer.getbuffer(), 0, len(view) - _HEADER.size)
    return bytes(view)


async def receive(reader: asyncio.StreamReader) -> Message | None:
    """Return the next message, or None at the end (also when it comes in the middle of one); raise WireError."""
    try:
        (size,) = _HEADER.unpack(await reader.readexactly(_HEADER.size))
        if size > MAX_BYTES:
            raise WireError(f"a message of {size} bytes is too long")
        return _unpack(await reader.readexactly(size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def _unpack(data: bytes) -> Message:
    try:
        message = _Unpickler(io.BytesIO(data)).load()
    except WireError:
        raise
    except Exception as error:  # unpickling raises whatever the bytes make it trip over
        raise WireError(f"a message cannot be read: {error!r}") from error
    if not isinstance(message, Message):
        raise WireError(f"a {type(message).__name__} is no message")
    return message
