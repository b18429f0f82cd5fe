"""Files that hold only feeds, which config.yaml takes in by `feeds_from`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.settings import FeedSettings
from scheduler.config_headers import faults_of_headers, with_headers
from scheduler.config_mistakes import Fault
from scheduler.config_schema import read_settings
from scheduler.config_yaml import Tree, read_section
from stories.address import safe_address
from stories.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """One file of feeds as it was read: what it holds, and what is wrong with that."""

    path: Path
    tree: Tree
    feeds: tuple[FeedSettings, ...]
    faults: tuple[Fault, ...]


def names_of_feed_files(tree: Tree) -> list[str]:
    """Return the files that the configuration `tree` takes feeds from, as they are written there."""
    return [name for pattern in (("feeds_from",), ("feeds_from", None)) for _, name in tree.texts(*pattern) if name]


def read_feed_file(path: Path, content: bytes) -> FeedFile:
    """Return the feeds in `content`, a list and nothing else. Their headers are as they are written."""
    tree = read_section(content, "feeds")
    if tree.value is None:
        return FeedFile(path=path, tree=tree, feeds=(), faults=())
    settings, faults = read_settings(tree)
    return FeedFile(path=path, tree=tree, feeds=settings.feeds if settings else (), faults=tuple(faults))


def filled_in(file: FeedFile, environment: Mapping[str, str], folder: Path) -> FeedFile:
    """Return `file` with the values of its headers; `folder` is that of config.yaml."""
    feeds, faults = with_headers(file.feeds, environment, folder)
    if not file.feeds:
        faults = list(faults_of_headers(file.tree, file.faults, environment, folder))
    return replace(file, feeds=feeds, faults=(*file.faults, *faults))


def feeds_twice(config: Tree, config_path: Path, files: Iterable[FeedFile]) -> Iterator[tuple[FeedFile, Fault]]:
    """Yield the feeds of `files` whose name or address is used before, in a file of feeds or in the configuration."""
    for key in ("name", "address"):
        first: dict[str, tuple[Path, int | None]] = {}
        for path, text in config.texts("feeds", None, key):
            first.setdefault(_same(key, text), (config_path, config.line(path)))
        for file in files:
            for path, text in file.tree.texts("feeds", None, key):
                same = _same(key, text)
                if same not in first:
                    first[same] = (file.path, file.tree.line(path))
                    continue
                where, line = first[same]
                there = f"in line {line}" if where == file.path else f"in {_shown(where, config_path)} line {line}"
                sentence = f"this {key} is already used {there}; each feed needs its own"
                yield file, Fault(path=path, sentence=sentence)


def _shown(path: Path, config_path: Path) -> Path:
    """Return `path` as it is written in the configuration: beside it, or whole."""
    return path.relative_to(config_path.parent) if path.is_relative_to(config_path.parent) else path


def _same(key: str, text: str) -> str:
    return (safe_address(text) or text) if key == "address" else fold(text)
