"""What is known of a message from the answer itself, played by a receiver that speaks HTTPS like Slack's."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from alerts.channel_stages import Stage
from alerts.channel_wire import Exchange, retry_after
from alerts.channels import fault_of_address, send, sent_to
from alerts.medium import Message
from alerts.sent import Arrival, Sent
from tests.certificates import Authority
from tests.receivers import Answer, Hangup, Reply, Slam, Slow, Webhook, running_webhook

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"
BOT = "slack://xoxb-1234-1234-abc124/%23news"
MESSAGE = Message(
    title="[Antitrust] A complaint",
    body="The Example Journal\n\nhttps://news.example.org/a",
    blocks=({"type": "header", "text": {"type": "plain_text", "text": "[Antitrust] A complaint"}},),
)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOOK = "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture
def slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """Slack, by HTTPS. Where Slack is, is not ours to say: its addresses are constants of Apprise."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.store))
    with running_webhook(tmp_path / "slack.jsonl", context=authority.server("127.0.0.1")) as running:
        base = f"https://127.0.0.1:{running.port}"
        monkeypatch.setattr(NotifySlack, "webhook_url", f"{base}/services")
        monkeypatch.setattr(NotifySlack, "api_url", base + "/api/{}")
        running.reply(HOOK, Answer(body="ok"))
        running.reply("/api/chat.postMessage", Answer(body='{"ok": true, "channel": "C1", "ts": "1.2"}'))
        yield running


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Answer(body="ok"), Sent(Arrival.ARRIVED)),
        (
            Answer(body="invalid_payload", status=400),
            Sent(Arrival.REFUSED, "the service answered 400 (invalid_payload)", is_permanent=True, is_of_message=True),
        ),
        (
            Answer(body="", status=429, headers={"Retry-After": "30"}),
            Sent(Arrival.REFUSED, "the service answered 429", retry_after=timedelta(seconds=30)),
        ),
        (
            Answer(body="no_service", status=404),
            Sent(Arrival.REFUSED, "the service answered 404 (no_service)", is_permanent=True),
        ),
        (
            Answer(body="channel_is_archived", status=410),
            Sent(Arrival.REFUSED, "the service answered 410 (channel_is_archived)", is_permanent=True),
        ),
        (
            Answer(body="invalid_token", status=403),
            Sent(Arrival.REFUSED, "the service answered 403 (invalid_token)", is_permanent=True),
        ),
        (
            Answer(body="rollup_error", status=500),
            Sent(Arrival.REFUSED, "the service answered 500 (rollup_error)"),
        ),
        (
            Answer(body="<html>Sign in to the hotel's network</html>"),
            Sent(Arrival.REFUSED, "the service answered 200, but not that it took the message"),
        ),
    ],
    ids=["ok", "invalid_payload", "429", "404", "410", "403", "500", "a portal"],
)
def test_what_slack_answers_is_what_is_told(reply: Reply, told: Sent, slack: Webhook) -> None:
    slack.reply(HOOK, reply)
    assert send(SLACK, MESSAGE) == told
    assert len(slack.requests()) == 1


def test_a_slack_that_drops_the_line_after_the_request_leaves_it_open(slack: Webhook) -> None:
    slack.reply(HOOK, Hangup)
    sent = send(SLACK, MESSAGE)
    assert sent.arrival is Arrival.UNKNOWN
    assert sent.error.startswith("127.0.0.1 did not answer: ")
    assert len(slack.requests()) == 1


def test_a_slack_that_takes_too_long_leaves_it_open(slack: Webhook) -> None:
    released = threading.Event()
    slack.reply(HOOK, Slow(until=released))
    assert send(f"{SLACK}?rto=0.2", MESSAGE) == Sent(Arrival.UNKNOWN, "127.0.0.1 did not answer: timed out")
    released.set()


@pytest.mark.parametrize(
    ("error", "is_permanent", "is_of_message"),
    [
        ("channel_not_found", True, False),
        ("invalid_auth", True, False),
        ("msg_too_long", True, True),
        ("internal_error", False, False),
    ],
)
def test_a_bot_is_told_by_an_answer_of_200_that_it_was_refused(
    error: str, is_permanent: bool, is_of_message: bool, slack: Webhook
) -> None:
    slack.reply("/api/chat.postMessage", Answer(body=f'{{"ok": false, "error": "{error}"}}'))
    sentence = f"the service answered 200, but not that it took the message ({error})"
    assert send(BOT, MESSAGE) == Sent(Arrival.REFUSED, sentence, is_permanent=is_permanent, is_of_message=is_of_message)


def test_an_authority_that_nobody_trusts_is_refused_before_anything_is_said(
    slack: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    sent = send(SLACK, MESSAGE)
    assert sent.arrival is Arrival.REFUSED
    assert sent.error.startswith("no encrypted connection to 127.0.0.1: its certificate is not accepted (")
    assert not slack.requests()


@pytest.mark.parametrize("status", [502, 504])
def test_what_a_gateway_says_leaves_it_open_what_became_of_a_message(status: int, webhook: Webhook) -> None:
    result = sent_to(webhook.reply("/hook", Answer(body="", status=status, headers={"Retry-After": "90"})), MESSAGE)
    assert (result.sent.arrival, result.sent.is_permanent) == (Arrival.UNKNOWN, False)
    assert result.sent.error == f"the service answered {status}, and may have passed the message on"
    assert result.sent.retry_after == timedelta(seconds=90)
    assert result.stage is Stage.ANSWER


@pytest.mark.parametrize(
    ("status", "is_permanent", "is_of_message"),
    [
        (301, True, False),
        (302, False, False),
        (400, True, True),
        (401, True, False),
        (403, True, False),
        (404, True, False),
        (408, False, False),
        (410, True, False),
        (413, True, True),
        (422, True, True),
        (425, False, False),
        (429, False, False),
        (500, False, False),
        (503, False, False),
    ],
)
def test_a_status_says_whose_fault_it_is_and_for_how_long(
    status: int, is_permanent: bool, is_of_message: bool, webhook: Webhook
) -> None:
    sent = send(webhook.reply("/hook", status), MESSAGE)
    assert (sent.arrival, sent.is_permanent, sent.is_of_message) == (Arrival.REFUSED, is_permanent, is_of_message)
    assert sent.error.startswith(f"the service answered {status}")
    assert len(webhook.requests()) == 1


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(0)),
        (" 7 ", timedelta(seconds=7)),
        ("Mon, 23 Nov 2026 12:01:30 GMT", timedelta(seconds=90)),
        ("Monday, 23-Nov-26 12:01:30 GMT", timedelta(seconds=90)),
        ("Mon, 23 Nov 2026 11:00:00 GMT", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("1e9", None),
        ("99999999999999999999", None),
        ("٣", None),
        ("12.5", None),
    ],
)
def test_a_wait_is_a_number_or_a_date_or_nothing(written: str, wait: timedelta | None, webhook: Webhook) -> None:
    """F18: whatever stands in Retry-After, the send ends with a wait that can be kept, or with none."""
    answer = Answer(body="", status=429, headers={"Retry-After": written, "Date": "Mon, 23 Nov 2026 12:00:00 GMT"})
    assert retry_after(Exchange(host="h", status=429, headers={"retry-after": written}), NOW) == wait
    if written.isascii():
        assert send(webhook.reply("/hook", answer), MESSAGE).arrival is Arrival.REFUSED


@pytest.mark.parametrize(
    ("body", "wait"),
    [
        ("[" * 60_000, None),
        ('{"a":' * 12_000, None),
        ('{"retry_after": 1e400}', None),
        ('{"retry_after_ms": ' + "9" * 400 + "}", None),
        ('{"retry_after_ms": 2500}', timedelta(seconds=2.5)),
        ('{"retry_after_ms": true}', None),
        ('{"parameters": {"retry_after": -1}}', None),
    ],
    ids=["brackets", "nested", "infinite", "huge", "milliseconds", "a truth", "negative"],
)
def test_any_body_of_429_is_an_answer(body: str, wait: timedelta | None, webhook: Webhook) -> None:
    """F18: it was refused, whatever reading its body comes to."""
    assert retry_after(Exchange(host="h", status=429, body=body.encode()), NOW) == wait
    sent = send(webhook.reply("/hook", Answer(body=body, status=429)), MESSAGE)
    assert (sent.arrival, sent.retry_after) == (Arrival.REFUSED, wait)


def test_without_a_clock_only_the_answers_own_date_tells_how_long_a_date_is_away() -> None:
    headers = {"retry-after": "Mon, 23 Nov 2026 12:01:30 GMT"}
    assert retry_after(Exchange(host="h", status=503, headers=headers)) is None
    headers["date"] = "Mon, 23 Nov 2026 12:00:30 GMT"
    assert retry_after(Exchange(host="h", status=503, headers=headers), NOW) == timedelta(minutes=1)


def test_discord_is_left_alone_as_long_as_it_says_and_asked_once(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Apprise's plug-in would wait in the thread until the reset, and ask again at once.
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{webhook.port}/discord")
    body = '{"message": "You are being rate limited.", "retry_after": 64.57, "global": false}'
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"}
    webhook.reply("/discord/4174216298/token_abcdef", Answer(body=body, status=429, headers=headers))
    assert send("discord://4174216298/token_abcdef", MESSAGE) == Sent(
        Arrival.REFUSED,
        "the service answered 429 (You are being rate limited.)",
        retry_after=timedelta(seconds=64.57),
    )
    assert len(webhook.requests()) == 1


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            Answer(
                status=429, body='{"ok": false, "description": "Too Many Requests", "parameters": {"retry_after": 9}}'
            ),
            Sent(Arrival.REFUSED, "the service answered 429 (Too Many Requests)", retry_after=timedelta(seconds=9)),
        ),
        (
            Answer(status=400, body='{"ok": false, "description": "Bad Request: chat not found"}'),
            Sent(Arrival.REFUSED, "the service answered 400 (Bad Request: chat not found)", is_permanent=True),
        ),
    ],
)
def test_telegram_says_in_its_answer_what_is_wrong(
    answer: Answer, told: Sent, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://127.0.0.1:{webhook.port}/bot")
    webhook.reply("/bot123456789:abcdefg_hijklmnop/sendMessage", answer)
    assert send("tgram://123456789:abcdefg_hijklmnop/12315544/", MESSAGE) == told


def test_an_answer_that_breaks_off_after_a_success_is_a_success(webhook: Webhook) -> None:
    broken = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nok"
    assert send(webhook.reply("/hook", broken), MESSAGE) == Sent(Arrival.ARRIVED)


def test_an_answer_of_slack_that_breaks_off_leaves_it_open(slack: Webhook) -> None:
    slack.reply(HOOK, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\no")
    assert send(SLACK, MESSAGE).arrival is Arrival.UNKNOWN


def test_an_answer_without_end_is_read_as_far_as_anybody_needs_it(webhook: Webhook) -> None:
    endless = b"HTTP/1.1 500 No\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 3_000_000
    assert send(webhook.reply("/hook", endless), MESSAGE) == Sent(Arrival.REFUSED, "the service answered 500")


@pytest.mark.parametrize("reply", [Hangup, Slam])
def test_two_threads_that_send_at_once_do_not_hear_each_others_answers(reply: Reply, webhook: Webhook) -> None:
    released = threading.Event()
    slow = webhook.reply("/slow", Slow(until=released, status=503))
    broken = webhook.reply("/broken", reply)
    told: list[Sent] = []
    waiting = threading.Thread(target=lambda: told.append(send(slow, MESSAGE)))
    waiting.start()
    webhook.wait_for(1, "/slow")
    assert send(broken, MESSAGE).arrival is Arrival.UNKNOWN
    released.set()
    waiting.join()
    assert told == [Sent(Arrival.REFUSED, "the service answered 503")]


# B101


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_into_a_metadata_service_is_not_followed(status: int, webhook: Webhook) -> None:
    """B101"""
    inside = f"http://127.0.0.1:{webhook.port}/latest/meta-data"
    address = webhook.reply("/hook", Answer(body="", status=status, headers={"Location": inside}))
    sent = send(address, MESSAGE)
    assert sent.arrival is Arrival.REFUSED
    assert sent.error == f"the service answered {status} (a redirect, which is not followed)"
    assert [request.path for request in webhook.requests()] == ["/hook"]


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "100.100.100.200"],
)
@pytest.mark.parametrize(
    "address",
    [
        "json://{}/hook",
        "rsyslog://{}/user",
        "mqtt://{}:1883/topic",
        "rocket://user:word@{}/%23room",
        "mailto://mail.example.org?smtp={}&from=a@example.org&to=b@example.org&mode=insecure",
    ],
)
def test_a_link_local_or_metadata_address_is_no_channel_whatever_is_spoken_there(address: str, host: str) -> None:
    """B101"""
    fault = fault_of_address(address.format(host)) or ""
    # Of some Apprise makes no address at all.
    assert "link-local or metadata" in fault or "its address is incomplete" in fault or "names no recipient" in fault


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "100.100.100.200", "2852039166"],
)
@pytest.mark.parametrize("scheme", ["json", "jsons", "mailto"])
def test_no_message_goes_to_a_link_local_or_metadata_address(scheme: str, host: str) -> None:
    """B101"""
    more = "topic?to=a@example.org&from=b@example.org&mode=insecure" if scheme == "mailto" else "topic"
    sent = send(f"{scheme}://{host}:80/{more}", MESSAGE)
    assert sent.arrival is Arrival.REFUSED
    # Of some spellings Apprise makes no host at all.
    assert "link-local or metadata" in sent.error or sent.error in (
        "the address is not usable",
        "could not connect to port 25: no such host",
    )
