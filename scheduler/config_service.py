"""What a configuration may say about the service as a whole."""

import re
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from alerts.settings import Name
from alerts.timing_settings import DigestTimes, ZoneName
from scheduler.config_heartbeat import HeartbeatSettings
from scheduler.config_lasting import BackupSettings, KeepSettings
from scheduler.config_operations import LogSettings, MonitorAddress
from stories.durations import Duration

SHORTEST_CANARY = timedelta(minutes=5)
LONGEST_CANARY = timedelta(days=30)
_CONTACT = re.compile(r"https?://[^\s()]+|[^\s()@]+@[^\s()@]+")


def _contact(text: str) -> str:
    if not _CONTACT.fullmatch(text) or not text.isascii():
        raise ValueError("expected a web address or a mail address at which the people of a feed reach you")
    return text


def _database(path: Path) -> Path:
    if not str(path).isprintable() or str(path) in ("", "."):
        raise ValueError("expected the path of a file")
    return path


def _header_value(text: str) -> str:
    if not text.isascii() or not text.isprintable() or not text.strip():
        raise ValueError("expected one line of plain ASCII text")
    return text.strip()


def _one_or_more(names: object) -> object:
    return [names] if isinstance(names, str) else names


class CanarySettings(BaseModel):
    """A sample that is sent the whole way through `channel` on a timetable: `every` so often, or `at` times of day."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    channel: Name = Field(description="The channel through which it is sent.")
    every: Duration | None = Field(default=None, description="How often, from 5m to 30d; 24h without `at`.")
    at: DigestTimes | None = Field(default=None, description="At which times of day, instead of `every`.")

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, every: timedelta | None) -> timedelta | None:
        if every is not None and not SHORTEST_CANARY <= every <= LONGEST_CANARY:
            raise ValueError("expected a duration from 5m to 30d")
        return every

    @field_validator("at")
    @classmethod
    def _is_one_timetable(cls, at: object, info: ValidationInfo) -> object:
        if at and info.data.get("every"):
            raise PydanticCustomError("both_said", "`every` and `at` are both said; keep one of them")
        return at


class ServiceSettings(BaseModel):
    """How the service behaves as a whole. Every value has a default."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    database: Annotated[Path, Field(strict=False), AfterValidator(_database)] = Field(
        default=Path("wirewatch.db"),
        description="Where articles, alerts and deliveries are kept; relative to the configuration's folder.",
    )
    contact: Annotated[str, AfterValidator(_contact)] | None = Field(
        default=None,
        description="A web or mail address for the people whose feeds are asked; part of the user agent.",
    )
    user_agent: Annotated[str, AfterValidator(_header_value)] = Field(
        default_factory=lambda said: user_agent(said.get("contact")),
        description="How feeds see the service; wirewatch/VERSION (+CONTACT) unless given.",
    )
    alert_if_younger_than: Duration = Field(
        default=timedelta(hours=24),
        description="On a feed's first poll only articles younger than this are told.",
    )
    timezone: ZoneName | None = Field(
        default=None,
        description="In which zone times of digests and quiet hours are meant; the machine's unless given.",
    )
    operator: Annotated[
        tuple[Name, ...],
        Field(strict=False, min_length=1),
        BeforeValidator(_one_or_more),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
    ] = Field(
        default=(),
        description="The channels that are told of feeds and channels in trouble.",
    )
    canary: CanarySettings | None = Field(
        default=None,
        description="A sample that is sent the whole way through a channel on a timetable.",
    )
    heartbeat: HeartbeatSettings | None = Field(
        default=None,
        description="An address that is called while the service does its work; its silence tells that it does not.",
    )
    keep: KeepSettings = Field(default_factory=KeepSettings, description="How long articles and their texts are kept.")
    backup: BackupSettings = Field(
        default_factory=BackupSettings, description="When the archive is backed up, and where to."
    )
    crawls_at_once: int = Field(default=2, ge=1, le=16, description="How many crawls may run side by side.")
    crawl_seconds: int = Field(default=120, ge=5, le=3600, description="How long one crawl may take.")
    crawl_memory_mb: int = Field(default=1024, ge=256, le=65536, description="How much memory one crawl may take.")
    document_seconds: int = Field(default=10, ge=1, le=300, description="How long reading one document may take.")
    log: LogSettings = Field(default_factory=LogSettings, description="How the log of the service is written.")
    monitor: MonitorAddress | None = Field(
        default=None,
        description="Where /healthz and /metrics are answered, such as 127.0.0.1:9464; nowhere unless given.",
    )


def user_agent(contact: str | None) -> str:
    """Return the name under which feeds see the service: program, version and contact."""
    name = f"wirewatch/{version('wirewatch')}"
    return f"{name} (+{contact})" if contact else name
