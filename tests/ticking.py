"""A clock that a test sets: it stands still, but for the rests that are taken by it."""

from datetime import datetime, timedelta

from tests.building import NOON


class Clock:
    """Says `now`; whoever rests by it moves it on at once."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    async def rest(self, seconds: float) -> None:
        """Pass so many seconds."""
        self.now += timedelta(seconds=seconds)
