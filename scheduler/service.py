"""The service: a tick that starts the crawls which are due, one sender for each channel, and a clean stop."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from crawler.crawl import prepare
from scheduler.canary import keep_canary
from scheduler.config import Config
from scheduler.crawling import Polled, account_of, crawl_limits, run_crawl
from scheduler.feed_adjusting import adjust_feeds
from scheduler.feed_notices import tell_of_feeds
from scheduler.leaps import LeapWatch, keep_looking
from scheduler.operator_notices import tell_operator
from scheduler.pulse import Pulse
from scheduler.senders import PAUSE_SECONDS, Senders, adjust_outbox, send_once, take_up_outbox, usable_channels
from scheduler.spare_memory import SpareMemory
from scheduler.surroundings import Surroundings
from scheduler.timetable import host_of, plan_crawls
from scheduler.upkeep import Upkeep
from scheduler.upkeep_rules import rules_of
from scheduler.watch import Watch, watch_of
from stories.counted import counted
from stories.store import DamagedError, Store, StoreError
from stories.store_feeds import FeedState, due_feeds, watched_feeds
from stories.store_grouping import grouper_of
from stories.store_hosts import waiting_hosts

LONGEST_TICK = timedelta(seconds=5)
TELL_SECONDS = 60  # between two looks at what is to be told of feeds
_TICK = "tick"  # the name of the timetable's job
DRAIN_SECONDS = 8  # what a stop leaves to messages on their way; with the rest it stays below ten

log = logging.getLogger(__name__)


class Service:
    """A running service over an open archive. Made and used on one event loop."""

    def __init__(self, config: Config, store: Store, around: Surroundings, pulse: Pulse | None = None) -> None:
        self._config = config
        self._watch: Watch = watch_of(config)
        self._store = store
        self._around = around
        self._pulse = pulse or Pulse(around.monotonic())
        self._stop = asyncio.Event()
        self._fault: StoreError | None = None
        self._resumes_at = 0.0  # by the monotonic clock
        self._tells_at = 0.0
        self._doubts: asyncio.Queue[BaseException] = asyncio.Queue()  # errors that may say the archive is damaged
        self._upkeep: asyncio.Task[None] | None = None
        self._crawls: dict[asyncio.Task[None], Counter[str]] = {}  # with the hosts that have not answered yet
        self._spare_memory = SpareMemory(store, monotonic=around.monotonic)
        self._leaps = LeapWatch(store, around)
        self._timetable = self._new_timetable()
        self._senders = Senders(
            store,
            start=self._start,
            clock=around.clock,
            chance=around.chance,
            passed=lambda channel: self._pulse.passed(channel, now=around.monotonic()),
            failed=self._doubts.put_nowait,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then end within DRAIN_SECONDS and a little.

        :raises DamagedError: when the archive is damaged and there is a good backup
        :raises StoreError: when the archive was taken away meanwhile
        """
        self._stop = stop
        prepare()  # first: it loads for seconds, beside what is read here
        begin(self._store, self._config, now=self._around.clock())
        grouper_of(self._store)  # read now, or the first article and all behind it wait for it
        self._senders.change(self._config)
        canary = keep_canary(
            self._store, lambda: self._config, wake=self._senders.wake, stop=stop, clock=self._around.clock
        )
        self._start(canary, "canary")
        upkeep = Upkeep(
            store=self._store,
            rules=lambda: rules_of(self._config.service),
            doubts=self._doubts,
            stop=stop,
            clock=self._around.clock,
        )
        self._upkeep = self._start(upkeep.go_on(), "upkeep")
        self._timetable.start()
        self._start(keep_looking(self._look_at_clocks, stop=stop), "clocks")
        log.info(
            "watching %s for %s; the archive is %s",
            counted(len(self._config.feeds), "feed"),
            counted(len(self._config.topics), "topic"),
            self._store.path,
        )
        await stop.wait()
        log.info("stopping")
        self._timetable.pause()
        await self._drain()
        self._timetable.shutdown(wait=False)  # last, because it cancels a tick that has begun
        log.info("stopped")
        if self._fault:
            raise self._fault

    def take_over(self, config: Config, watch: Watch) -> None:
        """Use `config`, which `watch` was made of, from now on; crawls and messages on their way end by the old one.

        :raises StoreError: when the archive cannot be written; then the old one stays
        """
        adjust(self._store, config, now=self._around.clock())
        self._config, self._watch = config, watch
        self._senders.change(config)
        self._tick_from_now_on()
        log.info(
            "config: taken over; watching %s for %s",
            counted(len(config.feeds), "feed"),
            counted(len(config.topics), "topic"),
        )

    @property
    def config(self) -> Config:
        """The configuration in use."""
        return self._config

    def channels(self) -> list[str]:
        """Return the names of the channels that have a sender."""
        return [channel.name for channel in usable_channels(self._config)]

    def tick(self) -> None:
        """Start a crawl of what is due, as far as there is room and no host is asked twice at once."""
        if self._stop.is_set() or self._around.monotonic() < self._resumes_at:
            return
        now = self._around.clock()
        if self._around.monotonic() >= self._tells_at:
            self._tells_at = self._around.monotonic() + TELL_SECONDS
            tell_of_feeds(self._store, now=now)
            tell_operator(self._store, self._config, now=now)
        if (room := self._config.service.crawls_at_once - len(self._crawls)) <= 0:
            return
        busy: set[str] = set().union(*self._crawls.values(), waiting_hosts(self._store, now=now))
        for feeds in plan_crawls(due_feeds(self._store, now=now), busy_hosts=busy, room=room):
            asked = Counter(host_of(feed.asked_address) for feed in feeds)
            self._crawls[self._start(self._crawl(feeds, asked), "crawl")] = asked

    def _new_timetable(self) -> AsyncIOScheduler:
        timetable = AsyncIOScheduler(timezone=UTC)
        timetable.add_listener(_tell_trouble, EVENT_JOB_MISSED | EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES)
        timetable.add_job(
            self._tick,
            "interval",
            seconds=tick_of(self._config).total_seconds(),
            id=_TICK,
            next_run_time=datetime.now(UTC),  # by the clock that APScheduler itself looks at
            misfire_grace_time=None,
            coalesce=True,
        )
        return timetable

    async def _tick(self) -> None:
        """Run `tick` on the loop: a plain function would run in a thread, and the archive belongs to this one."""
        try:
            self._store.check_in_place()
        except StoreError as error:
            self._give_up(error)
            return
        self._look_at_clocks()
        self.tick()
        self._spare_memory.look(is_busy=bool(self._crawls))
        self._pulse.ticked(now=self._around.monotonic())

    def _look_at_clocks(self) -> None:
        """Go by the wall clock as it is now: the timetable would wait until it is again what it was."""
        if self._leaps.look():
            self._tick_from_now_on()
            self._senders.wake()

    def _tick_from_now_on(self) -> None:
        self._timetable.reschedule_job(_TICK, trigger="interval", seconds=tick_of(self._config).total_seconds())

    def _give_up(self, fault: StoreError) -> None:
        """Stop, because the archive cannot be used any more."""
        self._fault = fault
        self._stop.set()

    async def _crawl(self, feeds: Sequence[FeedState], asked: Counter[str]) -> None:
        """Crawl `feeds`; a host that has answered is taken off `asked`: it need not wait for the slowest of them."""
        began_at = asyncio.get_running_loop().time()
        polled: list[Polled] = []
        async with aclosing(self._polls(feeds)) as polls:
            async for each in polls:
                polled.append(each)
                self._pulse.polled(each.result.outcome)
                host = host_of(each.feed.asked_address)
                asked[host] -= 1
                if not asked[host]:
                    del asked[host]
                if each.counts.alerts:
                    self._senders.wake()
        took = timedelta(seconds=asyncio.get_running_loop().time() - began_at)
        log.info("%s", account_of(polled, took=took))

    def _polls(self, feeds: Sequence[FeedState]) -> AsyncGenerator[Polled, None]:
        return run_crawl(
            self._store,
            feeds,
            self._watch,
            limits=crawl_limits(self._config.service),
            clock=self._around.clock,
            chance=self._around.chance,
        )

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Log what nobody expected; the timetable goes on after a pause, and what was not committed is due again."""
        self._crawls.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        if task is self._upkeep and isinstance(error, DamagedError):
            self._give_up(error)
            return
        self._doubts.put_nowait(error)
        # Without the pause a full disk would have every feed asked again at every tick.
        self._resumes_at = self._around.monotonic() + PAUSE_SECONDS
        expected = isinstance(error, StoreError)
        if expected:
            self._pulse.failed(now=self._around.monotonic())
        log.error(
            "%s: %s; it goes on in %d s", task.get_name(), error, PAUSE_SECONDS, exc_info=None if expected else error
        )

    async def _drain(self) -> None:
        """End the crawls at once, and let messages that are on their way arrive."""
        for crawl in list(self._crawls):
            crawl.cancel()
        self._senders.end()
        under_way = [*self._crawls, *self._senders.tasks, *filter(None, [self._upkeep])]
        _, unfinished = await asyncio.wait(under_way, timeout=DRAIN_SECONDS) if under_way else (set(), set())
        for task in unfinished:
            log.warning("%s: still busy; what was on its way is sent again at the next start, marked", task.get_name())
            task.cancel()


async def poll_once(
    config: Config, store: Store, around: Surroundings, *, only_due: bool = False
) -> AsyncGenerator[Polled, None]:
    """Ask every watched feed once, or only those that are due, and yield each as it is committed.

    Hosts that asked to be left alone are left alone all the same. Feeds that are gone (410) are never due, but asked
    when all are.
    """
    begin(store, config, now=around.clock())
    prepare()
    watch = watch_of(config)
    feeds = due_feeds(store, now=around.clock()) if only_due else watched_feeds(store)
    for crawl in plan_crawls(feeds, busy_hosts=waiting_hosts(store, now=around.clock()).keys(), room=1):
        polls = run_crawl(
            store, crawl, watch, limits=crawl_limits(config.service), clock=around.clock, chance=around.chance
        )
        async with aclosing(polls):
            async for polled in polls:
                yield polled
    tell_of_feeds(store, now=around.clock())


async def deliver_once(config: Config, store: Store, around: Surroundings) -> int:
    """Deliver what is due to every channel, side by side, and return how many messages arrived."""
    return await send_once(store, config, clock=around.clock, chance=around.chance)


def begin(store: Store, config: Config, *, now: datetime) -> None:
    """Bring the archive in line with the configuration, and take up what an earlier run left open."""
    adjust_feeds(store, config, now=now)
    take_up_outbox(store, config, now=now)


def adjust(store: Store, config: Config, *, now: datetime) -> None:
    """Bring the archive in line with a configuration that changed while the service runs."""
    adjust_feeds(store, config, now=now)
    adjust_outbox(store, config, now=now)


def tick_of(config: Config) -> timedelta:
    """Return how often to look for due feeds: every five seconds, more often only where a feed asks for it."""
    return min([LONGEST_TICK, *(feed.every / 2 for feed in config.feeds if feed.every)])


def _tell_trouble(event: JobEvent) -> None:
    log.warning("the timetable missed or failed a tick (%s)", getattr(event, "exception", None) or "still busy")
