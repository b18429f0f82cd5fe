"""How soon: of each feed from publication to sight, of each channel from sight to arrival, as percentiles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from scheduler.showing import size_of
from stories.store import Store
from stories.store_latency import published_to_seen, seen_to_sent

LATELY = timedelta(days=7)
MOST = 1000  # articles of one feed, deliveries of one channel
MOST_IN_ALL = 10_000  # articles of all feeds together: so many are read in a twentieth of a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How many seconds it took, `count` times: half of them at most `p50`, and so on."""

    count: int
    p50: float
    p90: float
    p95: float

    def in_words(self, high: str) -> str:
        """Return the median, and what so many of a hundred (`p90`, `p95`) stayed within: "4 min, p90 12 min"."""
        return f"{seconds_in_words(self.p50)}, {high} {seconds_in_words(getattr(self, high))}"


def latency_of(seconds: Sequence[float]) -> Latency | None:
    """Return the percentiles of `seconds`, each a time that really occurred; of none there are none."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    p50, p90, p95 = (ordered[ceil(len(ordered) * percent / 100) - 1] for percent in (50, 90, 95))
    return Latency(count=len(ordered), p50=p50, p90=p90, p95=p95)


def latency_of_feeds(store: Store, feed_ids: Sequence[int], *, now: datetime) -> dict[int, Latency | None]:
    """Return by feed how soon its articles of LATELY were seen; of many feeds, only the latest articles of each."""
    most = min(MOST, max(MOST_IN_ALL // max(len(feed_ids), 1), 1))
    return {
        feed_id: latency_of(published_to_seen(store, feed_id, since=now - LATELY, most=most)) for feed_id in feed_ids
    }


def latency_of_channels(store: Store, channels: Iterable[str], *, now: datetime) -> dict[str, Latency | None]:
    """Return by channel how soon its alerts of LATELY arrived."""
    return {channel: latency_of(seen_to_sent(store, channel, since=now - LATELY, most=MOST)) for channel in channels}


def seconds_in_words(seconds: float) -> str:
    """Return a time that something took: with a tenth of a second as long as that counts."""
    return f"{seconds:.1f} s" if seconds < 10 else size_of(seconds)
