"""Mistakes in a configuration, each one sentence for the person who edits it."""

from collections.abc import Iterable
from dataclasses import dataclass

MAX_TOLD = 100  # nobody reads more at once, and the first ones cause most of the others

_IN_HEADERS = len(("feeds", 0, "headers"))

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong at a place of the file. Without a `line` it is where its `path` is."""

    sentence: str
    path: KeyPath = ()
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing to mend: where it is and what is wrong. `line` counts from 1; None when it has no place."""

    file: str
    sentence: str
    line: int | None = None
    key_path: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} line {self.line}"
        return f"{place}, {self.key_path}: {self.sentence}" if self.key_path else f"{place}: {self.sentence}"


class ConfigError(Exception):
    """A configuration that cannot be used, with everything that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


def write_path(path: KeyPath) -> str:
    """Return `path` as people read it; what may be a secret in the place of a key is not shown.

    >>> write_path(("topics", 0, "keywords", 2))
    'topics[0].keywords[2]'
    """
    if len(path) > _IN_HEADERS and is_in_headers(path):
        path = path[:_IN_HEADERS]  # where a colon is forgotten, a header's name holds its value
    steps = (f"[{step}]" if isinstance(step, int) else f".{brief(step)}" for step in path)
    return "".join(steps).removeprefix(".")


def is_in_headers(path: KeyPath) -> bool:
    """Whether `path` is the headers of a feed, which are secrets like the addresses of channels, or below them."""
    return path[:1] == ("feeds",) and path[2:_IN_HEADERS] == ("headers",)


def brief(text: str) -> str:
    """Return `text` short enough for a sentence, and nothing of what looks like an address, which may be secret."""
    line = " ".join(text.split())
    if "//" in line or "@" in line or not line.isprintable():
        return "…"
    return line if len(line) <= 40 else line[:39] + "…"
