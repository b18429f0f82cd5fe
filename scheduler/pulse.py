"""Signs of life: what the service has really done lately; whoever asks how it is, is answered from these.

The watchdog of a service manager, `/healthz` and the heartbeat all ask `fault_of`: a service that only seems to run
must not seem well to any of them.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

TICK_LATE = 60.0  # seconds without a tick: the loop is stuck
PASS_LATE = 180.0  # seconds without a look into the outbox; one send may take sixty of them
UNWRITTEN_LATE = 120.0  # seconds in which the archive could not be written
OVERDUE_LATE = timedelta(minutes=30)  # that the longest overdue feed has not been tried
CHANNELS_LATE = timedelta(hours=1)  # in which every channel took nothing


@dataclass(slots=True)
class Pulse:
    """When, by the monotonic clock in seconds, the service did what; written by its parts as they do it.

    `failed_at` is since when the archive cannot be written, None while it can. `has_ticked`: the service is under way.
    """

    ticked_at: float
    passed_at: dict[str, float] = field(default_factory=dict)  # by channel
    failed_at: float | None = None
    has_ticked: bool = False
    polls: Counter[str] = field(default_factory=Counter)  # since the start, by outcome

    def ticked(self, *, now: float) -> None:
        """Note that the timetable looked for what is due."""
        self.ticked_at, self.has_ticked = now, True

    def polled(self, outcome: str) -> None:
        """Note that a poll was made and written down: so the archive can be written."""
        self.polls[outcome] += 1
        self.failed_at = None

    def failed(self, *, now: float) -> None:
        """Note that the archive could not be written."""
        if self.failed_at is None:
            self.failed_at = now

    def passed(self, channel: str, *, now: float) -> None:
        """Note that what waits for `channel` was looked at."""
        self.passed_at[channel] = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the work stands: how long the longest overdue feed waits to be tried, and how long no channel took anything.

    `deaf_for` is None while a channel takes messages, or there is none.
    """

    overdue_for: timedelta
    deaf_for: timedelta | None = None


def fault_of(pulse: Pulse, standing: Standing, channels: Collection[str], *, now: float) -> str | None:
    """Return in one sentence why the service does not do its work, or None while it does.

    `channels` are those that have a sender, `now` is by the monotonic clock.
    """
    if now - pulse.ticked_at > TICK_LATE:
        return f"its timetable has stood still for {now - pulse.ticked_at:.0f} s"
    if pulse.failed_at is not None and now - pulse.failed_at > UNWRITTEN_LATE:
        return f"the archive could not be written for {now - pulse.failed_at:.0f} s"
    if standing.overdue_for > OVERDUE_LATE:
        return f"a feed is overdue for {standing.overdue_for / timedelta(minutes=1):.0f} min and was not tried"
    late = [name for name in channels if now - pulse.passed_at.get(name, pulse.ticked_at) > PASS_LATE]
    if late:
        return f"what waits for channel {late[0]} was not looked at for {PASS_LATE:.0f} s"
    if standing.deaf_for is not None and standing.deaf_for > CHANNELS_LATE:
        return f"no channel has taken a message for {standing.deaf_for / timedelta(minutes=1):.0f} min"
    return None
