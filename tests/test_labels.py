"""Labels as a person gives them, takes them back, moves them to another archive, and learns from them."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.quality import Share
from alerts.settings import TopicSettings
from scheduler.json_lines import LineError, labels_of
from scheduler.judging import qualities
from scheduler.lock import only_writer
from stories.identity import sighting_of
from stories.store import Store, open_store, read_store
from stories.store_articles import remember_sighting
from stories.store_feeds import watch_feeds, watched_feeds
from stories.store_labels import Label, Verdict, all_labels, remove_label, save_label
from stories.store_labels import labels_of as labels_of_article
from tests.building import NOON, alert, article
from tests.command_line import Run, in_folder

CONFIG = """\
service: {database: archive.db}
topics:
  - {name: Antitrust, keywords: [antitrust, monopoly], exclude: [board game], channels: [slack]}
  - {name: Cloud, keywords: [cloud], channels: [slack]}
channels:
  slack: {url: "${WIREWATCH_SLACK_URL}"}
"""
LINES = [
    {"id": "case-1", "title": "Office opens an antitrust case", "url": "https://a.example/1"},
    {"id": "case-2", "title": "Cartel of elevator makers fined", "url": "https://a.example/2"},
    {"id": "game-1", "title": "A Monopoly champion retires", "url": "https://a.example/3"},
    {"id": "game-2", "title": "Rovers win again"},
]
WITHOUT_SECRETS = CONFIG.replace("channels: [slack]", "channels: [console]").replace(
    "slack: {", 'console: {url: "console://"}\n  slack: {'
)


@pytest.fixture
def wirewatch(tmp_path: Path) -> Run:
    """Run a command in a folder with an archive of four articles; the channels' secrets are somewhere else."""
    (tmp_path / "lines.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in LINES), encoding="utf-8")
    run = in_folder(tmp_path, COLUMNS="80")
    (tmp_path / "config.yaml").write_text(WITHOUT_SECRETS, encoding="utf-8")
    assert run("import", "lines.jsonl").returncode == 0
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return run


def label_some(folder: Path) -> None:
    verdicts = {"case-1": Verdict.GOOD, "case-2": Verdict.MISSED, "game-1": Verdict.BAD, "game-2": Verdict.BAD}
    with open_store(folder / "archive.db") as store, store.writing():
        for article, verdict in verdicts.items():
            save_label(store, Label(article, "Antitrust", verdict), now=NOON)


def test_a_label_is_given_changed_and_taken_back(wirewatch: Run) -> None:
    assert "case-1 “Office opens" in wirewatch("label", "case-1", "antitrust", "good").stdout
    assert "bad under Antitrust (was good)" in wirewatch("label", "case-1", "Antitrust", "bad").stdout
    assert wirewatch("label", "case-1", "Antitrust", "--remove").returncode == 0
    again = wirewatch("label", "case-1", "Antitrust", "--remove")
    assert (again.returncode, again.stderr) == (1, "Error: case-1 has no label under Antitrust\n")


def test_a_wrong_call_is_a_sentence(wirewatch: Run) -> None:
    for words, sentence in (
        (("nothing", "Antitrust", "good"), "no article has the id or address nothing"),
        (("case", "Antitrust", "good"), "may be several articles"),
        (("case-1", "Antitrus", "good"), "did you mean `Antitrust`"),
        (("case-1", "Antitrust"), "good, bad and missed, or --remove"),
        (("case-1", "Antitrust", "good", "--remove"), "good, bad and missed, or --remove"),
        (("case-1", "Antitrust", "fine"), "'good', 'bad', 'missed'"),
    ):
        refused = wirewatch("label", *words)
        assert refused.returncode == 2
        assert sentence in refused.stderr
    nowhere = wirewatch("label", "case-1", "Antitrust", "good", "--database", "none.db")
    assert (nowhere.returncode, "not there yet" in nowhere.stderr) == (4, True)


def test_while_another_process_writes_the_archive_a_label_has_to_wait(wirewatch: Run, tmp_path: Path) -> None:
    with only_writer(tmp_path / "archive.db"):
        refused = wirewatch("label", "case-1", "Antitrust", "good")
    assert refused.returncode == 3
    assert "stop that one first" in refused.stderr
    assert "Nothing is labelled" in wirewatch("quality").stdout


def test_quality_tells_shares_words_and_disagreements(wirewatch: Run, tmp_path: Path) -> None:
    label_some(tmp_path)
    told = wirewatch("quality").stdout
    assert "precision 0.50 (95 %: 0.09 to 0.91), 1 relevant of 2 found" in told
    assert "recall    0.50 (95 %: 0.09 to 0.91), 1 found of 2 relevant" in told
    assert [line.split() for line in told.splitlines() if line.startswith("monopoly")] == [["monopoly", "1", "0"]]
    assert "disagree on 2" in told
    assert "finds it: monopoly" in told
    assert "Cloud" not in told
    assert "disagree" not in wirewatch("quality", "Antitrust", "--show", "0").stdout
    assert "Nothing is labelled under Cloud" in wirewatch("quality", "cloud").stdout


def test_quality_is_that_of_the_query_as_it_is_now(wirewatch: Run, tmp_path: Path) -> None:
    label_some(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG.replace("antitrust, monopoly", "antitrust, cartel"), "utf-8")
    (told,) = json.loads(wirewatch("quality", "--format", "json").stdout)["topics"]
    assert (told["precision"]["part"], told["precision"]["of"], told["recall"]["of"]) == (2, 2, 2)
    assert told["disagreements"] == 0


def test_a_label_without_anything_found_is_no_precision(wirewatch: Run) -> None:
    wirewatch("label", "game-2", "Cloud", "bad")
    told = wirewatch("quality")
    assert told.returncode == 0
    assert "precision not known: no labelled article is found" in told.stdout
    assert "recall    not known: no labelled article is relevant" in told.stdout
    (values,) = json.loads(wirewatch("quality", "--format", "json").stdout)["topics"]
    assert values["precision"] == {"part": 0, "of": 0, "value": None, "low": 0.0, "high": 1.0}


def test_labels_leave_and_enter_and_quality_says_the_same(wirewatch: Run, tmp_path: Path) -> None:
    label_some(tmp_path)
    wirewatch("export", "out.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [line.get("labels") for line in lines] == [
        {"Antitrust": "good"},
        {"Antitrust": "missed"},
        {"Antitrust": "bad"},
        {"Antitrust": "bad"},
    ]
    (tmp_path / "config.yaml").write_text(WITHOUT_SECRETS, encoding="utf-8")
    taken = wirewatch("import", "out.jsonl", "--database", "other.db")
    assert taken.stdout.endswith("; 4 labels.\n")
    for form in ("table", "json"):
        here, there = (
            wirewatch("quality", "--format", form, "--database", name).stdout for name in ("archive.db", "other.db")
        )
        assert here == there
        assert "Antitrust" in here


def test_labels_enter_for_an_article_already_known_and_for_a_topic_of_somebody_else(
    wirewatch: Run, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text(WITHOUT_SECRETS, encoding="utf-8")
    wirewatch("label", "case-1", "Antitrust", "bad")
    said = LINES[0] | {"labels": {"Antitrust": "good", "Theirs": "missed"}}
    (tmp_path / "labels.jsonl").write_text(json.dumps(said), encoding="utf-8")
    assert wirewatch("import", "labels.jsonl").stdout.startswith("0 articles taken in, 1 already known (0 edited)")
    with read_store(tmp_path / "archive.db") as store:
        assert labels_of_article(store, "case-1") == {"Antitrust": "good", "Theirs": "missed"}
    assert "configuration does not have: Theirs" in wirewatch("quality").stdout
    wirewatch("import", "lines.jsonl")
    wirewatch("label", "case-1", "Theirs", "--remove")
    with read_store(tmp_path / "archive.db") as store:
        assert labels_of_article(store, "case-1") == {"Antitrust": "good"}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"labels": ["good"]}, "labels: expected a JSON object, found list"),
        ({"labels": {"A": "fine"}}, "labels: expected one of good, bad, missed for 'A', found 'fine'"),
        ({"labels": {"A": None}}, "found None"),
        ({"labels": {"A": {"x": 1}}}, "found {'x': 1}"),
        ({"labels": {"": "good"}}, "labels: expected the name of a topic"),
        ({"labels": {"a\u202eb": "good"}}, "labels: expected the name of a topic"),
        ({"labels": {"A" * 101: "good"}}, "one line of at most 100 characters"),
        ({"labels": {"A": "good"}, "id": None}, "labels: the line needs the id"),
    ],
)
def test_labels_that_are_none_are_a_sentence(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(LineError) as refused:
        labels_of(json.dumps({"id": "x-1", "title": "A headline"} | fields))
    assert reason in str(refused.value)


@pytest.mark.parametrize("fields", [{}, {"labels": None}, {"labels": {}}, {"title": 'Says "labels"'}])
def test_a_line_without_labels_has_none(fields: dict[str, object]) -> None:
    assert labels_of(json.dumps({"id": "x-1", "title": "A headline"} | fields)) == []


def test_one_article_has_one_label_under_a_topic(store: Store) -> None:
    alert(store)
    with store.writing():
        for verdict in Verdict:
            save_label(store, Label("article-1", "Antitrust", verdict), now=NOON)
        save_label(store, Label("article-1", "Cloud", Verdict.BAD), now=NOON)
    assert [label.verdict for label in all_labels(store)] == [Verdict.MISSED, Verdict.BAD]
    with store.writing():
        assert remove_label(store, "article-1", "Cloud")
        assert not remove_label(store, "article-1", "Cloud")


def test_a_query_is_judged_in_every_feed_that_lists_the_article(store: Store) -> None:
    alert(store)
    addresses = {"Wire": "https://wire.example/rss", "Local": "https://local.example/rss"}
    watch_feeds(store, [(address, name) for name, address in addresses.items()], now=NOON)
    with store.writing():
        for feed in watched_feeds(store):
            seen = replace(sighting_of(article(), feed_id=feed.id), article_id="article-1")
            remember_sighting(store, seen, now=NOON)
        save_label(store, Label("article-1", "Locally", Verdict.GOOD), now=NOON)
    for query, is_found in (("antitrust feed:local", 1), ("feed:wire", 1), ("feed:elsewhere", 0)):
        topic = TopicSettings(name="Locally", query=query, channels=("console",))
        (quality,) = qualities(store, [topic], all_labels(store))
        assert quality.recall == Share(is_found, 1)


def test_only_what_is_in_the_archive_has_labels(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.writing():
        save_label(store, Label("nothing", "Antitrust", Verdict.GOOD), now=NOON)


def test_a_line_with_labels_alone_is_enough_for_a_known_article(wirewatch: Run, tmp_path: Path) -> None:
    lines = [
        {"id": "case-1", "labels": {"Antitrust": "good"}},
        {"id": "nobody", "labels": {"Antitrust": "good"}},
    ]
    (tmp_path / "labels.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    (tmp_path / "config.yaml").write_text(WITHOUT_SECRETS, encoding="utf-8")
    entered = wirewatch("import", "labels.jsonl")
    assert (entered.returncode, entered.stdout) == (
        1,
        "0 articles taken in, 0 already known (0 edited); 0 matches, 0 alerts; 1 labels.\n",
    )
    assert entered.stderr == "labels.jsonl line 2: labels: no article has the id nobody\n"
    with read_store(tmp_path / "archive.db") as store:
        assert all_labels(store) == [Label("case-1", "Antitrust", Verdict.GOOD)]
