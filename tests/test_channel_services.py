"""What each service is posted, as its plug-in addresses it and we write it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack

from alerts.channels import send
from alerts.medium import Message
from alerts.sent import Arrival, Sent
from tests.certificates import Authority
from tests.receivers import Answer, Webhook, running_webhook

BLOCKS: tuple[dict[str, Any], ...] = (
    {"type": "header", "text": {"type": "plain_text", "text": "[Antitrust] A & B"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "<https://news.example.org/a|Read it> <!channel> <@U1>"}},
)
MESSAGE = Message(title="[Antitrust] A & B <!here>", body="*First* line\n\nhttps://news.example.org/a", blocks=BLOCKS)
SAFE = [
    BLOCKS[0],
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "<https://news.example.org/a|Read it> &lt;!channel> &lt;@U1>"},
    },
]


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    authority = Authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.store))
    with running_webhook(tmp_path / "encrypted.jsonl", context=authority.server("127.0.0.1")) as running:
        yield running


@pytest.mark.parametrize(
    ("address", "addressed"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", {}),
        ("slack://desk@T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", {"username": "desk"}),
        ("slack://xoxb-1234-1234-abc124/%23news", {"channel": "#news"}),
        ("slack://xoxb-1234-1234-abc124/+C123", {"channel": "C123"}),
        (
            "slack://xoxb-1234-1234-abc124/%23news:1234567890.123456",
            {"channel": "#news", "thread_ts": "1234567890.123456"},
        ),
    ],
)
def test_slack_gets_our_blocks_where_its_address_says(
    address: str, addressed: dict[str, str], webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B65: what calls people is literal, wherever it may have come from."""
    base = f"http://127.0.0.1:{webhook.port}"
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{base}/hook")
    monkeypatch.setattr(NotifySlack, "api_url", base + "/api/{}")
    webhook.reply("/api/chat.postMessage", Answer(body='{"ok": true, "channel": "C1"}'))
    assert send(address, MESSAGE) == Sent(Arrival.ARRIVED)
    (request,) = webhook.requests()
    assert request.json == {
        **addressed,
        "text": "[Antitrust] A &amp; B &lt;!here&gt;",
        "blocks": SAFE,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    assert request.headers.get("Authorization") == ("Bearer xoxb-1234-1234-abc124" if "xoxb" in address else None)


@pytest.mark.parametrize(
    ("more", "allowed"),
    [
        ("", {"parse": []}),
        ("?ping=%3C%40%2677%3E", {"parse": [], "users": [], "roles": ["77"]}),
    ],
)
def test_discord_rings_only_for_whom_its_address_names(
    more: str, allowed: dict[str, list[str]], webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B67"""
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{webhook.port}/discord")
    sent = send(f"discord://4174216298/token_abcdef/{more}", Message(title="T", body="@everyone <@&1>"))
    assert sent == Sent(Arrival.ARRIVED)
    posted = webhook.requests()[-1].json
    assert posted["allowed_mentions"] == allowed
    assert posted["content"].startswith("**T**\n\n@everyone")


def test_teams_gets_a_card(encrypted: Webhook) -> None:
    address = f"workflows://127.0.0.1:{encrypted.port}/Workflow/Signature/"
    assert send(address, Message(title="T", body="[Read](https://news.example.org/a)")) == Sent(Arrival.ARRIVED)
    card = encrypted.requests()[-1].json["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard"
    assert [block["text"] for block in card["body"]] == ["**T**\n\n[Read](https://news.example.org/a)"]


def test_matrix_gets_plain_text_after_it_was_joined(webhook: Webhook) -> None:
    said = '{"room_id": "!room:example.org", "event_id": "$e", "user_id": "@u:example.org"}'
    room = "/_matrix/client/v3/rooms/%21room%3Aexample.org"
    webhook.otherwise = Answer(body=said)
    address = f"matrix://token@127.0.0.1:{webhook.port}/!room:example.org?e2ee=no&discovery=no"
    sent = send(address, Message(title="<b>T</b>", body="*First* line"))
    posted = webhook.requests()[-1]
    assert sent == Sent(Arrival.ARRIVED)
    assert posted.path.startswith(f"{room}/send/m.room.message/")
    assert posted.json == {"msgtype": "m.text", "body": "<b>T</b>\n\n*First* line"}


def test_matrix_that_lets_nobody_in_is_told_by_the_request_that_failed(webhook: Webhook) -> None:
    webhook.reply("/_matrix/client/v3/account/whoami", Answer(body='{"user_id": "@u:example.org"}'))
    webhook.reply(
        "/_matrix/client/v3/join/%21room%3Aexample.org",
        Answer(body='{"errcode": "M_FORBIDDEN", "error": "You are not invited"}', status=403),
    )
    address = f"matrix://token@127.0.0.1:{webhook.port}/!room:example.org?e2ee=no&discovery=no"
    sent = send(address, Message(title="T", body="text"))
    assert sent == Sent(Arrival.REFUSED, "the service answered 403 (You are not invited)", is_permanent=True)


def test_ntfy_gets_title_and_text(webhook: Webhook) -> None:
    sent = send(f"ntfy://127.0.0.1:{webhook.port}/news", Message(title="T <b>", body="*First* [x](y)"))
    assert sent == Sent(Arrival.ARRIVED)
    assert webhook.requests()[-1].json == {"topic": "news", "title": "T <b>", "message": "*First* [x](y)"}


def test_an_ntfy_message_is_measured_in_bytes(webhook: Webhook) -> None:
    body = "\n\n".join(["反垄断调查 " * 100] * 3)
    assert send(f"ntfy://127.0.0.1:{webhook.port}/news", Message(title="T", body=body)) == Sent(Arrival.ARRIVED)
    posted = [request.json for request in webhook.requests()]
    assert max(len(each["message"].encode()) for each in posted) <= 4000
    assert [each["title"] for each in posted] == ["T", "(2/2) T"]
