"""The outbox while others write to the archive, and when much waits in it."""

import asyncio
import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest

from alerts.next_message import MOST_LOOKED_AT, Rules
from alerts.outbox import deliver_due, deliver_next
from alerts.planning import ChannelRule, TopicRule
from alerts.sent import Arrival, Sent
from alerts.settings import Channel
from alerts.timing_words import parse_digest
from scheduler.delivery_steering import Picked, retried
from stories.store import Store
from stories.store_outbox import waiting_rows
from tests.building import NOON, alert
from tests.outbox_rows import rows
from tests.receivers import Slow, Webhook
from tests.sending_days import SendingDays
from tests.ticking import Clock

HOUR = timedelta(hours=1)


def test_a_retry_while_a_message_is_on_its_way_holds(store: Store, webhook: Webhook) -> None:
    """The channel refuses for the third time what waits behind, too; but somebody wanted that tried anew."""
    released = threading.Event()
    for title in ("First", "Behind"):
        alert(store, title=title)
    with store.writing():
        store.db.execute(
            "UPDATE deliveries SET state = 'failed', refusals = 2, attempts = 2, first_tried_at = ?",
            ["2026-11-22T10:00:00.000Z"],
        )
        store.db.execute("INSERT INTO channels (name, tried_at) VALUES ('hook', '2026-11-22T11:59:00.000Z')")
    channel = Channel(name="hook", url=webhook.reply("/hook", Slow(released, 404)))

    async def play() -> None:
        sending = asyncio.create_task(deliver_next(store, channel, Rules(), clock=lambda: NOON, chance=lambda: 0.5))
        await asyncio.to_thread(webhook.wait_for, 1)
        await asyncio.to_thread(lambda: list(retried(store.path, Picked(ids=(2,)), now=NOON)))
        released.set()
        await sending

    asyncio.run(play())
    assert [row.state for row in rows(store)] == ["dead", "failed"]


def test_what_arrived_is_written_down_though_the_archive_was_locked_for_long(store: Store, webhook: Webhook) -> None:
    """For longer than SQLite waits: else what is known to have arrived would be sent again."""
    released = threading.Event()
    alert(store)
    store.db.execute("PRAGMA busy_timeout = 10")
    channel = Channel(name="hook", url=webhook.reply("/hook", Slow(released, 200)))

    async def play() -> Sent | object:
        sending = asyncio.create_task(deliver_next(store, channel, Rules(), clock=lambda: NOON, chance=lambda: 0.5))
        await asyncio.to_thread(webhook.wait_for, 1)
        other = sqlite3.connect(store.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        released.set()
        _, unfinished = await asyncio.wait([sending], timeout=0.3)
        assert unfinished
        other.execute("ROLLBACK")
        other.close()
        return await sending

    assert asyncio.run(play()) == Sent(Arrival.ARRIVED)
    assert [row.state for row in rows(store)] == ["sent"]


def test_thousands_that_wait_for_a_digest_are_not_read_and_hide_nothing(store: Store, webhook: Webhook) -> None:
    """Every look at the outbox reads so many rows of each topic, and what else waits goes out at once."""
    alert(store, topic="Ports")
    with store.writing():
        for number in range(2 * MOST_LOOKED_AT):
            at = "2026-11-22T12:00:00.000Z"
            store.db.execute(
                "INSERT INTO alerts (topic, story_id, article_id, headline, created_at) SELECT topic, story_id,"
                " article_id, headline, ? FROM alerts WHERE id = 1",
                [at],
            )
            store.db.execute(
                "INSERT INTO deliveries (alert_id, channel, not_before, created_at) VALUES (?, 'hook', ?, ?)",
                [number + 2, at, at],
            )
    alert(store, topic="Raids", title="Now")
    assert len(waiting_rows(store, "hook", most=MOST_LOOKED_AT, now=NOON)) == MOST_LOOKED_AT + 1
    rules = Rules(topics={"Ports": TopicRule(digest=parse_digest("18:00"))})
    SendingDays(store, {"hook": webhook.address()}, rules={"hook": rules}).until(NOON)
    assert [request.json["title"] for request in webhook.requests()] == ["[Raids] Now"]


@pytest.mark.parametrize(("wait", "arrive"), [(30, 1), (60, 1), (90, 0)])
def test_a_poll_waits_out_a_group_wait_of_up_to_a_minute(
    store: Store, webhook: Webhook, wait: int, arrive: int
) -> None:
    alert(store)
    clock = Clock(NOON)
    delivering = deliver_due(
        store,
        Channel(name="hook", url=webhook.address()),
        Rules(channel=ChannelRule(group_wait=timedelta(seconds=wait))),
        stop=asyncio.Event(),
        clock=clock,
        chance=lambda: 0.5,
        rest=clock.rest,
    )
    assert asyncio.run(delivering) == arrive


def test_what_is_committed_after_its_digest_went_out_does_not_wait_for_the_next(store: Store, webhook: Webhook) -> None:
    slot = datetime(2026, 11, 23, 13, tzinfo=UTC)
    rules = Rules(channel=ChannelRule(digest=parse_digest("13:00 mon")), topics={"Antitrust": TopicRule()})
    days = SendingDays(store, {"hook": webhook.address()}, rules={"hook": rules})
    alert(store, title="In time")
    days.clock.now = slot
    days.until(slot + timedelta(seconds=2))
    alert(store, title="Late", now=slot - timedelta(seconds=2))
    days.until(slot + HOUR)
    assert len(days.tries["hook"]) == 2
    digests = store.db.execute("SELECT kind, digest_at IS NULL FROM messages").fetchall()
    assert digests == [("digest", 0), ("alert", 1)]
