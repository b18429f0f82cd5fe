"""The outbox: what is due goes out in order, what failed is tried again, what is open is repeated with a mark."""

import asyncio
import contextlib
import socket
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from alerts.channels import send
from alerts.medium import Message
from alerts.next_message import Rules
from alerts.outbox import deliver_due, deliver_next, send_within, serve_channel
from alerts.sent import Arrival, Sent
from alerts.settings import Channel
from stories.store import Store, open_store
from stories.store_alerts import add_alert
from stories.store_outbox import (
    give_up_channels_except,
    outbox_counts,
    reopen_interrupted,
    waiting_rows,
)
from tests.building import NOON, alert
from tests.outbox_rows import begun, rows, tried
from tests.receivers import Hangup, Slow, Webhook
from tests.ticking import Clock


def deliver(store: Store, address: str, *, name: str = "hook", now: datetime = NOON, chance: float = 0.5) -> int:
    """Deliver what is due at `now` and return how many messages arrived."""
    clock = Clock(now)
    delivering = deliver_due(
        store,
        Channel(name=name, url=address),
        Rules(),
        stop=asyncio.Event(),
        clock=clock,
        chance=lambda: chance,
        rest=clock.rest,
    )
    return asyncio.run(delivering)


def titles(webhook: Webhook, path: str | None = None) -> list[str]:
    return [request.json["title"] for request in webhook.requests(path)]


def states(store: Store) -> list[tuple[str, int, str | None]]:
    return [(row.state, row.attempts, row.error) for row in rows(store)]


# What goes out


def test_what_is_due_goes_out_oldest_first(store: Store, webhook: Webhook) -> None:
    for title in ("First", "Second", "Third"):
        alert(store, title=title)
    assert deliver(store, webhook.address()) == 3
    assert titles(webhook) == ["[Antitrust] First", "[Antitrust] Second", "[Antitrust] Third"]
    assert states(store) == [("sent", 1, None)] * 3


def test_nothing_is_sent_twice(store: Store, webhook: Webhook) -> None:
    alert(store)
    assert [deliver(store, webhook.address()) for _ in range(3)] == [1, 0, 0]
    assert len(webhook.requests()) == 1


def test_an_alert_goes_to_each_of_its_channels_once(store: Store, webhook: Webhook) -> None:
    alert(store, channels=["one", "two"])
    for name in ("one", "two", "three"):
        deliver(store, webhook.address(f"/{name}"), name=name)
    assert sorted(request.path for request in webhook.requests()) == ["/one", "/two"]


def test_a_channel_named_twice_is_a_fault_of_the_caller_and_writes_nothing(store: Store) -> None:
    alert(store, channels=[])
    with pytest.raises(Exception, match="UNIQUE"), store.writing():
        add_alert(
            store,
            topic="T",
            story_id=1,
            article_id="article-1",
            headline="A headline",
            channels=["hook", "hook"],
            now=NOON,
        )
    assert waiting_rows(store, "hook") == []


def test_what_is_not_due_yet_waits(store: Store, webhook: Webhook) -> None:
    alert(store, now=NOON + timedelta(seconds=10))
    assert deliver(store, webhook.address(), now=NOON) == 0
    assert deliver(store, webhook.address(), now=NOON + timedelta(seconds=10)) == 1


def test_a_stop_leaves_the_rest_for_the_next_start(store: Store, webhook: Webhook) -> None:
    alert(store)
    stop = asyncio.Event()
    stop.set()
    channel = Channel(name="hook", url=webhook.address())
    delivering = deliver_due(store, channel, Rules(), stop=stop, clock=Clock(), chance=lambda: 0.5)
    assert asyncio.run(delivering) == 0
    assert states(store) == [("new", 0, None)]


def test_what_waits_for_a_channel_that_is_no_more_is_given_up_and_listed(store: Store, webhook: Webhook) -> None:
    alert(store, channels=["hook", "gone"])
    assert give_up_channels_except(store, ["hook"], now=NOON) == {"gone": 1}
    assert give_up_channels_except(store, ["hook"], now=NOON) == {}
    assert [(each.channel, each.waiting, each.dead) for each in outbox_counts(store)] == [
        ("gone", 0, 1),
        ("hook", 1, 0),
    ]


# What failed


def test_a_failed_alert_is_sent_again_next_time(store: Store, webhook: Webhook) -> None:
    alert(store)
    address = webhook.reply("/hook", 500, 200)
    assert deliver(store, address) == 0
    assert states(store) == [("failed", 1, "the service answered 500")]
    assert deliver(store, address, now=NOON + timedelta(seconds=27)) == 0
    assert deliver(store, address, now=NOON + timedelta(seconds=30)) == 1
    # It was refused, so the second is no repeat.
    assert titles(webhook) == ["[Antitrust] OpenAI weighs an antitrust complaint against Microsoft"] * 2


def test_an_alert_that_may_have_arrived_is_sent_again_with_the_mark(store: Store, webhook: Webhook) -> None:
    alert(store, title="News")
    address = webhook.reply("/hook", Hangup, 200)
    deliver(store, address)
    assert deliver(store, address, now=NOON + timedelta(minutes=1)) == 1
    assert titles(webhook) == ["[Antitrust] News", "(possible repeat) [Antitrust] News"]


def test_a_refusal_after_an_open_outcome_does_not_take_the_mark_away(store: Store, webhook: Webhook) -> None:
    alert(store, title="News")
    address = webhook.reply("/hook", Hangup, 500, 200)
    for hour in range(3):
        deliver(store, address, now=NOON + timedelta(hours=hour))
    assert [title.startswith("(possible repeat)") for title in titles(webhook)] == [False, True, True]


# Interruptions


def test_a_send_that_was_interrupted_is_done_once_more_with_the_mark(tmp_path: Path, webhook: Webhook) -> None:
    with open_store(tmp_path / "wirewatch.db") as store:
        alert(store, title="News")
        begun(store, 1)
        assert send(webhook.address(), Message(title="[Antitrust] News", body="…")).arrival is Arrival.ARRIVED
        # Here the power fails.
    with open_store(tmp_path / "wirewatch.db") as store:
        assert [(each.channel, each.waiting) for each in outbox_counts(store)] == [("hook", 1)]
        assert reopen_interrupted(store, now=NOON) == 1
        assert reopen_interrupted(store, now=NOON) == 0
        assert deliver(store, webhook.address()) == 1
        assert states(store) == [("sent", 2, None)]
    assert titles(webhook) == ["[Antitrust] News", "(possible repeat) [Antitrust] News"]


def test_what_is_in_the_middle_of_a_send_is_not_taken_by_another(store: Store, webhook: Webhook) -> None:
    alert(store)
    begun(store, 1)
    assert deliver(store, webhook.address()) == 0


def test_a_send_whose_outcome_could_not_be_written_is_taken_up_for_its_channel_alone(store: Store) -> None:
    alert(store, channels=["hook", "other"])
    begun(store, 1)
    begun(store, 2, channel="other")
    assert reopen_interrupted(store, now=NOON, channel="hook") == 1
    (again,) = waiting_rows(store, "hook")
    assert again.maybe_repeat
    assert waiting_rows(store, "other") == []


def test_the_outbox_is_asked_by_its_index_however_much_was_sent(store: Store) -> None:
    asked: list[str] = []
    store.db.conn.set_trace_callback(asked.append)
    waiting_rows(store, "hook")
    reopen_interrupted(store, now=NOON)
    store.db.conn.set_trace_callback(None)
    questions = [sql for sql in asked if sql.startswith(("SELECT", "UPDATE"))]
    assert len(questions) == 3
    for sql in (sql for sql in questions if "deliveries" in sql):
        plan = " ".join(row[3] for row in store.db.execute(f"EXPLAIN QUERY PLAN {sql}"))
        assert "deliveries_waiting" in plan, plan


def test_an_alert_that_no_message_can_be_made_of_does_not_keep_the_next_one_waiting(
    store: Store, webhook: Webhook
) -> None:
    alert(store, title="Broken")
    alert(store, title="News")
    with store.writing():
        store.db.execute("UPDATE matches SET evidence = 'no JSON' WHERE article_id = 'article-1'")
    assert deliver(store, webhook.address()) == 1
    assert titles(webhook) == ["[Antitrust] News"]
    assert states(store) == [("failed", 1, "its message could not be made (see the log)"), ("sent", 1, None)]


# Channels that misbehave


def test_f37_a_channel_that_hangs_is_cut_and_its_outcome_open() -> None:
    """F37: a plug-in that never returns."""
    released = threading.Event()

    def hang() -> Sent:
        released.wait(20)
        return Sent(Arrival.ARRIVED)

    assert asyncio.run(send_within(0.05, hang)) == Sent(Arrival.UNKNOWN, "no outcome within 0.05 s")
    released.set()


def test_f37_a_send_that_is_given_up_leaves_no_thread_behind(store: Store) -> None:
    """F37: a service that takes a line and says nothing, given up before its own time limit."""
    alert(store)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        channel = Channel(name="hook", url=f"json://127.0.0.1:{silent.getsockname()[1]}/hook")
        clock = Clock()

        async def give_up() -> set[threading.Thread]:
            sending = asyncio.create_task(deliver_next(store, channel, Rules(), clock=clock, chance=lambda: 0.5))
            connection, _ = await asyncio.to_thread(silent.accept)
            with connection:
                left = {each for each in threading.enumerate() if each.name == "send"}
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await sending
                for each in left:
                    await asyncio.to_thread(each.join, 10)
            return left

        left = asyncio.run(give_up())
    assert left
    assert not [each for each in left if each.is_alive()]


def test_an_answer_that_comes_too_late_hurts_nobody() -> None:
    released, late = threading.Event(), threading.Event()

    def answer_late() -> Sent:
        released.wait(20)
        late.set()
        return Sent(Arrival.ARRIVED)

    async def play() -> Sent:
        cut = await send_within(0.01, answer_late)
        released.set()
        await asyncio.to_thread(late.wait, 20)
        return cut

    assert asyncio.run(play()).arrival is Arrival.UNKNOWN


@pytest.mark.parametrize(
    "error", [ValueError("with a S3cret"), KeyError("S3cret"), RecursionError(), OSError(5, "S3cret")]
)
def test_f38_a_plug_in_that_raises_costs_nothing_but_a_repeat(error: Exception) -> None:
    """F38: whatever it raises, nobody knows whether it sent, and nothing of the error is shown."""

    def fail() -> Sent:
        raise error

    sent = asyncio.run(send_within(5, fail))
    assert sent == Sent(Arrival.UNKNOWN, f"the channel failed: {type(error).__name__}")


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_f38_a_plug_in_that_ends_its_thread_is_noticed_at_once(error: type[BaseException]) -> None:
    """F38: it need not be an Exception."""

    def leave() -> Sent:
        raise error

    sent = asyncio.run(send_within(5, leave))
    assert sent == Sent(Arrival.UNKNOWN, f"the channel failed: {error.__name__}")


def test_a_channel_that_hangs_does_not_stop_another(store: Store, webhook: Webhook) -> None:
    released = threading.Event()
    webhook.reply("/hangs", Slow(until=released))
    # Many of them: none may use up what others need.
    hanging = [f"hangs{number}" for number in range(40)]
    for title in ("First", "Second"):
        alert(store, title=title, channels=[*hanging, "works"])

    async def play() -> None:
        wake, stop = asyncio.Event(), asyncio.Event()
        serve = partial(
            serve_channel,
            store,
            rules=Rules(),
            wake=wake,
            stop=stop,
            clock=lambda: datetime.now(UTC),
            chance=lambda: 0.5,
        )
        serving = [asyncio.create_task(serve(Channel(name=name, url=webhook.address("/hangs")))) for name in hanging]
        await asyncio.to_thread(webhook.wait_for, len(hanging), "/hangs")
        serving.append(asyncio.create_task(serve(Channel(name="works", url=webhook.address("/works")))))
        await asyncio.to_thread(webhook.wait_for, 2, "/works")
        assert len(webhook.requests("/hangs")) == len(hanging)
        stop.set()
        wake.set()
        released.set()
        await asyncio.gather(*serving)

    asyncio.run(play())
    # What was on its way could arrive; what was behind it is left for the next start.
    counts = {each.channel: (each.sent, each.waiting) for each in outbox_counts(store)}
    assert counts == {"works": (2, 0)} | dict.fromkeys(hanging, (1, 1))


def test_a_sender_that_sleeps_is_woken_by_a_new_alert(store: Store, webhook: Webhook) -> None:
    async def play() -> None:
        wake, stop = asyncio.Event(), asyncio.Event()
        channel = Channel(name="hook", url=webhook.address())
        serving = asyncio.create_task(
            serve_channel(
                store, channel, Rules(), wake=wake, stop=stop, clock=lambda: datetime.now(UTC), chance=lambda: 0.5
            )
        )
        await asyncio.sleep(0)  # let it find nothing
        alert(store, title="News")
        wake.set()
        await asyncio.to_thread(webhook.wait_for, 1)
        stop.set()
        wake.set()
        await serving

    asyncio.run(play())
    assert titles(webhook) == ["[Antitrust] News"]


def test_a_failed_alert_goes_out_when_its_time_has_come_without_being_woken(store: Store, webhook: Webhook) -> None:
    alert(store, title="News")
    soon = datetime.now(UTC) + timedelta(seconds=0.2)
    tried(store, 1, "failed", error="the service answered 503", next_at=soon)

    async def play() -> None:
        wake, stop = asyncio.Event(), asyncio.Event()
        channel = Channel(name="hook", url=webhook.address())
        serving = asyncio.create_task(
            serve_channel(
                store, channel, Rules(), wake=wake, stop=stop, clock=lambda: datetime.now(UTC), chance=lambda: 0.5
            )
        )
        await asyncio.to_thread(webhook.wait_for, 1)
        stop.set()
        wake.set()
        await serving

    asyncio.run(play())
    assert [state for state, _, _ in states(store)] == ["sent"]
    assert datetime.now(UTC) > soon
