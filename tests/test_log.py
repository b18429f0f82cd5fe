"""The log: no secret in it (B102), in the form that was asked for, and nobody waits for its reader (F40)."""

import io
import json
import logging
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from alerts.settings import Channel
from crawler.settings import FeedSettings
from scheduler.logs import formatter_of
from scheduler.redaction import BLOT, Redaction, secrets_of
from tests.feed_server import FeedServer, answer, running_feed_server
from tests.press import Press, running_press
from tests.receivers import Webhook, running_mail_server
from tests.running_service import PATIENCE, command, running_service, wait_until, write_config

SLACK = "T01ABCDEF/B02GHIJKL/c3dQ9xYzAbCdEfGhIjKlMnOp"
TELEGRAM = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw7"
HOOK_PASSWORD = "h00k-pa55word"
MAIL_PASSWORD = "m41l-pa55word"
HEADER = "h34der-t0ken-of-a-feed"
PARAMETER = "p4rameter-t0ken-of-a-feed"
SECRETS = (*SLACK.split("/"), TELEGRAM, TELEGRAM[10:], HOOK_PASSWORD, MAIL_PASSWORD, HEADER, PARAMETER)


@pytest.fixture
def press() -> Iterator[Press]:
    with running_press(1, pace=0.2) as running:
        yield running


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with running_feed_server() as running:
        yield running


def planted() -> Redaction:
    """Return what blots out the six secrets of a configuration that has them where people put them."""
    channels = [
        Channel(name="slack", url=f"slack://{SLACK}/#news"),
        Channel(name="telegram", url=f"tgram://{TELEGRAM}/12315544"),
        Channel(name="hook", url=f"json://watch:{HOOK_PASSWORD}@127.0.0.1:8080/hook"),
        Channel(name="mail", url=f"mailto://me:{MAIL_PASSWORD}@mail.example.org?to=me@example.org"),
    ]
    feed = FeedSettings(
        address=f"https://news.example/rss?format=full&token={PARAMETER}",
        name="News",
        headers={"X-Key": SecretStr(HEADER)},
    )
    return Redaction(secrets_of(channels, [feed], ["slack", "hook", "mail"]))


def hits(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret.lower() in text.lower()]


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_are_blotted_out_of_messages_arguments_and_tracebacks(form: str) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    formatter = formatter_of("json" if form == "json" else "text")
    handler.setFormatter(formatter)
    log = logging.getLogger("tests.secrets")
    log.addHandler(handler)
    log.propagate = False
    try:
        from scheduler.logs import keep_out_of_log

        keep_out_of_log([*SLACK.split("/"), HOOK_PASSWORD, HEADER])
        log.warning(f"posting to https://hooks.slack.com/services/{SLACK}")  # noqa: G004
        log.warning("with %r and %s", {"Authorization": HEADER}, [HOOK_PASSWORD])
        try:
            raise ValueError(f"no route to json://me:{HOOK_PASSWORD}@127.0.0.1/hook")
        except ValueError:
            log.exception("it failed")
    finally:
        log.removeHandler(handler)
    said = written.getvalue()
    assert hits(said) == []
    assert said.count(BLOT) >= 4
    if form == "json":
        lines = [json.loads(line) for line in said.splitlines()]
        assert [line["level"] for line in lines] == ["warning", "warning", "error"]
        assert "ValueError: no route to json://***" in lines[2]["traceback"]


@pytest.mark.parametrize(
    "sentence",
    [
        "POST /services/{slack} HTTP/1.1",
        "https://api.telegram.org/bot{telegram}/sendMessage",
        "AUTH PLAIN {plain}",
        "Authorization: Basic {basic}",
        "{{'X-Key': '{header}'}}",
        "GET /rss?format=full&token={parameter} HTTP/1.1",
        "feed News (https://news.example/rss?format=full&token={parameter}): 404",
        "connecting to mailto://me:{mail}@mail.example.org",
        "quoted: h00k%2Dpa55word",
    ],
)
def test_known_secrets_are_blotted_out_in_every_form_they_are_written_in(sentence: str) -> None:
    from base64 import b64encode

    basic = b64encode(f"watch:{HOOK_PASSWORD}".encode()).decode()
    plain = b64encode(f"\0me\0{MAIL_PASSWORD}".encode()).decode()
    said = planted()(
        sentence.format(
            slack=SLACK,
            telegram=TELEGRAM,
            plain=plain,
            basic=basic,
            header=HEADER,
            parameter=PARAMETER,
            mail=MAIL_PASSWORD,
        )
    )
    assert hits(said) == []
    assert basic not in said
    assert plain not in said


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://hooks.slack.com/services/T0/B0/abc failed", "https://hooks.slack.com/services/*** failed"),
        ("http://reader:word@news.example/rss", "http://***@news.example/rss"),
        ("https://news.example/rss?id=1&api_key=abc&x=2", "https://news.example/rss?id=1&api_key=***&x=2"),
        ("tgram://123:abc/1", "tgram://***"),
        ("xoxb-123456789012-abcdef", "***"),
        (f"bot{TELEGRAM} said", "*** said"),
        ("'Authorization': 'Bearer abcdef'", "'Authorization': 'Bearer ***'"),
    ],
)
def test_what_looks_like_a_secret_is_blotted_out_though_nobody_named_it(written: str, shown: str) -> None:
    assert Redaction()(written) == shown


@pytest.mark.parametrize(
    "sentence",
    [
        "channel hook: Connection refused; next try at 2026-11-23T12:00:00+00:00",
        "channel mail (mail.example.org): the service answered 421",
        "feed News (https://news.example/rss?format=full): 404 not found",
        "database /var/lib/wirewatch/wirewatch.db: cannot be written (disk is full)",
        "crawl of 12 feeds in 3.1 s: 3 answered, 9 unchanged, 0 failed",
    ],
)
def test_what_an_operator_needs_stays_readable(sentence: str) -> None:
    assert planted()(sentence) == sentence


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=8, max_size=40), st.text(max_size=40))
def test_a_password_is_never_left_in_a_line_whatever_it_is_made_of(password: str, around: str) -> None:
    redaction = Redaction([password])
    assert password not in redaction(f"{around}{password}{around}") or password in f"{BLOT}{around}{BLOT}{around}"


def test_b102_six_planted_secrets_are_not_in_a_log_of_everything(
    tmp_path: Path, feeds: FeedServer, webhook: Webhook
) -> None:
    """The real service, its libraries included, logs at level 1: channels that fail, a feed that fails, a crash."""
    feeds.serve(f"/rss?token={PARAMETER}", answer(b"no feed", status=500))
    with running_mail_server(tmp_path / "mail.jsonl") as mail:
        mail_address = f"mailto://me:{MAIL_PASSWORD}@127.0.0.1:{mail.port}?from=a@example.org&to=b@example.org"
        config = f"""
feeds:
  - name: Secret
    address: "{feeds.address("/rss")}?token={PARAMETER}"
    every: 1s
    allow_private: true
    headers: {{X-Key: "{HEADER}"}}
topics: [{{name: Antitrust, keywords: [antitrust], channels: [hook, mail, slack, telegram]}}]
channels:
  hook: {{url: "{webhook.address("/hook", login=f"watch:{HOOK_PASSWORD}@")}"}}
  mail: {{url: "{mail_address}&mode=insecure"}}
  slack: {{url: "slack://{SLACK}/#news"}}
  telegram: {{url: "tgram://{TELEGRAM}/12315544"}}
"""
        path = tmp_path / "config.yaml"
        path.write_text(config, encoding="utf-8")
        ended = subprocess.run(
            [*command()[:1], "-m", "tests.talkative", str(path)], capture_output=True, text=True, timeout=60
        )
    said = ended.stdout + ended.stderr
    assert "DEBUG" in said, said
    assert "everything was said" in said, said
    assert feeds.asked
    assert hits(said) == [], said


def test_a_crash_of_a_command_shows_its_traceback_without_secrets(tmp_path: Path) -> None:
    script = (
        "import sys; from scheduler import cli\n"
        "from scheduler.commands import status_command\n"
        f"def crash(*a): raise RuntimeError('json://me:{HOOK_PASSWORD}@127.0.0.1/hook')\n"
        "status_command._topics = crash\n"
        "sys.argv[1:] = ['--database', 'a.db', 'status']\n"
        "from pathlib import Path; from stories.store import open_store\n"
        "with open_store(Path('a.db')): pass\n"
        "cli.main()"
    )
    ended = subprocess.run([command()[0], "-c", script], capture_output=True, text=True, timeout=20, cwd=tmp_path)
    assert ended.returncode == 1
    assert "RuntimeError: json://***" in ended.stderr
    assert HOOK_PASSWORD not in ended.stderr


def test_the_log_of_a_service_is_json_lines_when_that_is_asked_for(
    tmp_path: Path, press: Press, webhook: Webhook
) -> None:
    config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": webhook.address()})
    text = config.read_text(encoding="utf-8").replace("service:", "service:\n  log: {format: json}")
    config.write_text(text, encoding="utf-8")
    with running_service(config) as service:
        service.wait_until(lambda: "crawl of 1 feed in" in service.said, "the first crawl")
        assert service.stop()[0] == 0
        lines = [json.loads(line) for line in service.said.splitlines()]
    assert {frozenset(line) for line in lines} == {frozenset({"time", "level", "logger", "message"})}
    assert lines[-1]["message"] == "stopped"


@pytest.mark.parametrize("reader", ["hangs", "is gone", "was never there", "is a full disk"])
def test_f40_the_service_goes_on_whatever_becomes_of_the_reader_of_its_log(
    reader: str, tmp_path: Path, press: Press, webhook: Webhook
) -> None:
    config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": webhook.address()})
    hearing, speaking = os.pipe()
    os.set_blocking(speaking, False)
    if reader == "hangs":
        with pytest.raises(BlockingIOError):
            while True:
                os.write(speaking, b"x" * 4096)
    os.set_blocking(speaking, True)
    if reader == "is a full disk":  # F8
        os.close(speaking)
        speaking = os.open("/dev/full", os.O_WRONLY)
    words = command("run", "--config", str(config))
    if reader == "was never there":
        words = ["sh", "-c", 'exec "$@" 2>&-', "sh", *words]
    with closing(os.fdopen(hearing)) as hears:
        if reader == "is gone":
            hears.close()
        with subprocess.Popen(words, stderr=speaking, stdout=subprocess.DEVNULL, start_new_session=True) as process:
            try:
                os.close(speaking)
                webhook.wait_for(3)
                process.send_signal(signal.SIGTERM)
                assert process.wait(PATIENCE) == 0
            finally:
                process.kill()


def test_lines_that_nobody_read_are_counted_when_somebody_reads_again(tmp_path: Path) -> None:
    from scheduler.service_log import Unhurried

    hearing, speaking = os.pipe()
    os.set_blocking(speaking, False)
    with pytest.raises(BlockingIOError):
        while True:
            os.write(speaking, b"x" * 4096)
    os.set_blocking(speaking, True)
    handler = Unhurried(speaking, most_waiting=5)
    handler.setFormatter(logging.Formatter("%(message)s"))
    for number in range(100):
        handler.emit(logging.LogRecord("tests", logging.INFO, "", 0, f"line {number}", None, None))
    said = b""

    def has_told() -> bool:
        nonlocal said
        said += os.read(hearing, 65536)
        return b"lines of this log were lost" in said

    wait_until(has_told, lambda: said[-200:].decode())
    kept = said.count(b"line ")
    assert f"{100 - kept} lines of this log were lost".encode() in said
    os.close(hearing)


def test_what_a_crawl_process_says_goes_through_the_log_too(tmp_path: Path) -> None:
    script = (
        "import os, time; from scheduler.service_log import service_log\n"
        "with service_log(level=20, form='json'):\n"
        f"    os.system('echo json://me:{HOOK_PASSWORD}@127.0.0.1/hook >&2')\n"
        "    time.sleep(0.2)\n"
    )
    ended = subprocess.run([command()[0], "-c", script], capture_output=True, text=True, timeout=20)
    (line,) = ended.stderr.splitlines()
    assert json.loads(line)["message"] == "json://***@127.0.0.1/hook"
