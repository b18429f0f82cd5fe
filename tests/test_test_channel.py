"""`wirewatch test-channel` as it is called: what it sends, and what it says of a channel that does not take it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.cli import wirewatch
from tests.certificates import Authority
from tests.receivers import Answer, MailServer, Webhook, running_mail_server


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    with running_mail_server(tmp_path / "mail.jsonl") as running:
        yield running


def try_channel(tmp_path: Path, url: str) -> Result:
    (tmp_path / "url").write_text(url, encoding="utf-8")
    (tmp_path / "config.yaml").write_text(
        "feeds: [{name: One, address: 'https://one.example/rss'}]\n"
        "topics: [{name: Antitrust, keywords: [antitrust], channels: [desk]}]\n"
        f"channels: {{desk: {{url: 'file:{tmp_path / 'url'}'}}}}\n",
        encoding="utf-8",
    )
    return CliRunner().invoke(wirewatch, ["test-channel", "desk", "--config", str(tmp_path / "config.yaml")])


def test_a_sample_looks_like_a_first_alert(mail_server: MailServer, tmp_path: Path) -> None:
    said = try_channel(tmp_path, mail_server.address())
    assert (said.exit_code, said.output) == (
        0,
        "channel desk (mailto 127.0.0.1): sent; have a look whether it arrived\n",
    )
    (mail,) = mail_server.mails()
    assert mail.read["Subject"].startswith("[a test] This is a sample: ")
    assert "Why: " in mail.text
    assert mail.read.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (
            Answer(body='{"error": "no such hook"}', status=404),
            (
                "it did not arrive",
                "stopped at: answer",
                "because:    the service answered 404 (no such hook)",
                "what to do: Nothing is there: the webhook or the room was deleted",
            ),
        ),
        (
            Answer(body="", status=429, headers={"Retry-After": "90"}),
            ("stopped at: answer", "answered 429", "asks for:   90 s without a message", "nothing to repair"),
        ),
        (Answer(body="", status=503), ("stopped at: answer", "answered 503", "trouble of its own")),
        (Answer(body="", status=500), ("stopped at: answer", "answered 500", "trouble of its own")),
        (Answer(body="", status=405), ("stopped at: answer", "The service was reached and did not take it")),
        (Answer(body="", status=422), ("stopped at: message", "answered 422")),
        (Answer(body="", status=401), ("stopped at: login", "make a new one")),
    ],
)
def test_a_channel_that_does_not_take_it_is_told_with_stage_cause_and_cure(
    answer: Answer, lines: tuple[str, ...], webhook: Webhook, tmp_path: Path
) -> None:
    said = try_channel(tmp_path, webhook.reply("/S3cretT0ken", answer))
    assert said.exit_code == 1
    for line in lines:
        assert line in said.output
    assert "S3cretT0ken" not in said.output


@pytest.mark.parametrize(
    ("url", "lines"),
    [
        ("json://127.0.0.1:1/S3cretT0ken", ("stopped at: connection", "connection refused", "Check host and port")),
        ("mailto://nowhere.invalid?from=a@example.org&to=b@example.org", ("stopped at: connection", "no such host")),
        (
            "mailtos://u:S3cretT0ken@127.0.0.1:{mail}?from=a@example.org&to=b@example.org",
            ("stopped at: encryption", "offers no STARTTLS", "mode=ssl port 465"),
        ),
        (
            "mailto://u:S3cretT0ken@127.0.0.1:{mail}?from=a@example.org&to=b@example.org",
            ("stopped at: login", "refused the login", "app password"),
        ),
    ],
)
def test_what_stops_before_the_message_is_told_by_its_stage(
    url: str, lines: tuple[str, ...], mail_server: MailServer, tmp_path: Path
) -> None:
    said = try_channel(tmp_path, url.format(mail=mail_server.port))
    assert said.exit_code == 1
    for line in lines:
        assert line in said.output
    assert "S3cretT0ken" not in said.output
    assert not mail_server.mails()


def test_a_server_that_takes_no_login_in_the_clear_is_an_advice_on_encryption(tmp_path: Path) -> None:
    context = Authority(tmp_path).server("127.0.0.1")
    with running_mail_server(tmp_path / "mail.jsonl", starttls=context, u="S3cretT0ken") as server:
        url = f"mailto://u:S3cretT0ken@127.0.0.1:{server.port}?from=a@example.org&to=b@example.org&mode=insecure"
        said = try_channel(tmp_path, url)
    assert said.exit_code == 1
    assert "stopped at: encryption" in said.output
    assert "takes no login on a connection that is not encrypted" in said.output
    assert "mode=starttls" in said.output


def test_a_channel_that_waits_for_a_variable_is_a_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("channels: {desk: {url: '${WIREWATCH_UNSET}'}}\n", encoding="utf-8")
    said = CliRunner().invoke(wirewatch, ["test-channel", "desk", "--config", str(tmp_path / "config.yaml")])
    assert said.exit_code == 2
    assert "channel desk waits for the variable WIREWATCH_UNSET" in said.output
