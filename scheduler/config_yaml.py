"""The plain part of YAML that a configuration needs, read with the line and the writing of every value.

Anchors, aliases, tags, a key twice, several documents and deep nesting are refused: all that a configuration
gains from them is surprise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from scheduler.config_mistakes import Fault, KeyPath, brief, is_in_headers
from scheduler.config_scalars import Odd, in_quotes, read_scalar
from scheduler.config_syntax import RefusedError, decoded, syntax_fault

MAX_DEPTH = 32
_COMMENT = re.compile(r"[ \t]+#")

# Both are safe: only their events are used and nothing is made from tags. The one in C reads 1 MB in 3 s.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One value: its line (from 1), what it is in words, and how it was written if it is a single value.

    `cut_at`: the line on which a comment follows a single value without quotes, as if its writer meant the #, too.
    `is_in_double_quotes`: it stands between `"`, which YAML takes off. `file`: in which file, if not in config.yaml.
    """

    line: int
    found: str
    written: str | None = None
    cut_at: int | None = None
    is_in_double_quotes: bool = False
    file: str = ""


@dataclass(slots=True)
class Tree:
    """What the file says. `value` is None when a fault kept it from being read to its end; `name` is the file's."""

    value: object = None
    places: dict[KeyPath, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    name: str = ""

    def line(self, path: KeyPath) -> int | None:
        """Return the line of `path`, or of the nearest thing around it."""
        place = self._nearest(path)
        return place.line if place else None

    def where(self, path: KeyPath, *, beside: KeyPath | None = None) -> str:
        """Return in words where `path` is: in which line, and of which file, unless `beside` is in the same one."""
        there, here = self._nearest(path), beside and self._nearest(beside)
        if there is None:
            return self.name
        is_near = bool(here and here.file == there.file)
        return f"line {there.line}" if is_near else f"{there.file or self.name} line {there.line}"

    def _nearest(self, path: KeyPath) -> Place | None:
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path)

    def text(self, *path: str | int) -> str | None:
        """Return the text at `path`, or None when no text is there."""
        place = self.places.get(path)
        return place.written if place and place.found == "text" else None

    def texts(self, *pattern: str | None) -> Iterator[tuple[KeyPath, str]]:
        """Yield path and text of every text whose path fits `pattern`, in which None is any key or index."""
        for path in self.places:
            fits = len(path) == len(pattern) and all(
                step is None or step == key for step, key in zip(pattern, path, strict=True)
            )
            if fits and (text := self.text(*path)) is not None:
                yield path, text

    def keys(self, *path: str | int) -> tuple[str, ...]:
        """Return the keys of the mapping at `path`."""
        below = len(path) + 1
        return tuple(str(found[-1]) for found in self.places if len(found) == below and found[:-1] == path)


def read_yaml(content: bytes) -> Tree:
    """Return what `content`, a whole configuration, says, with every fault found on the way. Never raises."""
    return _read(content, None)


def read_part(content: bytes) -> Tree:
    """Return what `content`, a part of a configuration that may be empty, says. Never raises."""
    return _read(content, None, may_be_empty=True)


def read_section(content: bytes, key: str) -> Tree:
    """Return what `content` says as if it stood below `key` in a configuration of its own. Never raises."""
    return _read(content, key)


def _read(content: bytes, section: str | None, *, may_be_empty: bool = False) -> Tree:
    tree = Tree()
    text = ""
    try:
        text = decoded(content)
        reading = _Reading(text, tree)
        if section:
            tree.value = {section: reading.document((section,), may_be_empty=True) or []}
        else:
            value = reading.document((), may_be_empty=may_be_empty)
            tree.value = {} if value is None and may_be_empty else value
    except RefusedError as error:
        tree.faults.append(error.fault)
    except yaml.YAMLError as error:
        tree.faults.append(syntax_fault(error, text))
    return tree


class _Reading:
    """One pass over the events of a document. Recursion is bounded by MAX_DEPTH."""

    def __init__(self, text: str, tree: Tree) -> None:
        self.events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_LOADER))
        self.text = text
        self.tree = tree

    def document(self, path: KeyPath, *, may_be_empty: bool) -> object:
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            if may_be_empty:
                return None
            raise RefusedError("the file is empty; it needs `feeds`, `topics` and `channels`")
        value = self.node(next(self.events), path)
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise RefusedError("a second document begins here (---); a configuration is one", _line(after))
        return value

    def node(self, event: yaml.Event, path: KeyPath, line: int | None = None) -> object:
        line = line or _line(event)
        self.refuse_decorations(event, path, line)
        if isinstance(event, yaml.ScalarEvent):
            value, found = read_scalar(event)
            self.tree.places[path] = Place(
                line=line,
                found=found,
                written=event.value,
                cut_at=self.comment_behind(event),
                is_in_double_quotes=event.style == '"',
            )
            return value
        if len(path) >= MAX_DEPTH:
            raise RefusedError(f"nested deeper than {MAX_DEPTH} levels", line)
        if isinstance(event, yaml.SequenceStartEvent):
            self.tree.places[path] = Place(line=line, found="a list")
            return self.sequence(path)
        if isinstance(event, yaml.MappingStartEvent):
            self.tree.places[path] = Place(line=line, found="a mapping")
            return self.mapping(path)
        return Odd("an alias")

    def sequence(self, path: KeyPath) -> list[object]:
        values: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self.node(event, (*path, len(values))))
        return values

    def mapping(self, path: KeyPath) -> dict[str, object]:
        values: dict[str, object] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = _line(event)
            key = self.key(event, path, line)
            if key in lines:
                both = f"in line {lines[key]} and in line {line}"
                self.fault(f"`{_shown(key, path)}` is written twice, {both}; keep one", (*path, key), line)
            lines[key] = line
            values[key] = self.node(next(self.events), (*path, key), line)
        return values

    def key(self, event: yaml.Event, path: KeyPath, line: int) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self.node(event, (*path, "?"), line)
            self.fault("a list, a mapping or an alias cannot be a key", (*path, "?"), line)
            return "?"
        below = (*path, event.value)
        self.refuse_decorations(event, below, line)
        value, found = read_scalar(event)
        if not event.value:
            self.fault("a key is missing before the colon", below, line)
        elif not isinstance(value, str) and is_in_headers(path):
            self.fault("a header's name is text; put it in quotes", below, line)
        elif not isinstance(value, str):
            self.fault(f"found {found} as a key, expected text; {in_quotes(event.value)}", below, line)
        return event.value

    def comment_behind(self, event: yaml.ScalarEvent) -> int | None:
        """Return the line of a comment directly behind a value without quotes."""
        end = event.end_mark
        if event.style or not event.value or not end:  # the parsers give "" and None for no quotes
            return None
        return end.line + 1 if _COMMENT.match(self.text, end.index) else None

    def refuse_decorations(self, event: yaml.Event, path: KeyPath, line: int) -> None:
        anchor: str | None = getattr(event, "anchor", None)
        if isinstance(event, yaml.AliasEvent):
            self.fault(f"*{_shown(anchor or '', path)} is an alias; write the value out", path, line)
        elif anchor is not None:
            self.fault(f"&{_shown(anchor, path)} is an anchor; write the value out where it is needed", path, line)
        if getattr(event, "tag", None) is not None:
            self.fault("a tag (!) before a value is not allowed; put text in quotes", path, line)

    def fault(self, sentence: str, path: KeyPath, line: int) -> None:
        self.tree.faults.append(Fault(sentence=sentence, path=path, line=line))


def _shown(text: str, path: KeyPath) -> str:
    return "…" if is_in_headers(path) else brief(text)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
