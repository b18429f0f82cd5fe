"""`wirewatch doctor`: what it finds wrong, in which words, and that it sends nothing unless it is asked to."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.doctor import (
    ChannelFacts,
    FileFacts,
    Finding,
    Health,
    of_archive_files,
    of_channel,
    of_clock,
    of_config_file,
    of_disk,
    of_feed,
    of_names,
    of_versions,
    worst_first,
    wrong,
)
from scheduler.lock import only_writer
from stories.store import open_store
from tests.building import NOON, alert
from tests.command_line import in_folder
from tests.feed_server import FeedServer, answer, running_feed_server
from tests.press import running_press
from tests.receivers import Webhook
from tests.running_service import write_config

GB = 1024**3
DATA = Path("/data")
FOLDER = FileFacts(path=DATA, exists=True)
FILE = FileFacts(path=DATA / "wirewatch.db", exists=True)
MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("finding", "health", "says"),
    [
        (of_versions("3.11.7", (3, 31, 0), has_full_text=True), Health.WRONG, "SQLite 3.31.0 is older than 3.38.0"),
        (of_versions("3.11.7", (3, 45, 1), has_full_text=False), Health.WRONG, "without FTS5"),
        (of_versions("3.11.7", (3, 45, 1), has_full_text=True), Health.GOOD, "Python 3.11.7, SQLite 3.45.1"),
        (of_archive_files(FileFacts(path=DATA, exists=False), []), Health.WRONG, "the folder /data does not exist"),
        (
            of_archive_files(FileFacts(path=DATA, exists=True, may_write=False), []),
            Health.WRONG,
            "nothing can be written in /data",
        ),
        (
            of_archive_files(FOLDER, [FileFacts(path=DATA / "wirewatch.db", exists=True, may_write=False)]),
            Health.WRONG,
            "/data/wirewatch.db cannot be read and written",
        ),
        (of_archive_files(FOLDER, [FILE]), Health.GOOD, "can be read and written"),
        (of_disk(free=10 * 1024 * 1024, size=GB), Health.WRONG, "10 MB free"),
        (of_disk(free=2 * GB, size=3 * GB), Health.DOUBTFUL, "2048 MB free, the archive has 3072 MB"),
        (of_disk(free=5 * GB, size=3 * GB), Health.GOOD, "5120 MB free"),
        (of_clock(NOON, NOON + 30 * MINUTES, None), Health.WRONG, "it is 30 min behind what the archive has seen"),
        (of_clock(NOON, None, NOON - 200 * MINUTES), Health.WRONG, "it is 3 h ahead of the clock of the feed"),
        (of_clock(NOON, None, NOON + timedelta(days=5)), Health.WRONG, "it is 5 d behind the clock of the feed"),
        (of_clock(NOON, NOON - MINUTES, NOON + MINUTES), Health.GOOD, "2026-11-22 12:00:00 UTC, as the feed's server"),
        (of_names("news.example", 0, "Name or service not known"), Health.WRONG, "news.example is not found (Name"),
        (of_names("news.example", 2, None), Health.GOOD, "news.example is found"),
        (of_feed("News", error="404 not found", articles=0, seconds=1), Health.WRONG, "404 not found"),
        (of_feed("News", error=None, articles=1, seconds=1.234), Health.GOOD, "1 article in 1.2 s"),
        (of_channel(ChannelFacts(name="a", kind="slack", waits_for="the variable A")), Health.DOUBTFUL, "it waits for"),
        (
            of_channel(ChannelFacts(name="a", kind="slack", failing_since=NOON, error="404")),
            Health.WRONG,
            "slack: it takes nothing since 2026-11-22 12:00 UTC (404)",
        ),
        (of_channel(ChannelFacts(name="a", kind="slack", arrived_at=NOON)), Health.GOOD, "the last message arrived"),
        (of_channel(ChannelFacts(name="a", kind="slack")), Health.GOOD, "nothing was sent yet"),
        (
            of_channel(ChannelFacts(name="a", kind="slack", was_sent=True, sent_error="403", sent_advice="do")),
            Health.WRONG,
            "slack: 403",
        ),
    ],
)
def test_each_thing_is_judged_in_plain_words(finding: Finding, health: Health, says: str) -> None:
    assert finding.health is health
    assert says in finding.says
    assert (finding.advice != "") is (health is not Health.GOOD)


def test_a_configuration_that_everybody_may_change_is_worth_a_look() -> None:
    finding = of_config_file(FileFacts(path=Path("config.yaml"), exists=True, others_may_write=True))
    assert finding
    assert finding.advice == "chmod o-w config.yaml"
    assert of_config_file(FileFacts(path=Path("config.yaml"), exists=True)) is None


def test_what_is_wrong_stands_first() -> None:
    findings = [of_names("a", 1, None), wrong("b", "no", "do"), of_names("c", 1, None)]
    assert [finding.about for finding in worst_first(findings)] == ["b", "names", "names"]


def test_a_machine_that_is_well_is_told_so_and_nothing_is_sent_or_kept(tmp_path: Path, webhook: Webhook) -> None:
    with running_press(1, pace=0.05) as press:
        write_config(tmp_path, feeds={press.address(0): "600s"}, channels={"hook": webhook.address()})
        told = in_folder(tmp_path)("doctor", "--format", "json")
    assert told.returncode == 0, told.stdout
    findings = {each["about"]: each for each in json.loads(told.stdout)}
    assert {"versions", "archive", "disk", "clock", "names", "service", "feed Feed 0", "channel hook"} <= set(findings)
    assert all(each["health"] != "wrong" for each in findings.values())
    assert webhook.requests() == []
    assert not (tmp_path / "wirewatch.db").exists()


def test_what_is_wrong_is_told_with_what_to_do_and_exit_code_1(tmp_path: Path, webhook: Webhook) -> None:
    """A wrong clock by the archive and by the feed, a feed that fails, a channel that refuses a sample, a service."""
    address = webhook.reply("/hook", 404)
    with running_feed_server() as server:
        feed = server.serve("/rss", answer(status=503, headers={"Date": "Sun, 22 Nov 2020 12:00:00 GMT"}))
        write_config(tmp_path, feeds={feed: "600s"}, channels={"hook": address})
        with open_store(tmp_path / "wirewatch.db") as store:
            alert(store, now=NOON + timedelta(days=10_000))
        with only_writer(tmp_path / "wirewatch.db"):
            told = in_folder(tmp_path)("doctor", "--send")
    assert told.returncode == 1
    said = told.stdout
    for words in (
        "behind what the archive has seen",
        "timedatectl",
        "feed Feed 0",
        "wirewatch feeds try --name",
        "channel hook",
        "runs as process",
    ):
        assert words in said, said
    assert len(webhook.requests()) == 1
    assert "Traceback" not in told.stderr


def test_the_clock_is_compared_with_that_of_the_server_that_was_asked(tmp_path: Path, webhook: Webhook) -> None:
    with running_feed_server() as server:
        feed = wrong_clock(server)
        write_config(tmp_path, feeds={feed: "600s"}, channels={"hook": webhook.address()})
        told = in_folder(tmp_path)("doctor")
    assert told.returncode == 1
    assert "ahead of the clock of the feed that was asked" in told.stdout


def wrong_clock(server: FeedServer) -> str:
    body = b"<rss version='2.0'><channel><title>T</title><item><title>A</title></item></channel></rss>"
    return server.serve("/rss", answer(body, headers={"Date": "Sun, 22 Nov 2020 12:00:00 GMT"}))


def test_a_broken_configuration_is_a_finding_and_the_archive_is_looked_at_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("service: {database: here.db}\nnonsense: 1\n", encoding="utf-8")
    told = in_folder(tmp_path)("doctor", "--format", "json")
    assert told.returncode == 1
    findings = json.loads(told.stdout)
    assert findings[0]["about"] == "configuration"
    assert "unknown key `nonsense`" in findings[0]["says"]
    assert any(each["about"] == "disk" for each in findings)
