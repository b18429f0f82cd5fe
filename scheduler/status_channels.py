"""The channels of `wirewatch status`, for people and for machines, and the canaries that were sent through them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from scheduler.latency import Latency, seconds_in_words
from scheduler.showing import ago, show_table
from stories.store_canaries import Canary
from stories.store_outbox import ChannelCounts


def show_channels(channels: Sequence[ChannelCounts], latencies: Mapping[str, Latency | None]) -> None:
    """Print a line for each channel: what was sent and how soon, what waits, what was given up and why."""
    rows = []
    for each in channels:
        latency = latencies.get(each.channel)
        after = latency.in_words("p95") if latency else ""
        rows.append((each.channel, str(each.sent), after, str(each.waiting), str(each.dead), each.error or ""))
    show_table(
        ["channel", "sent", "sent after", "waiting", "given up", "last error"],
        rows,
        empty="The outbox is empty: nothing was to be told so far.",
    )


def channel_values(each: ChannelCounts, latencies: Mapping[str, Latency | None]) -> dict[str, object]:
    """Return all that is told of a channel."""
    latency = latencies.get(each.channel)
    return {**asdict(each), "seen_to_sent_seconds": asdict(latency) if latency else None}


def canary_in_words(canary: Canary, now: datetime) -> str:
    """Return how a canary stands: `canary: 12 s ago by slack in 0.4 s`."""
    began = ago(canary.begun_at, now)
    if canary.seconds is not None:
        return f"canary: {began} by {canary.channel} in {seconds_in_words(canary.seconds)}"
    error = f" ({canary.error})" if canary.error else ""
    if canary.is_on_its_way:
        return f"canary: sent {began} by {canary.channel}, not arrived yet{error}"
    return f"canary: sent {began} by {canary.channel}, did not arrive{error}"


def canary_values(canary: Canary) -> dict[str, object]:
    """Return all that is told of a canary."""
    return {
        "channel": canary.channel,
        "begun_at": canary.begun_at,
        "arrived_at": canary.arrived_at,
        "seconds": canary.seconds,
        "state": canary.state,
        "error": canary.error,
    }
