"""The outbox: deliveries go out one after another for each channel, and what became of each is written down.

If the power fails anywhere here: before `mark_sending` the delivery is still due; between it and the outcome the next
start finds it in the state sending and sends it once more, marked as a possible repeat; after it nothing is left to do.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from alerts.channels import send
from alerts.evidence import from_json
from alerts.facts import from_json as update_from_json
from alerts.medium import Message
from alerts.message import compose
from alerts.sent import Arrival, Sent
from alerts.settings import Channel
from alerts.spread import facts_of
from stories.failpoints import Point, reach
from stories.store import Store
from stories.store_alerts import (
    Delivery,
    mark_failed,
    mark_sending,
    mark_sent,
    next_delivery,
    next_delivery_at,
)
from stories.store_articles import article_by_id

GIVE_UP_AFTER = timedelta(days=7)
SEND_SECONDS = 60  # after that a send is given up as unknown; its thread is left behind

_WAITS = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 600, 1200, 1800))
_LONGEST_WAIT = timedelta(hours=1)
_JITTER = 0.2
_SHORTEST_SLEEP = 0.05  # seconds; a stop may have left something due
_LONGEST_SLEEP = 60.0  # seconds; the clock may be set, or the machine have slept, meanwhile

log = logging.getLogger(__name__)


def next_attempt_at(
    attempts: int, *, created_at: datetime, now: datetime, chance: float, is_repeat: bool = False
) -> datetime | None:
    """Return when a delivery that failed `attempts` times is tried again, or None when it is given up.

    The waits grow from 30 s to an hour, each shifted by up to a fifth either way by `chance` (0 to 1). `is_repeat`
    says that a marked repeat came to an unknown end too: then they double from an hour on, because a channel that
    takes messages without ever saying so would show one after another.
    """
    wait = _WAITS[attempts - 1] if attempts <= len(_WAITS) else _LONGEST_WAIT
    if is_repeat:
        wait = _LONGEST_WAIT * (1 << min(max(attempts - 2, 0), 10))
    at = now + wait * (1 - _JITTER + 2 * _JITTER * chance)
    return at if at - created_at < GIVE_UP_AFTER else None


async def serve_channel(
    store: Store,
    channel: Channel,
    *,
    wake: asyncio.Event,
    stop: asyncio.Event,
    clock: Callable[[], datetime],
    chance: Callable[[], float],
) -> None:
    """Deliver what falls due for `channel`: on `wake`, and when the next try of a failed one has come.

    It ends after `stop` is set (with `wake`), when the message on its way has arrived or failed.
    """
    while not stop.is_set():
        wake.clear()
        await deliver_due(store, channel, stop=stop, clock=clock, chance=chance)
        next_at = next_delivery_at(store, channel.name)
        seconds = (next_at - clock()).total_seconds() if next_at else _LONGEST_SLEEP
        with suppress(TimeoutError):
            async with asyncio.timeout(min(max(seconds, _SHORTEST_SLEEP), _LONGEST_SLEEP)):
                await wake.wait()


async def deliver_due(
    store: Store,
    channel: Channel,
    *,
    stop: asyncio.Event,
    clock: Callable[[], datetime],
    chance: Callable[[], float],
) -> int:
    """Deliver what is due for `channel` now, oldest first, until `stop` or an unknown outcome; return how many arrived.

    A channel that hangs takes a minute each time: what is behind it waits for the next call.
    """
    arrived = 0
    while not stop.is_set() and (delivery := next_delivery(store, channel.name, now=clock())):
        mark_sending(store, delivery.id)
        sent = await _send(store, channel, delivery)
        _write_down(store, delivery, sent, now=clock(), chance=chance())
        if sent.arrival is Arrival.UNKNOWN:
            break
        arrived += sent.arrival is Arrival.ARRIVED
    return arrived


async def _send(store: Store, channel: Channel, delivery: Delivery) -> Sent:
    try:
        message = _message(store, delivery)
    except Exception:
        # A fault of ours with one alert must not keep those behind it from being sent.
        log.exception("alert %d to %s: its message could not be made", delivery.alert_id, channel.name)
        return Sent(Arrival.REFUSED, "its message could not be made (see the log)")
    reach(Point.BEFORE_SEND)
    sent = await send_within(SEND_SECONDS, partial(send, channel.url or "", message))
    reach(Point.RESPONSE_RECEIVED)
    return sent


async def send_within(seconds: float, sending: Callable[[], Sent]) -> Sent:
    """Run `sending` in a thread of its own; after `seconds` its outcome is unknown.

    The thread is a daemon: one that hangs must not keep the service from stopping.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Sent] = loop.create_future()

    def report(sent: Sent) -> None:
        if not outcome.done():
            outcome.set_result(sent)

    def work() -> None:
        try:
            sent = sending()
        except BaseException as error:  # noqa: BLE001  a plug-in may raise anything; the message may have gone out
            sent = Sent(Arrival.UNKNOWN, f"the channel failed: {type(error).__name__}")
        if not loop.is_closed():
            loop.call_soon_threadsafe(report, sent)

    threading.Thread(target=work, daemon=True, name="send").start()
    try:
        async with asyncio.timeout(seconds):
            return await outcome
    except TimeoutError:
        return Sent(Arrival.UNKNOWN, f"no outcome within {seconds:g} s")


def _message(store: Store, delivery: Delivery) -> Message:
    archived = article_by_id(store, delivery.article_id)
    assert archived is not None, "an alert refers to a kept article"
    return compose(
        archived,
        topic=delivery.topic,
        evidence=from_json(delivery.evidence),
        maybe_repeat=delivery.maybe_repeat,
        facts=facts_of(store, archived, topic=delivery.topic, stage=delivery.stage),
        stage=delivery.stage,
        update=update_from_json(delivery.news),
    )


def _write_down(store: Store, delivery: Delivery, sent: Sent, *, now: datetime, chance: float) -> None:
    about = f"alert {delivery.alert_id} ({delivery.topic}) to {delivery.channel}"
    reach(Point.BEFORE_MARK_SENT)
    if sent.arrival is Arrival.ARRIVED:
        mark_sent(store, delivery.id, now=now)
        log.info("%s: sent", about)
        return
    attempts = delivery.attempts + 1
    is_unknown = sent.arrival is Arrival.UNKNOWN
    next_at = next_attempt_at(
        attempts,
        created_at=delivery.created_at,
        now=now,
        chance=chance,
        is_repeat=is_unknown and delivery.maybe_repeat,
    )
    mark_failed(store, delivery.id, error=sent.error, next_at=next_at, maybe_repeat=is_unknown)
    if next_at is None:
        log.error("%s: given up after %d tries (%s)", about, attempts, sent.error)
    else:
        log.warning("%s: %s; next try at %s", about, sent.error, next_at.isoformat(timespec="seconds"))
