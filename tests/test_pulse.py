"""Signs of life, and what their lack is called."""

from datetime import timedelta

import pytest

from scheduler.pulse import Pulse, Standing, fault_of

WELL = Standing(overdue_for=timedelta(0))


def alive() -> Pulse:
    return Pulse(ticked_at=1000.0, passed_at={"slack": 1000.0, "mail": 1000.0})


def test_whoever_ticks_looks_and_writes_is_well() -> None:
    assert fault_of(alive(), WELL, ["slack", "mail"], now=1050) is None


def test_a_channel_that_was_never_looked_at_has_time_from_the_start() -> None:
    assert fault_of(Pulse(ticked_at=1000.0), WELL, ["slack"], now=1050) is None


@pytest.mark.parametrize(
    ("pulse", "standing", "now", "words"),
    [
        (alive(), WELL, 1061, "timetable has stood still for 61 s"),
        (Pulse(ticked_at=1200, passed_at={"slack": 1200, "mail": 1000}), WELL, 1201, "channel mail was not looked at"),
        (Pulse(ticked_at=1000, failed_at=870), WELL, 1000, "archive could not be written for 130 s"),
        (alive(), Standing(overdue_for=timedelta(minutes=31)), 1001, "overdue for 31 min"),
        (alive(), Standing(overdue_for=timedelta(0), deaf_for=timedelta(minutes=61)), 1001, "for 61 min"),
    ],
)
def test_each_thing_that_is_not_done_is_a_fault(pulse: Pulse, standing: Standing, now: float, words: str) -> None:
    assert words in (fault_of(pulse, standing, ["slack", "mail"], now=now) or "well")
