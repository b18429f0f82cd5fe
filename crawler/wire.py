"""What a crawl process may say to the service: four kinds of message, and nothing that runs.

The process has read what strangers wrote, so it is not trusted. A message is JSON of known length: the name of its
kind, and those of its fields that are not as by default, each of which has to be of the type it is declared with.
"""

import asyncio
import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from crawler.poll import Outcome, PollResult

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


class WireError(Exception):
    """The crawl process said something that is no message."""


def pack(message: Message) -> bytes:
    """Return `message` as bytes for the wire."""
    kind = type(message)
    data = json.dumps([kind.__name__, _WRITERS[kind](message)], separators=(",", ":")).encode()
    return _HEADER.pack(len(data)) + data


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
        name, said = json.loads(data)
        message: Message = _READERS[name](said)
    except WireError:
        raise
    except Exception as error:  # what is no message fails in many ways
        raise WireError(f"a message cannot be read: {error!r:.200}") from error
    return message


_Way = Callable[[Any], Any]  # one value, written as JSON has it or read from that

_MOST = 2**63  # what the archive can hold; of sizes, counts and milliseconds alike


def _same(value: Any) -> Any:
    return value


def _exactly(kind: type) -> _Way:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise WireError(f"a {type(value).__name__} where a {kind.__name__} belongs")
        return value

    return read


def _read_int(value: Any) -> int:
    if type(value) is not int or not -_MOST <= value < _MOST:
        raise WireError("no whole number, or one that is too large")
    return value


def _read_float(value: Any) -> float:
    if type(value) is not float or not math.isfinite(value):
        raise WireError("no number, or none that is finite")
    return value


def _read_instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise WireError("an instant of no time zone")
    return instant


# How a value of a type is written and read; `bytes` are odd and small, mostly digests.
_PLAIN: dict[type, tuple[_Way, _Way]] = {
    str: (_same, _exactly(str)),
    bool: (_same, _exactly(bool)),
    int: (_same, _read_int),
    float: (float, _read_float),
    bytes: (bytes.hex, bytes.fromhex),
    datetime: (datetime.isoformat, _read_instant),
    timedelta: (lambda span: span // timedelta(microseconds=1), lambda count: timedelta(microseconds=_read_int(count))),
    Outcome: (str, Outcome),
}


def _ways(kind: Any) -> tuple[_Way, _Way]:
    """Return how values of a declared type are written and read."""
    if isinstance(kind, UnionType):  # X | None
        (wanted,) = (each for each in get_args(kind) if each is not NoneType)
        write, read = _ways(wanted)
        return (
            lambda value: None if value is None else write(value),
            lambda value: None if value is None else read(value),
        )
    if (many := get_origin(kind)) in (tuple, frozenset):
        write, read = _ways(get_args(kind)[0])
        is_list = _exactly(list)
        return lambda values: [*map(write, values)], lambda values: many(map(read, is_list(values)))
    return _PLAIN[kind] if kind in _PLAIN else _ways_of_fields(kind)


def _ways_of_fields(kind: type) -> tuple[_Way, _Way]:
    hints = get_type_hints(kind)
    defaults = {each.name: each.default for each in fields(kind)}
    writers = [(name, defaults[name], _ways(hint)[0]) for name, hint in hints.items()]
    readers = {name: _ways(hint)[1] for name, hint in hints.items()}

    def write(value: Any) -> dict[str, Any]:
        told = ((name, default, write, getattr(value, name)) for name, default, write in writers)
        return {name: write(each) for name, default, write, each in told if each != default}

    def read(values: Any) -> Any:
        return kind(**{name: readers[name](each) for name, each in values.items()})

    return write, read


_KINDS: tuple[type[Message], ...] = (Asked, Reading, Heard, PollResult)
_WRITERS: dict[type, _Way] = {kind: _ways(kind)[0] for kind in _KINDS}
_READERS: dict[str, _Way] = {kind.__name__: _ways(kind)[1] for kind in _KINDS}
