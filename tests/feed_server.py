"""A small HTTP server on loopback that answers what a test tells it to, byte for byte, and remembers questions."""

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.loop_thread import serving

_HANDSHAKE = b"\x16"  # how TLS begins, which is not spoken here
Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came: its header values by lower-case name, byte for byte."""

    path: str
    headers: dict[str, bytes]


def answer(body: bytes = b"", status: int = 200, headers: dict[str, str | bytes] | None = None) -> bytes:
    """Return an HTTP answer as bytes."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    if status != HTTPStatus.NOT_MODIFIED:
        lines.append(b"Content-Length: %d" % len(body))
    for name, value in (headers or {}).items():
        lines.append(name.encode() + b": " + (value.encode("latin-1") if isinstance(value, str) else value))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@dataclass(slots=True)
class FeedServer:
    """Answers by path; a path's answers are given one after the other, the last one for ever.

    Each `takes` so many seconds. `most_at_once` is how many were under way at once on an address, which can only be
    more than one where they take their time.
    """

    port: int = 0
    takes: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    most_at_once: Counter[str] = field(default_factory=Counter)
    _answers: dict[str, list[bytes | Script]] = field(default_factory=lambda: defaultdict(list))
    _at_once: Counter[str] = field(default_factory=Counter)
    # The loop itself holds tasks weakly: one that hangs on nothing in particular would be collected as garbage.
    _connections: set[asyncio.Task[None] | None] = field(default_factory=set)

    def serve(self, path: str, *answers: bytes | Script) -> str:
        """Answer `path` with `answers` from now on and return its address."""
        self._answers[path] = list(answers)
        return self.address(path)

    def address(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of `path` on one of the many names of loopback."""
        return f"http://{host}:{self.port}{path}"

    def asked_for(self, path: str) -> list[Asked]:
        """Return the requests for `path`, in order."""
        return [asked for asked in self.asked if asked.path == path]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        self._connections.add(asyncio.current_task())
        with (
            contextlib.closing(writer),
            contextlib.suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError),
        ):
            while not writer.is_closing():
                head = await reader.readexactly(1)
                if head == _HANDSHAKE:
                    writer.write(answer(status=400))
                    return
                head += await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.strip().split(b"\r\n")
                pairs = (line.split(b":", 1) for line in lines)
                asked = Asked(
                    path=first.split(b" ")[1].decode(),
                    headers={name.decode().lower(): value.removeprefix(b" ") for name, value in pairs},
                )
                self.asked.append(asked)
                await self._answer(asked.path, writer)

    async def _answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        self._at_once[host] += 1
        self.most_at_once[host] = max(self.most_at_once[host], self._at_once[host])
        try:
            await asyncio.sleep(self.takes)
            answers = self._answers[path]
            given = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(given, bytes):
                writer.write(given)
            else:
                await given(writer)
            await writer.drain()
        finally:
            self._at_once[host] -= 1


@contextlib.contextmanager
def running_feed_server() -> Iterator[FeedServer]:
    """Serve on a free port, on every loopback address, from a thread of its own."""
    made = FeedServer()

    async def start(loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        listening = await asyncio.start_server(made.handle, "0.0.0.0", 0)
        made.port = listening.sockets[0].getsockname()[1]
        return listening

    with serving(start):
        yield made
