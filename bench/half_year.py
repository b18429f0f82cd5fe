"""Half a year in minutes: 50 feeds asked hourly without a network, by a clock that jumps: `python -m bench.half_year`.

Ingest, planner, outbox and the night's work are as they are; messages go to two webhooks on loopback, one as they come,
one as a digest each morning of a city where clocks change twice meanwhile.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import psutil

from bench.feed_farm import sentence
from scheduler.config import load_config
from scheduler.upkeep import Upkeep
from scheduler.upkeep_rules import rules_of
from stories.model import Article
from stories.store import Store, open_store
from stories.store_backup import backups_of
from stories.store_feeds import FeedState
from tests.killing import told_to
from tests.oracle import judge
from tests.press import headline
from tests.receivers import Webhook, running_webhook
from tests.simulated import Simulated, Times

FEEDS = 50
BEGAN = datetime(2026, 10, 10, tzinfo=UTC)  # so that 180 days have the end of summer time and its beginning
ZONE = ZoneInfo("Europe/Berlin")
TICK = timedelta(seconds=50)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PUBLISHED_EVERY = timedelta(hours=4)  # by each feed
TOLD_ONE_OF = 10  # articles meets the topic
_BACKUPS = 11  # seven, and the last of four weeks

_CONFIG = """\
service:
  timezone: Europe/Berlin
  keep: {{texts: 30d, articles: 60d}}
feeds:
{feeds}
topics:
  - {{name: Antitrust, keywords: [antitrust], channels: [now, daily]}}
channels:
  now: {{url: "{now}"}}
  daily: {{url: "{daily}", digest: "08:00"}}
"""


@dataclass(slots=True)
class Newsrooms:
    """What the feeds publish, each at its own times; `told` are the markers of what meets the topic."""

    published: dict[int, int] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    articles: int = 0

    def publish(self, feed: FeedState, now: datetime) -> tuple[Article, ...]:
        """Return what is new since the feed was asked last."""
        lag = PUBLISHED_EVERY * (feed.id % 16) / 16
        newest = (now - BEGAN - lag) // PUBLISHED_EVERY
        numbers = range(self.published.get(feed.id, -1) + 1, newest + 1)
        self.published[feed.id] = max(newest, self.published.get(feed.id, -1))
        self.articles += len(numbers)
        return tuple(self._article(feed, n, BEGAN + lag + n * PUBLISHED_EVERY) for n in reversed(numbers))

    def _article(self, feed: FeedState, number: int, at: datetime) -> Article:
        marker = f"m{feed.id}x{number:05}"
        chance = Random(marker)
        if (feed.id + number) % TOLD_ONE_OF:
            title = (
                f"{sentence(chance, 9)} {marker}"  # of the words that news have, so that no vocabulary grows for ever
            )
        else:
            title = headline(marker)
            self.told.add(marker)
        summary = ". ".join(sentence(chance, 20) for _ in range(3))
        return Article(
            title=title, url=f"https://news.example.org/{marker}", guid=marker, published_at=at, summary=summary
        )


@dataclass(slots=True)
class HalfYear:
    """What was seen of a run."""

    polls: list[int] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def look(self, polls: int) -> None:
        """Note the memory of this process."""
        self.polls.append(polls)
        self.memory.append(psutil.Process().memory_info().rss / 1e6)

    def tell(self, day: int, store: Store, seconds: float) -> None:
        """Print how things stand."""
        (articles,) = store.db.execute("SELECT count(*) FROM articles").fetchone()
        print(
            f"  day {day:3}: {self.polls[-1]} polls, {articles} articles, {self.memory[-1]:.0f} MB,"
            f" archive {store.path.stat().st_size / 1e6:.0f} MB, {seconds:.0f} s",
            flush=True,
        )

    def slope(self) -> float:
        """Return the growth of memory in MB for 10,000 polls, by least squares, without the first tenth."""
        start = len(self.polls) // 10 + 1
        x, y = [each / 10_000 for each in self.polls[start:]], self.memory[start:]
        mid_x, mid_y = sum(x) / len(x), sum(y) / len(y)
        below = sum((each - mid_x) ** 2 for each in x)
        return sum((a - mid_x) * (b - mid_y) for a, b in zip(x, y, strict=True)) / below


@contextmanager
def _simulated(folder: Path, rooms: Newsrooms) -> Iterator[tuple[Simulated, Webhook, Webhook]]:
    feeds = "\n".join(
        f'  - {{name: Feed {n}, address: "https://news{n}.example.org/rss", every: 1h}}' for n in range(FEEDS)
    )
    with running_webhook(folder / "now.jsonl") as now, running_webhook(folder / "daily.jsonl") as daily:
        file = folder / "config.yaml"
        file.write_text(_CONFIG.format(feeds=feeds, now=now.address(), daily=daily.address()), "utf-8")
        with open_store(folder / "wirewatch.db") as store:
            store.db.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug here
            service = Simulated(store, load_config(file, {}), rooms.publish, Times(true=BEGAN), is_patient=True)
            yield service, now, daily


def half_year(folder: Path, *, days: int) -> bool:
    """Live so many days, print what came of it, and return whether all promises were kept."""
    rooms, seen, began = Newsrooms(), HalfYear(), time.monotonic()
    with _simulated(folder, rooms) as (service, now, daily):
        upkeep = Upkeep(
            store=service.store,
            rules=lambda: rules_of(service.config.service),
            doubts=asyncio.Queue(),
            stop=asyncio.Event(),
            clock=service.times.wall,
        )
        for hour in range(24 * days):
            service.run(BEGAN + (hour + 1) * HOUR - service.times.true, tick=TICK)
            service.tell()
            asyncio.run(upkeep.do_what_is_due())
            if hour % 24 == 0:
                seen.look(sum(map(len, service.polls.values())))
            if hour % (24 * 15) == 24 * 15 - 1:
                seen.tell(hour // 24 + 1, service.store, time.monotonic() - began)
        expected_now = {("now", marker) for marker in rooms.told}
        service.run(DAY, tick=TICK)  # so that the last digest is sent
        told = [*told_to("now", now), *told_to("daily", daily)]
        due = expected_now | {("daily", marker) for _, marker in expected_now}
        later = {(each.channel, each.marker) for each in told if each.marker in rooms.told}
        verdict = judge(due | later, told, service.store.path)
        digests = service.store.db.execute(
            "SELECT digest_at FROM messages WHERE channel = 'daily' AND digest_at IS NOT NULL"
        ).fetchall()
        mornings = Counter(datetime.fromisoformat(at).astimezone(ZONE) for (at,) in digests)
        articles, texts = service.store.db.execute(
            "SELECT count(*), sum(text != '' OR summary != '') FROM articles"
        ).fetchone()
        polls = sum(map(len, service.polls.values()))
        backups = backups_of(service.store.path, folder / "backups")
    once = len({morning.date() for morning in mornings}) == sum(mornings.values())
    on_time = all((morning.hour, morning.minute) == (8, 0) for morning in mornings)
    took = time.monotonic() - began
    print(
        f"{days} days, {polls} polls, {rooms.articles} articles in {took:.0f} s ({1000 * took / polls:.1f} ms a poll)"
    )
    print(f"due {len(due)}, told {verdict.told}: L {len(verdict.lost)}, D {len(verdict.unmarked)}, R {verdict.marked}")
    print(
        f"I {verdict.integrity}; messages {len(now.requests())} as they came, {len(daily.requests())} to the daily one"
    )
    print(f"digests {sum(mornings.values())}, one each local morning: {once}, all for 08:00 in Berlin: {on_time}")
    print(f"articles kept {articles}, with words {texts}; backups {len(backups)} (aim: {_BACKUPS} at most)")
    size = (folder / "wirewatch.db").stat().st_size / 1e6
    print(f"memory {seen.memory[0]:.0f} to {seen.memory[-1]:.0f} MB, slope {seen.slope():+.2f} MB in 10,000 polls")
    print(f"archive {size:.0f} MB")
    is_clean = not (verdict.lost or verdict.unmarked or verdict.marked) and verdict.integrity == "ok"
    return is_clean and once and on_time and sum(mornings.values()) >= days - 1 and len(backups) <= _BACKUPS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.half_year", description=__doc__)
    parser.add_argument("--days", type=int, default=180)
    said = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="wirewatch-half-year-") as name:
        sys.exit(0 if half_year(Path(name), days=said.days) else 1)


if __name__ == "__main__":
    main()
