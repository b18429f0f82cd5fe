"""Channels that are away for hours, and machines that sleep: nothing is lost, and nobody is flooded afterwards."""

import re
import threading
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from stories.store import Store
from stories.store_channels import channel_state
from stories.store_outbox import reopen_interrupted, waiting_rows
from tests.building import NOON, alert
from tests.outbox_rows import begun, rows
from tests.receivers import Hangup, MailServer, Slow, Webhook, running_mail_server, running_webhook
from tests.sending_days import Event, SendingDays, alerts_over, closed_port

HOUR = timedelta(hours=1)
OUTAGE = 6 * HOUR
BACK = NOON + OUTAGE
SOON_AFTER = timedelta(minutes=15)


@pytest.fixture
def store_in_haste(store: Store) -> Store:
    """An archive that does not wait for the disk: hundreds of transactions in a test that ends no process."""
    store.db.execute("PRAGMA synchronous = OFF")
    return store


def told(texts: list[str]) -> list[int]:
    """Return the numbers of the stories that stand in messages, in their order."""
    return [int(number) for text in texts for number in re.findall(r"Story number (\d+)\b", text)]


def texts(webhook: Webhook, path: str | None = None) -> list[str]:
    return [f"{request.json['title']}\n{request.json['message']}" for request in webhook.requests(path)]


def test_f17_after_six_hours_and_500_alerts_a_channel_gets_five_messages(
    store_in_haste: Store, tmp_path: Path, webhook: Webhook
) -> None:
    """F17: nothing is lost, at most five messages within 15 minutes, and the other channel notices nothing."""
    port = closed_port()
    days = SendingDays(store_in_haste, {"down": f"json://127.0.0.1:{port}/hook", "up": webhook.address()})
    with ExitStack() as servers:
        began: list[Webhook] = []

        def come_back() -> None:
            began.append(servers.enter_context(running_webhook(tmp_path / "back.jsonl", port=port)))

        events = alerts_over(store_in_haste, 500, begin=NOON, time=OUTAGE, channels=["down"])
        events += alerts_over(store_in_haste, 50, begin=NOON, time=OUTAGE, channels=["up"])
        days.until(BACK + SOON_AFTER, [*events, Event(BACK, come_back)])
        (back,) = began
        assert 1 <= len(back.requests()) <= 5
        assert {row.state for row in rows(store_in_haste)} == {"sent"}
        assert sum(int(number) for text in texts(back) for number in re.findall(r"(\d+) stories", text)) >= 480
        assert not any("possible repeat" in text for text in texts(back))
    assert told(texts(webhook)) == list(range(1, 51))
    assert days.delays("up")[-1] <= timedelta(seconds=5)
    assert len([at for at in days.tries["down"] if at < BACK]) <= 60


def test_f17_after_six_hours_without_a_mail_server_one_mail_tells_all(
    store_in_haste: Store, tmp_path: Path, webhook: Webhook
) -> None:
    """F17: SMTP down for 6 hours, then back."""
    port = closed_port()
    address = f"mailto://127.0.0.1:{port}?from=watch@example.org&to=reader@example.org&mode=insecure"
    days = SendingDays(store_in_haste, {"mail": address, "up": webhook.address()})
    with ExitStack() as servers:
        began: list[MailServer] = []

        def come_back() -> None:
            began.append(servers.enter_context(running_mail_server(tmp_path / "mails.jsonl", port=port)))

        events = alerts_over(store_in_haste, 30, begin=NOON, time=OUTAGE, channels=["mail", "up"])
        days.until(BACK + SOON_AFTER, [*events, Event(BACK, come_back)])
        (mail_server,) = began
        assert 1 <= len(mail_server.mails()) <= 5
        mails = [f"{mail.read['Subject']}\n{mail.text}" for mail in mail_server.mails()]
        assert set(told(mails)) == set(range(1, 31))
    assert days.delays("up")[-1] <= timedelta(seconds=5)


def test_f17_a_few_that_waited_go_one_by_one_in_their_order(store: Store, tmp_path: Path) -> None:
    port = closed_port()
    days = SendingDays(store, {"down": f"json://127.0.0.1:{port}/hook"})
    with ExitStack() as servers:
        began: list[Webhook] = []

        def come_back() -> None:
            began.append(servers.enter_context(running_webhook(tmp_path / "back.jsonl", port=port)))

        events = alerts_over(store, 3, begin=NOON, time=timedelta(seconds=50), channels=["down"])
        days.until(NOON + HOUR, [*events, Event(NOON + timedelta(minutes=1), come_back)])
        assert told([request.json["title"] for request in began[0].requests()]) == [1, 2, 3]
    pauses = [later - earlier for earlier, later in zip(days.tries["down"], days.tries["down"][1:], strict=False)]
    assert min(pauses) >= timedelta(seconds=1)


def test_f16_a_machine_that_slept_eight_hours_sends_nothing_twice_and_no_burst(
    store_in_haste: Store, webhook: Webhook
) -> None:
    """F16: what fell due meanwhile goes out as a digest, what was sent stays sent."""
    days = SendingDays(store_in_haste, {"hook": webhook.address()})
    days.until(NOON + HOUR, alerts_over(store_in_haste, 3, begin=NOON, time=HOUR, channels=["hook"]))
    assert told(texts(webhook)) == [1, 2, 3]
    # It sleeps; when it wakes, a poll brings what was published in the night, at once.
    days.clock.now = waking = NOON + 9 * HOUR
    for number in range(4, 44):
        alert(store_in_haste, title=f"Story number {number}", now=waking)
    days.until(waking + SOON_AFTER)
    assert len(webhook.requests()) - 3 <= 2
    assert sorted(told(texts(webhook))) == list(range(1, 44))


def test_f16_what_was_on_its_way_when_the_machine_fell_asleep_is_marked(store: Store, webhook: Webhook) -> None:
    """F16: the line broke meanwhile: nobody knows whether it arrived."""
    alert(store, title="Story number 1")
    days = SendingDays(store, {"hook": webhook.reply("/hook", b"", 200)})  # it breaks off without an answer
    days.until(NOON)
    days.clock.now = NOON + 8 * HOUR
    days.until(NOON + 8 * HOUR)
    assert [request.json["title"].startswith("(possible repeat)") for request in webhook.requests()] == [False, True]


def test_f16_a_clock_that_goes_back_holds_nothing_up(store: Store, webhook: Webhook) -> None:
    """F16: an hour's pause named by a clock that stood a day ahead."""
    days = SendingDays(store, {"hook": webhook.reply("/hook", 500, 200)})
    alert(store, title="Story number 1", now=NOON)
    days.clock.now = NOON + timedelta(days=1)
    days.until(NOON + timedelta(days=1))
    days.clock.now = NOON
    days.until(NOON + timedelta(seconds=5))
    assert len(webhook.requests()) == 2
    assert rows(store)[0].state == "sent"


def test_one_message_that_is_never_taken_does_not_keep_those_behind_it(store: Store, webhook: Webhook) -> None:
    """A service that fails over one message and says it is the service's fault: others are tried after three times."""
    alert(store, title="Poison")
    days = SendingDays(store, {"hook": webhook.reply("/hook", *[500] * 3, 200, 500, 200)})
    days.until(NOON + 2 * HOUR, alerts_over(store, 3, begin=NOON, time=timedelta(minutes=3), channels=["hook"])[1:])
    titles = [request.json["title"].removeprefix("[Antitrust] ") for request in webhook.requests()]
    assert titles == [*["Poison"] * 3, "Story number 2", "Poison", "Story number 3", "Poison"]
    assert [row.state for row in rows(store)] == ["sent"] * 3


def test_what_is_interrupted_with_many_rows_is_marked_as_a_whole(store: Store, webhook: Webhook) -> None:
    """All rows of a message that was on its way are possible repeats, and no other."""
    for number in range(1, 4):
        alert(store, title=f"Story number {number}")
    begun(store, 1, 2)
    assert reopen_interrupted(store, now=NOON) == 2
    assert [row.maybe_repeat for row in waiting_rows(store, "hook")] == [True, True, False]
    outcome = store.db.execute("SELECT outcome, error FROM messages").fetchall()
    assert outcome == [("unknown", "interrupted while sending")]


# What services answer, one after another, as it comes over the wire


@pytest.mark.parametrize(
    ("written", "not_before"),
    [
        ("1", 1),
        ("30", 30),
        ("3600", 3600),
        ("0", 24),
        ("-5", 24),
        ("Sun, 22 Nov 2026 12:07:00 GMT", 420),
        ("soon", 24),
        (None, 24),
        ("1000000000", 21_600),
    ],
)
def test_f19_no_request_comes_before_the_time_a_service_named(
    store: Store, webhook: Webhook, written: str | None, not_before: int
) -> None:
    """F19: Retry-After 1, 30, 3600, 0, -5, a date, garbage, missing, 10^9; at most six hours, else our schedule."""
    header = f"Retry-After: {written}\r\n" if written else ""
    busy = f"HTTP/1.1 429 Too Many Requests\r\n{header}Content-Length: 0\r\n\r\n".encode()
    for chance in (0.0, 1.0):
        path = f"/hook{chance}"
        alert(store, channels=[path])
        days = SendingDays(store, {path: webhook.reply(path, busy, 200)}, chance=chance)
        days.until(NOON + 7 * HOUR)
        first, second = days.tries[path]
        assert not_before <= (second - first).total_seconds() <= max(not_before * 1.01, 36.1)
        assert len(webhook.requests(path)) == 2


F20 = [
    pytest.param([500] * 10 + [200], "sent", 11, id="500 ten times"),
    pytest.param([404], "dead", 3, id="404"),
    pytest.param([403], "dead", 3, id="403"),
    pytest.param([410], "dead", 3, id="410"),
    pytest.param([400], "dead", 3, id="400"),
]


@pytest.mark.parametrize(("replies", "state", "tries"), F20)
def test_f20_what_services_answer_decides_what_becomes_of_a_message(
    store: Store, webhook: Webhook, replies: list[int], state: str, tries: int
) -> None:
    """F20: errors that pass are outlived, answers that will not change are given up after three tries over an hour."""
    alert(store, title="Story number 1")
    days = SendingDays(store, {"hook": webhook.reply("/hook", *replies)})
    days.until(NOON + timedelta(days=1))
    (row,) = rows(store)
    assert (row.state, len(days.tries["hook"])) == (state, tries)
    if state == "dead":
        assert days.tries["hook"][-1] - NOON >= HOUR


def test_f20_a_certificate_that_nobody_trusts_loses_nothing(store: Store, webhook: Webhook) -> None:
    """F20: no line came to be, so nothing was sent, and what is sent when that is mended is no repeat."""
    alert(store, title="Story number 1")
    days = SendingDays(store, {"hook": webhook.address(scheme="jsons")})  # the server speaks no TLS
    days.until(NOON)
    assert [(row.state, row.attempts) for row in rows(store)] == [("failed", 1)]
    days.channels = {"hook": webhook.address()}
    days.until(NOON + HOUR)
    assert [request.json["title"] for request in webhook.requests()] == ["[Antitrust] Story number 1"]


def test_f20_a_slow_answer_of_200_is_an_arrival(store: Store, webhook: Webhook) -> None:
    """F20: slow, and yet it came."""
    released = threading.Event()
    alert(store)
    threading.Timer(0.3, released.set).start()
    days = SendingDays(store, {"hook": webhook.reply("/hook", Slow(until=released))})
    days.until(NOON + HOUR)
    assert [row.state for row in rows(store)] == ["sent"]
    assert len(webhook.requests()) == 1


def test_f18_a_refused_recipient_goes_to_the_dead_letters(store: Store, tmp_path: Path) -> None:
    """F18: 550 for the recipient, three times over an hour; it is the only one of its channel, which waits."""
    with running_mail_server(tmp_path / "mails.jsonl") as mail_server:
        mail_server.answers["RCPT"] = "550 no such user"
        alert(store, title="Story number 1", channels=["mail"])
        days = SendingDays(store, {"mail": mail_server.address()})
        days.until(NOON + 3 * HOUR)
        (row,) = rows(store)
        assert (row.state, row.attempts) == ("dead", 3)
        assert "550" in (row.error or "")
        assert days.tries["mail"][-1] > NOON + HOUR
        assert channel_state(store, "mail").failures == 3


@pytest.mark.parametrize(
    ("command", "answer", "within"),
    [
        pytest.param("RCPT", "450 greylisted, try again in five minutes", timedelta(minutes=10), id="450 greylisting"),
        pytest.param("MAIL", "421 too busy", timedelta(minutes=20), id="421"),
        pytest.param("DATA", "451 local error", timedelta(minutes=20), id="451"),
    ],
)
def test_f18_a_mail_server_that_wants_to_be_asked_later_is_asked_later(
    store: Store, tmp_path: Path, command: str, answer: str, within: timedelta
) -> None:
    """F18: answers that pass: no loss, no repeat."""
    with running_mail_server(tmp_path / "mails.jsonl") as mail_server:
        mail_server.answers[command] = answer
        alert(store, title="Story number 1", channels=["mail"])
        days = SendingDays(store, {"mail": mail_server.address()})
        opening = Event(NOON + timedelta(minutes=5), lambda: mail_server.answers.clear())
        days.until(NOON + within, [opening])
        assert [row.state for row in rows(store)] == ["sent"]
        taken = [mail for mail in mail_server.mails() if "possible repeat" in str(mail.read["Subject"])]
        assert taken == []


def test_f18_what_was_greylisted_together_arrives_together(store: Store, tmp_path: Path) -> None:
    """F18: the server wants to be asked later, whoever the mail is of: one digest stays one digest."""
    with running_mail_server(tmp_path / "mails.jsonl") as mail_server:
        mail_server.answers["RCPT"] = "450 4.2.0 greylisted, try again in 300 s"
        for number in range(1, 31):
            alert(store, title=f"Story number {number}", channels=["mail"])
        days = SendingDays(store, {"mail": mail_server.address()})
        days.until(NOON + HOUR, [Event(NOON + timedelta(minutes=5), lambda: mail_server.answers.clear())])
        assert {row.state for row in rows(store)} == {"sent"}
        assert len(mail_server.mails()) == 1


def test_f18_a_line_that_drops_after_the_final_dot_costs_one_marked_repeat(store: Store, tmp_path: Path) -> None:
    """F18: R is at most 1, and it says so."""
    with running_mail_server(tmp_path / "mails.jsonl") as mail_server:
        mail_server.answers["DATA"] = "drop"
        alert(store, title="Story number 1", channels=["mail"])
        days = SendingDays(store, {"mail": mail_server.address()})
        days.until(NOON)
        mail_server.answers.clear()
        days.until(NOON + HOUR)
        subjects = [str(mail.read["Subject"]) for mail in mail_server.mails()]
    assert ["possible repeat" in subject for subject in subjects] == [False, True]


def test_f18_mail_that_is_too_big_is_given_up_and_those_behind_it_are_not(store: Store, tmp_path: Path) -> None:
    """F18: 552 is about the message."""
    with running_mail_server(tmp_path / "mails.jsonl") as mail_server:
        mail_server.answers["DATA"] = "552 too much mail data"
        alert(store, title="Story number 1", channels=["mail"])
        days = SendingDays(store, {"mail": mail_server.address()})
        days.until(NOON)
        mail_server.answers.clear()
        alert(store, title="Story number 2", channels=["mail"], now=NOON)
        days.until(NOON + timedelta(seconds=30))
        assert [row.state for row in rows(store)] == ["failed", "sent"]


def test_f37_what_hung_is_sent_once_more_marked_and_the_next_goes_on(store: Store, webhook: Webhook) -> None:
    """F37: the row is kept; the line that never answers is an open outcome."""
    for number in (1, 2):
        alert(store, title=f"Story number {number}")
    days = SendingDays(store, {"hook": webhook.reply("/hook", Hangup, Hangup, 200)})
    days.until(NOON + 2 * HOUR)
    titles = [request.json["title"].replace("[Antitrust] Story number ", "") for request in webhook.requests()]
    assert titles == ["1", "(possible repeat) 1", "2", "(possible repeat) 1"]
    assert [row.state for row in rows(store)] == ["sent", "sent"]


def test_f38_a_message_that_cannot_be_made_or_sent_keeps_its_row(store: Store) -> None:
    """F38: an address that no plug-in can use loses nothing before it is given up and listed."""
    alert(store)
    days = SendingDays(store, {"hook": "nonsense://"})
    days.until(NOON)
    assert [(row.state, row.attempts) for row in rows(store)] == [("failed", 1)]
    days.until(NOON + 3 * HOUR)
    assert [(row.state, row.attempts) for row in rows(store)] == [("dead", 3)]
