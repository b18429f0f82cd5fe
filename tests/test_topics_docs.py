"""docs/topics.md does not lie: each query finds what stands under it, each topic loads, each command runs."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from alerts.matching import TopicIndex
from alerts.query import FIELDS, MAX_DISTANCE, write
from alerts.query_parsing import MAX_DEPTH, MAX_QUERY, QueryError, parse_query
from alerts.regexes import MAX_PATTERN
from alerts.settings import TopicSettings
from alerts.topic_query import query_of
from scheduler.cli import wirewatch
from scheduler.config import Config, load_config
from stories.model import Article

PAGE = (Path(__file__).parent.parent / "docs" / "topics.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.S)
_SAID = re.compile(r"^([+~-]) (.*)$", re.M)
_FOUND = {"+": "found", "~": "excluded", "-": "not found"}


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCKS if name == kind]


def outcomes(topic: TopicSettings, lines: str) -> tuple[list[str], list[str]]:
    """Return what becomes of each headline of an example, and what the page says of it."""
    index = TopicIndex([topic])
    told, said = [], []
    for sign, line in _SAID.findall(lines):
        title, *others = line.split(" | ")
        fields = dict(other.split(": ", 1) for other in others)
        feed, language = fields.pop("feed", ""), fields.pop("lang", None)
        matches = index.match(Article(title=title, language=language, **fields), feed=feed)
        outcome = ("excluded" if matches[0].is_excluded else "found") if matches else "not found"
        told.append(f"{outcome}: {line}")
        said.append(f"{_FOUND[sign]}: {line}")
    assert said
    return told, said


@pytest.mark.parametrize("example", blocks("watch"), ids=lambda example: example.partition("\n")[0])
def test_each_query_finds_what_the_page_says(example: str) -> None:
    query = example[: _SAID.search(example).start()]  # type: ignore[union-attr]  # an example without lines is none
    told, said = outcomes(TopicSettings(name="T", query=query, channels=("console",)), example)
    assert told == said


@pytest.mark.parametrize("example", blocks("yaml"), ids=lambda example: example[:40])
def test_each_topic_of_the_page_loads_and_has_nothing_to_note(tmp_path: Path, example: str) -> None:
    assert [note for note in config(tmp_path, example).notes if note.startswith("topic")] == []


def config(folder: Path, example: str) -> Config:
    path = folder / "config.yaml"
    path.write_text(example, encoding="utf-8")
    return load_config(path, {})


def test_the_list_finds_what_the_page_says_and_means_the_same_as_the_query(tmp_path: Path) -> None:
    (topic,) = config(tmp_path, blocks("yaml")[0]).topics
    told, said = outcomes(topic, blocks("finds")[0])
    assert told == said
    (same,) = blocks("same")
    assert query_of(topic) == parse_query(same)


@pytest.mark.parametrize("example", blocks("read"))
def test_queries_are_read_as_the_page_says(example: str) -> None:
    query, meant = example.strip().split("\n")
    assert write(parse_query(query)) == meant


@pytest.mark.parametrize("example", blocks("fault"), ids=lambda example: example.partition("\n")[0])
def test_faults_are_told_as_the_page_says(example: str) -> None:
    query, _, sentence = example.rstrip().partition("\n")
    with pytest.raises(QueryError) as refused:
        parse_query(query)
    assert str(refused.value) == sentence


COMMANDS = [shlex.split(line)[1:] for text in blocks("sh") for line in text.splitlines()]
COMMANDS += [shlex.split(line)[1:] for line in re.findall(r"`(wirewatch \w[^`]*)`", PAGE) if "'" in line]
HEADLINES = {
    "complaint": "OpenAI weighs an antitrust complaint against Microsoft",
    "stake": "Microsoft keeps its stake in OpenAI",
    "lunch": "At stake: the lunch that OpenAI owes Microsoft",
    "clause": "OpenAI and Microsoft quarrel over a clause",
}


def test_each_command_of_the_page_runs(tmp_path: Path) -> None:
    lines = [
        {"title": title, "url": f"https://news.example.org/{name}", "published_at": "2026-11-12T10:00:00Z"}
        for name, title in HEADLINES.items()
    ]
    (tmp_path / "lines.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    config(tmp_path, blocks("yaml")[-1])
    old = tmp_path / "old.yaml"
    old.write_text(blocks("yaml")[-1].replace(" OR stake", ""), encoding="utf-8")
    for words in [["import", str(tmp_path / "lines.jsonl")], *COMMANDS]:
        # --label asks at a terminal
        typed = [{"old.yaml": str(old), "--label": "--limit=5"}.get(word, word) for word in words]
        done = CliRunner().invoke(wirewatch, ["--config", str(tmp_path / "config.yaml"), *typed])
        assert (done.exit_code, done.exception) == (0, None), (words, done.output)


def test_the_page_names_every_field_and_option_of_the_language() -> None:
    assert {f"{name}:" for name in (*FIELDS, "lang")} <= set(re.findall(r"`(\w+:)`", PAGE))
    assert f"{MAX_QUERY:,} characters" in PAGE
    assert f"nested at most {MAX_DEPTH} deep" in PAGE
    assert f"up to {MAX_DISTANCE} words" in PAGE
    assert f"at most {MAX_PATTERN:,} characters" in PAGE
