"""What a configuration may say about the heartbeat: the address to call, which is a secret, and how often."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from scheduler.config_mistakes import Fault
from scheduler.config_secrets import NotYetError, read_secret
from scheduler.config_yaml import Tree
from stories.durations import Duration

SHORTEST = timedelta(seconds=30)
LONGEST = timedelta(days=1)
HEARTBEAT_ADDRESS = ("service", "heartbeat", "address")


class HeartbeatSettings(BaseModel):
    """An address that is called every so often, while the service does its work."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    # A string is made secret, so strictness would refuse it.
    address: Annotated[SecretStr, Field(strict=False)] = Field(
        description="The http or https address; a secret, so better ${NAME} or file:NAME."
    )
    every: Duration = Field(default=timedelta(minutes=5), description="How often it is called, from 30s to 1d.")

    @field_validator("every")
    @classmethod
    def _in_reason(cls, every: timedelta) -> timedelta:
        if not SHORTEST <= every <= LONGEST:
            raise ValueError("expected a duration from 30s to 1d")
        return every


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The address to call while all is well, which is a secret, and how often."""

    address: str = field(repr=False)
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatAddress:
    """Where a heartbeat goes, or what that waits for; neither without a heartbeat."""

    url: str | None = field(default=None, repr=False)
    waits_for: str | None = None

    def heartbeat(self, settings: HeartbeatSettings | None) -> Heartbeat | None:
        """Return the heartbeat of `settings` that goes there, if one can."""
        return Heartbeat(address=self.url, every=settings.every) if settings and self.url else None


def resolve_heartbeat(tree: Tree, environment: Mapping[str, str], folder: Path) -> tuple[HeartbeatAddress, list[Fault]]:
    """Return the address of the heartbeat in `tree`, and what is wrong with it.

    No sentence contains anything of the address.
    """
    written = tree.text(*HEARTBEAT_ADDRESS)
    if written is None:
        return HeartbeatAddress(), []
    try:
        return HeartbeatAddress(url=_checked(read_secret(written, environment, folder, what="address"))), []
    except NotYetError as error:
        return HeartbeatAddress(waits_for=str(error)), []
    except ValueError as error:
        return HeartbeatAddress(), [Fault(path=HEARTBEAT_ADDRESS, sentence=str(error))]


def _checked(address: str) -> str:
    if not address.isascii() or not address.isprintable() or " " in address:
        raise ValueError("an address is one line of plain ASCII without spaces")
    parts = _split(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the address of a heartbeat begins with https:// or http:// and a host")
    if "@" in parts.netloc:
        raise ValueError("the address of a heartbeat has no user name or password before its host")
    if _is_link_local(parts.hostname):
        raise ValueError("a link-local or metadata address, where nothing is sent")
    return address


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # a port that is none shows only when it is asked for
    except ValueError:
        raise ValueError("this is no web address: its host or its port is odd") from None
    return parts


def _is_link_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_link_local
    except ValueError:
        return False
