"""A service whose time is told to it: feeds without a network; all else is as it is, and messages arrive."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from alerts.next_message import Rules
from alerts.outbox import deliver_next
from alerts.sent import Sent
from alerts.settings import Channel
from alerts.waiting import Hold
from crawler.poll import Outcome, PollResult
from scheduler.config import Config
from scheduler.feed_notices import tell_of_feeds
from scheduler.ingest import ingest_poll, ingest_unchanged
from scheduler.leaps import LeapWatch
from scheduler.operator_notices import tell_operator
from scheduler.senders import rules_of
from scheduler.service import begin
from scheduler.surroundings import Surroundings
from scheduler.timetable import plan_crawls
from scheduler.watch import Watch, watch_of
from stories.model import Article
from stories.store import Store
from stories.store_feeds import FeedState, due_feeds, watched_feeds
from stories.store_hosts import waiting_hosts
from tests.press import headline

TICK = timedelta(seconds=20)
BEGAN = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(slots=True)
class Times:
    """True time, which only passes, and what the clocks of a machine show of it."""

    true: datetime = BEGAN
    off_by: timedelta = timedelta(0)  # the wall clock is ahead of the truth
    asleep: timedelta = timedelta(0)  # so long the monotonic clock stood still

    def wall(self) -> datetime:
        return self.true + self.off_by

    def monotonic(self) -> float:
        return (self.true - BEGAN - self.asleep).total_seconds()


@dataclass(slots=True)
class Simulated:
    """A service over an archive. `polls` are the true times at which each feed, by id, was asked.

    `publish` says which articles a feed lists at a true time. One that is `patient` looks for what is to be sent only
    when that is due or something new came: for long runs.
    """

    store: Store
    config: Config
    publish: Callable[[FeedState, datetime], tuple[Article, ...]]
    times: Times = field(default_factory=Times)
    polls: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    alerts: int = 0
    is_patient: bool = False
    dice: Random = field(default_factory=lambda: Random(1))
    _watch: Watch = field(init=False)
    _leaps: LeapWatch = field(init=False)
    _holds: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._watch = watch_of(self.config)
        self.boot()

    def boot(self) -> None:
        """Begin as the service does at its start."""
        around = Surroundings(clock=self.times.wall, chance=self.dice.random, monotonic=self.times.monotonic)
        begin(self.store, self.config, now=self.times.wall())
        self._leaps = LeapWatch(self.store, around)

    def tick(self) -> None:
        """Do what is due: as a tick of the service does, but that a crawl takes no time."""
        if self._leaps.look():
            self._holds.clear()
        now = self.times.wall()
        busy = waiting_hosts(self.store, now=now).keys()
        for crawl in plan_crawls(due_feeds(self.store, now=now), busy_hosts=busy, room=2):
            self._crawl(crawl)
        if any(self._holds.get(channel.name, now) <= now for channel in self.config.channels) and self.waits():
            asyncio.run(self._deliver())

    def run(self, length: timedelta, *, tick: timedelta = TICK) -> None:
        """Let so much true time pass, tick after tick."""
        ends_at = self.times.true + length
        while self.times.true < ends_at:
            self.tick()
            self.times.true += tick

    def tell(self) -> None:
        """Tell what is to be told of feeds and channels."""
        tell_of_feeds(self.store, now=self.times.wall())
        tell_operator(self.store, self.config, now=self.times.wall())

    def waits(self) -> bool:
        """Whether anything waits in the outbox."""
        waiting = "SELECT 1 FROM deliveries WHERE state IN ('new', 'sending', 'failed') LIMIT 1"
        return self.store.db.execute(waiting).fetchone() is not None

    def next_poll_at(self) -> datetime:
        """Return when the next feed is due, by the wall clock."""
        return min(feed.next_poll_at for feed in watched_feeds(self.store))

    def counted(self, begin: datetime, length: timedelta) -> Counter[int]:
        """Return how often each feed was asked in a span of true time."""
        spans = {feed: [at for at in polls if begin <= at < begin + length] for feed, polls in self.polls.items()}
        return Counter({feed: len(polls) for feed, polls in spans.items()})

    def _crawl(self, feeds: list[FeedState]) -> None:
        unchanged = []
        for feed in feeds:
            self.polls[feed.id].append(self.times.true)
            articles = self.publish(feed, self.times.true)
            if articles:
                self._ingest(feed, articles)
            else:
                unchanged.append((feed, PollResult(feed_id=feed.id, outcome=Outcome.UNCHANGED, status=304)))
        ingest_unchanged(self.store, unchanged, self._watch, now=self.times.wall(), chance=self.dice.random)

    def _ingest(self, feed: FeedState, articles: tuple[Article, ...]) -> None:
        result = PollResult(
            feed_id=feed.id,
            outcome=Outcome.ANSWERED,
            status=200,
            etag=b'"1"',
            articles=articles,
            entries=len(articles),
        )
        counts = ingest_poll(self.store, result, self._watch, now=self.times.wall(), chance=self.dice.random())
        self.alerts += counts.alerts
        if counts.alerts:
            self._holds.clear()

    async def _deliver(self) -> None:
        for channel in self.config.channels:
            rules: Rules = rules_of(self.config, channel.name)
            while isinstance(outcome := await self._deliver_next(channel, rules), Sent):
                self.times.true += timedelta(seconds=1)
            if self.is_patient:
                self._holds[channel.name] = outcome.until or self.times.wall() + timedelta(hours=1)

    async def _deliver_next(self, channel: Channel, rules: Rules) -> Sent | Hold:
        return await deliver_next(self.store, channel, rules, clock=self.times.wall, chance=self.dice.random)


def listed_since_began(feed: FeedState, now: datetime, *, every: timedelta, most: int = 12) -> tuple[Article, ...]:
    """Return what a feed lists that publishes at its own times, `every` so often: the newest first."""
    lag = every * (feed.id % 7) / 7
    newest = (now - BEGAN - lag) // every
    return tuple(
        Article(
            title=headline(f"m{feed.id}x{number:05}"),
            url=f"https://news.example.org/m{feed.id}x{number:05}",
            guid=f"m{feed.id}x{number:05}",
            published_at=BEGAN + lag + number * every,
        )
        for number in range(newest, max(-1, newest - most), -1)
    )
