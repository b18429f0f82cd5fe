"""The commands as a person uses them: what they print, and the exit codes."""

import json
import signal
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from demo.newsroom import load_newsroom
from demo.play import expected
from scheduler import cli
from tests.command_line import WIREWATCH, Run, in_folder

CONFIG = """\
service: {database: archive.db}
feeds:
  - {name: Nobody, address: "http://127.0.0.1:2/feed.xml", every: 1s, allow_private: true}
topics:
  - {name: Antitrust, keywords: [antitrust], exclude: [board game], channels: [console]}
channels:
  console: {url: "console://"}
  slack: {url: "${WIREWATCH_SLACK_URL}"}
"""

LINES = [
    {"id": "x-1", "title": "Office opens an antitrust case", "url": "https://a.example/1", "source": "A"},
    {
        "id": "x-2",
        "title": "Rovers win again",
        "summary": "A quiet day for \u001b[2J everybody.",
        "published_at": "2026-11-22",
    },
]


@pytest.fixture
def wirewatch(tmp_path: Path) -> Run:
    """Run a command in a folder of its own, with a configuration there."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "lines.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in LINES), encoding="utf-8")
    return in_folder(tmp_path)


def test_help_teaches_every_command(wirewatch: Run) -> None:
    listed = wirewatch("--help").stdout
    for command in (
        "run",
        "poll",
        "check",
        "status",
        "articles",
        "search",
        "alerts",
        "label",
        "quality",
        "test-channel",
        "import",
        "export",
    ):
        assert command in listed
        assert wirewatch(command, "--help").returncode == 0


def test_check_shows_what_is_watched(wirewatch: Run) -> None:
    shown = wirewatch("check")
    assert shown.returncode == 0
    for part in ("Nobody", "topic Antitrust: told to console", "none of: board game", "waits for the variable"):
        assert part in shown.stdout
    assert json.loads(wirewatch("check", "--format", "json").stdout)["topics"][0]["keywords"] == ["antitrust"]


def test_check_shows_the_beginning_of_a_long_query_and_all_of_it_when_asked(wirewatch: Run, tmp_path: Path) -> None:
    words = ", ".join(f"word{number}" for number in range(200))
    query = "|-\n        first OR\n        second OR\n        third"
    topics = f"[{words}], channels: [console]}}\n  - name: Long\n    query: {query}\n    channels: [console]"
    text = CONFIG.replace("[antitrust], exclude: [board game], channels: [console]}", topics)
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    brief, whole = wirewatch("check").stdout, wirewatch("check", "-v").stdout
    assert "  first OR\n  second OR …\n" in brief
    assert "word9," in brief
    assert "word199" not in brief
    assert "  first OR\n  second OR\n  third\n" in whole
    assert "word199" in whole


def test_a_mistyped_command_is_answered_with_the_one_that_may_be_meant(wirewatch: Run) -> None:
    for words, meant in ((("statsu",), "status"), (("feeds", "lst"), "list")):
        wrong = wirewatch(*words)
        assert wrong.returncode == 2
        assert f"Did you mean '{meant}'?" in wrong.stderr


def test_a_bad_configuration_is_a_list_of_sentences(wirewatch: Run, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        CONFIG.replace("keywords", "keyword").replace("[console]", "[consol]"), "utf-8"
    )
    for command in (["check"], ["run"], ["poll"], ["import", "lines.jsonl"]):
        refused = wirewatch(*command)
        assert refused.returncode == 2
        assert "keyword" in refused.stderr
        assert "did you mean" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_the_configuration_can_be_named_in_three_ways(wirewatch: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    (tmp_path / "config.yaml").rename(elsewhere)
    assert wirewatch("check").returncode == 2
    assert wirewatch("check", "--config", str(elsewhere)).returncode == 0
    assert wirewatch("--config", str(elsewhere), "check").returncode == 0
    assert wirewatch("check", WIREWATCH_CONFIG=str(elsewhere)).returncode == 0


def test_a_poll_that_reaches_nobody_says_so(wirewatch: Run) -> None:
    polled = wirewatch("poll")
    assert polled.returncode == 1
    assert "connection refused" in polled.stdout
    assert "is this machine online?" in polled.stderr
    assert "Traceback" not in polled.stdout + polled.stderr
    status = wirewatch("status")
    assert status.returncode == 0
    assert "connection refused (1 in a row)" in status.stdout
    assert wirewatch("poll", "--due").stdout.startswith(("No feed is due", "feed"))


def test_status_is_shown_while_somebody_breaks_the_configuration(wirewatch: Run, tmp_path: Path) -> None:
    wirewatch("import", "lines.jsonl")
    (tmp_path / "config.yaml").write_text(CONFIG.replace("keywords", "keyword"), "utf-8")
    status = wirewatch("status")
    assert status.returncode == 0
    assert "2 articles" in status.stdout
    (line,) = [line for line in status.stdout.splitlines() if line.startswith("Topics are not known")]
    assert "unknown key `keyword`" in line
    values = json.loads(wirewatch("status", "--format", "json").stdout)
    assert (values["topics"], values["articles"]) == ([], 2)
    assert "keyword" in values["config_error"]


def test_status_tells_how_the_topics_fare(wirewatch: Run) -> None:
    wirewatch("import", "lines.jsonl")
    (row,) = [line for line in wirewatch("status").stdout.splitlines() if line.startswith("Antitrust")]
    assert row.split()[1:3] == ["1", "0"]
    values = json.loads(wirewatch("status", "--format", "json").stdout)
    assert values["config_error"] is None
    (topic,) = values["topics"]
    assert (topic["topic"], topic["matches"], topic["alerts"], topic["unusual"]) == ("Antitrust", 1, 0, [])


def test_reading_before_the_first_poll_is_a_sentence(wirewatch: Run) -> None:
    for command in (["status"], ["export", "-"]):
        refused = wirewatch(*command)
        assert refused.returncode == 4
        assert "not there yet" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_articles_enter_and_leave_as_json_lines(wirewatch: Run) -> None:
    assert wirewatch("import", "lines.jsonl").stdout.startswith("2 articles taken in, 0 already known")
    assert wirewatch("import", "lines.jsonl").stdout.startswith("0 articles taken in, 2 already known")
    exported = [json.loads(line) for line in wirewatch("export", "-").stdout.splitlines()]
    assert [line["id"] for line in exported] == ["x-1", "x-2"]
    assert exported[0]["topics"] == ["Antitrust"]
    assert exported[0]["story_id"] != exported[1]["story_id"]
    assert exported[1]["published_at"] == "2026-11-22T00:00:00.000Z"


def test_an_export_is_an_import(wirewatch: Run, tmp_path: Path) -> None:
    wirewatch("import", "lines.jsonl")
    wirewatch("export", "out.jsonl")
    wirewatch("import", "out.jsonl", "--database", "other.db")
    again = wirewatch("export", "-", "--database", "other.db").stdout
    one, other = (
        [json.loads(line) for line in text.splitlines()] for text in ((tmp_path / "out.jsonl").read_text(), again)
    )
    for line in (*one, *other):
        del line["seen_at"]
    assert one == other


def test_an_import_names_its_bad_lines_and_takes_the_rest(wirewatch: Run, tmp_path: Path) -> None:
    bad = [
        '{"id": "x-3", "title": "Dated oddly", "published_at": "yesterday"}',
        "nonsense",
        "[]",
        '{"title": ""}',
        '{"id": 1.5, "title": "a"}',
    ]
    (tmp_path / "lines.jsonl").write_text("\n".join([*bad, json.dumps(LINES[0])]), encoding="utf-8")
    taken = wirewatch("import", "lines.jsonl")
    assert taken.returncode == 1
    assert taken.stdout.startswith("2 articles taken in")
    for number, reason in enumerate(
        ("no ISO 8601 date", "not JSON", "found list", "neither title", "id: expected text"), 1
    ):
        assert f"line {number}: " in taken.stderr
        assert reason in taken.stderr


def test_an_import_alerts_only_when_told(wirewatch: Run) -> None:
    told = wirewatch("import", "lines.jsonl", "--alert")
    assert "[Antitrust] Office opens an antitrust case" in told.stdout
    assert "1 alerts" in told.stdout
    (alert,) = json.loads(wirewatch("alerts", "--format", "json").stdout)
    assert alert["deliveries"] == ["console: sent"]
    assert alert["created_at"].endswith("Z")


def test_alerts_are_listed_with_what_why_and_label_ask_for(wirewatch: Run) -> None:
    wirewatch("import", "lines.jsonl")
    assert wirewatch("alerts").stdout.startswith("No alerts yet. `wirewatch alerts --untold` shows")
    headline, source, *why = wirewatch("alerts", "--untold").stdout.splitlines()
    assert headline == "Office opens an antitrust case"
    assert source.split(" · ")[1:] == ["Antitrust", "A", "x-1"]
    assert why == ["  imported without --alert"]


def test_an_alert_is_listed_with_why_and_what_became_of_it(wirewatch: Run) -> None:
    wirewatch("import", "lines.jsonl", "--alert")
    headline, source, *rest = wirewatch("alerts").stdout.splitlines()
    assert headline == "Office opens an antitrust case"
    assert source.endswith(" · Antitrust · A · x-1 · story 1")
    assert rest == ["  “antitrust” in the title", "  console: sent"]
    assert wirewatch("why", "x-1").returncode == 0
    assert wirewatch("alerts", "--untold").stdout == "Everything that matched was told.\n"


def test_search_finds_words_phrases_and_inflections(wirewatch: Run) -> None:
    wirewatch("import", "lines.jsonl")
    assert "Office opens" in wirewatch("search", "antitrust", '"opens an"').stdout
    assert "Office opens" in wirewatch("search", "opening").stdout
    assert wirewatch("search", '"').stdout == "No article has these words.\n"
    query = "`search` takes words, no query: `wirewatch try 'QUERY'` does."
    assert wirewatch("search", "antitrust AND (").stdout == f"No article has these words. {query}\n"


def test_texts_cannot_steer_the_terminal(wirewatch: Run, tmp_path: Path) -> None:
    wirewatch("import", "lines.jsonl")
    assert "\x1b" not in wirewatch("articles").stdout
    steering = {
        "id": "x\x1b[2J-3",
        "title": "An antitrust \x1b]0;x\x07case\u202e",
        "source": "A\x1b[1m",
        "url": "http://a",
    }
    (tmp_path / "lines.jsonl").write_text(json.dumps(steering), encoding="utf-8")
    wirewatch("import", "lines.jsonl")
    shown = wirewatch("alerts", "--untold").stdout
    assert shown.count("antitrust") == 1
    assert not set(shown) & {"\x1b", "\x07", "\u202e"}


def test_a_channel_is_tested_by_a_message(wirewatch: Run) -> None:
    assert "This is a sample" in wirewatch("test-channel", "console").stdout
    assert "waits for the variable WIREWATCH_SLACK_URL" in wirewatch("test-channel", "slack").stderr
    assert wirewatch("test-channel", "nobody").returncode == 2
    failed = wirewatch("test-channel", "slack", WIREWATCH_SLACK_URL="json://127.0.0.1:1/secretpath")
    assert failed.returncode == 1
    assert "refused" in failed.stderr
    assert "secretpath" not in failed.stdout + failed.stderr


def test_the_demo_tells_every_story_it_was_written_for(wirewatch: Run, tmp_path: Path) -> None:
    newsroom = load_newsroom()
    wanted = expected(newsroom)
    played = wirewatch("demo", "--keep", str(tmp_path / "kept"))
    assert (played.returncode, played.stderr) == (0, "")
    assert f"{wanted.articles} articles published, {wanted.articles} archived" in played.stdout
    account = played.stdout.partition("What happened")[2]
    assert max(map(len, account.partition("Kept in")[0].splitlines())) <= 80
    assert f"{len(wanted.edited)} edited later" in account
    assert "The Ledger in" in account
    at = ["--config", str(tmp_path / "kept/config.yaml"), "--format", "json", "--limit", "1000"]
    alerts = json.loads(wirewatch("alerts", *at).stdout)
    untold = json.loads(wirewatch("alerts", "--untold", *at).stdout)
    assert f"{len(alerts)} alerts made, {len(alerts)} sent" in account
    matched = {(alert["url"], alert["topic"]) for alert in [*alerts, *untold] if alert.get("outcome") != "excluded"}
    assert len(matched) == len(wanted.matches)
    # In which order feeds answer differs from run to run, and with it what an article is compared with.
    story_of = {article.key: wanted.story_of[article.id] for article in newsroom.articles}
    told = {(story_of[alert["url"].partition("?")[0].rpartition("/")[2]], alert["topic"]) for alert in alerts}
    assert told == wanted.first_reports
    updates = [alert for alert in alerts if alert["kind"] == "update"]
    assert len(updates) >= len(wanted.updates) / 2
    assert all(alert["reason"].removeprefix("stage ")[:60] in account for alert in updates)
    assert len(alerts) - len(updates) <= 2 * len(wanted.first_reports)


def test_a_command_called_within_a_program_leaves_its_signals_alone() -> None:
    before = signal.getsignal(signal.SIGPIPE)
    assert CliRunner().invoke(cli.wirewatch, ["search", "--help"]).exit_code == 0
    assert signal.getsignal(signal.SIGPIPE) == before


def test_a_reader_that_closes_the_pipe_ends_the_command_silently(wirewatch: Run, tmp_path: Path) -> None:
    lines = "".join(f'{{"id": "line-{number}", "title": "Antitrust case {number:099}"}}\n' for number in range(1000))
    (tmp_path / "many.jsonl").write_text(lines, encoding="utf-8")
    wirewatch("import", "many.jsonl")
    with subprocess.Popen(
        [WIREWATCH, "try", "antitrust", "--limit", "1000"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == -signal.SIGPIPE
