"""Durations as people write them in a configuration: 90s, 15m, 2h, 1d, 1h30m."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_PATTERN = r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?"
_WRITTEN = re.compile(_PATTERN)


def parse_duration(value: object) -> timedelta:
    """Return the duration that `value` writes down; raise ValueError in one sentence when it is none.

    >>> parse_duration("1h30m")
    datetime.timedelta(seconds=5400)
    """
    if isinstance(value, timedelta):
        return value
    found = _WRITTEN.fullmatch("".join(value.split()).lower()) if isinstance(value, str) else None
    if not found or not any(found.groups()):
        raise ValueError(f"expected a duration such as 90s, 15m, 2h or 1d, found {value!r}")
    return timedelta(seconds=sum(int(n or 0) * unit for n, unit in zip(found.groups(), _UNITS.values(), strict=True)))


def write_duration(duration: timedelta) -> str:
    """Return `duration` as `parse_duration` reads it, in whole seconds.

    >>> write_duration(timedelta(minutes=90))
    '1h30m'
    """
    left = int(duration.total_seconds())
    words = []
    for letter, unit in _UNITS.items():
        count, left = divmod(left, unit)
        if count:
            words.append(f"{count}{letter}")
    return "".join(words) or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(write_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_PATTERN}$", "examples": ["90s", "15m", "2h", "1d"]}),
]
