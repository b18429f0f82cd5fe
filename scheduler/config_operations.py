"""What a configuration may say about looking after the service: its log, and where it can be asked how it is."""

import ipaddress
import logging
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_HOST_AND_PORT = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[0-9.]+|localhost):(?P<port>\d{1,5})")


def host_and_port(text: str) -> str:
    """Return `text` if it is the number of an address and a port; raise ValueError that says what is expected."""
    found = _HOST_AND_PORT.fullmatch(text)
    if not found or not 0 < int(found["port"]) < 65536:
        raise ValueError("expected the number of an address of this machine and a port, such as 127.0.0.1:9464")
    if found["host"] != "localhost":
        try:
            ipaddress.ip_address(found["host"].strip("[]"))
        except ValueError:
            raise ValueError("expected the number of an address of this machine, such as 127.0.0.1") from None
    return text


MonitorAddress = Annotated[str, AfterValidator(host_and_port)]


class LogSettings(BaseModel):
    """How the log of `wirewatch run` is written."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    format: Literal["text", "json"] = Field(default="text", description="Lines for people, or JSON objects.")
    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="The least that is told.")

    @property
    def number(self) -> int:
        """The level as logging counts it."""
        return logging.getLevelNamesMapping()[self.level.upper()]


def split_address(address: str) -> tuple[str, int]:
    """Return host and port of a `MonitorAddress`."""
    host, _, port = address.rpartition(":")
    return ("127.0.0.1" if host == "localhost" else host.strip("[]")), int(port)
