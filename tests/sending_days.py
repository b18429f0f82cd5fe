"""Hours of sending in a moment: channels are served by a clock that jumps to whatever comes next."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.next_message import Rules
from alerts.outbox import deliver_next
from alerts.planning import Hold
from alerts.settings import Channel
from stories.store import Store
from tests.building import alert
from tests.ticking import Clock

_MOMENT = timedelta(milliseconds=50)  # a sender never sleeps less


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at its time."""

    at: datetime
    happen: Callable[[], object]


@dataclass(slots=True)
class SendingDays:
    """Channels by name with their addresses, and the time. `tries` are when each was handed a message."""

    store: Store
    channels: Mapping[str, str]
    clock: Clock = field(default_factory=Clock)
    rules: Mapping[str, Rules] = field(default_factory=dict)
    chance: float = 0.5
    tries: dict[str, list[datetime]] = field(default_factory=dict)

    def until(self, end: datetime, events: Sequence[Event] = ()) -> None:
        """Let time pass until `end`, with what happens meanwhile."""
        asyncio.run(self._until(end, deque(sorted(events, key=lambda event: event.at))))

    async def _until(self, end: datetime, events: deque[Event]) -> None:
        while True:
            while events and events[0].at <= self.clock.now:
                events.popleft().happen()
            next_ones = [
                end,
                *(event.at for event in events),
                *[await self._serve(name, end) for name in self.channels],
            ]
            if self.clock.now >= end:
                return
            self.clock.now = max(min(next_ones), self.clock.now + _MOMENT)

    async def _serve(self, name: str, end: datetime) -> datetime:
        """Send what is due to a channel, and return when to look again."""
        channel = Channel(name=name, url=self.channels[name])
        while True:
            began = self.clock.now
            outcome = await deliver_next(
                self.store,
                channel,
                self.rules.get(name, Rules()),
                clock=self.clock,
                chance=lambda: self.chance,
            )
            if isinstance(outcome, Hold):
                return outcome.until or end
            self.tries.setdefault(name, []).append(began)

    def delays(self, channel: str) -> list[timedelta]:
        """Return how long after it was made each delivery to a channel that was sent was sent, shortest first."""
        rows = self.store.db.execute(
            "SELECT created_at, sent_at FROM deliveries WHERE channel = ? AND state = 'sent'", [channel]
        )
        return sorted(datetime.fromisoformat(sent) - datetime.fromisoformat(made) for made, sent in rows.fetchall())


def alerts_over(store: Store, count: int, *, begin: datetime, time: timedelta, channels: Sequence[str]) -> list[Event]:
    """Return `count` alerts, spread over a time, as events."""

    def make(number: int, at: datetime) -> Callable[[], object]:
        return lambda: alert(store, title=f"Story number {number}", channels=channels, now=at)

    times = [begin + time * number / count for number in range(count)]
    return [Event(at, make(number, at)) for number, at in enumerate(times, 1)]


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert isinstance(port, int)
        return port
