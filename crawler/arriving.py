"""One answer while it arrives: what libcurl hands over, byte for byte, held within limits."""

import asyncio
import re
import socket
import weakref
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import pycurl
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from scrapy.http import Response

from crawler.guard import Number, RefusedError
from crawler.limits import CrawlLimits
from stories.failpoints import Point, reach

TOO_MANY = "too many large answers came at once"
_STOP = -1  # what a callback returns to have libcurl give up
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_LENGTH = re.compile(rb"[0-9]{1,18}")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1[0-9][0-9]")


@dataclass(slots=True)
class Room:
    """How many bytes all bodies that are under way, or wait to be read, hold together."""

    held: int = 0

    def keep(self, response: Response) -> Response:
        """Return `response`, whose body counts for as long as anything holds it."""
        if response.body:
            self.held += len(response.body)
            weakref.finalize(response, self._give_back, len(response.body)).atexit = False
        return response

    def is_too_full_for(self, body: bytes | bytearray, limits: CrawlLimits) -> bool:
        """Say whether there is no room for `body`, which is counted already; small ones always have some."""
        return self.held > limits.bodies_bytes and len(body) > limits.bodies_bytes // limits.at_once

    def _give_back(self, size: int) -> None:
        self.held -= size


@dataclass(slots=True)
class Arriving:
    """What has come of one answer so far. What breaks a limit ends it and is told in `fault`."""

    limits: CrawlLimits
    room: Room
    numbers: tuple[Number, ...]
    headers: dict[bytes, list[bytes]] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    fault: Exception | None = None
    header_bytes: int = 0
    header_lines: int = 0
    interim: bool = False
    head_is_over: bool = False

    def open_socket(self, _purpose: int, to: Any) -> Any:
        """Return a socket for libcurl to connect, or SOCKET_BAD if that would go to a number that was not checked."""
        if to.family not in (socket.AF_INET, socket.AF_INET6) or ip_address(to.addr[0]) not in self.numbers:
            self.fault = RefusedError("a connection was about to go to a number that had not been checked")
            return pycurl.SOCKET_BAD
        try:
            opened = socket.socket(to.family, to.socktype, to.protocol)
        except OSError as error:
            self.fault = DownloadFailedError(f"no socket could be opened ({error.strerror})")
            return pycurl.SOCKET_BAD
        asyncio.get_running_loop().call_soon(opened.close)  # libcurl makes a copy of it
        return opened

    def take_header(self, line: bytes) -> int | None:
        """Take a line of a head. Of interim answers (1xx) and of trailers the lines count but are not kept."""
        self.header_bytes += len(line)
        self.header_lines += 1
        if self.header_bytes > self.limits.header_bytes or self.header_lines > self.limits.header_lines:
            most = f"{self.limits.header_bytes // 1024} KiB or {self.limits.header_lines} lines"
            return self._end(DownloadFailedError(f"the answer has more than {most} of headers"))
        if self.head_is_over:
            return None
        if line.startswith(b"HTTP/"):
            self.interim = bool(_INTERIM.match(line))
        elif not line.strip():
            self.head_is_over = not self.interim
            reach(Point.HEADERS_IN)
            return self._check_length()
        elif not self.interim:
            name, colon, value = line.partition(b":")
            if colon and _NAME.fullmatch(name):
                self.headers.setdefault(name.title(), []).append(value.strip())
        return None

    def take_body(self, part: bytes) -> int | None:
        """Take a part of the body."""
        try:
            self.body += part
        except MemoryError:
            return self._end(DownloadFailedError(TOO_MANY))
        self.room.held += len(part)
        if len(self.body) > self.limits.body_bytes:
            return self._end(_too_large(self.limits))
        if self.room.is_too_full_for(self.body, self.limits):
            return self._end(DownloadFailedError(TOO_MANY))
        return None

    def give_body(self) -> bytes:
        """Return the body, of which nothing is kept here: an error's traceback would hold it long after."""
        body = bytes(self.body)
        self.let_go()
        return body

    def let_go(self) -> None:
        """Give back the room that the body took."""
        self.room.held -= len(self.body)
        self.body.clear()

    def _check_length(self) -> int | None:
        lengths = {length for value in self.headers.get(b"Content-Length", ()) for length in value.split(b", ")}
        if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
            return self._end(DownloadFailedError("the answer's Content-Length is no length"))
        if any(int(length) > self.limits.body_bytes for length in lengths):
            return self._end(_too_large(self.limits))
        return None

    def _end(self, fault: Exception) -> int:
        self.fault = fault
        return _STOP


def _too_large(limits: CrawlLimits) -> DownloadCancelledError:
    return DownloadCancelledError(f"larger than {limits.body_bytes} bytes")
