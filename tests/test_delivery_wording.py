"""When topics are told, in words: what `check` says, and what it notes that may not be meant."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler.cli import wirewatch
from scheduler.config import Config, load_config
from scheduler.delivery_wording import when_told

CONFIG = """\
service: {{timezone: Europe/Berlin}}
topics:
  - {{name: T, keywords: [antitrust], channels: [a], {topic}}}
channels:
  a: {{url: "console://", {channel}}}
"""


def loaded(folder: Path, *, topic: str = "", channel: str = "") -> Config:
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(topic=topic, channel=channel), encoding="utf-8")
    return load_config(path, {})


@pytest.mark.parametrize(
    ("topic", "channel", "words"),
    [
        ("", "", "at once"),
        ("", "group_wait: 30s", "at once, what comes within 30s in one message"),
        ("", "digest: 08:00 mon-fri", "in a digest at 08:00 mon-fri (Europe/Berlin)"),
        ("", "digest: 08:00, timezone: America/New_York", "in a digest at 08:00 (America/New_York)"),
        ("deliver: now", "digest: 08:00", "at once"),
        ("digest: 09:00", "digest: 08:00", "in a digest at 09:00 (Europe/Berlin)"),
        (
            "digest: {at: 09:00, even_if_empty: true}",
            "limit: 5/day",
            "in a digest at 09:00 (Europe/Berlin), also when nothing has come, at most 5/day",
        ),
        (
            "quiet: sat-sun",
            "quiet: 22:00-07:00",
            "at once, never within 22:00-07:00 or sat-sun (Europe/Berlin)",
        ),
        ("urgent: true", "quiet: 22:00-07:00, digest: 08:00", "at once, also in quiet hours"),
    ],
)
def test_when_a_topic_is_told_in_words(tmp_path: Path, topic: str, channel: str, words: str) -> None:
    config = loaded(tmp_path, topic=topic, channel=channel)
    assert when_told(config.topic_rules["T"], config.channel_rules["a"]) == words
    said = CliRunner().invoke(wirewatch, ["--config", str(tmp_path / "config.yaml"), "check"]).output
    assert f"topic T: told to a {words}" in " ".join(said.split())


@pytest.mark.parametrize(
    ("topic", "channel", "note"),
    [
        (
            "quiet: sat-sun, digest: 08:00",
            "",
            "topic T: its quiet hours do nothing, because all it is told is in digests, at their times",
        ),
        ("quiet: sat-sun, urgent: true", "", "topic T: its quiet hours do nothing, because it is urgent"),
        ("deliver: now", "", "topic T: `deliver: now` does nothing, because no channel of it has a digest"),
        (
            "digest: 06:30",
            "quiet: 22:00-07:00 mon-fri",
            "topic T: its digest to a falls into quiet hours and goes out when they end",
        ),
    ],
)
def test_what_may_not_be_meant_is_noted(tmp_path: Path, topic: str, channel: str, note: str) -> None:
    assert note in loaded(tmp_path, topic=topic, channel=channel).notes


@pytest.mark.parametrize(
    ("topic", "channel"),
    [("deliver: now", "digest: 08:00"), ("digest: 07:00", "quiet: 22:00-07:00"), ("quiet: sat-sun", "limit: 5/day")],
)
def test_what_is_meant_is_not_noted(tmp_path: Path, topic: str, channel: str) -> None:
    assert not [note for note in loaded(tmp_path, topic=topic, channel=channel).notes if note.startswith("topic T")]


def test_the_operator_is_who_is_told_first_unless_somebody_is_named(tmp_path: Path) -> None:
    assert loaded(tmp_path).operators == ("a",)
    path = tmp_path / "config.yaml"
    path.write_text('service: {operator: b}\nchannels:\n  b: {url: "console://"}\n', encoding="utf-8")
    config = load_config(path, {})
    assert config.operators == ("b",)
    assert not any("no topic uses it" in note for note in config.notes)
    path.write_text('channels:\n  b: {url: "console://"}\n', encoding="utf-8")
    assert load_config(path, {}).operators == ()
