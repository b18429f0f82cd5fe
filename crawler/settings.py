"""What a configuration may say about one feed."""

import re
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from stories.address import safe_address
from stories.durations import Duration, write_duration

FLOOR = timedelta(minutes=5)  # nobody's server is asked more often than this ...
LONGEST = timedelta(days=30)
LOOPBACK_FLOOR = timedelta(seconds=1)  # ... but one's own

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _feed_address(address: str) -> str:
    if not address.lower().startswith(("http://", "https://")):
        raise ValueError("expected an address that begins with http:// or https://")
    # What cannot be split at all is refused below, by safe_address.
    if "@" in address.split("://", 1)[1].split("/", 1)[0]:
        raise ValueError("a feed's address must not carry a user name or password, because addresses are shown")
    safe = safe_address(address)
    if safe is None:
        raise ValueError("not a usable address: the host, the port or a character in it is not allowed")
    return safe


def _language(language: str | None) -> str | None:
    if language is not None and not _LANGUAGE_TAG.fullmatch(language):
        raise ValueError(f"expected a language tag such as en or pt-BR, found {language!r}")
    return language


def is_loopback(address: str) -> bool:
    """Say whether `address` leads to this machine by name or number, without asking anyone.

    >>> is_loopback("http://127.1.2.3:8080/rss"), is_loopback("https://example.org/")
    (True, False)
    """
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class FeedSettings(BaseModel):
    """One feed of the configuration."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    address: Annotated[str, AfterValidator(_feed_address)] = Field(
        description="Where the feed is: an http or https address of an RSS or Atom document."
    )
    name: str = Field(
        min_length=1, max_length=100, description="What people call it; shown as the outlet of its articles."
    )
    every: Duration = Field(
        default=timedelta(minutes=15),
        description="How often it is asked: at least 5m, or 1s when it is on this machine.",
    )
    language: Annotated[str | None, AfterValidator(_language)] = Field(
        default=None,
        description="Language of its articles, such as en or pt-BR; for feeds that do not say it.",
    )
    alert_if_younger_than: Duration | None = Field(
        default=None,
        description="On the first poll only articles younger than this are told; else the service's value.",
    )

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, every: timedelta, info: ValidationInfo) -> timedelta:
        if "address" not in info.data:
            return every  # there is an error to tell already
        floor = LOOPBACK_FLOOR if is_loopback(info.data["address"]) else FLOOR
        if every > LONGEST:
            raise ValueError(f"{write_duration(every)} is longer than anyone waits for news, the most is 30d")
        if every < floor:
            least = write_duration(floor)
            raise ValueError(f"{write_duration(every)} is too often for this server, the least is {least}")
        return every
