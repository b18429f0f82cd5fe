"""When deliveries are given up: after days of trying; none in which the machine was off or its clock wrong counts."""

from datetime import UTC, datetime, timedelta

import pytest

from stories.store import Store
from stories.store_channels import try_again_now
from tests.building import NOON, alert
from tests.outbox_rows import rows
from tests.receivers import Answer, Webhook
from tests.sending_days import Event, SendingDays, closed_port

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_haste(store: Store) -> None:
    """Have an archive not wait for the disk: hundreds of transactions in tests that end no process."""
    store.db.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def nowhere() -> str:
    """An address where nobody listens."""
    return f"json://127.0.0.1:{closed_port()}/hook"


def is_started(store: Store) -> None:
    with store.writing():
        try_again_now(store)


def test_f14_what_waits_while_a_machine_is_off_for_eight_days_is_not_given_up(store: Store, nowhere: str) -> None:
    """F14: the first try after it finds no network yet; L is 0."""
    for _ in range(3):
        alert(store)
    days = SendingDays(store, {"hook": nowhere})
    days.until(NOON + timedelta(seconds=10))
    days.clock.now = NOON + 8 * DAY
    is_started(store)
    days.until(days.clock.now + 6 * DAY)
    assert {row.state for row in rows(store)} <= {"failed", "new"}
    days.until(days.clock.now + 2 * DAY)
    assert {row.state for row in rows(store)} == {"dead"}


def test_f14_a_first_try_by_a_clock_of_1970_gives_nothing_up(store: Store, nowhere: str) -> None:
    """F14: the clock is set right after it; L is 0."""
    beginning = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    for _ in range(2):
        alert(store, now=beginning)
    days = SendingDays(store, {"hook": nowhere})
    days.clock.now = beginning
    days.until(beginning + timedelta(seconds=5))
    days.clock.now = NOON
    days.until(NOON + 6 * DAY)
    assert {row.state for row in rows(store)} <= {"failed", "new"}


def test_a_machine_that_was_off_is_told_three_times_over_an_hour_that_trying_will_not_help(
    store: Store, webhook: Webhook
) -> None:
    alert(store)
    days = SendingDays(store, {"hook": webhook.reply("/hook", 404)})
    days.until(NOON + timedelta(minutes=5))
    days.clock.now = on = NOON + DAY
    is_started(store)
    days.until(on)
    assert (len(days.tries["hook"]), rows(store)[0].state) == (3, "failed")
    days.until(on + 3 * HOUR)
    assert (len(days.tries["hook"]), rows(store)[0].state) == (4, "dead")


def test_a_service_that_asks_for_time_after_an_outage_gets_it_from_all(store: Store, webhook: Webhook) -> None:
    """A message that was often tried before is not to blame for 429, and none overtakes it."""
    asks = Answer(body="{}", status=429, headers={"Retry-After": "3600"})
    for number in range(2):
        alert(store, title=f"S{number}")
    days = SendingDays(store, {"hook": webhook.reply("/hook", *[500] * 8, 200, asks, 200)})
    late = NOON + timedelta(hours=2, minutes=20)
    days.until(NOON + 10 * HOUR, [Event(late, lambda: alert(store, title="Late", now=late))])
    assert days.tries["hook"][10] >= days.tries["hook"][9] + HOUR
    assert {row.state for row in rows(store)} == {"sent"}
