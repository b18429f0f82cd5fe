"""Feeds that publish in turn for hours, and may all be down."""

import asyncio
from datetime import UTC, datetime

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
