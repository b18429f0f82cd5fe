"""A server on an event loop in a thread of its own, ended without leaving anything open."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator

_QUIET_TURNS = 5


@contextlib.contextmanager
def serving(start: Callable[[asyncio.AbstractEventLoop], Awaitable[asyncio.Server]]) -> Iterator[None]:
    """Serve what `start` listens with until the block ends; then every connection is cut."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def started() -> asyncio.Server:
        return await start(loop)

    listening = asyncio.run_coroutine_threadsafe(started(), loop).result()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(listening.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        _finish(loop)
        loop.close()


def _finish(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel every task, also of a connection that was just taken: it becomes a task some turns of the loop later."""
    quiet = 0
    while quiet < _QUIET_TURNS:
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.wait(tasks) if tasks else asyncio.sleep(0))
        quiet = 0 if tasks else quiet + 1
