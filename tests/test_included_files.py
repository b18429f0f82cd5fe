"""Topics, channels and feeds may stand in files that config.yaml includes; mistakes are told with file and line."""

from pathlib import Path

import pytest

from scheduler.config import Config, ConfigError, files_of, load_config, settings_of, topics_of
from scheduler.config_watching import ConfigFiles

CONFIG = """\
include: topics.yaml
feeds:
  - name: Example
    address: https://example.org/rss
channels:
  console: {url: "console://"}
"""
TOPICS = "topics:\n  - {name: Antitrust, keywords: [antitrust], channels: [console]}\n"


def config(folder: Path, text: str = CONFIG, environment: dict[str, str] | None = None, /, **files: str) -> Config:
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return load_config(folder / "config.yaml", environment or {})


def told(folder: Path, text: str = CONFIG, /, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config(folder, text, **files)
    return [str(mistake).replace(f"{folder}/", "") for mistake in caught.value.mistakes]


def test_what_is_included_stands_behind_what_config_yaml_says(tmp_path: Path) -> None:
    loaded = config(
        tmp_path,
        CONFIG.replace("topics.yaml", "[topics.yaml, more.yaml, none.yaml]"),
        topics=TOPICS,
        more=TOPICS.replace("Antitrust", "Mergers").replace("console", "second")
        + "channels:\n  second: {url: 'console://'}\nfeeds:\n  - {name: B, address: https://b.example/rss}\n",
        none="# nothing yet\n",
    )
    assert [(topic.name, topic.channels) for topic in loaded.topics] == [
        ("Antitrust", ("console",)),
        ("Mergers", ("second",)),
    ]
    assert [channel.name for channel in loaded.channels] == ["console", "second"]
    assert [feed.name for feed in loaded.feeds] == ["Example", "B"]
    assert set(loaded.channel_rules) == {"console", "second"}
    assert files_of(tmp_path / "config.yaml") == [tmp_path / f"{name}.yaml" for name in ("topics", "more", "none")]


def test_commands_that_tell_nobody_see_what_is_included(tmp_path: Path) -> None:
    config(tmp_path, topics=TOPICS)
    path = tmp_path / "config.yaml"
    assert [topic.name for topic in topics_of(path)] == ["Antitrust"]
    assert [topic.name for topic in settings_of(path).topics] == ["Antitrust"]


def test_mistakes_of_all_files_are_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    assert told(
        tmp_path,
        CONFIG.replace("topics.yaml", "[topics.yaml, list.yaml, nested.yaml]").replace("address:", "adress:"),
        topics=TOPICS.replace("keywords", "keywrods"),
        list="- {name: A}\n",
        nested="include: more.yaml\nservice: {}\ntopics: []\n",
    ) == [
        "config.yaml line 4, feeds[0].adress: unknown key `adress`; did you mean `address`?",
        "topics.yaml line 2, topics[0].keywrods: unknown key `keywrods`; did you mean `keywords`?",
        "list.yaml line 1: found a list, expected a mapping, one `key: value` a line",
        "nested.yaml line 1, include: `include` stands only in config.yaml; a file that it includes holds feeds, topics"
        " and channels",
        "nested.yaml line 2, service: `service` stands only in config.yaml; a file that it includes holds feeds, topics"
        " and channels",
    ]


def test_what_only_shows_between_files_is_told_with_both_places(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "more.yaml").write_text(
        TOPICS.replace("[console]", "[consle]")
        + "channels:\n  console: {url: 'console://'}\nfeeds:\n  - {name: X, address: https://example.org/rss}\n"
    )
    own = "topics:\n  - {name: Antitrust, keywords: [cartel], channels: [console]}\nchannels:"
    text = CONFIG.replace("topics.yaml", "[topics.yaml, team/more.yaml]").replace("channels:", own)
    assert told(tmp_path, text, topics=TOPICS) == [
        "topics.yaml line 2, topics[0].name: this name is already used in config.yaml line 6;"
        " each of the topics needs its own",
        "team/more.yaml line 2, topics[0].name: this name is already used in config.yaml line 6;"
        " each of the topics needs its own",
        "team/more.yaml line 2, topics[0].channels[0]: channel `consle` is not defined below `channels`;"
        " did you mean `console`?",
        "team/more.yaml line 4, channels.console: this channel is already defined in config.yaml line 8;"
        " each has a name of its own",
        "team/more.yaml line 6, feeds[0].address: this address is already used in config.yaml line 4;"
        " each of the feeds needs its own",
    ]


def test_a_file_that_is_no_yaml_is_told_and_nothing_that_may_follow_from_it(tmp_path: Path) -> None:
    text = CONFIG.replace("topics.yaml", "[channels.yaml, topics.yaml]")
    broken = "channels:\n  mail: {url: 'console://'\n"
    assert told(tmp_path, text, channels=broken, topics=TOPICS.replace("console", "mail")) == [
        "channels.yaml line 2: a bracket that is opened here is not closed as it should be"
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "gone.yaml",
            "gone.yaml: there is no such file; put a file of topics, channels or feeds there, or take its name",
        ),
        ("team/*.yaml", "there is no such file, and * stands for nothing here; write the name of each file"),
        ("config.yaml", "config.yaml is this file itself; take its name out"),
        (".", "this is a folder"),
        ("[topics.yaml, ./topics.yaml]", "./topics.yaml is the same file as topics.yaml; name it once"),
        ("/dev/zero", "no file but a pipe or a device"),
        ("3", "found the whole number 3"),
    ],
)
def test_a_file_that_cannot_be_included_is_told_where_it_is_named(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "topics.yaml").write_text(TOPICS)
    text = CONFIG.replace("topics.yaml", name)
    (mistake,) = [each for each in told(tmp_path, text) if each.startswith("config.yaml line 1, include")]
    assert sentence in mistake


def test_one_file_cannot_be_both_feeds_and_more(tmp_path: Path) -> None:
    assert told(tmp_path, f"feeds_from: topics.yaml\n{CONFIG}", topics=TOPICS) == [
        "config.yaml line 1, feeds_from: topics.yaml is named twice; name it once"
    ]


def test_secrets_of_an_included_file_come_from_outside_and_are_never_shown(tmp_path: Path) -> None:
    channels = 'channels:\n  hook: {url: "${HOOK}"}\n  chat: {url: "file:chat"}\n'
    (tmp_path / "chat").write_text("json://127.0.0.1/s3cr3t-t0ken\n")
    text = CONFIG.replace("topics.yaml", "[topics.yaml, channels.yaml]")
    loaded = config(tmp_path, text, {"HOOK": "json://hooks.example.org/an0ther"}, topics=TOPICS, channels=channels)
    assert {channel.name: channel.url for channel in loaded.channels}["chat"] == "json://127.0.0.1/s3cr3t-t0ken"
    plain = channels.replace("${HOOK}", "json://hooks.example.org/an0ther")
    notes = config(tmp_path, text, topics=TOPICS, channels=plain).notes
    assert "channel hook: its address is a password; put it into a variable or a file of its own" in notes
    assert any(note.startswith("channels.yaml holds a password") for note in notes)
    assert "an0ther" not in str(notes)
    used = TOPICS.replace("[console]", "[hook]")
    assert told(tmp_path, text, topics=used, channels=channels) == [
        "topics.yaml line 2, topics[0].channels[0]: channel hook, used by topic Antitrust, waits for the variable HOOK;"
        " provide it, or take hook out of the topic's channels"
    ]


def test_what_yaml_cuts_off_is_noted_with_the_file(tmp_path: Path) -> None:
    topics = "topics:\n  - name: Antitrust\n    channels: [console]\n    query: antitrust #case\n"
    assert any("in topics.yaml line 4 a # begins a comment" in note for note in config(tmp_path, topics=topics).notes)


def test_an_edit_of_an_included_file_is_seen(tmp_path: Path) -> None:
    config(tmp_path, topics=TOPICS)
    path = tmp_path / "config.yaml"
    files = ConfigFiles(path, lambda: files_of(path))
    assert not files.have_changed()
    (tmp_path / "topics.yaml").write_text(TOPICS.replace("antitrust]", "cartel]"))
    assert files.have_changed()
