"""The configuration while the service runs: what is done to its file, and what is made of that (F31)."""

import asyncio
import os
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from scheduler.config import Config, ConfigError, feed_files_of, load_config
from scheduler.config_watching import ConfigFiles, changes

LOOK = 0.01  # seconds
QUIET = 10 * LOOK
PATIENCE = 20.0  # seconds; only a failing test waits so long
GOOD = """
feeds:
  - {name: One, address: "https://one.example/rss"}
topics:
  - {name: Suits, keywords: [lawsuit], channels: [console]}
channels:
  console: {url: "console://"}
"""
OTHER = GOOD.replace("One", "Another")
Edit = Callable[[Path], object]


def feed_files(path: Path) -> list[Path]:
    try:
        return feed_files_of(path)
    except ConfigError:
        return []


def seen_after(path: Path, *edits: Edit, at_least: int = 1, asks: bool = False) -> list[Config | ConfigError]:
    """Return what the watching of `path` yields after `edits`, each made when what it yielded was taken.

    When it yielded as much as `at_least`, a while is waited for more.
    """

    async def play() -> list[Config | ConfigError]:
        stop, asked = asyncio.Event(), asyncio.Event()
        seen: list[Config | ConfigError] = []
        watching = changes(
            ConfigFiles(path, lambda: feed_files(path)),
            lambda: load_config(path, {}),
            stop=stop,
            asked=asked,
            every=LOOK,
        )
        left = list(edits)
        left.pop(0)(path)
        if asks:
            asked.set()
        async with aclosing(watching):
            while True:
                try:
                    async with asyncio.timeout(PATIENCE if len(seen) < at_least else QUIET):
                        seen.append(await anext(watching))
                except TimeoutError:
                    break
                if left:
                    left.pop(0)(path)
        return seen

    return asyncio.run(play())


def write(content: str | bytes) -> Edit:
    data = content.encode() if isinstance(content, str) else content
    return lambda path: path.write_bytes(data)


def save_as_vim(path: Path) -> None:
    """Move the file aside, write another one in its place, and remove the first."""
    aside = path.with_name("config.yaml~")
    path.rename(aside)
    path.write_text(OTHER)
    aside.unlink()


def save_as_nano(path: Path) -> None:
    """Cut the file and write it anew."""
    with path.open("r+b") as file:
        file.truncate(0)
        file.flush()
        file.write(OTHER.encode())


def save_by_renaming(path: Path) -> None:
    beside = path.with_name(".config.yaml.tmp")
    beside.write_text(OTHER)
    beside.rename(path)


def swap_a_link(path: Path) -> None:
    """Swap the link of a mounted volume, as container orchestration does."""
    target = path.with_name("..2026")
    target.write_text(OTHER)
    link = path.with_name("link")
    link.symlink_to(target)
    link.rename(path)


def save_a_hundred_times(path: Path) -> None:
    for number in range(100):
        path.write_text(OTHER.replace("Another", f"Another {number}"))
    path.write_text(OTHER)


def same_size_and_time(path: Path) -> None:
    """Write another text of the same length, and give the file its old time."""
    before = path.stat()
    path.write_text(GOOD.replace("One", "Two"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD)
    return path


@pytest.mark.parametrize(
    "edit",
    [write(OTHER), save_as_vim, save_as_nano, save_by_renaming, swap_a_link, save_a_hundred_times],
    ids=["written", "vim", "nano", "renamed", "link swapped", "a hundred saves"],
)
def test_f31_what_an_editor_saved_is_read_once(config: Path, edit: Edit) -> None:
    (seen,) = seen_after(config, edit)
    assert isinstance(seen, Config)
    assert [feed.name for feed in seen.feeds] == ["Another"]


def test_f31_a_file_of_the_same_size_and_time_is_read(config: Path) -> None:
    (seen,) = seen_after(config, same_size_and_time)
    assert isinstance(seen, Config)
    assert seen.feeds[0].name == "Two"


BROKEN: dict[str, tuple[Edit, str]] = {
    "yaml": (write("feeds: [\n"), "line"),
    "unknown key": (write(GOOD.replace("keywords", "keyword")), "did you mean `keywords`"),
    "regex": (write(GOOD.replace("keywords: [lawsuit]", "query: '/(a/'")), "topics[0].query"),
    "address": (write(GOOD.replace("https://one.example/rss", "htp:/one")), "feeds[0].address"),
    "empty": (write(""), "empty"),
    "only spaces and comments": (write("  \n# nothing\n"), "empty"),
    "half": (write(GOOD[: GOOD.index("lawsuit") + 3]), "line"),
    "deleted": (Path.unlink, "no such file"),
    "binary": (write(bytes(range(256))), "config.yaml"),
    "50 MB": (write(b"# much\n" * 7_500_000), "longer than 1,000,000 bytes"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_f31_a_broken_file_is_told_in_one_error(config: Path, name: str) -> None:
    edit, words = BROKEN[name]
    (seen,) = seen_after(config, edit)
    assert isinstance(seen, ConfigError)
    assert words in str(seen)


def test_f31_a_folder_in_its_place_is_told(config: Path) -> None:
    def replace_by_a_folder(path: Path) -> None:
        path.unlink()
        path.mkdir()

    (seen,) = seen_after(config, replace_by_a_folder)
    assert "this is a folder" in str(seen)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_f31_a_file_that_may_not_be_read_is_told(config: Path) -> None:
    (seen,) = seen_after(config, lambda path: path.chmod(0))
    assert "cannot be read" in str(seen)


def test_a_mended_file_is_read_again(config: Path) -> None:
    broken, mended = seen_after(config, write("feeds: [\n"), write(OTHER), at_least=2)
    assert isinstance(broken, ConfigError)
    assert isinstance(mended, Config)


def test_touching_a_file_is_no_change(config: Path) -> None:
    assert seen_after(config, lambda path: os.utime(path, (1, 1)), at_least=0) == []


def test_whoever_asks_has_the_file_read_though_it_has_not_changed(config: Path) -> None:
    (seen,) = seen_after(config, lambda path: None, asks=True)
    assert isinstance(seen, Config)


def test_a_file_of_feeds_is_watched_as_soon_as_it_is_named_and_when_it_comes_late(config: Path) -> None:
    beside = config.with_name("more.yaml")
    missing, complete, changed = seen_after(
        config,
        write(f"feeds_from: more.yaml\n{GOOD}"),
        lambda path: beside.write_text('- {name: More, address: "https://more.example/rss"}\n'),
        lambda path: beside.write_text('- {name: Most, address: "https://more.example/rss"}\n'),
        at_least=3,
    )
    assert "more.yaml" in str(missing)
    assert isinstance(complete, Config)
    assert isinstance(changed, Config)
    assert [feed.name for feed in changed.feeds] == ["One", "Most"]
