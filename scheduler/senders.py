"""Sending: what an earlier run left open is taken up, and each channel has a sender of its own that is kept going."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from alerts.next_message import Rules
from alerts.outbox import deliver_due, serve_channel
from alerts.planning import ChannelRule
from alerts.settings import Channel
from scheduler.config import Config
from scheduler.operator_notices import tell_operator
from stories.counted import counted
from stories.store import Store, StoreError, is_damage
from stories.store_channels import forget_channels_except, try_again_now
from stories.store_outbox import give_up_channels_except, pull_back_from_the_future, reopen_interrupted

PAUSE_SECONDS = 30  # after an error nobody expected

log = logging.getLogger(__name__)


def take_up_outbox(store: Store, config: Config, *, now: datetime) -> None:
    """Bring the outbox in line with the configuration, and make due what an earlier run was in the middle of.

    Channels that failed are tried at once, because somebody may have mended them; not those that asked for time.
    """
    pull_back_from_the_future(store, now=now)
    if reopened := reopen_interrupted(store, now=now):
        log.warning(
            "%s interrupted: sent once more, marked as possible repeats", counted(reopened, "delivery", "deliveries")
        )
    adjust_outbox(store, config, now=now)


def adjust_outbox(store: Store, config: Config, *, now: datetime) -> None:
    """Bring the outbox in line with the configuration: what waits for channels that are no more is given up."""
    names = [channel.name for channel in config.channels]
    for channel, count in give_up_channels_except(store, names, now=now).items():
        given_up = counted(count, "delivery to it is given up", "deliveries to it are given up")
        log.warning("channel %s: not configured any more; %s", channel, given_up)
    with store.writing():
        forget_channels_except(store, names)
        try_again_now(store)
    tell_operator(store, config, now=now)


@dataclass(frozen=True, slots=True)
class _Sender:
    """The sender of one channel at work, by which rules, and how it is woken and sent home."""

    channel: Channel
    rules: Rules
    wake: asyncio.Event
    leave: asyncio.Event
    task: asyncio.Task[None]

    def end(self) -> None:
        """Have it end when the message on its way has arrived or failed."""
        self.leave.set()
        self.wake.set()


class Senders:
    """The senders of all channels, each a task of its own; those whose rules change give way to another one.

    `start` makes a task of work under a name. `passed` is called with a channel's name whenever its sender has done
    what there was to do, `failed` with an error that ended a round of one.
    """

    def __init__(
        self,
        store: Store,
        *,
        start: Callable[[Coroutine[Any, Any, None], str], asyncio.Task[None]],
        clock: Callable[[], datetime],
        chance: Callable[[], float],
        passed: Callable[[str], object],
        failed: Callable[[Exception], object],
    ) -> None:
        self._store = store
        self._start = start
        self._clock = clock
        self._chance = chance
        self._passed = passed
        self._failed = failed
        self._senders: dict[str, _Sender] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """All that is at work, or about to end."""
        return [*(sender.task for sender in self._senders.values()), *self._leaving]

    def change(self, config: Config) -> None:
        """Have exactly the usable channels of `config` served from now on, by its rules."""
        wanted = {channel.name: (channel, rules_of(config, channel.name)) for channel in usable_channels(config)}
        for name, sender in list(self._senders.items()):
            if wanted.get(name) != (sender.channel, sender.rules):
                self._leave(name)
        for name, (channel, rules) in wanted.items():
            if name not in self._senders:
                self._senders[name] = self._sender(channel, rules)

    def wake(self) -> None:
        """Have all of them look at once for what is due."""
        for sender in self._senders.values():
            sender.wake.set()

    def end(self) -> None:
        """Have all of them end when the message on its way has arrived or failed."""
        for name in list(self._senders):
            self._leave(name)

    def _leave(self, name: str) -> None:
        sender = self._senders.pop(name)
        sender.end()
        self._leaving.add(sender.task)
        sender.task.add_done_callback(self._leaving.discard)

    def _sender(self, channel: Channel, rules: Rules) -> _Sender:
        wake, leave = asyncio.Event(), asyncio.Event()
        before = [task for task in self._leaving if task.get_name() == _task_name(channel)]
        sending = keep_sending(
            self._store,
            channel,
            rules,
            before=before,
            wake=wake,
            stop=leave,
            clock=self._clock,
            chance=self._chance,
            passed=partial(self._passed, channel.name),
            failed=self._failed,
        )
        return _Sender(channel, rules, wake, leave, self._start(sending, _task_name(channel)))


async def keep_sending(
    store: Store,
    channel: Channel,
    rules: Rules,
    *,
    before: Sequence[asyncio.Task[None]] = (),
    wake: asyncio.Event,
    stop: asyncio.Event,
    clock: Callable[[], datetime],
    chance: Callable[[], float],
    passed: Callable[[], object] = lambda: None,
    failed: Callable[[Exception], object] = lambda error: None,
) -> None:
    """Keep the sender of a channel going until `stop`: an error nobody expected costs it a pause, not its life.

    It begins when those `before` it have ended: one channel has one sender. `passed` is called whenever it has done
    what there was to do, or failed at it; `failed` with what ended a round.
    """
    if before:
        await asyncio.wait(before)
    has_failed = False
    while not stop.is_set():
        try:
            if has_failed:  # perhaps between a send and its outcome
                reopen_interrupted(store, now=clock(), channel=channel.name)
                has_failed = False
            await serve_channel(store, channel, rules, wake=wake, stop=stop, clock=clock, chance=chance, passed=passed)
        except Exception as error:
            expected = isinstance(error, StoreError) or is_damage(error)
            sentence = "channel %s: its sender failed: %s; it goes on in %d s"
            log.exception(sentence, channel.name, error, PAUSE_SECONDS, exc_info=None if expected else error)
            has_failed = True
            passed()
            failed(error)
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_SECONDS):
                    await stop.wait()


async def send_once(store: Store, config: Config, *, clock: Callable[[], datetime], chance: Callable[[], float]) -> int:
    """Deliver what is due to every channel, side by side, and return how many messages arrived."""
    never = asyncio.Event()
    arrived = await asyncio.gather(
        *(
            deliver_due(store, channel, rules_of(config, channel.name), stop=never, clock=clock, chance=chance)
            for channel in usable_channels(config)
        )
    )
    tell_operator(store, config, now=clock())
    return sum(arrived)


def usable_channels(config: Config) -> list[Channel]:
    """Return the channels that wait for nothing."""
    return [channel for channel in config.channels if channel.url]


def rules_of(config: Config, channel: str) -> Rules:
    """Return when a channel is told, and when the topics that it is told, and how."""
    return Rules(
        channel=config.channel_rules.get(channel, ChannelRule()),
        topics=config.topics_told_to(channel),
        templates={topic.name: topic.template for topic in config.topics if topic.template},
    )


def _task_name(channel: Channel) -> str:
    return f"channel {channel.name}"
