"""When a story that was told is told again: what a topic's `updates` may say."""

import difflib
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from stories.durations import parse_duration, write_duration

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=365)
_SHOWN = 40  # characters of what is none of these
_MEANT = {
    "no": "never",
    "none": "never",
    "off": "never",
    "false": "never",
    "stage": "stages",
    "new": "news",
    "hourly": "every 1h",
    "daily": "every 24h",
    "weekly": "every 7d",
}
_WORDS = re.compile(r"(?:every|each|once an?|once every)(?: (\d{1,6}))? (minute|hour|day|week)s?")


class UpdateKind(StrEnum):
    """What makes a story worth another message."""

    NEVER = "never"
    STAGES = "stages"
    NEWS = "news"
    EVERY = "every"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRule:
    """What a topic's `updates` says; `every` is how long after an alert the next update may go out."""

    kind: UpdateKind
    every: timedelta | None = None

    def __str__(self) -> str:
        return self.kind if self.every is None else f"{self.kind} {write_duration(self.every)}"


def parse_updates(value: object) -> UpdateRule:
    """Return the rule that `value` writes down; raise ValueError in one sentence when it is none.

    >>> str(parse_updates("every 90m"))
    'every 1h30m'
    """
    if isinstance(value, UpdateRule):
        return value
    said = " ".join(value.split()).lower() if isinstance(value, str) else ""
    meant = _in_words(said)
    if said.startswith("every ") and meant is None:
        return UpdateRule(kind=UpdateKind.EVERY, every=_interval(said.removeprefix("every ")))
    if said in _PLAIN:
        return UpdateRule(kind=UpdateKind(said))
    expected = f"expected never, stages, news or a time such as every 24h{_found(value)}"
    raise ValueError(f"{expected}{_did_you_mean(value, said)}")


_PLAIN = tuple(kind.value for kind in UpdateKind if kind is not UpdateKind.EVERY)


def _in_words(said: str) -> str | None:
    """Return how a time that is written in words is to be written ("every day", "each 2 weeks"), or None."""
    words = _WORDS.fullmatch(said)
    if words is None:
        return None
    count, unit = int(words[1] or 1), words[2]
    if unit == "week":  # a duration has no weeks
        count, unit = 7 * count, "day"
    return "every 24h" if (count, unit) == (1, "day") else f"every {count}{unit[0]}"


def _interval(written: str) -> timedelta:
    every = parse_duration(written)
    if not SHORTEST <= every <= LONGEST:
        raise ValueError("expected every with a duration from 1h to 365d")
    return every


def _found(value: object) -> str:
    if isinstance(value, bool):
        return ", found a yes/no value"
    is_harmless = isinstance(value, str) and len(value) <= _SHOWN and value.isprintable() and "//" not in value
    return f', found "{value}"' if is_harmless else ""


def _did_you_mean(value: object, said: str) -> str:
    meant = "never" if value is False else _MEANT.get(said) or _in_words(said)
    if meant and meant.startswith("every ") and not _is_interval(meant.removeprefix("every ")):
        meant = None
    if meant is None:
        meant = next(iter(difflib.get_close_matches(said[:100], _PLAIN, n=1)), None)
    if meant is None and _is_interval(said):
        meant = f"every {said}"
    return f"; did you mean `{meant}`?" if meant else ""


def _is_interval(said: str) -> bool:
    try:
        return bool(_interval(said))
    except ValueError:
        return False


NEVER = UpdateRule(kind=UpdateKind.NEVER)
STAGES = UpdateRule(kind=UpdateKind.STAGES)

Updates = Annotated[
    UpdateRule,
    BeforeValidator(parse_updates),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["never", "stages", "news", "every 24h"]}),
]
