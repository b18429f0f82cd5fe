"""Feeds may stand in files of their own; their mistakes are told with the file's name and line."""

import os
from pathlib import Path

import pytest

from scheduler.config import Config, ConfigError, feed_files_of, load_config
from scheduler.feed_taking_in import known_feeds, place_for
from scheduler.feed_writing import FeedFileError

CONFIG = """\
feeds_from: feeds.yaml
feeds:
  - name: Example
    address: https://example.org/rss
topics:
  - {name: Antitrust, keywords: [antitrust], channels: [console]}
channels:
  console: {url: "console://"}
"""


def config(folder: Path, text: str = CONFIG, environment: dict[str, str] | None = None, /, **files: str) -> Config:
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return load_config(folder / "config.yaml", environment or {})


def told(folder: Path, text: str = CONFIG, /, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config(folder, text, **files)
    return [str(mistake).replace(f"{folder}/", "") for mistake in caught.value.mistakes]


def test_feeds_of_other_files_stand_after_those_of_the_configuration(tmp_path: Path) -> None:
    text = CONFIG.replace("feeds.yaml", "[feeds.yaml, more.yaml]")
    loaded = config(
        tmp_path,
        text,
        feeds="- {name: A, address: https://a.example/rss, tags: [x, y z]}\n",
        more="# none yet\n",
    )
    assert [(feed.name, feed.tags) for feed in loaded.feeds] == [("Example", ()), ("A", ("x", "y z"))]
    assert feed_files_of(tmp_path / "config.yaml") == [tmp_path / "feeds.yaml", tmp_path / "more.yaml"]


def test_mistakes_of_all_files_are_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    assert told(
        tmp_path,
        CONFIG.replace("keywords", "keywrods").replace("feeds.yaml", "[feeds.yaml, list.yaml, gone.yaml, syntax.yaml]"),
        feeds="- name: A\n  adress: https://a.example/rss\n",
        list="feeds:\n  - {name: A, address: https://a.example/rss}\n",
        syntax="- name: *A\n  address: https://b.example/rss\n",
    ) == [
        "config.yaml line 1, feeds_from: gone.yaml: there is no such file;"
        " put a file of feeds there, or take its name out",
        "config.yaml line 6, topics[0].keywrods: unknown key `keywrods`; did you mean `keywords`?",
        "feeds.yaml line 2, feeds[0].adress: unknown key `adress`; did you mean `address`?",
        "list.yaml line 1, feeds: found a mapping, expected a list; begin each of them with a dash (-)",
        "syntax.yaml line 1, feeds[0].name: *A is an alias; write the value out",
    ]


def test_a_feed_that_stands_in_two_files_is_told_with_both_places(tmp_path: Path) -> None:
    assert told(
        tmp_path,
        feeds="- name: Other\n  address: https://example.org/rss\n- {name: EXAMPLE, address: https://b.example/rss}\n"
        "- {name: C, address: https://b.example/rss}\n",
    ) == [
        "feeds.yaml line 2, feeds[0].address: this address is already used in config.yaml line 4;"
        " each of the feeds needs its own",
        "feeds.yaml line 3, feeds[1].name: this name is already used in config.yaml line 3;"
        " each of the feeds needs its own",
        "feeds.yaml line 4, feeds[2].address: this address is already used in line 3; each of the feeds needs its own",
    ]


def test_a_feed_that_stands_in_the_same_line_of_two_files_of_one_name_is_told(tmp_path: Path) -> None:
    for folder, name in (("eu", "A"), ("us", "B")):
        (tmp_path / folder).mkdir()
        feed = f"- name: {name}\n  address: https://a.example/rss\n"
        (tmp_path / folder / "feeds.yaml").write_text(feed, encoding="utf-8")
    assert told(tmp_path, CONFIG.replace("feeds.yaml", "[eu/feeds.yaml, us/feeds.yaml]")) == [
        "us/feeds.yaml line 2, feeds[0].address: this address is already used in eu/feeds.yaml line 2;"
        " each of the feeds needs its own"
    ]


def test_feeds_that_stand_twice_in_one_line_are_told(tmp_path: Path) -> None:
    twice = "[{name: A, address: https://a.example/rss}, {name: A, address: https://a.example/2}]\n"
    assert told(tmp_path, feeds=twice) == [
        "feeds.yaml line 1, feeds[1].name: this name is already used in line 1; each of the feeds needs its own"
    ]


def test_a_file_of_feeds_that_is_named_twice_is_told(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to(tmp_path / "feeds.yaml")
    names = "[feeds.yaml, ./feeds.yaml, feeds.yaml, link.yaml]"
    feeds = "- {name: A, address: https://a.example/rss}\n"
    assert told(tmp_path, CONFIG.replace("feeds.yaml", names), feeds=feeds) == [
        "config.yaml line 1, feeds_from: ./feeds.yaml is the same file as feeds.yaml; name it once",
        "config.yaml line 1, feeds_from: feeds.yaml is named twice; name it once",
        "config.yaml line 1, feeds_from: link.yaml is the same file as feeds.yaml; name it once",
    ]


def test_a_pipe_or_a_device_in_the_place_of_a_file_is_told_and_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    why = "this is no file but a pipe or a device; put a file of feeds there, or take its name out"
    assert told(tmp_path, CONFIG.replace("feeds.yaml", "[pipe, /dev/zero]")) == [
        f"config.yaml line 1, feeds_from: pipe: {why}",
        f"config.yaml line 1, feeds_from: /dev/zero: {why}",
    ]
    (sentence,) = told(tmp_path, CONFIG.replace("feeds.yaml", r'"a\0b"'))
    assert "the file cannot be read: embedded null byte" in sentence
    with pytest.raises(ConfigError, match="this is no file but a pipe or a device; name a file"):
        load_config(tmp_path / "pipe", {})


def test_new_feeds_are_not_read_from_a_pipe_to_stand_behind_what_comes(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG.removeprefix("feeds_from: feeds.yaml\n"), "utf-8")
    os.mkfifo(tmp_path / "pipe")
    place = place_for(tmp_path / "config.yaml", tmp_path / "pipe")
    with pytest.raises(FeedFileError, match="pipe is no plain file; nothing was changed"):
        known_feeds(tmp_path / "config.yaml", place)


def test_headers_in_a_file_of_feeds_come_from_the_environment_and_from_files_beside_the_configuration(
    tmp_path: Path,
) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "key").write_text("s3cr3t-2\n", encoding="utf-8")
    (tmp_path / "lists" / "a.yaml").write_text(
        "- name: A\n  address: https://a.example/rss\n"
        '  headers: {Authorization: "Bearer ${TOKEN}", X-Key: "file:key"}\n',
        encoding="utf-8",
    )
    loaded = config(tmp_path, CONFIG.replace("feeds.yaml", "lists/a.yaml"), {"TOKEN": "s3cr3t-1"})
    values = {name: value.get_secret_value() for name, value in loaded.feeds[1].headers.items()}
    assert values == {"Authorization": "Bearer s3cr3t-1", "X-Key": "s3cr3t-2"}
    assert "s3cr3t" not in repr(loaded)


def test_a_folder_and_the_list_of_a_list_are_told(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    assert told(tmp_path, CONFIG.replace("feeds.yaml", "lists")) == [
        "config.yaml line 1, feeds_from: lists: this is a folder; put a file of feeds there, or take its name out"
    ]
    assert told(tmp_path, CONFIG.replace("feeds.yaml", "[[a]]")) == [
        "config.yaml line 1, feeds_from[0]: found a list, expected text"
    ]


def test_headers_that_are_written_out_or_go_out_in_the_open_and_open_certificates_are_noted(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").touch(0o644)
    loaded = config(
        tmp_path,
        CONFIG + "service: {contact: me@example.org}\n",
        {"KEY": "s3cr3t"},
        feeds="- {name: A, address: http://a.example/, headers: {X-Key: s3cr3t-1, Cookie: s3cr3t-2}}\n"
        "- {name: B, address: https://b.example/, allow_insecure: true, headers: {X-Key: '${KEY}', Accept: a/b}}\n",
    )
    assert loaded.notes == (
        "feed A: its headers go out unencrypted; if they are secrets, use its https address",
        "feed B: its certificate is taken as it is, so whoever is on the way can read and change what it says",
        "feed A: a header of it is a secret; put it into a variable or a file of its own",
        "feeds.yaml holds a secret and others on this machine can read it; chmod 600 helps",
    )


def test_a_file_that_holds_a_secret_and_that_others_can_read_is_noted_once(tmp_path: Path) -> None:
    for name, mode in (("open", 0o644), ("closed", 0o600), ("channel", 0o644)):
        (tmp_path / name).write_text("console://", encoding="utf-8")
        (tmp_path / name).chmod(mode)
    loaded = config(
        tmp_path,
        CONFIG + "  other: {url: 'file:channel'}\nservice: {contact: me@example.org}\n",
        feeds="- {name: A, address: https://a.example/, headers: {X-Key: 'file:open', X-Other: 'file:closed'}}\n"
        "- {name: B, address: https://b.example/, headers: {X-Key: 'file:open'}}\n",
    )
    assert [note for note in loaded.notes if "secret" in note] == [
        "channel holds a secret and others on this machine can read it; chmod 600 helps",
        "open holds a secret and others on this machine can read it; chmod 600 helps",
    ]
