"""Digests, quiet hours and limits from the archive to a webhook: what the planner says is what arrives."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from alerts.next_message import Rules
from alerts.outbox import deliver_due
from alerts.planning import ChannelRule, TopicRule
from alerts.settings import Channel
from alerts.timing_words import parse_digest, parse_limit, parse_quiet
from stories.store import Store
from tests.building import NOON, alert
from tests.receivers import Webhook
from tests.ticking import Clock

HOUR = timedelta(hours=1)
EVENING = datetime(2026, 11, 22, 18, tzinfo=UTC)


def deliver(store: Store, webhook: Webhook, rules: Rules, *, now: datetime) -> int:
    """Deliver all that is due, on a clock that starts at `now`, and return how many messages arrived."""
    clock = Clock(now)
    channel = Channel(name="hook", url=webhook.address())
    stop = asyncio.Event()
    return asyncio.run(deliver_due(store, channel, rules, stop=stop, clock=clock, chance=lambda: 0.5, rest=clock.rest))


def messages(store: Store) -> list[tuple[str, str | None]]:
    return store.db.execute("SELECT kind, digest_at FROM messages ORDER BY id").fetchall()


def test_a_digest_arrives_once_with_all_that_came_before_it(store: Store, webhook: Webhook) -> None:
    rules = Rules(topics={"Antitrust": TopicRule(digest=parse_digest("18:00"))})
    for number in range(3):
        alert(store, title=f"Antitrust case {number}", now=NOON + number * HOUR)
    assert deliver(store, webhook, rules, now=EVENING - HOUR) == 0
    assert deliver(store, webhook, rules, now=EVENING) == 1
    alert(store, title="What comes later", now=EVENING)
    assert deliver(store, webhook, rules, now=EVENING + HOUR) == 0
    assert messages(store) == [("digest", "2026-11-22T18:00:00.000Z")]
    (request,) = webhook.requests()
    assert all(f"Antitrust case {number}" in request.json["message"] for number in range(3))
    assert deliver(store, webhook, rules, now=EVENING + 24 * HOUR) == 1


def test_quiet_hours_end_with_one_message(store: Store, webhook: Webhook) -> None:
    rules = Rules(channel=ChannelRule(quiet=(parse_quiet("12:00-18:00"),)))
    for number in range(3):
        alert(store, title=f"Antitrust case {number}", now=NOON + number * HOUR)
    assert deliver(store, webhook, rules, now=EVENING - timedelta(seconds=10)) == 0
    assert deliver(store, webhook, rules, now=EVENING) == 1
    assert messages(store) == [("digest", None)]


@pytest.mark.parametrize(("waiting", "arrive"), [(2, 2), (3, 1)])
def test_more_than_a_limit_allows_arrives_in_one_message(
    store: Store, webhook: Webhook, waiting: int, arrive: int
) -> None:
    rules = Rules(channel=ChannelRule(limit=parse_limit("2/hour")))
    for number in range(waiting):
        alert(store, title=f"Antitrust case {number}")
    assert deliver(store, webhook, rules, now=NOON) == arrive
    for number in range(3):
        alert(store, title=f"Antitrust case {number}")
    more = deliver(store, webhook, rules, now=NOON + timedelta(minutes=30))
    assert more == 2 - arrive
    assert deliver(store, webhook, rules, now=NOON + 2 * HOUR) == 1 - more
