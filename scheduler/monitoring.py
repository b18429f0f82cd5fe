"""The service in numbers for Prometheus, and in a word for whoever starts it anew: prometheus-client's door."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from scheduler.logs import redact
from scheduler.pulse import Pulse
from scheduler.wellness import disk_of, standing_of, what_is_wrong
from stories.store import StoreError, read_store
from stories.store_channels import ChannelState, channel_states
from stories.store_hosts import waiting_hosts
from stories.store_numbers import Numbers, numbers_of

METRICS_TYPE = CONTENT_TYPE_LATEST


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One look at the archive, through a connection of its own, and what is wrong."""

    numbers: Numbers
    channels: list[ChannelState]
    wrong: list[str]


class Monitor:
    """Answers how the service is. Every look reads the archive anew, in the thread that asks, and disturbs nobody.

    `channels` returns the names of those that have a sender.
    """

    def __init__(
        self, database: Path, pulse: Pulse, channels: Callable[[], Collection[str]], clock: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.pulse = pulse
        self.clock = clock
        self._channels = channels
        self._registry = CollectorRegistry()  # its own: nothing that a library counts gets in
        ProcessCollector(registry=self._registry)
        self._registry.register(_Numbers(self))

    def look(self) -> _Look:
        """Look at the archive.

        :raises StoreError: when it cannot be read
        :raises OSError: when its folder is gone
        """
        now, names = self.clock(), self._channels()
        disk = disk_of(self.database)
        with read_store(self.database) as store:
            numbers, states = numbers_of(store, now=now), channel_states(store)
            hosts = waiting_hosts(store, now=now).keys()
        standing = standing_of(numbers, states, names, waiting_hosts=hosts, now=now)
        wrong = what_is_wrong(self.pulse, standing, numbers, disk, names, now=now, monotonic=time.monotonic())
        return _Look(numbers=numbers, channels=states, wrong=[redact(sentence) for sentence in wrong])

    def wrong(self) -> list[str]:
        """Return one sentence for each thing that is wrong."""
        try:
            return self.look().wrong
        except StoreError as error:
            return [redact(str(error))]
        except OSError as error:
            return [f"the archive's folder cannot be looked at: {error.strerror}"]

    def metrics(self) -> bytes:
        """Return the numbers in Prometheus' text format."""
        return generate_latest(self._registry)


class _Numbers(Collector):
    """What the archive and the pulse say, as metrics."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor

    def describe(self) -> Iterable[Metric]:
        return ()  # else everything would be collected once to learn the names

    def collect(self) -> Iterator[Metric]:
        polls = CounterMetricFamily("wirewatch_polls", "Polls since the start, by outcome.", labels=["outcome"])
        for outcome, count in self._monitor.pulse.polls.copy().items():
            polls.add_metric([outcome], count)
        yield polls
        try:
            look = self._monitor.look()
        except (StoreError, OSError):
            yield GaugeMetricFamily("wirewatch_healthy", _HEALTHY, value=0)
            return
        yield GaugeMetricFamily("wirewatch_healthy", _HEALTHY, value=not look.wrong)
        yield from _of_archive(look.numbers, self._monitor.clock())
        yield GaugeMetricFamily(
            "wirewatch_archive_bytes", "Size of the archive with its log.", value=_size(self._monitor.database)
        )
        yield _gauge(
            "wirewatch_channel_failures",
            "Messages in a row that a channel did not take.",
            "channel",
            {state.name: state.failures for state in look.channels},
        )


_HEALTHY = "1 when /healthz answers 200."


def _of_archive(numbers: Numbers, now: datetime) -> Iterator[Metric]:
    yield _gauge("wirewatch_feeds", "Watched feeds, by state.", "state", numbers.feeds)
    yield GaugeMetricFamily("wirewatch_articles", "Articles in the archive.", value=numbers.articles)
    yield _gauge("wirewatch_matches", "Matches in the archive, by what was decided.", "outcome", numbers.matches)
    yield GaugeMetricFamily("wirewatch_alerts", "Alerts in the archive.", value=numbers.alerts)
    deliveries = GaugeMetricFamily(
        "wirewatch_deliveries", "Deliveries, by channel and state.", labels=["channel", "state"]
    )
    for (channel, state), count in numbers.deliveries.items():
        deliveries.add_metric([channel, state], count)
    yield deliveries
    yield _gauge(
        "wirewatch_oldest_waiting_delivery_seconds",
        "Age of the oldest delivery that waits, by channel.",
        "channel",
        {channel: max((now - at).total_seconds(), 0.0) for channel, at in numbers.waiting_since.items()},
    )
    yield _gauge(
        "wirewatch_last_message_timestamp_seconds",
        "When the last message arrived, by channel.",
        "channel",
        {channel: at.timestamp() for channel, at in numbers.arrived_at.items()},
    )
    if numbers.last_polled_at:
        yield GaugeMetricFamily(
            "wirewatch_last_crawl_timestamp_seconds",
            "When a feed was last asked.",
            value=numbers.last_polled_at.timestamp(),
        )


def _gauge(name: str, says: str, label: str, values: dict[str, int] | dict[str, float]) -> Metric:
    gauge = GaugeMetricFamily(name, says, labels=[label])
    for value, number in values.items():
        gauge.add_metric([value], number)
    return gauge


def _size(database: Path) -> int:
    files = (database, database.with_name(f"{database.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
