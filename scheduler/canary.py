"""The canary: a test story that is sent the whole way on a timetable, and somebody is told when it does not arrive."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from alerts.timing import quiet_until
from alerts.waiting import ChannelRule
from alerts.wording import time_in_words
from scheduler.config import Config
from scheduler.config_service import CanarySettings
from scheduler.rehearsing import fault_of_rehearsal
from stories.store import Store, StoreError
from stories.store_canaries import Canary, add_canary, canary_of, last_canary
from stories.store_notices import Notice, NoticeKind, add_notice, close_notice, open_notices

EVERY = timedelta(hours=24)  # unless the configuration says otherwise
IN_TIME = timedelta(minutes=10)
LOOK_SECONDS = 10.0  # between two looks at the timetable

_SENTENCE = "this test story came the whole way to you, as alerts do; nothing is to be done."
_MISSED = timedelta(hours=1)  # a time of day that passed longer ago, while nothing ran, is not made up for

log = logging.getLogger(__name__)


def is_due(settings: CanarySettings, rule: ChannelRule, last: Canary | None, *, now: datetime) -> bool:
    """Whether a canary is to be sent now: one at a time, by its timetable, not within quiet hours of its channel."""
    if (last and last.is_on_its_way) or quiet_until(rule.quiet, now, rule.zone):
        return False
    begun_at = last.begun_at if last and last.begun_at <= now else None  # the clock may have been wrong
    if settings.at is None:
        return begun_at is None or now - begun_at >= (settings.every or EVERY)
    slot = settings.at.last_until(now, rule.zone, other_than=frozenset())
    return slot is not None and now - slot < _MISSED and (begun_at is None or begun_at < slot)


def is_late(canary: Canary, rule: ChannelRule, *, now: datetime) -> bool:
    """Whether a canary that should have arrived has not; what quiet hours hold back need not have."""
    if canary.arrived_at or quiet_until(rule.quiet, now, rule.zone):
        return False
    return not canary.is_on_its_way or not timedelta(0) <= now - canary.begun_at < IN_TIME


async def keep_canary(
    store: Store,
    config: Callable[[], Config],
    *,
    wake: Callable[[], None],
    stop: asyncio.Event,
    clock: Callable[[], datetime],
) -> None:
    """Send a canary whenever one is due, until `stop`; `wake` has the senders look at the outbox."""
    while not stop.is_set():
        try:
            if await tend_canary(store, config(), clock=clock):
                wake()
        except StoreError as error:
            log.warning("canary: %s", error)
        except Exception:
            log.exception("canary: it could not be looked after")
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await stop.wait()


async def tend_canary(store: Store, config: Config, *, clock: Callable[[], datetime]) -> bool:
    """Put a canary into the outbox if one is due, and return whether; tell of one that did not arrive in time.

    :raises StoreError: when the archive cannot be written
    """
    settings, now = config.service.canary, clock()
    rule = config.channel_rules.get(settings.channel, ChannelRule()) if settings else ChannelRule()
    last = last_canary(store, settings.channel) if settings else None
    if settings and is_due(settings, rule, last, now=now):
        canary = await send_canary(store, config, settings.channel, clock=clock)
        return canary.is_on_its_way
    if last and is_late(last, rule, now=now):
        _say_late(store, last, now=now)
    _say_well(store, except_for=last.channel if last and not last.arrived_at else None, now=now)
    return False


async def send_canary(store: Store, config: Config, channel: str, *, clock: Callable[[], datetime]) -> Canary:
    """Make up a story, see that it becomes a message, and put it into the outbox of `channel`; return how it stands.

    What keeps it from becoming a message is written down in its place. The story itself is told in an archive of its
    own: in that of the service it would be found, counted and compared like any other.

    :raises StoreError: when the archive cannot be written
    """
    begun_at = clock()
    fault = await asyncio.to_thread(fault_of_rehearsal, config, channel, now=begun_at)
    with store.writing():
        canary_id = add_canary(store, channel, sentence=_SENTENCE, fault=fault, now=begun_at)
    canary = canary_of(store, canary_id)
    assert canary is not None, "it was written"
    return canary


def _say_late(store: Store, canary: Canary, *, now: datetime) -> None:
    """Say once that a canary did not arrive; it holds until one does."""
    how = "has not arrived yet" if canary.is_on_its_way else "did not arrive"
    why = f": {canary.error}" if canary.error else ""
    sentence = f"channel {canary.channel}: the test story of {time_in_words(canary.begun_at)} {how}{why}"
    notice = Notice(kind=NoticeKind.LATE, feed_id=None, subject=canary.channel, sentence=sentence, told_at=now)
    if canary.channel in _said_late(store):
        return
    with store.writing():
        add_notice(store, notice)
    log.warning("%s", sentence)


def _say_well(store: Store, *, except_for: str | None, now: datetime) -> None:
    """End what is said of canaries, but for a channel whose last one has not arrived."""
    over = _said_late(store) - {except_for}
    if not over:
        return
    with store.writing():
        for channel in over:
            close_notice(store, NoticeKind.LATE, None, subject=channel, now=now)


def _said_late(store: Store) -> set[str]:
    return {each.subject for each in open_notices(store) if each.kind is NoticeKind.LATE}
