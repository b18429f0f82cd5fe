"""`wirewatch deliveries`, `retry` and `drop`, as a person uses them, also beside a running service."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.cli import wirewatch as cli
from scheduler.lock import only_writer
from stories.store import Store, open_store
from stories.store_channels import ChannelState, channel_state, save_channel
from tests.building import alert
from tests.outbox_rows import rows, tried
from tests.receivers import Webhook
from tests.running_service import running_service, write_config

CONFIG = """
feeds: [{name: The Ledger, address: "https://ledger.example/rss"}]
topics:
  - {name: Antitrust, keywords: [antitrust], channels: [slack]}
  - {name: Ports, keywords: [port], channels: [slack], digest: "08:00"}
channels:
  slack: {url: "${NOT_KNOWN_TO_WHO_ASKS}"}
"""
NOW = datetime.now(UTC)
FAR_OFF = f"{NOW.astimezone() + timedelta(hours=12):%H}:00"  # whatever the time is
CONFIG = CONFIG.replace("08:00", FAR_OFF)


@pytest.fixture
def folder(tmp_path: Path, store: Store) -> Path:
    """A folder with a configuration beside the archive."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    where = ["--config", str(folder / "config.yaml"), "--database", str(folder / "archive.db")]
    return CliRunner().invoke(cli, [*where, "deliveries", *words])


def ask(folder: Path, *words: str) -> str:
    result = run(folder, *words)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def waits(folder: Path) -> dict[str, str]:
    listed = json.loads(run(folder, "--format", "json").stdout)
    return {each["title"]: each["waits_for"] for each in listed}


def test_nothing_waits_is_said_so(folder: Path) -> None:
    assert ask(folder) == "Nothing waits: all is delivered."
    assert ask(folder, "--dead") == "Nothing was given up."


def test_each_says_what_it_waits_for(folder: Path, store: Store) -> None:
    alert(store, title="At once", channels=["slack"], now=NOW)
    alert(store, title="In the morning", channels=["slack"], topic="Ports", now=NOW)
    alert(store, title="Later", channels=["slack"], now=NOW)
    alert(store, title="Nowhere", channels=["pager"], now=NOW)
    tried(store, 3, "failed", channel="slack", error="400", next_at=NOW + timedelta(hours=2, minutes=20))
    assert waits(folder) == {
        "At once": "its turn: the service sends it next",
        "In the morning": f"for the digest ({FAR_OFF})",
        "Later": "to be tried again",
        "Nowhere": "its channel is not configured any more: given up when the service starts",
    }
    assert "to be tried again; in 2 h (last: 400)" in ask(folder)


def test_what_waits_for_a_channel_that_takes_nothing_says_so(folder: Path, store: Store) -> None:
    alert(store, title="At once", channels=["slack"], now=NOW)
    until = NOW + timedelta(minutes=50, seconds=20)
    with store.writing():
        failing = ChannelState(
            name="slack", waits_until=until, tried_at=NOW, failures=8, failing_since=NOW, error="503"
        )
        save_channel(store, failing)
    assert re.search(r"the channel takes no messages \(503\); in \d\d min", ask(folder))


def test_a_configuration_with_mistakes_hides_nothing(folder: Path, store: Store) -> None:
    alert(store, title="At once", channels=["slack"], now=NOW)
    (folder / "config.yaml").write_text("topics: 7\n", encoding="utf-8")
    assert waits(folder) == {"At once": "its turn: the service sends it next"}


def test_dead_letters_are_listed_tried_again_and_dropped(folder: Path, store: Store) -> None:
    for title in ("One", "Two", "Three", "Four"):
        alert(store, title=title, channels=["pager" if title == "Four" else "slack"], now=NOW)
    for number in (1, 2):
        tried(store, number, "dead", channel="slack", error="550 no such user", now=NOW)
    tried(store, 4, "dead", channel="pager", error="404", maybe_repeat=True, now=NOW)
    told = ask(folder, "--dead")
    assert re.search(r"1 slack Antitrust One 1 \d+ (s|min) ago 550 no such user", told)
    assert "Four 1, may have arrived" in told
    assert "Four" not in ask(folder, "--dead", "--channel", "slack")

    assert ask(folder, "retry", "--dead", "--channel", "slack") == "2 deliveries tried again at once"
    assert ask(folder, "drop", "3", "4", "--why", "old\x1b[2J news") == "2 deliveries dropped"
    assert [row.state for row in rows(store)] == ["failed", "failed", "dropped", "dropped"]
    assert rows(store)[2].error == "dropped: old[2J news"
    assert store.db.execute("SELECT maybe_repeat FROM deliveries WHERE id = 4").fetchone() == (1,)


def test_what_was_for_a_channel_that_is_no_more_is_not_tried_again(folder: Path, store: Store) -> None:
    for number, channel in enumerate(("slack", "pager"), 1):
        alert(store, channels=[channel], now=NOW)
        tried(store, number, "dead", channel=channel, now=NOW)
    assert ask(folder, "retry", "--dead") == (
        "1 delivery tried again at once delivery 2: its channel pager is not configured any more, and it goes nowhere"
        " else"
    )
    assert [row.state for row in rows(store)] == ["failed", "dead"]


def test_what_cannot_be_changed_is_explained(folder: Path, store: Store) -> None:
    for _ in range(3):
        alert(store, channels=["slack"], now=NOW)
    tried(store, 1, "sent", channel="slack", now=NOW)
    refused = run(folder, "retry", "1", "2", "9")
    assert refused.exit_code == 1
    assert " ".join(refused.output.split()) == (
        "0 deliveries tried again at once delivery 1: was sent delivery 2: was not tried yet; it is sent when its time"
        " comes delivery 9: there is none; `wirewatch deliveries` lists those that wait"
    )
    for words in (["retry"], ["retry", "1", "--dead"], ["retry", "1", "--channel", "slack"], ["drop", "1"]):
        assert run(folder, *words).exit_code == 2


def test_a_channel_that_waits_is_woken_as_a_whole(folder: Path, store: Store) -> None:
    for _ in range(3):
        alert(store, channels=["slack"], now=NOW)
    for number in (1, 2):
        tried(store, number, "failed", channel="slack", error="503", next_at=NOW + timedelta(hours=2))
    with store.writing():
        save_channel(store, ChannelState(name="slack", waits_until=NOW + timedelta(hours=2), tried_at=NOW))
    assert ask(folder, "retry", "--channel", "slack") == "2 deliveries tried again at once"
    assert channel_state(store, "slack").waits_until is None
    assert {row.state for row in rows(store)} == {"failed", "new"}


@pytest.mark.parametrize("words", [["--channel", "nope"], ["retry", "--channel", "nope"]])
def test_a_channel_that_is_not_there_is_answered_with_those_that_are(words: list[str], folder: Path) -> None:
    refused = run(folder, *words)
    assert refused.exit_code == 2
    assert "no channel 'nope'; there are: slack" in refused.output


def test_a_retry_tries_its_channel_at_once_unless_the_service_asked_for_time(folder: Path, store: Store) -> None:
    for channel in ("slack", "pager"):
        alert(store, channels=[channel], now=NOW)
    tried(store, 1, "dead", channel="slack", now=NOW)
    tried(store, 2, "dead", channel="pager", now=NOW)
    later = NOW + timedelta(hours=1)
    with store.writing():
        for name in ("slack", "pager"):
            save_channel(store, ChannelState(name=name, waits_until=later, is_asked=name == "pager", tried_at=NOW))
    (folder / "config.yaml").write_text(f'{CONFIG}  pager: {{url: "${{UNKNOWN}}"}}\n', encoding="utf-8")
    ask(folder, "retry", "--dead")
    assert channel_state(store, "slack").waits_until is None
    assert channel_state(store, "pager").waits_until is not None


def test_no_archive_comes_to_be_by_a_retry(tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    result = CliRunner().invoke(cli, ["--database", str(missing), "deliveries", "retry", "--dead"])
    assert "not there yet" in str(result.exception)
    assert not missing.exists()


def test_the_archive_may_be_in_use_by_the_service(folder: Path, store: Store) -> None:
    alert(store, channels=["slack"], now=NOW)
    with only_writer(folder / "archive.db"):
        assert ask(folder, "drop", "1", "--why", "old") == "1 delivery dropped"


def test_a_running_service_notices_a_retry_within_ten_seconds(tmp_path: Path, webhook: Webhook) -> None:
    config = write_config(
        tmp_path, feeds={f"http://127.0.0.1:{webhook.port}/rss": "1h"}, channels={"hook": webhook.address()}
    )
    with open_store(tmp_path / "wirewatch.db") as store:
        alert(store, title="Given up", now=NOW)
        tried(store, 1, "dead", error="404", now=NOW)
    with running_service(config) as service:
        service.wait_until(lambda: "watching" in service.said, "the service")
        began = datetime.now(UTC)
        result = CliRunner().invoke(cli, ["--config", str(config), "deliveries", "retry", "1"])
        assert result.output == "1 delivery tried again at once\n"
        titles = [request.json["title"] for request in webhook.wait_for(2, "/hook")]
        assert datetime.now(UTC) - began < timedelta(seconds=10)
        assert service.stop()[0] == 0
    assert any("given up" in title for title in titles)  # the notice, as the service began
    assert "[Antitrust] Given up" in titles


@pytest.mark.parametrize(
    "words", [["status"], ["deliveries"], ["deliveries", "retry", "1"], ["mute", "Antitrust", "--for", "1h"]]
)
def test_what_is_in_the_archive_can_be_steered_while_the_configuration_has_mistakes(
    words: list[str], folder: Path, store: Store
) -> None:
    alert(store, channels=["slack"], now=NOW)
    tried(store, 1, "failed", channel="slack", error="503", next_at=NOW + timedelta(hours=2))
    (folder / "config.yaml").write_text("topics: [{name: Antitrust, keyword: [x]}]\n", encoding="utf-8")
    where = ["--config", str(folder / "config.yaml"), "--database", str(folder / "archive.db")]
    done = CliRunner().invoke(cli, [*where, *words])
    assert done.exit_code == 0, done.output
