"""What `wirewatch poll` says of messages that it did not send: what failed, and what only waits."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stories.store import Store, open_store
from tests.building import alert
from tests.command_line import in_folder

NOW = datetime.now(UTC)
CONFIG = """
feeds: []
topics: [{{name: Antitrust, keywords: [antitrust], channels: [desk]{topic}}}]
channels:
  desk: {{url: "{url}"{channel}}}
"""


@pytest.fixture
def archive(tmp_path: Path) -> Store:
    with open_store(tmp_path / "wirewatch.db") as opened:
        alert(opened, title="Antitrust", channels=["desk"], topic="Antitrust", now=datetime.now(UTC))
        return opened


@pytest.mark.parametrize(
    ("topic", "channel", "words"),
    [
        (', digest: "08:00"', "", "for the digest (08:00); in "),
        ("", f", quiet: {NOW - timedelta(hours=1):%H:%M}-{NOW + timedelta(hours=2):%H:%M}", "quiet hours; in "),
        ("", ", group_wait: 1h", "gathering what comes within seconds; in "),
    ],
)
def test_what_only_waits_is_no_failure_and_says_for_what(
    topic: str, channel: str, words: str, tmp_path: Path, archive: Store
) -> None:
    config = CONFIG.format(url="console://", topic=topic, channel=f"{channel}, timezone: UTC")
    (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
    polled = in_folder(tmp_path)("poll")
    assert (polled.returncode, "None" in polled.stderr) == (0, False)
    assert f"channel desk: 1 delivery waits: {words}" in " ".join(polled.stderr.split())
    told = json.loads(in_folder(tmp_path)("poll", "--format", "json").stdout)
    assert (told["undelivered"], len(told["waiting"])) == ([], 1)


def test_what_could_not_be_delivered_is_a_failure(tmp_path: Path, archive: Store) -> None:
    (tmp_path / "config.yaml").write_text(
        CONFIG.format(url="json://127.0.0.1:9/", topic="", channel=""), encoding="utf-8"
    )
    polled = in_folder(tmp_path)("poll")
    assert polled.returncode == 1
    assert "channel desk: 1 waiting (could not connect to 127.0.0.1: connection refused)" in polled.stderr
