"""The outbox: messages go out one after another for each channel, and what became of each is written down.

If the power fails anywhere here: before `begin_message` its deliveries are still due; between that and `end_message`
the next start finds them in the state sending and sends them once more, marked as possible repeats; after it nothing
is left to do.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from alerts.attempts import Aftermath, after_try, waits_until
from alerts.channel_lines import Lines, held
from alerts.channels import medium_of, room_of, send
from alerts.medium import Medium, Message
from alerts.message import capacity, message_of
from alerts.next_message import MOST_LOOKED_AT, Rules, next_message, tell_of_empty_digest
from alerts.sent import Arrival, Sent
from alerts.settings import Channel
from alerts.templates import template_for
from alerts.waiting import Hold, Sending
from stories.counted import counted
from stories.failpoints import Point, reach
from stories.store import DamagedError, Store, StoreError
from stories.store_channels import ChannelState, channel_state
from stories.store_messages import begin_message, end_message
from stories.store_mutes import drop_muted
from stories.store_outbox import (
    OutboxRow,
    newest_waiting_at,
    pull_back_from_the_future,
    rows_of_message,
    waiting_rows,
)

SEND_SECONDS = 60  # after that a send is given up as unknown; its thread is left behind

_SHORTEST_SLEEP = 0.05  # seconds; a stop may have left something due
# The clock may be set, the machine have slept, or somebody have asked for a retry beside the service.
_LONGEST_SLEEP = 5.0
_SHORT_PAUSE = timedelta(seconds=2)  # which is worth waiting for,
_LONGEST_GATHERING = timedelta(seconds=60)  # and so is a `group_wait` up to this

_CLOCK_SET_BACK = timedelta(minutes=1)  # at least
_WRITE_SECONDS = 60.0
_WRITE_PAUSE_SECONDS = 0.5

log = logging.getLogger(__name__)


async def serve_channel(
    store: Store,
    channel: Channel,
    rules: Rules,
    *,
    wake: asyncio.Event,
    stop: asyncio.Event,
    clock: Callable[[], datetime],
    chance: Callable[[], float],
    passed: Callable[[], object] = lambda: None,
) -> None:
    """Deliver what falls due for `channel`: on `wake`, and whenever its time has come.

    `passed` is called each time it has looked and done what there was to do.
    It ends after `stop` is set (with `wake`), when the message on its way has arrived or failed.
    """
    while not stop.is_set():
        wake.clear()
        next_one = await deliver_next(store, channel, rules, clock=clock, chance=chance)
        passed()
        if isinstance(next_one, Sent):
            continue
        seconds = (next_one.until - clock()).total_seconds() if next_one.until else _LONGEST_SLEEP
        with suppress(TimeoutError):
            async with asyncio.timeout(min(max(seconds, _SHORTEST_SLEEP), _LONGEST_SLEEP)):
                await wake.wait()


async def deliver_due(
    store: Store,
    channel: Channel,
    rules: Rules,
    *,
    stop: asyncio.Event,
    clock: Callable[[], datetime],
    chance: Callable[[], float],
    rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> int:
    """Deliver what is due for `channel` now, until `stop` or a pause worth the name; return how many messages arrived.

    `rest` waits so many seconds: the moment that lies between two messages, or the channel's `group_wait`.
    """
    arrived = 0
    pause = max(_SHORT_PAUSE, min(rules.channel.group_wait, _LONGEST_GATHERING))
    while not stop.is_set():
        next_one = await deliver_next(store, channel, rules, clock=clock, chance=chance)
        if isinstance(next_one, Sent):
            arrived += next_one.arrival is Arrival.ARRIVED
            continue
        now = clock()
        if next_one.until is None or next_one.until - now > pause:
            break
        await rest((next_one.until - now).total_seconds())
    return arrived


async def deliver_next(
    store: Store, channel: Channel, rules: Rules, *, clock: Callable[[], datetime], chance: Callable[[], float]
) -> Sent | Hold:
    """Send the next message to `channel` and write down what became of it, or say until when there is none and why."""
    now = clock()
    state = _state_of(store, channel.name, now)
    medium = medium_of(channel.url or "")
    planned = _planned(store, rules, state, medium, now)
    if isinstance(planned, Hold):
        return planned
    if muted := drop_muted(store, planned.ids, now=now):
        log.info("channel %s: %s dropped, because it is muted", channel.name, counted(muted, "delivery", "deliveries"))
        return Hold(until=now, because="what is muted was dropped")
    quiet_since = max((at for at in (state.tried_at, state.waits_until) if at), default=None)
    message_id = begin_message(
        store,
        channel.name,
        kind=planned.kind,
        ids=planned.ids,
        digest_at=planned.digest_at,
        now=now,
        quiet_since=quiet_since,
    )
    if message_id is None:
        return Hold(until=now, because="somebody changed what was to be sent")
    rows = rows_of_message(store, message_id)
    sent = await _send(channel, _made(store, channel, rules, planned, rows, medium), now)
    reach(Point.BEFORE_MARK_SENT)
    after = await _written_down(partial(_end, store, message_id, sent, rules, state, now=clock(), chance=chance()))
    _say(f"message {message_id} to {channel.name} ({counted(len(rows), 'delivery', 'deliveries')})", sent, after)
    return sent


def _state_of(store: Store, channel: str, now: datetime) -> ChannelState:
    """Return how a channel stands, and leave nothing of it in the future when the clock was set back."""
    state, newest_at = channel_state(store, channel), newest_waiting_at(store, channel)
    if not any(at and at > now + _CLOCK_SET_BACK for at in (newest_at, state.tried_at)):
        return state
    pull_back_from_the_future(store, now=now, channel=channel)
    return channel_state(store, channel)


def _planned(store: Store, rules: Rules, state: ChannelState, medium: Medium, now: datetime) -> Sending | Hold:
    """Return which rows go out now, or until when none do and why."""
    tell_of_empty_digest(store, state.name, rules, now=now)
    newest_at = newest_waiting_at(store, state.name)
    if newest_at is None:
        return Hold(until=None, because="nothing waits")
    if until := waits_until(state, newest_at, now=now):
        return Hold(until=until, because="the channel does not take messages")
    waiting = waiting_rows(store, state.name, most=MOST_LOOKED_AT, now=now)
    return next_message(store, rules, state, waiting, now=now, most=capacity(medium))


async def _written_down(end: Callable[[], Aftermath]) -> Aftermath:
    """Have it written down what became of a message, and wait for an archive that somebody else locks.

    A message that is known to have arrived would be sent again, if that were lost.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + _WRITE_SECONDS
    while True:
        try:
            return end()
        except DamagedError:
            raise
        except StoreError as error:
            if loop.time() >= until:
                raise
            log.warning("what became of a message is not written down yet: %s", error)
        await asyncio.sleep(_WRITE_PAUSE_SECONDS)


def _end(
    store: Store, message_id: int, sent: Sent, rules: Rules, state: ChannelState, *, now: datetime, chance: float
) -> Aftermath:
    """Write down what became of a message, from its rows and those behind it as they are by now."""
    with store.writing():
        rows = rows_of_message(store, message_id)
        behind: list[OutboxRow] = []
        if sent.arrival is Arrival.REFUSED:
            others = waiting_rows(store, state.name, most=MOST_LOOKED_AT, now=now)
            held = rules.holds_of(others, now=now)
            behind = [row for row in others if row.id not in held]
        after = after_try(sent, rows, behind, state, now=now, chance=chance)
        end_message(
            store,
            message_id,
            outcome=sent.arrival,
            error=sent.error or None,
            after=after.deliveries,
            channel=after.channel,
            behind=after.behind,
            refusals=after.refusals,
            now=now,
        )
        return after


def _made(
    store: Store, channel: Channel, rules: Rules, planned: Sending, rows: Sequence[OutboxRow], medium: Medium
) -> Message | None:
    """Return the message that tells `rows`, or None when none can be made of them."""
    template = template_for((row.topic for row in rows), rules.templates, channel.template)
    try:
        return message_of(store, planned.kind, rows, medium, template, room=room_of(channel.url or ""))
    except Exception:
        # A fault of ours with one alert must not keep those behind it from being sent.
        log.exception("to %s: the message of deliveries %s could not be made", channel.name, planned.ids)
        return None


async def _send(channel: Channel, message: Message | None, now: datetime) -> Sent:
    if message is None:
        return Sent(Arrival.REFUSED, "its message could not be made (see the log)", is_of_message=True)
    reach(Point.BEFORE_SEND)
    lines = Lines()
    try:
        sent = await send_within(SEND_SECONDS, partial(_send_by, lines, channel.url or "", message, now))
    finally:
        lines.cut()  # what is left of a message in parts must not come after that, and the thread may end
    reach(Point.RESPONSE_RECEIVED)
    return sent


def _send_by(lines: Lines, url: str, message: Message, now: datetime) -> Sent:
    with held(lines):
        return send(url, message, now=now, is_given_up=lines.are_cut)


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


def _say(about: str, sent: Sent, after: Aftermath) -> None:
    if sent.arrival is Arrival.ARRIVED:
        log.info("%s: sent", about)
        return
    dead = sum(each.state == "dead" for each in after.deliveries)
    if dead:
        log.error("%s: %s; given up: %s", about, sent.error, counted(dead, "delivery", "deliveries"))
        return
    next_at = after.channel.waits_until or min(each.not_before for each in after.deliveries)
    log.warning("%s: %s; next try at %s", about, sent.error, next_at.isoformat(timespec="seconds"))
