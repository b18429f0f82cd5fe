"""A server below HTTP: it sends the bytes a script gives it, breaks off, hangs, or never ends.

It listens on every loopback address, so each case of a test has a host of its own, and one crawl asks them all. What
was received is kept by host: where nobody was meant to go, nobody came.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.loop_thread import serving

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class RawServer:
    """Scripts by the loopback address they answer on, and the connections and requests that came to each."""

    port: int = 0
    scripts: dict[str, Script] = field(default_factory=dict)
    connections: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    requests: defaultdict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    _tasks: set[asyncio.Task[None] | None] = field(default_factory=set)

    def at(self, host: str, script: Script) -> str:
        """Answer on `host` by `script` from now on and return the address of a feed there."""
        self.scripts[host] = script
        return self.address(host)

    def address(self, host: str, scheme: str = "http") -> str:
        """Return the address of a feed on `host`."""
        return f"{scheme}://{host}:{self.port}/rss"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request and answer it."""
        self._tasks.add(asyncio.current_task())
        host = writer.get_extra_info("sockname")[0]
        self.connections[host] += 1
        with (
            contextlib.closing(writer),
            contextlib.suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError, ssl.SSLError),
        ):
            self.requests[host].append(await reader.readuntil(b"\r\n\r\n"))
            await self.scripts[host](writer)
            await writer.drain()


def sends(*parts: bytes) -> Script:
    """Return a script that sends `parts` and closes the connection."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.writelines(parts)

    return script


def repeats(start: bytes, part: bytes) -> Script:
    """Return a script that sends `start`, and then `part` for ever."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(part)
            await writer.drain()

    return script


def drips(start: bytes, rest: bytes, *, every: float = 0.05) -> Script:
    """Return a script that sends `start`, and then byte after byte of `rest`, over and over, one in `every` seconds."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            for byte in rest:
                writer.write(bytes((byte,)))
                await writer.drain()
                await asyncio.sleep(every)

    return script


def hangs(start: bytes = b"") -> Script:
    """Return a script that sends `start` and then nothing more."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await writer.drain()
        await asyncio.Event().wait()

    return script


def resets(start: bytes = b"") -> Script:
    """Return a script that sends `start` and resets the connection."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await writer.drain()
        opened: socket.socket = writer.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return script


def in_turn(scripts: Sequence[Script]) -> Script:
    """Return a script that answers the first connection by the first of `scripts`, and so on; the last stays."""
    left = list(scripts)

    async def script(writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(writer)

    return script


@contextlib.contextmanager
def running_raw_server(encrypted: ssl.SSLContext | None = None, *, host: str = "0.0.0.0") -> Iterator[RawServer]:
    """Serve on a free port of every loopback address, or of `host`, from a thread of its own."""
    made = RawServer()

    async def start(loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        loop.set_exception_handler(lambda *_: None)  # a handshake that the other side gives up is no news here
        listening = await asyncio.start_server(made.handle, host, 0, ssl=encrypted, backlog=512)
        made.port = listening.sockets[0].getsockname()[1]
        return listening

    with serving(start):
        yield made
