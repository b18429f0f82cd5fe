"""Names and the numbers they stand for, asked in threads: no name that hangs holds up another."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

from crawler.guard import Number, Target

Resolve = Callable[[str, int], Sequence[str]]


def by_system(host: str, port: int) -> tuple[str, ...]:
    """Return the numbers that this system knows for `host`, best first; raise OSError when there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class Names:
    """The numbers of the hosts of one crawl, each name asked for once: what was checked is what stays."""

    def __init__(self, resolve: Resolve, *, seconds: float, at_once: int) -> None:
        self._resolve = resolve
        self._seconds = seconds
        # A thread that waits for a name server cannot be ended, only left behind.
        self._threads = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="name")
        self._asked: dict[str, asyncio.Task[tuple[Number, ...]]] = {}

    async def numbers(self, target: Target) -> tuple[Number, ...]:
        """Return all numbers of a host; raise OSError when there are none, TimeoutError when nobody answers in time."""
        if target.number:
            return (target.number,)
        asked = self._asked.get(target.host)
        if asked is None:
            asked = self._asked[target.host] = asyncio.create_task(self._ask(target))
        return await asyncio.shield(asked)

    async def _ask(self, target: Target) -> tuple[Number, ...]:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._seconds):
            answers = await loop.run_in_executor(self._threads, self._resolve, target.host, target.port)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        return tuple(map(ip_address, answers))
