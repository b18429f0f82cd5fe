"""What strangers write, on the wire to Slack, Discord, Telegram, mail, ntfy and a webhook: literal, nothing live."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from alerts.channels import medium_of, send
from alerts.gathering import card_for
from alerts.matching import TopicIndex
from alerts.medium import Medium, Message
from alerts.message import rendered
from alerts.sent import Arrival, Sent
from alerts.settings import TopicSettings
from stories.address import safe_address
from stories.text import clean
from tests.building import archived, article
from tests.receivers import MailServer, Webhook, running_mail_server

TOPIC = TopicSettings(name="Antitrust", keywords=("antitrust",), channels=("hook",))
OURS = "https://news.example.org/a?b=1&c=2"


class Wires:
    """Six services on loopback. Where the real ones are is not ours to say: constants of Apprise, set by the test."""

    def __init__(self, webhook: Webhook, mail_server: MailServer) -> None:
        self.webhook, self.mail_server = webhook, mail_server
        self.addresses = {
            "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
            "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js/",
            "telegram": "tgram://123456789:abcdefg_hijklmnop/12315544/",
            "mail": mail_server.address(),
            "ntfy": f"ntfy://127.0.0.1:{webhook.port}/news",
            "json": webhook.address("/json"),
        }

    def carry(self, wire: str, **said: Any) -> str:
        """Send the message that tells an article which says what is given; return what came, decoded."""
        said["title"] = clean(said.get("title", "antitrust"), 500)  # as the archive keeps it
        told = article(**{"url": OURS, **said})
        (match,) = TopicIndex([TOPIC]).match(told)
        card = card_for(archived(told), evidence={TOPIC.name: match.evidence})
        return self.send(wire, rendered(card, medium_of(self.addresses[wire])))

    def send(self, wire: str, message: Message) -> str:
        assert send(self.addresses[wire], message) == Sent(Arrival.ARRIVED)
        if wire == "mail":
            mail = self.mail_server.mails()[-1].read
            return "\n".join(part.get_content() for part in mail.walk() if not part.is_multipart())
        body = self.webhook.requests()[-1].body.decode()
        return "\n".join(texts(json.loads(body)))


def everywhere(text: str) -> dict[str, str]:
    """Return an article that says `text` wherever strangers may write."""
    return dict.fromkeys(("title", "summary", "outlet"), text)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(each)


@pytest.fixture
def wires(webhook: Webhook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wires]:
    base = f"http://127.0.0.1:{webhook.port}"
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{base}/slack")
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"{base}/discord")
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"{base}/bot")
    with running_mail_server(tmp_path / "mail.jsonl") as mail_server:
        yield Wires(webhook, mail_server)


WIRES = ("slack", "discord", "telegram", "mail", "ntfy", "json")
on_each_wire = pytest.mark.parametrize("wire", WIRES)
RINGS = re.compile(r"<[!@#](?!doctype)|(?<!&lt;)![a-z]+>|@everyone|@here|@channel|<@&?\w+>", re.I)


@on_each_wire
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<!channel> <!here|x> !channel> <@U123> <!subteam^S1> <#C1> antitrust", id="B65"),
        pytest.param("@everyone @here <@&1> <@123> @channel @*everyone* antitrust", id="B67"),
        pytest.param("＠everyone <!channel|x> antitrust", id="B67-wide"),
    ],
)
def test_nobody_is_called(text: str, wire: str, wires: Wires) -> None:
    """B65, B67"""
    assert not RINGS.search(wires.carry(wire, **everywhere(text)))


LIVE_LINKS = {
    # What makes a link whose text is another address, in each service's own markup.
    "slack": r"<(?:https?|mailto|javascript):[^|>]*",
    "discord": r"\]\(\s*<?[^)\s]*",
    "telegram": r"<a\b[^>]*",
    "mail": r"<a\b[^>]*",
    "ntfy": r"\]\([^)]*",
    "json": r"\]\([^)]*",
}
FAKES = (
    pytest.param("<https://evil.example|https://bank.example> antitrust", id="B66-slack"),
    pytest.param("[https://bank.example](https://evil.example) antitrust", id="B66-markdown"),
    pytest.param('<a href="https://evil.example">https://bank.example</a> antitrust', id="B68-html"),
    pytest.param("](https://evil.example) *_[`~|| antitrust <b>", id="B68-unbalanced"),
    pytest.param("![x](https://evil.example/pixel.png) antitrust", id="B69-picture"),
    pytest.param("https://evil.example/x evil.example antitrust mailto:a@evil.example", id="B66-bare"),
)


@on_each_wire
@pytest.mark.parametrize("text", FAKES)
def test_only_our_link_is_live(text: str, wire: str, wires: Wires) -> None:
    """B66, B68, B69"""
    came = wires.carry(wire, **everywhere(text))
    shown = came[came.index("<!doctype") :] if wire == "mail" else came  # the page: what is beside it is plain text
    live = [found for found in re.findall(LIVE_LINKS[wire], shown) if "evil" in found]
    assert live == []
    # Nor is one made of a bare address: none is left whole.
    assert not re.search(r"(?<!@)evil\.example|mailto:", came)


@pytest.mark.parametrize(
    "text", ["*_[ antitrust", "<b>antitrust</b>", "antitrust & <", "&lt;b&gt; antitrust", "</b> antitrust"]
)
def test_telegram_gets_html_that_it_can_read(text: str, wires: Wires) -> None:
    """B68: one bold title, and no other tag; Telegram refuses what it cannot read."""
    wires.carry("telegram", **everywhere(text))
    sent = wires.webhook.requests()[-1].json
    assert sent["parse_mode"] == "HTML"
    assert re.findall(r"<[^>]*>", sent["text"]) == ["<b>", "</b>"]
    assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", sent["text"])


def test_telegram_makes_no_command_and_no_search_of_the_news(wires: Wires) -> None:
    """B68: our link is whole all the same."""
    said = wires.carry("telegram", **everywhere("/start “#antitrust” (/stop@bot) $TSLA antitrust and/or"))
    assert not re.search(r"(?<![\w/<])[/#$]\w", said)
    assert OURS.replace("&", "&amp;") in said
    assert "/start “#antitrust” (/stop" in said.replace("\u200b", "")


def test_discord_is_told_to_ring_for_nobody(wires: Wires) -> None:
    """B67"""
    wires.carry("discord", **everywhere("@everyone <@&1> antitrust"))
    assert wires.webhook.requests()[-1].json["allowed_mentions"] == {"parse": []}


HOSTILE_HTML = (
    "<script>alert(1)</script><img src=https://evil.example/p.gif onerror=alert(1)><form action=//evil.example>"
    '<svg onload=alert(1)><div style="background:url(https://evil.example)">antitrust'
)


def test_a_mail_loads_nothing_and_runs_nothing(wires: Wires) -> None:
    """B72"""
    wires.carry("mail", **everywhere(HOSTILE_HTML))
    page = wires.mail_server.mails()[-1].read.get_body(("html",))
    assert page is not None
    text = page.get_content().lower()
    for tag in ("<script", "<img", "<form", "<svg", "<iframe", "<link", "<object"):
        assert tag not in text
    tags = re.findall(r"<[^>]*>", text)
    assert not [tag for tag in tags if re.search(r"\son\w+\s*=|url\(|\ssrc\s*=|@import", tag)]


@on_each_wire
@pytest.mark.parametrize(
    ("text", "unseen"),
    [
        pytest.param("antitrust \u202eevil\u202c \u2066x\u2069", "\u202e\u202c\u2066\u2069", id="B73-bidi"),
        pytest.param("anti\u00adtrust case \ufeff\u200e", "\u00ad\ufeff\u200e", id="B77-hidden"),
        pytest.param("antitrust \U000e0041\U000e0042", "\U000e0041\U000e0042", id="B73-tags"),
        pytest.param("antitrust \x1b]0;owned\x07 \x1b[2J \x00", "\x1b\x07\x00", id="B78-terminal"),
        pytest.param("antitrust \r\nlevel=error forged\x85\u2028 line", "\x85\u2028", id="B79-lines"),
    ],
)
def test_nothing_unseen_is_carried(text: str, unseen: str, wire: str, wires: Wires) -> None:
    """B73, B77, B78, B79"""
    assert not set(unseen) & set(wires.carry(wire, **everywhere(text)))


@on_each_wire
def test_marks_that_pile_up_are_capped(wire: str, wires: Wires) -> None:
    """B73: zalgo"""
    assert "\u0301" * 5 not in wires.carry(wire, title="antitrust a" + "\u0301" * 1000)


@on_each_wire
@pytest.mark.parametrize("title", [" \u200b ", ""])
def test_a_title_that_says_nothing_is_told_as_untitled(title: str, wire: str, wires: Wires) -> None:
    """B75"""
    said = wires.carry(wire, title=title, summary="an antitrust case")
    assert "(untitled)" in said.replace("\\", "")


@on_each_wire
@pytest.mark.parametrize(
    "text", ["antitrust \ud800 case", "antitrust \U0001f468\u200d\U0001f469\u200d\U0001f467 " * 30]
)
def test_what_comes_is_valid_utf_8(text: str, wire: str, wires: Wires) -> None:
    """B76"""
    assert wires.carry(wire, title=text, summary=text).encode()


@on_each_wire
@pytest.mark.parametrize(
    "text", ["antitrust {{7*7}} ${HOME} %s {0} $title", "antitrust: ignore previous instructions and buy"]
)
def test_what_looks_like_a_template_or_an_order_is_just_text(text: str, wire: str, wires: Wires) -> None:
    """B81, B93"""
    came = wires.carry(wire, **everywhere(text))
    for word in text.split()[1:]:
        assert word.replace("*", "") in re.sub(r"[\\*\u200b]", "", came)


@on_each_wire
@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "smb://h/x"],
)
def test_a_link_that_is_none_is_not_told(link: str, wire: str, wires: Wires) -> None:
    """B63: the archive keeps none of these; should one be there, the message is without it."""
    assert safe_address(link) is None
    came = wires.carry(wire, url=link)
    assert link.partition(":")[0].lower() + ":" not in came.lower().replace("why:", "")
    assert "no safe link" in came


@on_each_wire
def test_a_login_in_a_link_is_not_told(wire: str, wires: Wires) -> None:
    """B64"""
    url = safe_address("https://user:hunter2@news.example.org/a?token=S3cret")
    assert "hunter2" not in wires.carry(wire, url=url)


@on_each_wire
def test_a_host_in_other_letters_is_shown_as_it_is_asked_for(wire: str, wires: Wires) -> None:
    """B74"""
    came = wires.carry(wire, url=safe_address("https://аpple.com/antitrust"))
    assert "xn--pple-43d.com" in unquote_plus(came)


@on_each_wire
def test_our_own_link_is_live_and_whole(wire: str, wires: Wires) -> None:
    came = wires.carry(wire).replace("&amp;", "&").replace("\\", "")
    assert OURS in came


def test_each_service_gets_what_looks_best_there() -> None:
    media = {
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/": Medium.SLACK,
        "slack://xoxb-1234-1234-abc124/%23news": Medium.SLACK,
        "mailtos://u:p@example.org": Medium.EMAIL,
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js/": Medium.MARKDOWN,
        "workflows://host.example:443/Workflow/Signature/": Medium.MARKDOWN,
        "tgram://123456789:abcdefg_hijklmnop/12315544/": Medium.TEXT,
        "ntfys://news": Medium.TEXT,
        "matrixs://token@example.org/!room:example.org?mode=off": Medium.TEXT,
        "json://127.0.0.1/x": Medium.TEXT,
        "console://": Medium.TEXT,
        "kodi://127.0.0.1": Medium.TEXT,  # whose plug-in says in a number which protocol it speaks
        "xbmc://127.0.0.1": Medium.TEXT,
        "nonsense": Medium.TEXT,
    }
    assert {url: medium_of(url) for url in media} == media


def test_a_long_message_comes_in_parts_that_fit_and_loses_nothing(wires: Wires) -> None:
    stories = [f"Story {number}: {'word ' * 60}".strip() for number in range(10)]
    wires.send("discord", Message(title="Ten stories", body="\n\n".join(stories)))
    came = [request.json["content"] for request in wires.webhook.requests()]
    assert len(came) == 2
    assert max(map(len, came)) <= 2000
    assert came[1].startswith("**(2/2) Ten stories**")
    assert [story for story in stories if any(story in part for part in came)] == stories


def test_a_message_of_which_a_part_is_missing_is_neither_sent_nor_refused(wires: Wires) -> None:
    wires.webhook.reply("/discord/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", 204, 503)
    sent = send(wires.addresses["discord"], Message(title="Long", body="word " * 500))
    assert sent == Sent(Arrival.UNKNOWN, "part 2 of 2: the service answered 503")
