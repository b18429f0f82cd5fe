"""`wirewatch preview`: what a message looks like, before it is sent."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler import cli
from scheduler.options import Paths
from stories.store import open_store
from tests.building import alert

Run = Callable[..., Result]

CONFIG = """\
service: {database: archive.db}
feeds:
  - {name: Nobody, address: "http://127.0.0.1:2/feed.xml", allow_private: true}
topics:
  - name: Antitrust
    keywords: [antitrust]
    channels: [console]
    template: {title: "NEWS $topic: $title"}
  - {name: Plain, keywords: [antitrust], channels: [slack]}
channels:
  console: {url: "console://"}
  slack: {url: "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"}
  mail: {url: "mailtos://me:secret@example.org/?to=you@example.org"}
  later: {url: "${NOT_SET}"}
"""


@pytest.fixture
def wirewatch(tmp_path: Path) -> Run:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli.wirewatch, ["--config", str(tmp_path / "config.yaml"), *words], obj=Paths())

    return run


def test_a_preview_shows_the_newest_story_of_the_topic_as_the_channel_gets_it(wirewatch: Run, tmp_path: Path) -> None:
    with open_store(tmp_path / "archive.db") as store:
        for number in (1, 2):
            alert(store, title=f"Office opens case {number}", url=f"https://a.example/{number}", outlet="The Ledger")
    shown = wirewatch("preview", "Antitrust")
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.splitlines()[0] == "NEWS Antitrust: Office opens case 2"
    assert "Why: topic “Antitrust”: " in shown.stdout
    payload = json.loads(wirewatch("preview", "antitrust", "--channel", "slack").stdout)
    assert payload["text"] == "NEWS Antitrust: Office opens case 2"
    assert [block["type"] for block in payload["blocks"]] == ["header", "section", "context"]
    assert "<https://a.example/2|Read it at The Ledger>" in payload["blocks"][1]["text"]["text"]


def test_without_an_archive_a_sample_is_shown_and_the_html_of_a_mail_goes_to_a_file(
    wirewatch: Run, tmp_path: Path
) -> None:
    shown = wirewatch("preview", "Plain", "--channel", "mail", "--output", str(tmp_path / "mail.html"))
    assert shown.stdout.startswith("[Plain] This is a sample: ")
    html = (tmp_path / "mail.html").read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert not (tmp_path / "archive.db").exists()


def test_what_cannot_be_previewed_is_said_in_a_sentence(wirewatch: Run, tmp_path: Path) -> None:
    assert (
        "no channel 'nobody'; there are: console, slack" in wirewatch("preview", "Plain", "--channel", "nobody").output
    )
    assert "waits for" in wirewatch("preview", "Plain", "--channel", "later").output
    assert wirewatch("preview", "Plain", "--channel", "later", "--as", "markdown").exit_code == 0
    assert "only a mail has HTML" in wirewatch("preview", "Plain", "--output", str(tmp_path / "x.html")).output
