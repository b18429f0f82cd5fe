"""After a try: what becomes of deliveries and their channel, worked out from values."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.attempts import (
    GIVE_UP_AFTER,
    LONGEST_ASKED,
    PROBED_EVERY,
    Aftermath,
    after_try,
    candidates,
    waits_until,
)
from alerts.sent import Arrival, Sent
from stories.store_channels import ChannelState
from stories.store_messages import DeliveryAfter
from stories.store_outbox import OutboxRow
from tests.building import NOON

HOUR = timedelta(hours=1)
WELL = ChannelState(name="hook")
ARRIVED = Sent(Arrival.ARRIVED)
DOWN = Sent(Arrival.REFUSED, "connection refused")
TROUBLE = Sent(Arrival.REFUSED, "the service answered 500", may_be_of_message=True)
GONE = Sent(Arrival.REFUSED, "the service answered 404", is_permanent=True)
BAD = Sent(Arrival.REFUSED, "the service answered 400", is_permanent=True, is_of_message=True)
GREYLISTED = Sent(Arrival.REFUSED, "450 try again in 5 minutes", is_of_message=True)
OPEN = Sent(Arrival.UNKNOWN, "no outcome within 60 s")


def row(id: int = 1, **said: Any) -> OutboxRow:
    """Return a row as it is while its first message is on its way."""
    tried = {"attempts": 1, "first_tried_at": NOON, "message_id": id}
    return OutboxRow(**{"id": id, "channel": "hook", "created_at": NOON, "not_before": NOON, **tried, **said})


def waiting_row(id: int, **said: Any) -> OutboxRow:
    """Return a row that was never sent."""
    return row(id, **{"attempts": 0, "first_tried_at": None, "message_id": None, **said})


def after(
    sent: Sent,
    *rows: OutboxRow,
    behind: tuple[OutboxRow, ...] = (),
    channel: ChannelState = WELL,
    now: datetime = NOON,
    chance: float = 0.5,
) -> Aftermath:
    return after_try(sent, rows or (row(),), behind, channel, now=now, chance=chance)


def again(before: OutboxRow, became: DeliveryAfter) -> OutboxRow:
    """Return a row as it is on its way the next time."""
    return replace(
        before,
        attempts=before.attempts + 1,
        refusals=became.refusals,
        unknowns=became.unknowns,
        is_alone=became.is_alone,
        not_before=became.not_before,
        first_tried_at=became.first_tried_at,
    )


def play(sent: Sent, *, chance: float = 0.5) -> tuple[list[timedelta], DeliveryAfter]:
    """Try one delivery, each time as soon as may be, until it is given up; return when, and what became of it."""
    now, tried, channel, tries = NOON, row(), WELL, []
    while True:
        tries.append(now - NOON)
        became = after(sent, tried, channel=channel, now=now, chance=chance)
        (delivery,), channel = became.deliveries, became.channel
        if delivery.state == "dead":
            return tries, delivery
        now = max(delivery.not_before, channel.waits_until or delivery.not_before)
        tried = again(tried, delivery)


# A channel that takes nothing


def test_what_arrived_is_sent_and_its_channel_is_well() -> None:
    failing = replace(WELL, failures=5, failing_since=NOON, waits_until=NOON, error="timed out")
    assert after(ARRIVED, row(1), row(2), channel=failing).channel == replace(WELL, tried_at=NOON)
    assert [each.state for each in after(ARRIVED, row(1), row(2), channel=failing).deliveries] == ["sent"] * 2


def test_a_channel_that_takes_nothing_waits_and_its_deliveries_wait_with_it() -> None:
    became = after(DOWN)
    assert became.channel == ChannelState(
        name="hook",
        waits_until=NOON + timedelta(seconds=30),
        tried_at=NOON,
        failures=1,
        failing_since=NOON,
        error="connection refused",
    )
    (delivery,) = became.deliveries
    assert (delivery.state, delivery.not_before, delivery.is_alone) == ("failed", NOON, False)


def test_waits_are_as_promised() -> None:
    tries, dead = play(DOWN)
    waits = [(later - earlier).total_seconds() / 60 for earlier, later in pairwise(tries)]
    assert waits[:9] == pytest.approx([0.5, 1, 2, 5, 10, 20, 30, 60, 60])
    assert set(waits[8:]) == {60}
    assert GIVE_UP_AFTER - HOUR <= tries[-1] <= GIVE_UP_AFTER
    assert dead.error == "connection refused"


@given(failures=st.integers(0, 1000), chance=st.floats(0, 1))
def test_waits_are_between_24_seconds_and_72_minutes(failures: int, chance: float) -> None:
    until = after(DOWN, channel=replace(WELL, failures=failures), chance=chance).channel.waits_until
    assert until
    assert timedelta(seconds=24) <= until - NOON <= timedelta(minutes=72)


def test_a_wait_for_a_digest_does_not_count_as_trying() -> None:
    old = row(created_at=NOON - GIVE_UP_AFTER * 2)
    assert after(DOWN, old).deliveries[0].state == "failed"


def test_what_waits_behind_is_given_up_with_what_was_tried() -> None:
    now = NOON + GIVE_UP_AFTER
    assert after(DOWN, behind=(waiting_row(2),)).behind == (2,)
    later = waiting_row(2, first_tried_at=NOON)
    assert [each.state for each in after(DOWN, row(1), behind=(later,), now=now).deliveries] == ["dead", "dead"]


# What a service asks for (F19)

F19 = [
    (timedelta(seconds=1), timedelta(seconds=1)),
    (timedelta(seconds=30), timedelta(seconds=30)),
    (timedelta(seconds=3600), HOUR),
    (timedelta(0), timedelta(seconds=30)),
    (timedelta(seconds=-5), timedelta(seconds=30)),
    (timedelta(minutes=7), timedelta(minutes=7)),  # a date
    (None, timedelta(seconds=30)),  # missing, or garbage
    (timedelta(seconds=10**9), LONGEST_ASKED),
]


@pytest.mark.parametrize(("asked", "wait"), F19)
def test_f19_a_service_that_names_a_time_is_left_alone_until_then(asked: timedelta | None, wait: timedelta) -> None:
    became = after(Sent(Arrival.REFUSED, "the service answered 429", retry_after=asked))
    assert became.channel.waits_until == NOON + wait
    assert became.channel.is_asked is (asked is not None and asked > timedelta(0))


def test_f19_a_service_that_names_a_moment_again_and_again_is_not_believed_for_ever() -> None:
    hurry = Sent(Arrival.REFUSED, "the service answered 429", retry_after=timedelta(seconds=1))
    untils = [
        after(hurry, channel=replace(WELL, failures=failures)).channel.waits_until or NOON for failures in range(5)
    ]
    assert [(until - NOON).total_seconds() for until in untils] == [1, 1, 1, 300, 600]


def test_f19_a_named_time_holds_whatever_arrives_meanwhile() -> None:
    asked = after(Sent(Arrival.REFUSED, "429", retry_after=HOUR)).channel
    later = NOON + timedelta(minutes=30)
    assert waits_until(asked, later, now=later) == NOON + HOUR


# Ahead of time


def test_news_is_worth_a_try_ahead_of_time_but_not_often_and_not_when_it_is_old() -> None:
    tried_at = NOON + HOUR
    failing = replace(WELL, failures=9, failing_since=NOON, tried_at=tried_at, waits_until=tried_at + HOUR)
    soon = tried_at + timedelta(minutes=1)
    assert waits_until(failing, NOON, now=soon) == tried_at + HOUR  # what was there before it failed
    assert waits_until(failing, soon, now=soon) == tried_at + PROBED_EVERY
    assert waits_until(failing, soon, now=tried_at + PROBED_EVERY) is None
    assert waits_until(failing, tried_at - HOUR * 0.9, now=soon) == tried_at + PROBED_EVERY
    assert waits_until(failing, tried_at - HOUR * 0.9, now=tried_at + timedelta(minutes=8)) == tried_at + HOUR


def test_a_wait_that_was_written_by_a_wrong_clock_holds_nothing_up() -> None:
    wrong = replace(WELL, tried_at=NOON, waits_until=NOON + timedelta(days=365))
    assert waits_until(wrong, NOON, now=NOON) is None


# Answers that will not change


def test_what_will_not_be_taken_is_given_up_after_three_tries_over_an_hour() -> None:
    for chance in (0, 0.5, 1):
        for sent in (GONE, BAD):
            tries, dead = play(sent, chance=chance)
            assert len(tries) == 3
            assert HOUR <= tries[-1] <= HOUR * 2
            assert dead.refusals == 3


def test_a_refusal_after_a_restart_does_not_give_up_early() -> None:
    now = NOON + timedelta(minutes=5)
    assert after(GONE, row(refusals=9), now=now).deliveries[0].state == "failed"


def test_what_waits_behind_a_channel_that_is_gone_is_given_up_with_the_first() -> None:
    now, first = NOON + HOUR, row(1, refusals=2)
    behind = (waiting_row(2, refusals=2, first_tried_at=NOON), waiting_row(3))
    became = after(GONE, first, behind=behind, now=now)
    assert [(each.id, each.state, each.refusals) for each in became.deliveries] == [(1, "dead", 3), (2, "dead", 3)]
    assert (became.behind, became.refusals) == ((3,), 1)


# Messages that are not taken


def test_a_message_that_is_not_taken_leaves_its_channel_free() -> None:
    became = after(GREYLISTED)
    assert became.channel == replace(WELL, tried_at=NOON)
    assert became.deliveries[0].not_before == NOON + timedelta(seconds=30)
    assert became.deliveries[0].is_alone


@pytest.mark.parametrize(("rows", "parts"), [(2, 1), (3, 2), (100, 50)])
def test_a_message_of_many_that_is_not_taken_is_taken_apart(rows: int, parts: int) -> None:
    became = after(BAD, *(row(id) for id in range(1, rows + 1))).deliveries
    assert {(each.at_most, each.is_alone, each.refusals, each.not_before) for each in became} == {
        (parts, False, 0, NOON)
    }


def test_a_message_that_fails_while_others_arrive_is_at_fault_whatever_is_said() -> None:
    became = after(TROUBLE, row(attempts=4))
    assert became.channel == replace(WELL, tried_at=NOON)
    (first,) = became.deliveries
    assert (first.state, first.not_before, first.is_alone) == ("failed", NOON + timedelta(seconds=30), False)
    assert after(TROUBLE, row(attempts=5, refusals=1)).deliveries[0].is_alone
    assert after(TROUBLE, row(attempts=4), row(2)).channel.failures == 1  # one of them was not tried often


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(DOWN, id="no line stood"),
        pytest.param(Sent(Arrival.REFUSED, "the service answered 503"), id="busy"),
        pytest.param(Sent(Arrival.REFUSED, "429", retry_after=HOUR, may_be_of_message=True), id="asked for time"),
    ],
)
def test_a_message_is_not_at_fault_where_its_service_is_busy_or_away(sent: Sent) -> None:
    became = after(sent, row(attempts=9))
    assert became.channel.failures == 1
    assert became.channel.waits_until == NOON + (sent.retry_after or timedelta(seconds=30))


def test_after_three_failures_others_are_tried_where_there_are_others() -> None:
    rows = [row(1, message_id=7), row(2, message_id=7), waiting_row(3), row(4, message_id=5)]
    assert candidates(rows, replace(WELL, failures=2)) == rows
    assert [each.id for each in candidates(rows, replace(WELL, failures=3))] == [3, 4]
    assert candidates(rows[:2], replace(WELL, failures=3)) == rows[:2]


# Open outcomes


def test_what_may_have_arrived_is_sent_once_more_soon_and_then_ever_later() -> None:
    tries, dead = play(OPEN)
    hours = [round((later - earlier) / HOUR, 2) for earlier, later in pairwise(tries)]
    assert hours == [0.01, 1, 2, 4, 8, 16, 32, 64]
    assert dead.unknowns == 9


@given(
    sent=st.sampled_from([ARRIVED, DOWN, GONE, BAD, GREYLISTED, OPEN]),
    attempts=st.integers(1, 50),
    refusals=st.integers(0, 9),
    unknowns=st.integers(0, 20),
    failures=st.integers(0, 50),
    minutes=st.integers(0, 20_000),
    chance=st.floats(0, 1),
)
def test_every_delivery_of_a_message_is_accounted_for(
    sent: Sent, attempts: int, refusals: int, unknowns: int, failures: int, minutes: int, chance: float
) -> None:
    rows = [row(id, attempts=attempts, refusals=refusals, unknowns=unknowns) for id in (1, 2)]
    now, channel = NOON + timedelta(minutes=minutes), replace(WELL, failures=failures)
    became = after_try(sent, rows, [waiting_row(3)], channel, now=now, chance=chance)
    assert {1, 2} <= {each.id for each in became.deliveries}
    for each in became.deliveries:
        assert each.unknowns >= (unknowns if each.id < 3 else 0)  # a mark never goes away
        assert each.state != "sent" or sent is ARRIVED
        assert each.state != "dead" or now - each.first_tried_at >= HOUR or each.not_before > now + HOUR * 100
