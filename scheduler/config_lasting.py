"""What a configuration may say about data that lasts: how long articles are kept, and which backups are made."""

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from stories.durations import parse_duration, write_duration

SHORTEST_KEPT = timedelta(days=7)  # a story may be told for days, and what is told is looked up in its texts
_NEVER = ("never", "0", 0, False)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def _kept_for(value: object) -> timedelta | None:
    if value is None or (not isinstance(value, timedelta) and value in _NEVER):
        return None
    try:
        duration = parse_duration(value)
    except ValueError as error:
        raise ValueError("expected a duration such as 180d, or never") from error
    if not duration:
        return None
    if duration < SHORTEST_KEPT:
        raise ValueError(f"expected at least {write_duration(SHORTEST_KEPT)}, or never")
    return duration


def _time_of_day(value: object) -> time | None:
    if value is None or isinstance(value, time):
        return value
    if value in _NEVER:
        return None
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError('expected a time of day such as "03:10", or never')
    return time(int(found[1]), int(found[2]))


def _folder(path: Path) -> Path:
    if not str(path).isprintable() or not str(path):
        raise ValueError("expected the path of a folder")
    return path


def _write_kept_for(duration: timedelta | None) -> str:
    return write_duration(duration) if duration else "never"


def _write_time(at: time | None) -> str:
    return f"{at:%H:%M}" if at else "never"


KeptFor = Annotated[
    timedelta | None,
    BeforeValidator(_kept_for),
    PlainSerializer(_write_kept_for, return_type=str),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["180d", "730d", "never"]}),
]
TimeOfDay = Annotated[
    time | None,
    BeforeValidator(_time_of_day),
    PlainSerializer(_write_time, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["03:10", "never"]}),
]


class KeepSettings(BaseModel):
    """How long what came is kept. What was seen is remembered for ever."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    texts: KeptFor = Field(default=timedelta(days=180), description="How long the texts of articles are kept.")
    articles: KeptFor = Field(
        default=timedelta(days=730),
        description="How long articles are kept to which no alert, label or correction refers.",
    )


class BackupSettings(BaseModel):
    """When the archive is backed up, where to, and how many backups are kept."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    at: TimeOfDay = Field(
        default=time(3, 10),
        description="From which time of day on the nightly work is done: backup, check, letting go.",
    )
    folder: Annotated[Path, Field(strict=False), AfterValidator(_folder)] = Field(
        default=Path("backups"), description="Where backups are; relative to the folder of the archive."
    )
    keep: int = Field(default=7, ge=1, le=1000, description="How many of the last backups are kept.")
    weeks: int = Field(default=4, ge=0, le=1000, description="Of how many weeks the last backup is kept beside these.")
