"""A good configuration becomes values: defaults, paths, addresses from variables and files, notes."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from crawler.poll import FullText
from scheduler.config import Config, ConfigError, load_config
from scheduler.config_secret_notes import notes_on_rights
from scheduler.crawling import request_for
from scheduler.watch import watch_of
from stories.model import Article
from stories.store_feeds import FeedState
from tests.building import NOON

ROOT = Path(__file__).parent.parent
SEED = ROOT.parent / "shared" / "data" / "seed" / "openai_microsoft_article.txt"

TOPIC = """\
topics:
  - name: Antitrust
    keywords: [antitrust, competition law]
    all: [Microsoft]
    exclude: [board game]
    channels: [console]
"""
CHANNELS = """\
channels:
  console: {url: "console://"}
"""


def config(folder: Path, text: str, **environment: str) -> Config:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return load_config(path, environment)


def addresses(loaded: Config) -> dict[str, str | None]:
    return {channel.name: channel.url for channel in loaded.channels}


def waiting(loaded: Config) -> dict[str, str]:
    return {channel.name: channel.waits_for for channel in loaded.channels if channel.waits_for}


def test_a_topic_is_what_alerts_are_made_from(tmp_path: Path) -> None:
    (topic,) = config(tmp_path, TOPIC + CHANNELS).topics
    assert topic == TopicSettings(
        name="Antitrust",
        keywords=("antitrust", "competition law"),
        all_of=("Microsoft",),
        exclude=("board game",),
        channels=("console",),
    )


def test_a_feed_that_says_nothing_of_full_text_gives_what_the_most_demanding_topic_wants(tmp_path: Path) -> None:
    text = TOPIC + "    full_text: when-short\n" + TOPIC.removeprefix("topics:\n").replace("Antitrust", "Other")
    feeds = "feeds:\n  - {name: A, address: https://a.example/}\n"
    feeds += "  - {name: B, address: https://b.example/, full_text: never}\n"
    watch = watch_of(config(tmp_path, text + CHANNELS + feeds))
    asked = {}
    for address in watch.feeds:
        state = FeedState(id=1, address=address, name="x", next_poll_at=NOON)
        request = request_for(state, watch, now=NOON)
        assert request.pages_since == NOON - timedelta(hours=24)  # what is older is not told on a first poll
        asked[address] = request.full_text
    assert asked == {"https://a.example/": FullText.WHEN_SHORT, "https://b.example/": FullText.NEVER}


def test_everything_has_a_default_but_what_is_watched(tmp_path: Path) -> None:
    service = config(tmp_path, TOPIC + CHANNELS).service
    assert service.database == tmp_path / "wirewatch.db"
    assert service.alert_if_younger_than == timedelta(hours=24)
    assert (service.crawls_at_once, service.crawl_seconds) == (2, 120)
    assert (service.crawl_memory_mb, service.document_seconds) == (1024, 10)


def test_the_user_agent_names_program_version_and_contact(tmp_path: Path) -> None:
    assert config(tmp_path, CHANNELS).service.user_agent.startswith("wirewatch/0.")
    named = config(tmp_path, "service: {contact: me@example.org}\n" + CHANNELS).service
    assert named.user_agent.endswith(" (+me@example.org)")
    own = config(tmp_path, 'service: {user_agent: "Newsdesk/2 (+https://example.org/)"}\n' + CHANNELS).service
    assert own.user_agent == "Newsdesk/2 (+https://example.org/)"


@pytest.mark.parametrize(
    ("written", "meant"), [("news/a.db", "{folder}/news/a.db"), ("/var/a.db", "/var/a.db"), ("~/a.db", "/home/me/a.db")]
)
def test_the_database_lies_beside_the_file_unless_its_path_is_whole(tmp_path: Path, written: str, meant: str) -> None:
    loaded = config(tmp_path, f"service: {{database: {written}}}\n" + CHANNELS, HOME="/home/me")
    assert str(loaded.service.database) == meant.format(folder=tmp_path)


def test_an_address_comes_from_variables(tmp_path: Path) -> None:
    text = 'channels:\n  hook: {url: "json://${USER_NAME}:${PASSWORD}@example.org"}\n'
    loaded = config(tmp_path, text, USER_NAME="me", PASSWORD="s3cr3t")
    assert addresses(loaded) == {"hook": "json://me:s3cr3t@example.org"}
    assert "s3cr3t" not in repr(loaded)


def test_an_address_comes_from_a_file_beside_the_configuration_or_anywhere(tmp_path: Path) -> None:
    (tmp_path / "hook").write_text("json://me:s3cr3t@example.org\n", encoding="utf-8")
    text = 'channels:\n  a: {url: "file:hook"}\n  b: {url: "file:${FOLDER}/hook"}\n'
    loaded = config(tmp_path, text, FOLDER=str(tmp_path))
    assert set(addresses(loaded).values()) == {"json://me:s3cr3t@example.org"}


def test_a_channel_nobody_uses_may_wait_for_its_variable_or_file(tmp_path: Path) -> None:
    text = TOPIC + CHANNELS + '  slack: {url: "${SLACK_URL}"}\n  mail: {url: "${EMPTY}"}\n  hook: {url: "file:hook"}\n'
    assert waiting(config(tmp_path, text, EMPTY="")) == {
        "slack": "the variable SLACK_URL",
        "mail": "the variable EMPTY",
        "hook": "the file hook",
    }


@pytest.mark.parametrize(
    "content",
    [b"", b"json://a\njson://b", b"\xff\xfe", b"x" * 9000, b"s3cr3t"],
    ids=["", "two", "utf-16", "long", "odd"],
)
def test_a_file_that_holds_no_address_is_a_mistake_that_shows_nothing_of_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "hook").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        config(tmp_path, 'channels:\n  hook: {url: "file:hook"}\n')
    assert "channels.hook.url" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (("antitrust", "x"), "topic Antitrust: the keyword 'x' is a single letter and will be found often"),
        (("board game", "microsoft"), "topic Antitrust: 'Microsoft' is excluded as well and can never be told"),
        (("console://", "json://a:b@example.org"), "channel console: its address is a password"),
        (("channels:\n  con", "channels:\n  spare: {url: 'console://'}\n  con"), "channel spare: no topic uses it"),
    ],
)
def test_what_is_allowed_and_yet_worth_a_thought_is_noted(tmp_path: Path, change: tuple[str, str], note: str) -> None:
    feeds = "feeds:\n  - {name: Example, address: https://example.org/rss}\nservice: {contact: me@example.org}\n"
    good = TOPIC + CHANNELS + feeds
    assert config(tmp_path, good).notes == ()
    assert config(tmp_path, good.replace("console://", "json://127.0.0.1:8802/hook")).notes == ()  # a program here
    (found,) = config(tmp_path, good.replace(*change)).notes
    assert found.startswith(note)


@pytest.mark.parametrize(
    ("written", "line", "left"),
    [
        ("fed # rate", 3, "fed"),
        ('fed #rate "x', 3, "fed"),
        ("fed\n      hike\t# rate", 4, "fed hike"),
        ("fed # Überraschung 😀", 3, "fed"),
        ("'fed' # rate", None, ""),
        ("fed#rate", None, ""),
        ("fed\n    # all about rates", None, ""),
        ("|-\n      fed #rate", None, ""),
    ],
)
def test_a_query_that_yaml_cuts_at_a_comment_is_noted(
    tmp_path: Path, written: str, line: int | None, left: str
) -> None:
    file = f"topics:\n  - name: Ä\n    query: {written}\n    channels: [console]\n"
    notes = [note for note in config(tmp_path, file + CHANNELS).notes if "comment" in note]
    mend = "if the # belongs to it, put the query in single quotes"
    said = f"topic Ä: in line {line} a # begins a comment, and what is left of its query is {left}; {mend}"
    assert notes == ([said] if line else [])


@pytest.mark.parametrize(
    ("written", "is_noted"),
    [
        ('"fed rate"', True),
        ("'fed rate'", False),
        ('"fed OR-rate"', False),
        ("'\"fed rate\"'", False),
        ('"fed"', False),
    ],
)
def test_a_phrase_of_which_yaml_takes_the_quotes_is_noted(tmp_path: Path, written: str, is_noted: bool) -> None:
    file = f"topics:\n  - name: T\n    query: {written}\n    channels: [console]\n"
    notes = [note for note in config(tmp_path, file + CHANNELS).notes if note.startswith("topic T")]
    assert bool(notes) == is_noted
    assert all("""the phrase is written '"fed rate"'""" in note for note in notes)


def test_a_password_others_can_read_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("channels:\n  hook: {url: 'json://a:s3cr3t@example.org'}\n", encoding="utf-8")
    path.chmod(0o644)
    notes = load_config(path, {}).notes
    assert any("chmod 600" in note for note in notes)
    assert "s3cr3t" not in str(notes)


def test_the_shipped_file_is_good_without_any_variable() -> None:
    shipped = load_config(ROOT / "config.yaml", {})
    assert len(shipped.feeds) >= 12
    assert addresses(shipped)["console"] == "console://"
    assert waiting(shipped) == {
        "slack": "the variable WIREWATCH_SLACK_URL",
        "email": "the variable WIREWATCH_EMAIL_URL",
    }
    assert shipped.notes == ("no service.contact: the people whose feeds are asked cannot reach you",)


def test_the_shipped_topics_find_what_they_are_for() -> None:
    index = TopicIndex(load_config(ROOT / "config.yaml", {}).topics)
    antitrust = {"Antitrust complaints"}
    headlines = {
        "OpenAI lawyers weigh an antitrust complaint against Microsoft": antitrust | {"OpenAI and Microsoft"},
        "Microsoft / OpenAI partnership merger inquiry": antitrust | {"OpenAI and Microsoft"},
        "Elevator makers fined for fixing prices": antitrust,
        "Watchdog clears the takeover of a dairy after a second phase of its review": antitrust,
        "Brussels opens an in-depth probe of the tie-up of two airlines, citing competition concerns": antitrust,
        "Judge blocks the merger of two grocers": antitrust,
        "Bundeskartellamt mahnt Preisportal ab": antitrust,
        "Farmers sue a seed maker, alleging that it monopolized the market": antitrust,
        "Japan's Fair Trade Commission raids a courier": antitrust,
        "Microsoft and OpenAI agree on new terms": {"OpenAI and Microsoft"},
        "OpenAI signs a contract with Oracle for five gigawatts": {"Compute deals"},
        "Microsoft tests a frontier model of its own": {"Microsoft's own models"},
        "Monopoly, the board game of Hasbro, wins a lawsuit": set(),
        "A Monopoly tournament for charity": set(),
        "Competition is fierce as the cup final nears": set(),
        "Drug cartel leader is sentenced in a New York court": set(),
        "Bakery chain completes the acquisition of a mill": set(),
        "The author once wrote on antitrust": antitrust,  # a headline is taken at its word
        "Microsoft ships an update to Windows": set(),
    }
    for title, topics in headlines.items():
        matches = index.match(Article(title=title))
        assert {match.topic for match in matches if not match.is_excluded} == topics, title
    passing = Article(title="A chef retires", summary="Before she cooked, she taught antitrust in a quiet town.")
    assert index.match(passing) == []


@pytest.mark.skipif(not SEED.exists(), reason="the seed article is not part of the project")
def test_the_shipped_topics_find_the_article_the_project_began_with() -> None:
    topics = load_config(ROOT / "config.yaml", {}).topics
    title, _, text = SEED.read_text(encoding="utf-8").partition("\n")
    matches = TopicIndex(topics).match(Article(title=title, text=text))
    assert [match.topic for match in matches if not match.is_excluded] == [topic.name for topic in topics]


def test_b99_a_configuration_that_everybody_can_change_is_noted(tmp_path: Path) -> None:
    """It is no reason to refuse it, because no channel runs a command: there is no such address."""
    path = tmp_path / "config.yaml"
    path.write_text(CHANNELS, encoding="utf-8")
    path.chmod(0o646)
    assert "config.yaml can be changed by everybody on this machine; chmod o-w helps" in load_config(path, {}).notes
    path.chmod(0o644)
    assert not [note for note in load_config(path, {}).notes if "changed by everybody" in note]


def test_b99_a_configuration_of_another_user_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(CHANNELS, encoding="utf-8")
    owner = path.stat().st_uid
    others = list(notes_on_rights(path, user=owner + 1))
    assert others == (
        [] if owner == 0 else ["config.yaml belongs to another user of this machine, who can change it; chown helps"]
    )
    assert list(notes_on_rights(path, user=owner)) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to somebody else")
def test_b99_a_configuration_that_was_given_to_somebody_else_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(CHANNELS, encoding="utf-8")
    os.chown(path, 65534, 65534)
    assert any("belongs to another user" in note for note in load_config(path, {}).notes)


@pytest.mark.parametrize(
    "address", ["exec://rm", "command://x", "python:///tmp/x.py", "script://x", "file:///etc/passwd"]
)
def test_b99_no_channel_runs_a_command_or_reads_a_file(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError):
        config(tmp_path, f"channels:\n  hook: {{url: '{address}'}}\n")
