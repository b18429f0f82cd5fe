"""A message of many that a channel refuses for what it says: the one at fault is found by few messages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.next_message import Rules
from alerts.planning import ChannelRule, TopicRule
from alerts.timing_words import parse_digest
from stories.store import Store
from tests.building import NOON, alert
from tests.receivers import Webhook
from tests.sending_days import SendingDays

HOUR = timedelta(hours=1)


def test_one_bad_row_of_a_hundred_is_found_by_a_dozen_messages(store: Store, webhook: Webhook) -> None:
    """Only what fails by itself goes alone; nothing else is late or counted as refused."""
    store.db.execute("PRAGMA synchronous = OFF")
    for number in range(100):
        alert(store, title=f"S{number}")
    refused = [400, 400, 200, 400, 200, 400, 400, 200, 400, 200]
    days = SendingDays(store, {"hook": webhook.reply("/hook", *refused)})
    days.until(NOON + timedelta(minutes=1))
    assert len(webhook.requests()) <= 16
    counted = store.db.execute("SELECT state, is_alone, refusals, count(*) FROM deliveries GROUP BY 1, 2, 3").fetchall()
    assert all(refusals <= 1 for _, _, refusals, _ in counted)
    assert sum(count for state, _, _, count in counted if state == "sent") >= 99


@pytest.mark.parametrize("is_refused", [True, False])
def test_that_nothing_came_for_a_digest_is_not_told_where_it_was_refused(
    store: Store, webhook: Webhook, is_refused: bool
) -> None:
    """Its stories went out, in other messages."""
    for number in range(2):
        alert(store, title=f"S{number}")
    digest = replace(parse_digest("13:00"), even_if_empty=True)
    rules = Rules(channel=ChannelRule(digest=digest), topics={"Antitrust": TopicRule()})
    days = SendingDays(store, {"hook": webhook.reply("/hook", 400 if is_refused else 200, 200)}, rules={"hook": rules})
    days.until(NOON + 2 * HOUR)
    assert len(webhook.requests()) == (3 if is_refused else 1)
    assert not any("nothing came" in request.json["message"].lower() for request in webhook.requests())
