"""What a query would find, before anybody relies on it."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from scheduler.trying import Candidate, Trial, difference, try_topics
from stories.store import read_store
from stories.store_labels import Label, Verdict, all_labels
from tests.building import NOON, archived, article
from tests.command_line import Run, at_a_terminal, in_folder

CONFIG = """\
service: {database: archive.db}
topics:
  - {name: Antitrust, keywords: [antitrust], exclude: [board game], channels: [console]}
channels:
  console: {url: "console://"}
"""
LINES = [
    {
        "id": "case-1",
        "title": "Office opens an antitrust case",
        "url": "https://a.example/1",
        "source": "The Courier",
        "published_at": "2026-11-02T10:00:00Z",
    },
    {
        "id": "case-2",
        "title": "Elevators",
        "summary": "The cartel of elevator makers was fined.",
        "source": "The Courier",
        "published_at": "2026-11-18T10:00:00Z",
    },
    {"id": "case-3", "title": "An antitrust board game", "published_at": "2026-11-10T10:00:00Z"},
    {"id": "sport-1", "title": "Rovers win again", "published_at": "2026-11-12T10:00:00Z"},
]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a configuration and an archive of four articles."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "lines.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in LINES), encoding="utf-8")
    assert in_folder(folder)("import", "lines.jsonl").returncode == 0
    return folder


@pytest.fixture
def wirewatch(tmp_path: Path, imported: Path) -> Run:
    """Run a command in a folder with an archive of four articles."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return in_folder(tmp_path, COLUMNS="80", TZ="UTC")


def topic(name: str, query: str) -> TopicSettings:
    return TopicSettings(name=name, query=query, channels=("console",))


def candidates(*titles: str, feeds: tuple[str, ...] = (), every: timedelta = timedelta(days=1)) -> list[Candidate]:
    return [
        Candidate(archived=archived(article(title=title, published_at=NOON + number * every), id=title), feeds=feeds)
        for number, title in enumerate(titles)
    ]


def ids(trial: Trial) -> list[str]:
    return [finding.candidate.archived.id for finding in trial.found]


def trial_of(query: str, looked_at: list[Candidate]) -> Trial:
    return try_topics(TopicIndex([topic("T", query)]), looked_at, ["T"])["T"]


def test_a_trial_finds_the_newest_first_and_counts_what_is_excluded() -> None:
    trial = trial_of("antitrust -game", candidates("Antitrust one", "Antitrust two", "Antitrust game", "Other"))
    assert ids(trial) == ["Antitrust two", "Antitrust one"]
    assert (trial.looked_at, [each.candidate.archived.id for each in trial.excluded]) == (4, ["Antitrust game"])
    assert trial.a_day == pytest.approx(2 / 3)


def test_weeks_without_a_find_are_weeks_too() -> None:
    looked_at = candidates("Antitrust one", "Other", "Antitrust two", every=timedelta(days=8))
    assert trial_of("antitrust", looked_at).by_week() == {
        date(2026, 11, 16): 1,
        date(2026, 11, 23): 0,
        date(2026, 11, 30): 0,
        date(2026, 12, 7): 1,
    }


def test_a_field_of_feeds_is_asked_of_every_feed_that_lists_the_article() -> None:
    looked_at = candidates("A case", feeds=("Wire A", "Wire B"))
    assert ids(trial_of('feed:"Wire B"', looked_at)) == ["A case"]
    assert ids(trial_of('case -feed:"Wire B"', looked_at)) == ["A case"]


def test_a_difference_is_what_only_one_of_two_finds() -> None:
    index = TopicIndex([topic("old", "antitrust"), topic("new", "cartel OR case")])
    trials = try_topics(index, candidates("Antitrust case", "Antitrust", "Cartel"), ["old", "new"])
    found = difference(trials["old"], trials["new"])
    assert [each.candidate.archived.id for each in found.gained] == ["Cartel"]
    assert [each.candidate.archived.id for each in found.lost] == ["Antitrust"]
    assert found.both == 1


def test_a_query_is_tried_on_the_archive(wirewatch: Run) -> None:
    found = wirewatch("try", "antitrust OR cartel -game")
    assert found.returncode == 0
    assert found.stdout.splitlines() == [
        "Read as: antitrust OR (cartel AND NOT game)",
        "",
        "3 of 4 articles, 0.19 a day.",
        "by week  ███  2026-11-02 to 2026-11-16, most in that of 2026-11-02: 1",
        "outlets  The Courier 2, (none) 1",
        "",
        "Elevators",
        "  2026-11-18 10:00 · The Courier · case-2",
        "  The *cartel* of elevator makers was fined.",
        "",
        "An *antitrust* board game",
        "  2026-11-10 10:00 · case-3",
        "",
        "Office opens an *antitrust* case",
        "  2026-11-02 10:00 · The Courier · case-1",
    ]


def test_words_are_one_query_and_what_it_may_not_mean_is_noted(wirewatch: Run) -> None:
    found = wirewatch("try", "office", "or", "rovers")
    assert found.stdout.startswith("Read as: office AND or AND rovers\n")
    assert found.stderr == "note: 'or' in its query is a word to look for; an operator is written OR\n"
    assert wirewatch("try", "--", "-antitrust").stdout.startswith("Read as: NOT antitrust\n\n2 of 4 articles")


def test_a_topic_of_any_name_can_be_compared_with(wirewatch: Run, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG.replace("name: Antitrust", "name: this query"), encoding="utf-8")
    assert "this query: 1 gained, 1 lost" in wirewatch("try", "cartel", "--against", "this query").stdout


def test_a_topic_is_tried_with_what_it_excludes(wirewatch: Run) -> None:
    found = wirewatch("try", "--topic", "antitrust", "--limit", "1").stdout
    assert "1 of 4 articles, 0.062 a day; excluded by what must not be there: 1." in found


def test_what_a_topic_excludes_is_listed_with_the_reason(wirewatch: Run) -> None:
    assert wirewatch("try", "--topic", "antitrust", "--excluded").stdout.splitlines()[1:] == [
        "",
        "An *antitrust* board game",
        "  2026-11-10 10:00 · case-3",
        "  excluded by “board game” in the title",
    ]


def test_against_a_topic_only_the_difference_is_shown(wirewatch: Run) -> None:
    shown = wirewatch("try", "cartel", "--against", "Antitrust").stdout
    assert shown.startswith("Antitrust: 1 gained, 1 lost, 0 in both.\n\n+ Elevators\n")
    assert "\n- Office opens an *antitrust* case\n" in shown


def test_machines_get_ids_and_figures(wirewatch: Run) -> None:
    values = json.loads(
        wirewatch("try", "antitrust OR cartel", "--against", "Antitrust", "--format", "json", "--limit", "1").stdout
    )
    assert values["ids"] == ["case-2", "case-3", "case-1"]
    assert (values["gained"], values["lost"]) == (["case-2", "case-3"], [])
    assert values["by_outlet"] == {"The Courier": 2, "": 1}
    (shown,) = values["articles"]
    assert shown["evidence"] == [{"field": "summary", "words": "cartel", "start": 4, "end": 10}]


def test_a_file_needs_no_archive_and_a_faulty_line_is_named(wirewatch: Run, tmp_path: Path) -> None:
    (tmp_path / "more.jsonl").write_text(
        '{"title": "A cartel is fined", "published_at": "9999-12-31"}\nnot json\n\n', encoding="utf-8"
    )
    (tmp_path / "archive.db").unlink()
    found = wirewatch("try", "cartel", "--file", "more.jsonl")
    assert "A *cartel* is fined" in found.stdout
    assert "· line 1\n" in found.stdout
    assert found.stderr == "more.jsonl line 2: not JSON; left out\n"


def test_one_text_or_article_shows_which_part_fails(wirewatch: Run) -> None:
    assert wirewatch(
        "try", "cartel (fine OR probe) -drug", "--text", "Probe into a drug cartel"
    ).stdout.splitlines() == [
        "It is excluded.",
        "  ✓ cartel: “cartel” in the text",
        "  ✓ fine OR probe: “Probe” in the text",
        "  ✗ NOT drug: “drug” in the text must not be there",
    ]
    assert wirewatch("try", "--topic", "Antitrust", "--url", "a.example/1").stdout.splitlines() == [
        "It is found.",
        "  ✓ antitrust: “antitrust” in the title",
        '  ✓ NOT "board game"',
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["a AND ("],
            "Error: the query ends too early; expected a word, a phrase or a bracket\n  a AND (\n         ^\n",
        ),
        ([], "Error: say a QUERY or --topic NAME"),
        (["a", "--topic", "Antitrust"], "Error: say a QUERY or --topic NAME, not both"),
        (["--topic", "Antitrst"], "no topic of the configuration is called 'Antitrst'; did you mean `Antitrust`?"),
        (["a", "--text", "b", "--file", "lines.jsonl"], "--file, --text and --url exclude each other"),
        (["a", "--label"], "labels belong to a topic: say --topic NAME, or --against NAME"),
        (["--topic", "Antitrust", "--label"], "--label asks for a key after each article, and needs a terminal"),
        (["--topic", "Antitrust", "--label", "--format", "json"], "it has no --format json"),
        (
            ["--topic", "Antitrust", "--label", "--text", "a"],
            "--label, --against and --excluded need more than one article",
        ),
        (["--topic", "Antitrust", "--label", "--file", "lines.jsonl"], "`wirewatch import` the file first"),
    ],
)
def test_a_wrong_call_is_a_sentence(wirewatch: Run, words: list[str], sentence: str) -> None:
    said = wirewatch("try", *words)
    assert said.returncode == 2
    assert sentence in said.stderr


def test_labels_are_given_with_one_key_each(wirewatch: Run, tmp_path: Path) -> None:
    code, shown = at_a_terminal(
        tmp_path,
        "try",
        "antitrust OR cartel OR win",
        "--against",
        "Antitrust",
        "--label",
        keys="gbq",
        question="[q] quit? ",
    )
    assert code == 0
    assert "2 labelled, 1 left without a label" in shown
    with read_store(tmp_path / "archive.db") as store:
        assert sorted(all_labels(store), key=lambda label: label.article_id) == [
            Label("case-2", "Antitrust", Verdict.MISSED),
            Label("sport-1", "Antitrust", Verdict.BAD),
        ]
    code, shown = at_a_terminal(tmp_path, "try", "--topic", "Antitrust", "--label", keys="g", question="[q] quit? ")
    assert (code, "1 labelled, 0 left" in shown) == (0, True)


def test_an_edited_configuration_shows_what_it_would_change(wirewatch: Run, tmp_path: Path) -> None:
    edited = CONFIG.replace("keywords: [antitrust]", "query: cartel OR antitrust").replace(
        "channels:\n", "  - {name: Sport, keywords: [win], channels: [console]}\nchannels:\n", 1
    )
    (tmp_path / "edited.yaml").write_text(edited, encoding="utf-8")
    shown = wirewatch("--config", "edited.yaml", "check", "--diff", "config.yaml").stdout.splitlines()
    assert [line.split() for line in shown[:3]] == [
        ["topic", "before", "after", "gained", "lost"],
        ["Antitrust", "1", "2", "1", "0"],
        ["Sport", "new", "1", "1", "0"],
    ]
    assert shown[4:] == [
        "Antitrust: 1 gained, 0 lost, 1 in both.",
        "",
        "+ Elevators",
        "  2026-11-18 10:00 · The Courier · case-2",
        "  The *cartel* of elevator makers was fined.",
    ]
    values = json.loads(
        wirewatch("--config", "edited.yaml", "check", "--diff", "config.yaml", "--format", "json").stdout
    )
    assert [(each["topic"], each["before"], each["after"], len(each["gained"])) for each in values] == [
        ("Antitrust", 1, 2, 1),
        ("Sport", None, 1, 1),
    ]


def test_an_empty_archive_is_no_division_by_nothing() -> None:
    trial = trial_of("antitrust", [])
    assert (trial.found, trial.a_day, trial.by_week()) == ((), 0.0, {})


def test_what_has_no_date_counts_when_it_was_seen() -> None:
    seen_at = datetime(2026, 1, 1, tzinfo=UTC)
    undated = Candidate(archived=archived(article(title="Antitrust", published_at=None), seen_at=seen_at))
    assert trial_of("antitrust", [undated]).first_at == seen_at
