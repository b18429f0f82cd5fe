"""Mail as it is handed in: what stands in it, and what is known at each stage at which a server says no."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.channel_stages import Stage, advice
from alerts.channels import fault_of_address, send, sent_to
from alerts.medium import Message
from alerts.sent import Arrival, Sent
from tests.certificates import Authority
from tests.raw_mail import has_ipv6, raw_mail_server
from tests.receivers import Mail, MailServer, running_mail_server

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MESSAGE = Message(
    title="[Antitrust] OpenAI weighs an antitrust complaint",
    body="The Example Journal · 22 Nov 2026\n\n. a line of one dot\n.\nhttps://news.example.org/a",
    html="<p>The Example Journal</p>",
    thread="story-17",
)


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    with running_mail_server(tmp_path / "mail.jsonl") as running:
        yield running


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this process trusts."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.store))
    return made


def mail_for(message: Message, mail_server: MailServer, more: str = "") -> Mail:
    assert send(mail_server.address(more), message, now=NOW) == Sent(Arrival.ARRIVED)
    return mail_server.mails()[-1]


# What arrives


def test_a_mail_has_plain_text_and_a_page_beside_each_other(mail_server: MailServer) -> None:
    mail = mail_for(MESSAGE, mail_server)
    assert mail.read.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.read.iter_parts()] == ["text/plain", "text/html"]
    assert mail.text.strip() == MESSAGE.body
    page = mail.read.get_body(("html",))
    assert page is not None
    assert page.get_content().strip() == "<p>The Example Journal</p>"


def test_a_message_without_a_page_is_a_mail_of_plain_text(mail_server: MailServer) -> None:
    mail = mail_for(replace(MESSAGE, html=None), mail_server)
    assert (mail.read.get_content_type(), mail.read.is_multipart()) == ("text/plain", False)


def test_all_mails_on_one_story_name_the_same_mail_so_that_programs_show_them_as_one_thread(
    mail_server: MailServer,
) -> None:
    first, second = mail_for(MESSAGE, mail_server), mail_for(replace(MESSAGE, title="filed: it"), mail_server)
    other = mail_for(replace(MESSAGE, thread="story-18"), mail_server)
    assert first.read["References"] == "<story-17.wirewatch@example.org>"
    assert first.read["References"] == second.read["References"] == second.read["In-Reply-To"]
    assert first.read["References"] != other.read["References"]
    assert len({each.read["Message-ID"] for each in (first, second, other)}) == 3
    assert mail_for(replace(MESSAGE, thread=None), mail_server).read["References"] is None


def test_a_mail_says_when_and_by_what_it_was_written(mail_server: MailServer) -> None:
    mail = mail_for(MESSAGE, mail_server, "&name=Wire%20Watch")
    assert mail.read["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"
    assert mail.read["From"] == "Wire Watch <watch@example.org>"
    assert mail.read["To"] == "reader@example.org"
    assert mail.read["List-Id"] == "wirewatch <wirewatch.example.org>"
    assert mail.read["Auto-Submitted"] == "auto-generated"
    assert mail.read["Message-ID"].endswith("@example.org>")


def test_headers_of_the_address_are_added_but_none_of_ours_is_changed(mail_server: MailServer) -> None:
    mail = mail_for(MESSAGE, mail_server, "&%2BX-Priority=1&%2BSubject=Mine&reply=desk@example.org")
    assert mail.read["X-Priority"] == "1"
    assert mail.read["Reply-To"] == "desk@example.org"
    assert mail.read.get_all("Subject") == [MESSAGE.title]


@pytest.mark.parametrize(
    "text", ["plain", "Žluťoučký kůň — “quoted”", "反垄断调查" * 40, "😀" * 60, "a" * 5000, "lone \ud800 surrogate"]
)
def test_any_text_is_a_mail_of_seven_bits_and_short_lines(text: str, mail_server: MailServer) -> None:
    """B71, B76"""
    mail = mail_for(Message(title=text, body=text, html=f"<p>{text}</p>"), mail_server)
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998
    assert len(mail.read["Subject"]) <= 150
    assert mail.text.strip() == text.replace("\ud800", "?")


@pytest.mark.parametrize(
    "text", ["An antitrust case “here” " + "word " * 60, "反垄断调查" * 60, "word " * 60, "Ü" * 200]
)
def test_no_line_of_an_encoded_text_is_longer_than_it_may_be(text: str, mail_server: MailServer) -> None:
    mail = mail_for(Message(title="T", body=f"{text}\n" * 20, html=f"<p>{text}</p>\n" * 20), mail_server)
    for part in mail.read.iter_parts():
        assert part["Content-Transfer-Encoding"] in ("quoted-printable", "base64")
    _, _, body = mail.raw.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert mail.text.count(text.strip()) == 20


@pytest.mark.parametrize(
    "end", ["\r\nBcc: victim@example.org", "\rBcc: v@e.org", "\nX: y", "\u2028Bcc: v@e.org", "\0\v\x85X: y"]
)
def test_a_title_is_one_subject_whatever_stands_in_it(end: str, mail_server: MailServer) -> None:
    """B70"""
    mail = mail_for(Message(title=f"Antitrust{end}", body="text", thread=f"story{end}"), mail_server)
    assert mail.recipients == ["reader@example.org"]
    names = [line.partition(b":")[0].lower() for line in mail.head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert names.count(b"subject") == 1
    assert not {b"bcc", b"x"} & set(names)
    assert mail.read["Subject"].startswith("Antitrust")


# Encryption and login


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
def test_a_mail_is_sent_encrypted_and_with_a_login(mode: str, authority: Authority, tmp_path: Path) -> None:
    context = authority.server("127.0.0.1")
    ways = {"starttls": context} if mode == "starttls" else {"tls": context}
    with running_mail_server(tmp_path / "mail.jsonl", **ways, watch="pass word&9") as server:  # type: ignore[arg-type]
        right, wrong = "watch:pass%20word%269@", "watch:wrong@"
        assert send(server.address(mode=mode, login=right), MESSAGE) == Sent(Arrival.ARRIVED)
        refused = sent_to(server.address(mode=mode, login=wrong), MESSAGE)
        assert len(server.mails()) == 1
    assert refused.stage is Stage.LOGIN
    assert (refused.sent.arrival, refused.sent.is_permanent) == (Arrival.REFUSED, True)
    assert refused.sent.error.startswith("127.0.0.1 refused the login: 535 ")
    assert "app password" in advice(refused)


def test_nothing_is_sent_to_a_server_without_starttls(mail_server: MailServer) -> None:
    result = sent_to(mail_server.address(mode="starttls", login="user:password@"), MESSAGE)
    sentence = f"127.0.0.1 port {mail_server.port} offers no STARTTLS, and nothing is sent unencrypted"
    assert result.sent == Sent(Arrival.REFUSED, sentence)
    assert result.stage is Stage.ENCRYPTION
    assert not mail_server.mails()


@pytest.mark.parametrize(
    ("hosts", "days", "is_signed_by_itself", "cause"),
    [
        (("other.example",), (-1, 30), False, "IP address mismatch"),
        (("127.0.0.1",), (-30, -1), False, "certificate has expired"),
        (("127.0.0.1",), (-1, 30), True, "self-signed certificate"),
    ],
)
@pytest.mark.parametrize("mode", ["starttls", "ssl"])
def test_a_certificate_that_is_not_right_is_refused(
    mode: str,
    hosts: tuple[str],
    days: tuple[int, int],
    is_signed_by_itself: bool,
    cause: str,
    authority: Authority,
    tmp_path: Path,
) -> None:
    context = authority.server(*hosts, days=days, signed_by_itself=is_signed_by_itself)
    with running_mail_server(
        tmp_path / "mail.jsonl",
        starttls=context if mode == "starttls" else None,
        tls=context if mode == "ssl" else None,
    ) as server:
        result = sent_to(server.address(mode=mode), MESSAGE)
        assert not server.mails()
    assert (result.sent.arrival, result.stage) == (Arrival.REFUSED, Stage.ENCRYPTION)
    assert cause in result.sent.error
    assert not result.sent.is_permanent


# What is known of each stage


@pytest.mark.parametrize(
    ("command", "answer", "stage", "is_permanent", "is_of_message"),
    [
        ("MAIL", "550 not with this sender", Stage.SENDER, True, False),
        ("MAIL", "451 try again", Stage.SENDER, False, False),
        ("RCPT", "421 busy", Stage.RECIPIENT, False, False),
        ("RCPT", "450 greylisted", Stage.RECIPIENT, False, False),
        ("RCPT", "452 mailbox full", Stage.RECIPIENT, False, False),
        ("RCPT", "550 no such user", Stage.RECIPIENT, True, False),
        ("DATA", "421 busy", Stage.MESSAGE, False, False),
        ("DATA", "451 looked odd", Stage.MESSAGE, False, False),
        ("DATA", "552 too large", Stage.MESSAGE, True, True),
        ("DATA", "554 looks like spam", Stage.MESSAGE, True, True),
    ],
)
def test_a_mail_server_that_says_no_has_refused(
    command: str, answer: str, stage: Stage, is_permanent: bool, is_of_message: bool, mail_server: MailServer
) -> None:
    mail_server.answers[command] = answer
    result = sent_to(mail_server.address(), MESSAGE)
    sent = result.sent
    assert (result.stage, result.code) == (stage, int(answer[:3]))
    assert (sent.arrival, sent.is_permanent, sent.is_of_message) == (Arrival.REFUSED, is_permanent, is_of_message)
    assert sent.may_be_of_message == (command == "DATA" and not answer.startswith("421"))
    assert sent.error.endswith(f": {answer}")
    assert advice(result)


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_a_mail_server_that_hangs_up_before_the_mail_has_not_taken_it(command: str, mail_server: MailServer) -> None:
    mail_server.answers[command] = "drop"
    sent = send(mail_server.address(), MESSAGE)
    assert (sent.arrival, sent.is_of_message) == (Arrival.REFUSED, False)
    assert not mail_server.mails()


def test_a_mail_server_that_does_not_greet_us_back_is_told_with_its_words() -> None:
    with raw_mail_server([b"220 hi", b"550 no", b"550 go away"]) as port:
        result = sent_to(f"mailto://127.0.0.1:{port}?from=a@example.org&to=b@example.org&mode=insecure", MESSAGE)
    assert result.sent == Sent(
        Arrival.REFUSED, f"127.0.0.1 port {port} takes no mail from here: 550 go away", is_permanent=True
    )


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_a_mail_server_may_have_an_address_of_ipv6() -> None:
    with raw_mail_server([b"554 not here"], host="::1") as port:
        result = sent_to(f"mailto://[::1]:{port}?from=a@example.org&to=b@example.org&mode=insecure", MESSAGE)
    assert result.sent.error == f"::1 port {port} takes no mail now: 554 not here"


def test_a_mail_server_that_hangs_up_after_the_mail_leaves_it_open(mail_server: MailServer) -> None:
    mail_server.answers["DATA"] = "drop"
    result = sent_to(mail_server.address(), MESSAGE)
    assert (result.sent.arrival, result.stage) == (Arrival.UNKNOWN, Stage.ANSWER)
    assert len(mail_server.mails()) == 1


@pytest.mark.parametrize("answer", ["hello", "", "999 what", "-1 no"])
def test_an_answer_to_the_mail_that_is_none_leaves_it_open(answer: str, mail_server: MailServer) -> None:
    mail_server.answers["DATA"] = answer or " "
    result = sent_to(mail_server.address(), MESSAGE)
    assert (result.sent.arrival, result.stage) == (Arrival.UNKNOWN, Stage.ANSWER)
    assert not result.sent.is_permanent
    assert result.sent.error.startswith("the mail server did not say whether it took the mail")


@pytest.mark.parametrize("login", ["watch:P%C3%A4ssw0rt@", "w%C3%A4tch:passw0rd@"])
def test_a_login_outside_ascii_is_refused_in_a_sentence_for_good(
    login: str, authority: Authority, tmp_path: Path
) -> None:
    context = authority.server("127.0.0.1")
    with running_mail_server(tmp_path / "mails.jsonl", starttls=context, watch="passw0rd") as server:
        result = sent_to(server.address(mode="starttls", login=login), MESSAGE)
    assert (result.sent.arrival, result.stage, result.sent.is_permanent) == (Arrival.REFUSED, Stage.LOGIN, True)
    assert result.sent.error.startswith("the user or password in the address is not plain ASCII")


def test_an_address_outside_ascii_is_refused_in_a_sentence(mail_server: MailServer) -> None:
    address = f"mailto://127.0.0.1:{mail_server.port}?from=watch@example.org&to=jörg@example.org&mode=insecure"
    assert "plain ASCII" in (fault_of_address(address) or "")
    sent = send(address, MESSAGE)
    assert (sent.arrival, sent.error) == (Arrival.REFUSED, fault_of_address(address))
