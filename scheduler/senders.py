"""Sending: what an earlier run left open is taken up, and each channel has a sender of its own that is kept going."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from alerts.next_message import Rules
from alerts.outbox import deliver_due, serve_channel
from alerts.planning import ChannelRule
from alerts.settings import Channel
from scheduler.config import Config
from scheduler.operator_notices import tell_operator
from stories.counted import counted
from stories.store import Store
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
    names = [channel.name for channel in config.channels]
    for channel, count in give_up_channels_except(store, names, now=now).items():
        given_up = counted(count, "delivery to it is given up", "deliveries to it are given up")
        log.warning("channel %s: not configured any more; %s", channel, given_up)
    with store.writing():
        forget_channels_except(store, names)
        try_again_now(store)
    tell_operator(store, config, now=now)


async def keep_sending(
    store: Store,
    config: Config,
    channel: Channel,
    *,
    wake: asyncio.Event,
    stop: asyncio.Event,
    clock: Callable[[], datetime],
    chance: Callable[[], float],
    passed: Callable[[], object] = lambda: None,
) -> None:
    """Keep the sender of a channel going until `stop`: an error nobody expected costs it a pause, not its life.

    `passed` is called whenever it has done what there was to do, or failed at it.
    """
    has_failed = False
    while not stop.is_set():
        try:
            if has_failed:  # perhaps between a send and its outcome
                reopen_interrupted(store, now=clock(), channel=channel.name)
                has_failed = False
            rules = rules_of(config, channel.name)
            await serve_channel(store, channel, rules, wake=wake, stop=stop, clock=clock, chance=chance, passed=passed)
        except Exception:
            log.exception("channel %s: its sender failed; it goes on in %d s", channel.name, PAUSE_SECONDS)
            has_failed = True
            passed()
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
