"""The files that a configuration consists of, each read by itself: config.yaml and those that it takes parts from."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.settings import FeedSettings
from scheduler.config_headers import faults_of_headers, with_headers
from scheduler.config_mistakes import MAX_TOLD, ConfigError, Fault, Mistake, brief, write_path
from scheduler.config_schema import ConfigFile, read_settings
from scheduler.config_syntax import MAX_BYTES
from scheduler.config_yaml import Tree, read_part, read_section, read_yaml

_HELD = ("feeds", "topics", "channels")  # what an included file may hold
_KEYS = {"include": "a file of topics, channels or feeds", "feeds_from": "a file of feeds"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a configuration: what it says, and what is wrong with that, by its own places.

    `settings` is None when it has mistakes.
    """

    path: Path
    tree: Tree
    settings: ConfigFile | None
    faults: tuple[Fault, ...] = ()

    @property
    def feeds(self) -> tuple[FeedSettings, ...]:
        """The feeds in it, none when it has mistakes."""
        return self.settings.feeds if self.settings else ()

    @property
    def is_readable(self) -> bool:
        """Whether it was read to its end."""
        return self.tree.value is not None or not self.tree.faults


def read_main(path: Path) -> Part:
    """Return the file that names all the others.

    :raises ConfigError: when it cannot be read as YAML at all: the rest is not known then
    """
    tree = read_yaml(content_of(path))
    part = _part(path, tree)
    if not part.is_readable:
        raise ConfigError(mistakes_in(part, ()))
    return part


def read_others(main: Part, *keys: str) -> tuple[list[Part], list[Fault]]:
    """Return the files that `main` takes parts from by `keys`, and what is wrong with naming them."""
    parts: list[Part] = []
    faults: list[Fault] = []
    named = {_which(main.path): ""}
    for key in keys:
        for name in names_in(main.tree, key):
            file = _which(main.path.parent / name)
            if file in named:
                faults.append(Fault(path=(key,), sentence=f"{brief(name)} {_again(name, named[file])}"))
                continue
            named[file] = name
            try:
                content = content_of(main.path.parent / name)
            except ConfigError as error:
                faults.append(Fault(path=(key,), sentence=_missing(key, name, error)))
            else:
                reading = read_feed_file if key == "feeds_from" else _read_included
                parts.append(reading(main.path.parent / name, content))
    return parts, faults


def names_in(tree: Tree, key: str) -> list[str]:
    """Return the files that the configuration `tree` names under `key`, as they are written there."""
    return [name for pattern in ((key,), (key, None)) for _, name in tree.texts(*pattern) if name]


def read_feed_file(path: Path, content: bytes) -> Part:
    """Return the feeds in `content`, a list and nothing else. Their headers are as they are written."""
    return _part(path, read_section(content, "feeds"))


def filled_in(part: Part, environment: Mapping[str, str], folder: Path) -> Part:
    """Return `part` with the values of the headers of its feeds; `folder` is that of config.yaml."""
    if part.settings is None:
        faults = faults_of_headers(part.tree, part.faults, environment, folder)
        return replace(part, faults=(*part.faults, *faults))
    feeds, found = with_headers(part.feeds, environment, folder)
    return replace(part, settings=part.settings.model_copy(update={"feeds": feeds}), faults=(*part.faults, *found))


def content_of(path: Path) -> bytes:
    """Return what is in a file, as far as a configuration is ever read.

    :raises ConfigError: when it cannot be read
    """
    try:
        if path.is_dir():
            raise ConfigError([Mistake(file=str(path), sentence="this is a folder; name the file in it")])
        if path.exists() and not path.is_file():  # reading one may never end
            sentence = "this is no file but a pipe or a device; name a file"
            raise ConfigError([Mistake(file=str(path), sentence=sentence)])
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        sentence = "there is no such file; name yours with --config"
    except (OSError, ValueError) as error:
        sentence = f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
    raise ConfigError([Mistake(file=str(path), sentence=sentence)])


def mistakes_in(part: Part, faults: Iterable[Fault]) -> list[Mistake]:
    """Return what is wrong with `part`, with `faults` that only show beside the other parts, as mistakes in its lines.

    Within what could not be read, nothing else is told.
    """
    told = [fault.path for fault in part.tree.faults if fault.path]
    others = [fault for fault in (*part.faults, *faults) if not any(fault.path[: len(path)] == path for path in told)]
    mistakes = [
        Mistake(
            file=str(part.path),
            sentence=fault.sentence,
            line=fault.line or part.tree.line(fault.path),
            key_path=write_path(fault.path),
        )
        for fault in (*part.tree.faults, *others)
    ]
    mistakes.sort(key=lambda mistake: mistake.line or 0)
    if len(mistakes) <= MAX_TOLD:
        return mistakes
    return [*mistakes[:MAX_TOLD], Mistake(file=str(part.path), sentence="and more mistakes; mend these first")]


def _read_included(path: Path, content: bytes) -> Part:
    part = _part(path, read_part(content))
    return replace(part, faults=(*part.faults, *_misplaced(part.tree)))


def _misplaced(tree: Tree) -> Iterator[Fault]:
    for key in (str(path[0]) for path in tree.places if len(path) == 1):
        if key in ConfigFile.model_fields and key not in _HELD:
            sentence = f"`{key}` stands only in config.yaml; a file that it includes holds feeds, topics and channels"
            yield Fault(path=(key,), sentence=sentence)


def _part(path: Path, tree: Tree) -> Part:
    settings, faults = read_settings(tree) if tree.value is not None or not tree.faults else (None, [])
    return Part(path=path, tree=tree, settings=settings, faults=tuple(faults))


def _missing(key: str, name: str, error: ConfigError) -> str:
    what = error.mistakes[0].sentence.partition(";")[0]
    if "*" in name and key == "include":
        return f"{brief(name)}: {what}, and * stands for nothing here; write the name of each file"
    return f"{brief(name)}: {what}; put {_KEYS[key]} there, or take its name out"


def _again(name: str, before: str) -> str:
    if not before:
        return "is this file itself; take its name out"
    same = "is named twice" if before == name else f"is the same file as {brief(before)}"
    return f"{same}; name it once"


def _which(path: Path) -> str:
    """Return what all names of one file have in common."""
    try:
        return os.path.realpath(path)
    except ValueError:  # no file can be called so; that is told where it is opened
        return str(path)
