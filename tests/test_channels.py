"""What arrives at real servers on loopback, byte for byte, and what is known when it does not arrive."""

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack

from alerts.channels import fault_of_address, send, shown
from alerts.matching import TopicIndex
from alerts.medium import Message
from alerts.message import MAX_TITLE
from alerts.sent import Arrival, Sent
from alerts.settings import TopicSettings
from stories.model import Article
from tests.building import archived, article
from tests.message_cards import compose
from tests.receivers import Hangup, MailServer, Reply, Slam, Slow, Webhook, running_mail_server

TOPIC = TopicSettings(name="Antitrust complaints", keywords=("antitrust",), channels=("hook",))
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"
DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js/"
HOSTILE = "@everyone @here <!channel> !channel> <@U12345> <https://evil.example|https://bank.example> antitrust"


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    with running_mail_server(tmp_path / "mail.jsonl") as running:
        yield running


def message(*, maybe_repeat: bool = False, **said: Any) -> Message:
    """Return the message that tells an article which says what is given."""
    told = article(**said)
    (match,) = TopicIndex([TOPIC]).match(told)
    return compose(archived(told), topic=TOPIC.name, evidence=match.evidence, maybe_repeat=maybe_repeat)


class Heard(logging.Handler):
    """Keeps all that reaches the root of the log, as the service's own handler would get it."""

    def __init__(self) -> None:
        super().__init__(0)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard += [record.getMessage(), repr(vars(record))]


@pytest.fixture
def log() -> Iterator[list[str]]:
    root, listener = logging.getLogger(), Heard()
    level = root.level
    root.addHandler(listener)
    root.setLevel(0)
    yield listener.heard
    root.setLevel(level)
    root.removeHandler(listener)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


# What arrives


def test_a_mail_is_plain_text_with_the_headline_as_its_subject(mail_server: MailServer) -> None:
    summary = "The antitrust complaint would be filed in Brussels — “within weeks”."
    assert send(mail_server.address(), message(summary=summary)) == Sent(Arrival.ARRIVED)
    (mail,) = mail_server.mails()
    assert (mail.sender, mail.recipients) == ("watch@example.org", ["reader@example.org"])
    assert mail.read["Subject"] == ("[Antitrust complaints] OpenAI weighs an antitrust complaint against Microsoft")
    assert mail.read.get_content_type() == "text/plain"
    assert not mail.read.is_multipart()
    assert "The Example Journal · 22 Nov 2026, 12:00 UTC" in mail.text
    assert summary.replace("antitrust", "*antitrust*") in mail.text
    assert "https://news.example.org/openai-weighs-complaint" in mail.text.splitlines()


def test_a_webhook_gets_title_and_text_as_json(webhook: Webhook) -> None:
    assert send(webhook.address(), message()) == Sent(Arrival.ARRIVED)
    (request,) = webhook.requests()
    assert request.headers["Content-Type"] == "application/json"
    assert request.json["title"].startswith("[Antitrust complaints] OpenAI weighs")
    assert request.json["message"].splitlines()[0] == "The Example Journal · 22 Nov 2026, 12:00 UTC"
    assert request.json["attachments"] == []


def test_a_possible_repeat_says_so_in_the_subject(mail_server: MailServer) -> None:
    send(mail_server.address(), message(maybe_repeat=True))
    assert mail_server.mails()[0].read["Subject"].startswith("(possible repeat) [Antitrust complaints]")


@pytest.mark.parametrize(
    "link",
    [
        "https://news.example.org/a?b=1&c=2#d",
        "https://news.example.org/%E2%82%AC_paper/_x_~y~",
        "https://news.example.org/" + "long/" * 380,
    ],
)
def test_a_link_arrives_whole(link: str, webhook: Webhook, mail_server: MailServer) -> None:
    send(webhook.address(), message(url=link))
    send(mail_server.address(), message(url=link))
    assert link in webhook.requests()[0].json["message"].splitlines()
    assert link in mail_server.mails()[0].text.splitlines()


def test_a_link_with_an_at_sign_leads_to_the_same_address_and_mentions_nobody(webhook: Webhook) -> None:
    link = "https://medium.example/@everyone/openai-1a2b"
    send(webhook.address(), message(url=link))
    shown_link = webhook.requests()[0].json["message"].splitlines()[-3]
    assert "@" not in shown_link
    assert unquote(shown_link) == link


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_the_console_shows_what_its_terminal_can_show(encoding: str, tmp_path: Path) -> None:
    shown = tmp_path / "terminal"
    with shown.open("w", encoding=encoding) as terminal, contextlib.redirect_stdout(terminal):
        assert send("console://", message(title="antitrust: 反垄断 in Zürich")) == Sent(Arrival.ARRIVED)
    assert "[Antitrust complaints] antitrust: " in shown.read_text(encoding)


def test_a_console_that_was_closed_is_a_refusal_and_leaves_nothing_in_the_buffer() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal, contextlib.redirect_stdout(terminal):
        closed = "the terminal or file it is shown on is closed (Broken pipe)"
        assert send("console://", message(title="antitrust")) == Sent(Arrival.REFUSED, closed)
        terminal.flush()


# What strangers put into titles


def test_a_title_cannot_add_a_mail_header(mail_server: MailServer) -> None:
    title = "Antitrust\r\nBcc: victim@example.org\r\n\r\n<script>body</script>"
    assert send(mail_server.address(), message(title=title)).arrival is Arrival.ARRIVED
    (mail,) = mail_server.mails()
    assert mail.recipients == ["reader@example.org"]
    assert mail.read["Bcc"] is None
    assert mail.head.lower().count(b"\nsubject:") == 1
    assert "Bcc: victim" in mail.read["Subject"]


def test_a_message_that_was_not_cleaned_cannot_add_a_mail_header_either(mail_server: MailServer) -> None:
    send(mail_server.address(), Message(title="a\r\nBcc: victim@example.org", body="text"))
    for mail in mail_server.mails():
        assert mail.recipients == ["reader@example.org"]
        assert mail.read["Bcc"] is None


@pytest.mark.parametrize("letter", ["A", "Ж", "字", "😀"])
def test_a_title_of_5000_characters_becomes_one_subject(letter: str, mail_server: MailServer) -> None:
    assert send(mail_server.address(), message(title="antitrust " + letter * 5000)).arrival is Arrival.ARRIVED
    (mail,) = mail_server.mails()
    assert mail.head.lower().count(b"\nsubject:") == 1
    assert len(mail.read["Subject"]) == MAX_TITLE
    assert mail.read["Subject"].endswith("…")
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998


def test_a_lone_surrogate_does_not_keep_a_message_from_arriving(webhook: Webhook, mail_server: MailServer) -> None:
    told = message(title="antitrust \ud800 case", summary="an \udfff antitrust summary")
    assert send(mail_server.address(), told).arrival is Arrival.ARRIVED
    assert send(webhook.address(), told).arrival is Arrival.ARRIVED
    assert "antitrust case" in mail_server.mails()[0].read["Subject"]


def test_an_article_that_says_nothing_still_makes_a_message(webhook: Webhook, mail_server: MailServer) -> None:
    nothing = compose(archived(Article(title="")), topic="T", evidence=(), maybe_repeat=False)
    assert send(mail_server.address(), nothing).arrival is Arrival.ARRIVED
    assert send(webhook.address(), nothing).arrival is Arrival.ARRIVED
    assert mail_server.mails()[0].read["Subject"] == "[T] (untitled)"


@pytest.mark.parametrize("field", ["title", "summary", "outlet"])
def test_no_text_rings_in_everybodys_pocket(field: str, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where Slack and Discord are, is not ours: their addresses are constants of Apprise.
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{webhook.port}/slack")
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{webhook.port}/discord")
    texts: dict[str, Any] = {"title": "antitrust", field: HOSTILE}
    hostile = message(**texts)
    for address in (SLACK, DISCORD, webhook.address()):
        assert send(address, hostile).arrival is Arrival.ARRIVED
    slack, discord, plain = (request.body.decode() for request in webhook.requests())
    for wire in (slack, discord, plain):
        for ring in ("@everyone", "@here", "<!channel", "<@U12345", "!channel>"):
            assert ring not in wire.encode().decode("unicode_escape")
    # Slack makes a link of <address|text>, and only of that: < and > are always escaped.
    assert "<" not in slack


def test_slack_gets_a_link_it_makes_clickable(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{webhook.port}/slack")
    send(SLACK, message(url="https://news.example.org/a?b=1&c=2"))
    (attachment,) = webhook.requests()[0].json["attachments"]
    # Slack wants & written as &amp; in all text and links addresses by itself.
    assert attachment["text"].splitlines()[-3] == "https://news.example.org/a?b=1&amp;c=2"


def test_discord_shows_no_faked_link(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{webhook.port}/discord")
    send(DISCORD, message(title="antitrust [https://bank.example](https://evil.example)"))
    assert "](" not in webhook.requests()[0].json["content"]


# What is known of a message that did not arrive


@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_success_is_an_arrival(status: int, webhook: Webhook) -> None:
    assert send(webhook.reply("/hook", status), message()) == Sent(Arrival.ARRIVED)


def test_a_redirect_is_not_followed(webhook: Webhook) -> None:
    elsewhere = f"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{webhook.port}/inside\r\nContent-Length: 0\r\n\r\n"
    assert send(webhook.reply("/hook", elsewhere.encode()), message()).arrival is Arrival.REFUSED
    assert [request.path for request in webhook.requests()] == ["/hook"]


@pytest.mark.parametrize("reply", [Hangup, Slam, b"HTTP/1.1 2", b"\x15\x03\x01"])
def test_a_connection_that_broke_leaves_it_open_what_became_of_a_message(reply: Reply, webhook: Webhook) -> None:
    assert send(webhook.reply("/hook", reply), message()).arrival is Arrival.UNKNOWN


def test_a_webhook_that_does_not_answer_leaves_it_open(webhook: Webhook) -> None:
    released = threading.Event()
    address = webhook.reply("/hook", Slow(until=released)) + "?rto=0.2"
    assert send(address, message()) == Sent(Arrival.UNKNOWN, "127.0.0.1 did not answer: timed out")
    released.set()


@pytest.mark.parametrize(
    "address",
    [
        "json://127.0.0.1:{closed}/hook",
        "jsons://127.0.0.1:{webhook}/not-encrypted",
        "json://nowhere.invalid/hook",
        "mailto://127.0.0.1:{closed}?from=a@example.org&to=b@example.org&mode=insecure",
        "mailto://nowhere.invalid?from=a@example.org&to=b@example.org&mode=insecure",
        "mailtos://127.0.0.1:{mail}?from=a@example.org&to=b@example.org&mode=starttls",
        "mailtos://127.0.0.1:{mail}?from=a@example.org&to=b@example.org&mode=ssl",
        "mailto://user:password@127.0.0.1:{mail}?from=a@example.org&to=b@example.org&mode=insecure",
    ],
)
def test_what_failed_before_the_message_was_sent_is_a_refusal(
    address: str, webhook: Webhook, mail_server: MailServer
) -> None:
    ports = {"closed": free_port(), "webhook": webhook.port, "mail": mail_server.port}
    sent = send(address.format(**ports), message())
    assert sent.arrival is Arrival.REFUSED
    assert sent.error
    assert not webhook.requests()
    assert not mail_server.mails()


def test_a_plug_in_that_trips_before_it_sent_anything_is_a_refusal_of_this_message(webhook: Webhook) -> None:
    # Cleaned text has no lone surrogates; this is to make the plug-in raise.
    sent = send(webhook.address(scheme="form"), Message(title="antitrust", body="\ud800"))
    assert (sent.arrival, sent.is_of_message) == (Arrival.REFUSED, True)
    assert "surrogates not allowed" in sent.error
    assert not webhook.requests()


# Addresses


@pytest.mark.parametrize("address", ["console://", SLACK, "mailto://u:p@example.org", "json://127.0.0.1:1/hook"])
def test_an_address_of_one_destination_is_fine(address: str) -> None:
    assert fault_of_address(address) is None


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("nonsense://x", "no service that Apprise knows"),
        ("slack://T1JJ3T3L2", "incomplete"),
        (f"{SLACK}#one/#two", "2 destinations"),
        ("mailto://u:p@example.org?to=a@example.org,b@example.org", "2 destinations"),
        ("mailto://u:p@example.org?to=a@example.org&cc=b@example.org", "cc= adds destinations"),
        ("mailto://u:p@example.org?to=a@example.org&bcc=b@example.org", "bcc= adds destinations"),
        ("mailto://u:p@example.org?to=a@example.org&TO=b@example.org", "to= stands in it more than once"),
        ("json://127.0.0.1/hook?retry=3", "retry="),
    ],
)
def test_an_address_that_cannot_be_a_channel_is_refused_in_a_sentence(address: str, fault: str) -> None:
    assert fault in (fault_of_address(address) or "")


def test_what_is_shown_of_an_address_is_no_secret() -> None:
    assert shown(SLACK) == "slack"
    assert shown("pushme://eyJhbGciOi.eyJzdWIi.T0k3n") == "pushme"
    assert shown("mailto://user:hunter22@mail.example.org?to=a@example.org") == "mailto mail.example.org"


# Secrets

TOKENS = ("S3cretT0kenABC", "pass word&9")
SECRETIVE = [
    pytest.param(
        "json://user:pass%20word%269@127.0.0.1:{hook}/S3cretT0kenABC?:key=S3cretT0kenABC", reply, id=repr(reply)
    )
    for reply in (200, 404, Hangup, b"HTTP/1.1 200 OK\r\nnot a header\r\n\r\n", b"HTTP/1.1 2")
] + [
    pytest.param(url, 200, id=url[:28])
    for url in (
        "json://127.0.0.1:{closed}/S3cretT0kenABC",
        "json://nowhere.invalid/S3cretT0kenABC?token=S3cretT0kenABC",
        "jsons://127.0.0.1:{hook}/S3cretT0kenABC",
        "mailto://S3cretT0kenABC:pass%20word%269@127.0.0.1:{mail}?from=a@example.org&to=b@example.org&mode=insecure",
        "mailto://127.0.0.1:{closed}?from=S3cretT0kenABC@example.org&to=S3cretT0kenABC@example.org&mode=insecure",
        "slack://S3cretT0kenABC",
    )
]


@pytest.mark.parametrize(("address", "reply"), SECRETIVE)
def test_a_secret_is_in_no_log_no_error_and_no_repr(
    address: str, reply: Reply, webhook: Webhook, mail_server: MailServer, log: list[str]
) -> None:
    webhook.reply("/S3cretT0kenABC", reply)
    full = address.format(hook=webhook.port, mail=mail_server.port, closed=free_port())
    sent = send(full, message())
    said = [repr(sent), shown(full), fault_of_address(full) or "", *log]
    for token in TOKENS:
        assert not [each for each in said if token in each]


def test_a_secret_that_a_mail_server_repeats_is_blotted_out(mail_server: MailServer) -> None:
    mail_server.answers["RCPT"] = "550 no pass word&9 here, says S3cretT0kenABC"
    address = mail_server.address("&X=pass%20word%269&Y=S3cretT0kenABC")
    assert send(address, message()).error == "the mail server refused the recipient: 550 no *** here, says ***"
