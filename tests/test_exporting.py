"""Articles and backups written to files: as CSV, whole or not at all, and only where they were asked for."""

import csv
import io
import json
import os
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.csv_lines import COLUMNS, MOST, cell
from scheduler.writing_files import refuse_target, written_whole
from stories.store import open_store
from tests.building import alert
from tests.command_line import Run, in_folder

FORMULAS = ("=cmd|'/c calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", '"=1', "'=1")


@pytest.fixture
def here(tmp_path: Path) -> Run:
    """`wirewatch` in a folder with a configuration and an archive of two articles."""
    (tmp_path / "config.yaml").write_text("feeds: []\n", encoding="utf-8")
    with open_store(tmp_path / "wirewatch.db") as store:
        alert(store, title="=HYPERLINK(1), an antitrust case", summary="line one\nline two", url="https://a.example/1")
        alert(store, title='It said "no"; twice', author="@someone", url="https://a.example/2")
    return in_folder(tmp_path)


@pytest.mark.parametrize("text", FORMULAS)
def test_b80_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@given(st.text())
def test_b80_no_cell_begins_a_formula_and_nothing_else_is_changed(text: str) -> None:
    shown = cell(text)
    assert not shown.startswith(tuple("=+-@|%\t\r\n"))
    assert shown in (text, f"'{text}") or len(text) > MOST


def test_b80_an_export_to_csv_is_read_back_by_a_spreadsheet(here: Run, tmp_path: Path) -> None:
    done = here("export", "out.csv")
    assert done.returncode == 0, done.stderr
    content = (tmp_path / "out.csv").read_text("utf-8-sig")
    header, first, second = csv.reader(io.StringIO(content, newline=""))
    assert tuple(header) == COLUMNS
    row = dict(zip(header, first, strict=True))
    assert row["title"] == "'=HYPERLINK(1), an antitrust case"
    assert row["summary"] == "line one\nline two"
    assert row["topics"] == "Antitrust"
    assert dict(zip(header, second, strict=True))["author"] == "'@someone"
    assert here("export", "-", "--format", "csv").stdout.replace("\r\n", "\n") == content.replace("\r\n", "\n")


def test_the_ending_says_the_format_and_the_option_comes_first(here: Run, tmp_path: Path) -> None:
    here("export", "a.jsonl")
    here("export", "b.csv", "--format", "json")
    assert (tmp_path / "a.jsonl").read_text() == (tmp_path / "b.csv").read_text()
    assert json.loads((tmp_path / "a.jsonl").read_text().splitlines()[0])["url"] == "https://a.example/1"


def test_b97_an_export_never_goes_through_a_link(here: Run, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "out.csv").symlink_to(victim)
    for words in (("export", "out.csv"), ("backup", "--to", "out.csv")):
        refused = here(*words)
        assert refused.returncode == 2
        assert "out.csv is a link; name the file itself" in refused.stderr
    assert victim.read_text() == "precious"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("x" * 5000, "no file can be called so"),
        ("../nowhere/x.csv", "does not exist"),
        ("CON", "a device on some systems"),
        ("nul.csv", "a device on some systems"),
        (".", "is a folder"),
        ("a\0b", "no file can be called so"),
    ],
)
def test_b97_a_name_that_cannot_be_is_a_sentence(name: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(click.BadParameter, match=sentence):
        refuse_target(tmp_path / name)


def test_b97_no_pipe_and_not_the_archive_itself(here: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(click.BadParameter, match="a pipe or a device"):
        refuse_target(tmp_path / "pipe")
    refused = here("backup", "--to", "wirewatch.db")
    assert (refused.returncode, "is the archive itself" in refused.stderr) == (2, True)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    with pytest.raises(KeyError), written_whole(path) as file:
        file.write("half")
        raise KeyError
    assert [each.name for each in tmp_path.iterdir()] == ["out.txt"]
    assert path.read_text() == "before"


def test_backup_and_restore_from_the_command_line(here: Run, tmp_path: Path) -> None:
    done = here("backup", "--to", "kept.db")
    assert (done.returncode, "checked" in done.stdout) == (0, True), done.stderr
    here("backup")
    (nightly,) = (tmp_path / "backups").iterdir()
    assert nightly.name.startswith("wirewatch-20")
    with open_store(tmp_path / "wirewatch.db") as store:
        alert(store, title="After the backup")
        held = here("restore", "wirewatch.db")
        assert held.returncode == 2
    restored = here("restore", "kept.db")
    assert restored.returncode == 0, restored.stderr
    assert "kept.db is the archive now" in restored.stdout
    assert len(json.loads(here("articles", "--format", "json").stdout)) == 2
    (aside,) = tmp_path.glob("wirewatch.db.replaced-*")
    assert len(json.loads(here("articles", "--format", "json", "--database", aside.name).stdout)) == 3


def test_a_restore_beside_a_running_service_is_refused(here: Run, tmp_path: Path) -> None:
    from scheduler.lock import only_writer

    here("backup", "--to", "kept.db")
    with only_writer(tmp_path / "wirewatch.db"):
        refused = here("restore", "kept.db")
    assert refused.returncode == 3
    assert "another wirewatch" in refused.stderr


@pytest.mark.parametrize("words", [("restore", "bad.db"), ("backup", "--database", "none.db")])
def test_what_cannot_be_done_is_a_sentence_and_exit_code_4(words: tuple[str, ...], here: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"no database" * 100)
    refused = here(*words)
    assert refused.returncode == 4
    assert "Traceback" not in refused.stderr
    assert len(json.loads(here("articles", "--format", "json").stdout)) == 2
