"""After an outage no service gets more posts than messages: a digest keeps to what its service takes at once."""

from datetime import timedelta
from itertools import count

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.telegram import NotifyTelegram

from alerts.channels import room_of, send
from alerts.gathering import digest_card
from alerts.medium import Medium, Message
from alerts.message import rendered
from alerts.sent import Arrival
from stories.store import Store
from tests.building import NOON, alert
from tests.message_cards import card
from tests.receivers import Webhook
from tests.sending_days import SendingDays

DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js/"
TELEGRAM = "tgram://123456789:abcdefg_hijklmnop/12315544/"


@pytest.fixture(params=["ntfy", "discord", "telegram", "json"])
def address(request: pytest.FixtureRequest, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> str:
    """A channel of a service on loopback."""
    here = f"http://127.0.0.1:{webhook.port}"
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"{here}/discord")
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"{here}/bot")
    services = {"ntfy": f"ntfy://127.0.0.1:{webhook.port}/news", "discord": DISCORD, "telegram": TELEGRAM}
    return services.get(request.param, webhook.address())


def test_f17_after_500_alerts_no_service_gets_more_than_five_posts(
    store: Store, webhook: Webhook, address: str
) -> None:
    """F17: within 15 minutes, however little the service takes at once; what has no room is counted."""
    store.db.execute("PRAGMA synchronous = OFF")
    for number in range(500):
        alert(store, title=f"Story number {number} of the competition authority, and what it means", channels=["chat"])
    days = SendingDays(store, {"chat": address})
    days.until(NOON + timedelta(minutes=15))
    assert len(webhook.requests()) == len(days.tries["chat"]) == 5
    assert store.db.execute("SELECT DISTINCT state FROM deliveries").fetchall() == [("sent",)]
    if "json" not in address:
        assert all("more stories" in request.body.decode() for request in webhook.requests())


def test_a_digest_for_a_service_of_160_characters_is_few_parts() -> None:
    told = [card(f"Story {number}", story_id=number, link=f"https://news.example.org/{number}") for number in range(45)]
    message = rendered(digest_card(told, [], is_planned=True), Medium.TEXT, room=160)
    assert len(message.body.encode()) <= 400
    assert "more stories" in message.body


def test_the_room_of_a_service_is_known() -> None:
    known = {address: room_of(address) for address in (DISCORD, TELEGRAM, "nonsense://")}
    assert known == {DISCORD: 1970, TELEGRAM: 3980, "nonsense://": None}


def test_nothing_is_sent_of_a_message_after_it_was_given_up(webhook: Webhook, address: str) -> None:
    """Its rows are sent again, marked; the rest of its parts would come between."""
    asked = count()
    long = Message(title="Long", body="word " * 20_000)
    sent = send(address, long, is_given_up=lambda: next(asked) >= 1)
    assert (sent.arrival, len(webhook.requests())) == (Arrival.UNKNOWN, 1)
    assert "part 2 of" in sent.error
