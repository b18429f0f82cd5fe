"""Six planted secrets, sent with and failed with in every way: none is in a log, an error, an output or a traceback."""

import logging
import traceback
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from alerts.channel_secrets import without_secrets
from alerts.channels import fault_of_address, medium_of, sent_to, shown
from alerts.medium import Message
from alerts.settings import Channel
from tests.raw_mail import raw_mail_server
from tests.receivers import Answer, Hangup, MailServer, Reply, Webhook, running_mail_server

SECRETS = {
    "slack": "TIiajkdnlazkcOXrIdevi7FQ",
    "bot": "xoxb-5ecret5ecret-abc124",
    "telegram": "123456789:abcdefg_hijklmnop",
    "discord": "JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "mail": "pass word&9",
    "json": "S3cretT0kenABC",
}
MESSAGE = Message(title="[Antitrust] A complaint", body="text", blocks=({"type": "divider"},))


class Heard(logging.Handler):
    """Keeps all that reaches the root of the log, with everything a record carries."""

    def __init__(self) -> None:
        super().__init__(1)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info
        self.heard += [record.getMessage(), repr(vars(record))]
        self.heard += traceback.format_exception(*error) if error else []


@pytest.fixture
def log() -> Iterator[list[str]]:
    root, listener = logging.getLogger(), Heard()
    level = root.level
    root.addHandler(listener)
    root.setLevel(1)
    yield listener.heard
    root.setLevel(level)
    root.removeHandler(listener)


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    with running_mail_server(tmp_path / "mail.jsonl", watch="another password") as running:
        yield running


def addresses(port: int, mail_port: int) -> dict[str, str]:
    mail = f"mailto://watch:pass%20word%269@127.0.0.1:{mail_port}?from=a@example.org&to=b@example.org&mode=insecure"
    return {
        "slack": f"slack://T1JJ3T3L2/A1BRTD4JD/{SECRETS['slack']}/",
        "bot": f"slack://{SECRETS['bot']}/%23news",
        "telegram": f"tgram://{SECRETS['telegram']}/12315544/",
        "discord": f"discord://4174216298/{SECRETS['discord']}/",
        "mail": mail,
        "json": f"json://user:{SECRETS['json']}@127.0.0.1:{port}/{SECRETS['json']}?:key={SECRETS['json']}",
    }


ECHO = " ".join(SECRETS.values())


@pytest.mark.parametrize(
    "reply",
    [
        200,
        Answer(body=f'{{"ok": false, "error": "{ECHO}", "description": "{ECHO}", "message": "{ECHO}"}}', status=400),
        Answer(body=ECHO, status=500, headers={"Location": ECHO, "Retry-After": ECHO}),
        Hangup,
        b"HTTP/1.1 200 OK\r\nnot a header\r\n\r\n",
        f"HTTP/1.1 999 {ECHO}\r\n\r\n".encode(),
        f"{ECHO}\r\n\r\n".encode(),
    ],
    ids=["taken", "repeated", "failed", "dropped", "broken", "odd", "no HTTP"],
)
def test_six_secrets_are_nowhere_to_be_read(
    reply: Reply,
    webhook: Webhook,
    mail_server: MailServer,
    log: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """B102"""
    base = f"http://127.0.0.1:{webhook.port}"
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{base}/slack")
    monkeypatch.setattr(NotifySlack, "api_url", base + "/api/{}")
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"{base}/discord")
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"{base}/bot")
    mail_server.answers["RCPT"] = f"550 no {ECHO} here"
    said: list[str] = []
    for name, url in addresses(webhook.port, mail_server.port).items():
        path = {
            "slack": f"/slack/T1JJ3T3L2/A1BRTD4JD/{SECRETS['slack']}",
            "bot": "/api/chat.postMessage",
            "telegram": f"/bot{SECRETS['telegram']}/sendMessage",
            "discord": f"/discord/4174216298/{SECRETS['discord']}",
        }.get(name, f"/{SECRETS['json']}")
        webhook.reply(path, reply)
        own = SECRETS[name]
        found = [
            repr(sent_to(url, MESSAGE)),
            shown(url),
            fault_of_address(url) or "",
            repr(Channel(name=name, url=url)),
        ]
        assert not [each for each in found if own in each], name
        said += found
    told = capfd.readouterr()
    said = [*log, told.out, told.err]
    for secret in SECRETS.values():
        for form in (secret, secret.replace(" ", "%20").replace("&", "%26"), *secret.split(" ")):
            assert not [each for each in said if form in each]


@pytest.mark.parametrize("name", SECRETS)
def test_an_address_that_cannot_be_a_channel_is_not_repeated(name: str, log: list[str]) -> None:
    """B102"""
    broken = addresses(1, 1)[name].replace("://", "x://", 1)
    said = [fault_of_address(broken) or "", medium_of(broken).value, repr(sent_to(broken, MESSAGE)), *log]
    assert not [each for each in said if SECRETS[name] in each or "pass%20word" in each]


@pytest.mark.parametrize("url", ["json://[half/x", "json://h:99999/x", "slack://", "://", "x", ""])
def test_half_an_address_is_no_trouble(url: str) -> None:
    assert fault_of_address(url) or url == "json://h:99999/x"
    assert shown(url) in ("json", "json h", "slack", "x", "")
    assert sent_to(url, MESSAGE).sent.error


# B100


@pytest.mark.parametrize(
    "more",
    [
        "attach=file:///etc/passwd",
        "attach=https://evil.example/x",
        "template=/etc/passwd",
        "template=file:///etc/passwd",
        "pgp=sign",
        "pgpprv=/root/key.asc",
    ],
)
def test_an_address_reads_no_file_of_this_machine(more: str) -> None:
    """B100"""
    fault = fault_of_address(f"slack://T1JJ3T3L2/A1BRTD4JD/{SECRETS['slack']}/?{more}")
    assert fault is not None
    assert "is not for the address" in fault
    assert "/" not in fault.replace("://", "")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "include://x", "config://x", "python:///tmp/x.py", "exec://x"])
def test_an_address_runs_nothing(url: str) -> None:
    """B100: only services that come with Apprise, and the console; no plug-in is looked for on the disk."""
    assert "is no service that Apprise knows" in (fault_of_address(url) or "")


@pytest.mark.parametrize("name", ["format=markdown", "overflow=split", "retry=3", "redirect=yes"])
def test_what_is_settled_here_is_not_for_the_address(name: str) -> None:
    """B101: a redirect cannot be asked for either."""
    assert "is not for the address" in (fault_of_address(f"json://127.0.0.1/hook?{name}") or "")


# What is blotted out, and what stays


LOGIN = b64encode(b"watch:pass word&9").decode()
PLAIN = b64encode(b"\0watch\0pass word&9").decode()
ALONE = b64encode(b"pass word&9").decode()


@pytest.mark.parametrize("echo", [LOGIN, f"Authorization: Basic {LOGIN}", f"AUTH PLAIN {PLAIN}", ALONE, ALONE[:-2]])
def test_a_password_is_blotted_out_in_base64_too(echo: str, webhook: Webhook) -> None:
    url = f"json://watch:pass%20word%269@127.0.0.1:{webhook.port}/hook"
    webhook.reply("/hook", Answer(body=f'{{"error": "bad header: {echo} in the request"}}', status=403))
    error = sent_to(url, MESSAGE).sent.error
    assert "bad header" in error and error.endswith(" in the request)")
    assert not [word for word in echo.split()[-1:] if word[:8] in error]


@pytest.mark.parametrize("answer", ["500 5.5.1 Invalid command: AUTH PLAIN {}", "535 5.7.8 no such user as {}"])
def test_of_a_refused_login_only_the_codes_are_told(answer: str, tmp_path: Path) -> None:
    said = answer.format(PLAIN).encode()
    with raw_mail_server([b"220 hi", b"250-hi\r\n250 AUTH PLAIN", said]) as port:
        url = f"mailto://watch:pass%20word%269@127.0.0.1:{port}?from=a@example.org&to=b@example.org&mode=insecure"
        result = sent_to(url, MESSAGE)
    assert result.sent.error == f"127.0.0.1 refused the login: {answer[:9]}"
    assert result.sent.is_permanent


MAIL = "mailtos://watch:PASSWORD@mail.example.org:587?from=watch@example.org&to=desk@example.org"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (MAIL, "mail.example.org refused the login: 535 5.7.8"),
        (MAIL, "could not connect to mail.example.org port 587: connection refused"),
        (MAIL, "the mail server refused the recipient: 550 <desk@example.org> is unknown here, says watch@example.org"),
        ("json://hook.example.org/news/message/service", "the service answered 500 (the message is too long)"),
        ("https://hook.example.org/services/T1JJ3T3L2", "could not connect to hook.example.org: no such host"),
    ],
)
def test_what_is_no_secret_stays_readable(url: str, sentence: str) -> None:
    assert without_secrets(sentence, url) == sentence


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (MAIL, "535 PASSWORD is wrong"),
        ("json://watch:pa?s=word1@hook.example.org/", "bad login pa?s=word1"),
        ("jsons://hook.example.org/news?token=S3cretT0kenABC", "unknown token S3cretT0kenABC"),
        ("jsons://hook.example.org/news?S3cretT0kenABC", "unknown token S3cretT0kenABC"),
        ("jsons://hook.example.org/S3cretT0kenABC/x", "unknown token s3crett0kenabc"),
    ],
)
def test_login_path_and_tokens_are_blotted_out(url: str, sentence: str) -> None:
    shown = without_secrets(sentence, url)
    assert "***" in shown
    assert not [each for each in ("PASSWORD", "word1", "3cret") if each in shown]
