"""A canary that somebody wants to see arrive now: through the service that runs, or without one."""

import asyncio
import time
from datetime import datetime

from alerts.outbox import deliver_due
from alerts.settings import Channel
from scheduler.canary import send_canary
from scheduler.config import Config
from scheduler.delivery_waiting import Rulebook, WaitsFor, waiting_for
from scheduler.lock import AlreadyRunning, only_writer
from scheduler.senders import rules_of
from scheduler.surroundings import Surroundings
from stories.store import Store, open_store
from stories.store_canaries import Canary, canary_of
from stories.store_outbox import waiting_rows

PATIENCE = 90.0  # seconds for the service to send it: it looks within seconds, and a send takes a minute at most

_PAUSE = 0.2  # seconds between two looks at what became of it


async def canary_by_hand(config: Config, channel: Channel, around: Surroundings) -> Canary:
    """Send a canary through `channel` and return what became of it.

    A running service sends it, in its turn. Without one, this process is the sender of that channel, and what waits
    before the canary goes out before it.

    :raises StoreError: when the archive cannot be used
    """
    try:
        with only_writer(config.service.database), open_store(config.service.database) as store:
            canary = await send_canary(store, config, channel.name, clock=around.clock)
            if canary.is_on_its_way:
                await _deliver(store, config, channel, around)
            return _again(store, canary)
    except AlreadyRunning:
        with open_store(config.service.database) as store:
            canary = await send_canary(store, config, channel.name, clock=around.clock)
            ends_at = time.monotonic() + PATIENCE
            while canary.is_on_its_way and not _waits_longer(store, config, canary, now=around.clock()):
                if time.monotonic() >= ends_at:
                    break
                await asyncio.sleep(_PAUSE)
                canary = _again(store, canary)
            return canary


def what_holds(store: Store, config: Config, canary: Canary, *, now: datetime) -> WaitsFor | None:
    """Return what a canary waits for that has not arrived yet, or None when it does not wait."""
    book = Rulebook(rules={canary.channel: rules_of(config, canary.channel)})
    ids = [row.id for row in waiting_rows(store, canary.channel) if row.notice_id == canary.id]
    return waiting_for(store, canary.channel, book, now=now).get(ids[0]) if ids else None


def _waits_longer(store: Store, config: Config, canary: Canary, *, now: datetime) -> bool:
    """Whether it is known that a canary goes out only after anybody's patience."""
    wait = what_holds(store, config, canary, now=now)
    return wait is not None and wait.until is not None and (wait.until - now).total_seconds() > PATIENCE


async def _deliver(store: Store, config: Config, channel: Channel, around: Surroundings) -> None:
    rules = rules_of(config, channel.name)
    await deliver_due(store, channel, rules, stop=asyncio.Event(), clock=around.clock, chance=around.chance)


def _again(store: Store, canary: Canary) -> Canary:
    return canary_of(store, canary.id) or canary
