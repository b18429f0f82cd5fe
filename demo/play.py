"""The play: two days of the newsroom in half a minute of the wall clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.newsroom import LENGTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One performance of the newsroom's two days, opened at an instant (aware UTC) and lasting `seconds`."""

    opened_at: datetime
    seconds: float = 30.0

    @property
    def ends_at(self) -> datetime:
        """The instant after which nothing new is published."""
        return self.opened_at + timedelta(seconds=self.seconds)

    def at(self, now: datetime) -> timedelta:
        """Return the newsroom time at an instant; it stands still before the opening and after the end."""
        passed = (now - self.opened_at) / timedelta(seconds=self.seconds)
        return LENGTH * min(max(passed, 0.0), 1.0)

    def instant(self, at: timedelta) -> datetime:
        """Return when a newsroom time happens on the wall clock.

        What came before the opening keeps its distance: an article of three days ago is three days old.
        """
        if at < timedelta():
            return self.opened_at + at
        return self.opened_at + timedelta(seconds=self.seconds) * (at / LENGTH)
