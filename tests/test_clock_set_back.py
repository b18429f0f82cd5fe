"""A clock that ran ahead and is set back while the service runs: nothing waits for the time that it showed."""

from datetime import timedelta

import pytest

from alerts.next_message import Rules
from alerts.planning import ChannelRule, TopicRule
from alerts.timing_words import parse_digest
from stories.store import Store
from tests.building import NOON, alert
from tests.receivers import Answer, Webhook
from tests.sending_days import Event, SendingDays

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOMENT = timedelta(seconds=5)


def test_f16_what_was_made_and_tried_in_the_future_goes_out_at_once(store: Store, webhook: Webhook) -> None:
    """F16: made, refused for what it says, and waiting: each by a clock a day ahead."""
    days = SendingDays(store, {"hook": webhook.reply("/hook", 400, 200)})
    days.clock.now = ahead = NOON + DAY
    alert(store, title="Tried", now=NOON)
    days.until(ahead)
    alert(store, title="Made", now=ahead + MOMENT)
    days.clock.now = NOON
    days.until(NOON + MOMENT)
    assert [request.json["title"] for request in webhook.requests()] == [
        "[Antitrust] Tried",
        "[Antitrust] Tried",
        "[Antitrust] Made",
    ]


@pytest.mark.parametrize("back", [timedelta(milliseconds=300), 2 * HOUR])
def test_a_service_that_asked_for_time_gets_it_by_whatever_clock(
    store: Store, webhook: Webhook, back: timedelta
) -> None:
    asks = Answer(body="{}", status=429, headers={"Retry-After": "3600"})
    alert(store)
    days = SendingDays(store, {"hook": webhook.reply("/hook", asks, 200)})
    days.until(NOON)
    days.clock.now = right = NOON - back
    days.until(right + 2 * HOUR)
    (_, again) = days.tries["hook"]
    assert right + HOUR <= again <= right + HOUR + timedelta(seconds=1)


@pytest.mark.parametrize("ahead", [DAY + HOUR, DAY + 2 * HOUR], ids=["at its time", "after it"])
def test_a_digest_that_went_out_by_a_clock_ahead_goes_out_at_its_time(
    store: Store, webhook: Webhook, ahead: timedelta
) -> None:
    rules = Rules(channel=ChannelRule(digest=parse_digest("13:00")), topics={"Antitrust": TopicRule()})
    days = SendingDays(store, {"hook": webhook.address()}, rules={"hook": rules})
    alert(store)
    days.clock.now = NOON + ahead
    days.until(days.clock.now)
    assert len(days.tries["hook"]) == 1
    days.clock.now = NOON
    made = NOON + DAY + HOUR / 2
    days.until(NOON + 2 * DAY, [Event(made, lambda: alert(store, now=made))])
    (again,) = days.tries["hook"][1:]
    assert NOON + DAY + HOUR <= again <= NOON + DAY + HOUR + timedelta(seconds=1)
