"""Feeds that publish in turn for hours, and may all be down."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from tests.feed_server import running_feed_server
from tests.press import Press


class SoakPress(Press):
    """Every `pace` seconds one of them publishes."""

    is_down = False

    def publish_for_ever(self) -> None:
        """Publish in turn until stopped."""
        issue = 0
        while not self._stopped.wait(self.pace):
            with self._lock:
                number = issue % self.count
                self._published.append((f"m{number}x{issue:05}", datetime.now(UTC), number))
            issue += 1

    async def answer(self, number: int, writer: asyncio.StreamWriter) -> None:
        """Answer a poll, or hang up."""
        if self.is_down:
            writer.transport.abort()
            return
        await super().answer(number, writer)


@contextmanager
def soak_press(count: int, *, pace: float) -> Iterator[SoakPress]:
    """Run `count` feeds and publish until the press is stopped."""
    with running_feed_server() as server:
        press = SoakPress(server, pace, count)
        for number in range(count):
            server.serve(f"/{number}.rss", partial(press.answer, number))
        publisher = threading.Thread(target=press.publish_for_ever)
        publisher.start()
        try:
            yield press
        finally:
            press.stop()
            publisher.join()
