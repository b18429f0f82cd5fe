"""`wirewatch init`: three answers make a configuration that works."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler.cli import wirewatch
from scheduler.config import load_config
from scheduler.starting import words_in

SECRET = "json://user:hunter2@127.0.0.1:9/hook"


def init(folder: Path, *words: str, answers: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(wirewatch, ["--config", str(folder / "config.yaml"), "init", *words], input=answers)
    return done.exit_code, done.stdout, done.stderr


def test_three_answers_make_a_configuration_that_works(tmp_path: Path) -> None:
    code, said, _ = init(tmp_path, answers="merger review, yes, it's: #1\n\nme@example.org\n")
    config = load_config(tmp_path / "config.yaml", {})
    (topic,) = config.topics
    assert code == 0
    assert topic.keywords == ("merger review", "yes", "it's: #1")
    assert (topic.name, topic.channels) == ("Merger review", ("console",))
    assert config.service.contact == "me@example.org"
    assert f"{len(config.feeds)} feeds" in said
    assert config.notes == ()


def test_an_address_goes_into_a_file_that_only_its_owner_may_read(tmp_path: Path) -> None:
    code, said, errors = init(tmp_path, "--words", "antitrust", "--channel", SECRET, "--yes")
    config = load_config(tmp_path / "config.yaml", {})
    (kept,) = set(tmp_path.iterdir()) - {tmp_path / "config.yaml"}
    assert code == 0
    assert config.channels[0].url == SECRET
    assert "hunter2" not in said + errors + (tmp_path / "config.yaml").read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (("--words", " , "), "no words"),
        (("--words", "…"), "a keyword needs a letter"),
        (("--channel", "carrier-pigeon"), "an address begins with a service"),
        (("--contact", "nobody"), "expected a web address or a mail address"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_and_leaves_nothing(
    tmp_path: Path, said: tuple[str, ...], sentence: str
) -> None:
    code, _, errors = init(tmp_path, *said, "--yes")
    assert code == 1
    assert sentence in errors
    assert list(tmp_path.iterdir()) == []


def test_a_configuration_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("mine")
    code, _, errors = init(tmp_path, "--yes")
    assert (code, (tmp_path / "config.yaml").read_text()) == (1, "mine")
    assert "is there already" in errors


def test_words_are_taken_once() -> None:
    assert words_in("a b,A b, a b,,c") == ("a b", "A b", "c")
