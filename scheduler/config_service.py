"""What a configuration may say about the service as a whole."""

import re
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from stories.durations import Duration

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
        description="How feeds see the service; wirewatch/<version> (+<contact>) unless given.",
    )
    alert_if_younger_than: Duration = Field(
        default=timedelta(hours=24),
        description="On a feed's first poll only articles younger than this are told.",
    )
    crawls_at_once: int = Field(default=2, ge=1, le=16, description="How many crawls may run side by side.")
    crawl_seconds: int = Field(default=120, ge=5, le=3600, description="How long one crawl may take.")
    crawl_memory_mb: int = Field(default=1024, ge=256, le=65536, description="How much memory one crawl may take.")
    document_seconds: int = Field(default=10, ge=1, le=300, description="How long reading one document may take.")


def user_agent(contact: str | None) -> str:
    """Return the name under which feeds see the service: program, version and contact."""
    name = f"wirewatch/{version('wirewatch')}"
    return f"{name} (+{contact})" if contact else name
