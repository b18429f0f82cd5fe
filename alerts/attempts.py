"""After a try: when its deliveries and their channel are tried again, and which of them are given up. Pure.

A channel that takes no messages waits as a whole, so that order is kept; a message that is not taken waits alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.sent import Arrival, Sent
from stories.store_channels import ChannelState
from stories.store_messages import DeliveryAfter
from stories.store_outbox import OutboxRow

GIVE_UP_AFTER = timedelta(days=7)  # of trying: what nobody tried, or a clock that was set, does not count
REFUSED_AFTER = timedelta(hours=1)  # of being told that trying again will not help,
REFUSED_TRIES = 3  # so often
LONGEST_ASKED = timedelta(hours=6)  # that a service may ask to be left alone
PROBED_EVERY = timedelta(minutes=10)  # a channel that fails, when there is news for it

_WAITS = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 600, 1200, 1800, 3600))
_REFUSED_WAITS = (timedelta(minutes=2), timedelta(minutes=75))  # so that the third try comes after more than an hour
_UNKNOWN_WAIT = timedelta(hours=1)
_MOST_DOUBLINGS = 10
_JITTER = 0.2
_NEWS_FOR = timedelta(hours=1)
_BELIEVED = 3  # times a service may name a shorter wait than ours and then not take the message
_STUBBORN = 3  # failures in a row, after which the message may be at fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What becomes of deliveries, and how their channel stands from now on.

    `behind` are the ids of those that were not sent and for which this counts as a try of their channel, `refusals` how
    many refusals that adds for each.
    """

    deliveries: tuple[DeliveryAfter, ...]
    channel: ChannelState
    behind: tuple[int, ...] = ()
    refusals: int = 0


def after_try(
    sent: Sent,
    rows: Sequence[OutboxRow],
    behind: Iterable[OutboxRow],
    channel: ChannelState,
    *,
    now: datetime,
    chance: float,
) -> Aftermath:
    """Return what becomes of the `rows` of a message (as they are while it is on its way), and of its channel.

    `behind` are the rows that wait for no other reason than the channel: when it takes nothing, it counts for them too.
    Waits are shifted by up to a fifth either way by `chance` (0 to 1).
    """
    well = ChannelState(name=channel.name, tried_at=now)
    if sent.arrival is Arrival.ARRIVED:
        return Aftermath(deliveries=tuple(_sent(row, now) for row in rows), channel=well)
    if sent.arrival is Arrival.UNKNOWN:
        waiting = _failing(channel, sent, now, chance)
        return Aftermath(deliveries=tuple(_unknown(row, sent, now, chance) for row in rows), channel=waiting)
    if _is_of_message(sent, rows, channel):
        parts = (len(rows) + 1) // 2
        faulty = (_in_parts(row, parts, sent, now, chance) for row in rows)
        alone = (_faulty(row, sent, now, chance) for row in rows)
        return Aftermath(deliveries=tuple(faulty if len(rows) > 1 else alone), channel=well)
    waiting = _failing(channel, sent, now, chance)
    refused = [_refused(row, sent, waiting, now) for row in rows]
    others = {row.id: _refused(row, sent, waiting, now) for row in behind}
    dead = [each for each in others.values() if each.state == "dead"]
    left = others.keys() - {each.id for each in dead}
    return Aftermath(
        deliveries=(*refused, *dead), channel=waiting, behind=tuple(sorted(left)), refusals=int(sent.is_permanent)
    )


def candidates(waiting: Sequence[OutboxRow], channel: ChannelState) -> Sequence[OutboxRow]:
    """Return the rows to try a channel with: after some failures in a row others than last time, where there are any.

    One message that its channel never takes must not keep those behind it from it.
    """
    if channel.failures < _STUBBORN:
        return waiting
    last = max((row.message_id or 0 for row in waiting), default=0)
    return [row for row in waiting if not last or row.message_id != last] or waiting


def waits_until(channel: ChannelState, newest_at: datetime | None, *, now: datetime) -> datetime | None:
    """Return until when a channel is left alone, or None; `newest_at` is when the last came that waits for it.

    What came since the channel fails, and is still news, is worth a try ahead of time, unless the service itself named
    the time. A time that is further away than any wait was written by a wrong clock.
    """
    until, tried_at, since = channel.waits_until, channel.tried_at, channel.failing_since
    if until is None or until <= now or until - now > LONGEST_ASKED or tried_at is None:
        return None
    if newest_at and since and newest_at > since and now - newest_at < _NEWS_FOR and not channel.is_asked:
        until = min(until, tried_at + PROBED_EVERY)
    return until if until > now else None


def _is_of_message(sent: Sent, rows: Sequence[OutboxRow], channel: ChannelState) -> bool:
    """Whether it is the message that is not taken: its answer says so, or others are taken and it never is.

    A service that is busy or asks for time means all messages, and where no line stood there was none to blame.
    """
    is_stubborn = not channel.failures and all(row.attempts > _STUBBORN for row in rows)
    return sent.is_of_message or (is_stubborn and sent.may_be_of_message and sent.retry_after is None)


def _sent(row: OutboxRow, now: datetime) -> DeliveryAfter:
    return DeliveryAfter(
        id=row.id,
        state="sent",
        not_before=row.not_before,
        first_tried_at=row.first_tried_at or now,
        refusals=row.refusals,
        unknowns=row.unknowns,
        is_alone=row.is_alone,
        at_most=row.at_most,
    )


def _failed(row: OutboxRow, sent: Sent, now: datetime) -> DeliveryAfter:
    return replace(_sent(row, now), state="failed", error=sent.error)


def _unknown(row: OutboxRow, sent: Sent, now: datetime, chance: float) -> DeliveryAfter:
    """Once more when the channel is tried again; a second time in an hour, a third in two.

    A channel that takes messages without ever saying so would show one after another.
    """
    after = replace(_failed(row, sent, now), unknowns=row.unknowns + 1, not_before=now)
    if row.unknowns:
        wait = _UNKNOWN_WAIT * (1 << min(row.unknowns - 1, _MOST_DOUBLINGS))
        after = replace(after, not_before=now + _shifted(wait, chance))
    return _given_up_if_old(after)


def _in_parts(row: OutboxRow, most: int, sent: Sent, now: datetime, chance: float) -> DeliveryAfter:
    """Take a message apart that is not taken: in halves, so that one row of a hundred is found by a dozen messages.

    It is no refusal of any of them: most go through in the next part.
    """
    wait = timedelta() if sent.is_of_message else _shifted(_WAITS[0], chance)
    return _given_up_if_old(replace(_failed(row, sent, now), at_most=most, not_before=now + (_asked(sent) or wait)))


def _faulty(row: OutboxRow, sent: Sent, now: datetime, chance: float) -> DeliveryAfter:
    """Have a row that fails by itself wait, longer every time."""
    refusals = row.refusals + 1
    wait = _asked(sent) or _shifted(_step(_REFUSED_WAITS if sent.is_permanent else _WAITS, refusals), chance)
    after = replace(
        _failed(row, sent, now),
        refusals=refusals,
        is_alone=sent.is_of_message or row.is_alone or row.refusals > 0,
        not_before=now + wait,
    )
    return _given_up_if_refused(after, sent, now)


def _refused(row: OutboxRow, sent: Sent, channel: ChannelState, now: datetime) -> DeliveryAfter:
    after = replace(_failed(row, sent, now), refusals=row.refusals + sent.is_permanent)
    return _given_up_if_refused(after, sent, now, again_at=channel.waits_until)


def _given_up_if_refused(
    after: DeliveryAfter, sent: Sent, now: datetime, *, again_at: datetime | None = None
) -> DeliveryAfter:
    is_refused = after.refusals >= REFUSED_TRIES and now - after.first_tried_at >= REFUSED_AFTER
    if sent.is_permanent and is_refused:
        return replace(after, state="dead")
    return _given_up_if_old(after, again_at=again_at)


def _given_up_if_old(after: DeliveryAfter, *, again_at: datetime | None = None) -> DeliveryAfter:
    next_at = max(after.not_before, again_at or after.not_before)
    return replace(after, state="dead") if next_at - after.first_tried_at >= GIVE_UP_AFTER else after


def _failing(channel: ChannelState, sent: Sent, now: datetime, chance: float) -> ChannelState:
    failures = channel.failures + 1
    wait = _shifted(_step(_REFUSED_WAITS if sent.is_permanent else _WAITS, failures), chance)
    asked = _asked(sent)
    if asked:  # sooner than asked it is never tried, not even by a restart
        wait = asked if failures <= _BELIEVED else max(asked, wait)
    return ChannelState(
        name=channel.name,
        waits_until=now + wait,
        is_asked=asked is not None,
        tried_at=now,
        failures=failures,
        failing_since=channel.failing_since or now,
        error=sent.error,
    )


def _asked(sent: Sent) -> timedelta | None:
    """Return how long the service wants to be left alone, as far as that can be believed."""
    asked = sent.retry_after
    return min(asked, LONGEST_ASKED) if asked and asked > timedelta(0) else None


def _step(waits: Sequence[timedelta], number: int) -> timedelta:
    return waits[min(number, len(waits)) - 1]


def _shifted(wait: timedelta, chance: float) -> timedelta:
    return wait * (1 - _JITTER + 2 * _JITTER * chance)
