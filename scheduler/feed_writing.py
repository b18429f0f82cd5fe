"""Feeds as people write them into a file, and how such a file is added to without losing what is there."""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import accumulate
from json import dumps
from pathlib import Path

from crawler.settings import FeedSettings
from scheduler.config_parts import Part, read_feed_file
from scheduler.config_syntax import MAX_BYTES
from scheduler.config_yaml import read_yaml
from stories.durations import write_duration

_PLAIN = re.compile(r"[^\W\d_][\w ./&+()-]*(?<! )|https?://[\w./?=&%~+:;@$!()*-]*[\w/=]")
_MEANS_ELSE = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_DASH = re.compile(rb"^( *)- ", re.M)


class FeedFileError(Exception):
    """A file of feeds that cannot be added to; the text says why and what to do."""


def yaml_of(feeds: Iterable[FeedSettings], indent: str = "") -> str:
    """Return `feeds` as the items of a YAML list, without their headers, which may be secrets."""
    return "".join(f"{indent}{'- ' if not number else '  '}{line}\n" for feed in feeds for number, line in _lines(feed))


def with_feeds(path: Path, content: bytes, feeds: Sequence[FeedSettings]) -> tuple[bytes, int]:
    """Return `content`, a file of feeds, with `feeds` behind what is there, and how many of them found room.

    Everything that is there stays byte for byte.

    :raises FeedFileError: when the file has mistakes, or is not written as a list of one feed below the other
    """
    before = _read(path, content)
    indent = found[1].decode() if (found := _DASH.search(content)) else ""
    start = content if not content or content.endswith(b"\n") else content + b"\n"
    items = [yaml_of([feed], indent).encode() for feed in feeds]
    fitting = sum(len(start) + length <= MAX_BYTES for length in accumulate(map(len, items)))
    grown = start + b"".join(items[:fitting])
    after = read_feed_file(path, grown)
    if after.tree.faults or after.faults or after.feeds != (*before.feeds, *feeds[:fitting]):
        raise FeedFileError(f"{path} cannot be added to: its feeds must stand one below the other, each with a dash")
    return grown, fitting


def with_feeds_from(content: bytes, name: str) -> bytes | None:
    """Return `content`, a configuration, with the line that takes in the file `name`; None if that cannot be added."""
    end = b"" if not content or content.endswith(b"\n") else b"\n"
    grown = content + end + f"\n# More feeds, in a file of their own.\nfeeds_from: {_scalar(name)}\n".encode()
    before, after = read_yaml(content), read_yaml(grown)
    if not isinstance(before.value, dict) or before.faults or after.faults:
        return None
    return grown if after.value == {**before.value, "feeds_from": name} else None


def replace_file(path: Path, content: bytes, *, before: bytes | None) -> None:
    """Put `content` in the place of the file at `path`, whole or not at all, with its mode; make it if it is new.

    :raises FeedFileError: when it is not what it was `before` (None: not there), or cannot be written
    """
    try:
        real = path.resolve()  # a link stays one
        if (real.read_bytes() if real.exists() else None) != before:
            raise FeedFileError(f"{path} was changed meanwhile; nothing was written, try again")
        handle, temporary = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
        try:
            with open(handle, "wb") as file:  # noqa: PTH123  a descriptor has no path
                file.write(content)
                os.fchmod(file.fileno(), real.stat().st_mode & 0o7777 if before is not None else 0o666 & ~_umask())
                os.fsync(file.fileno())
            Path(temporary).replace(real)
        finally:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise FeedFileError(f"{path} cannot be written: {why}; nothing was changed") from None


def write_plainly(path: Path, content: bytes) -> None:
    """Write `content` to the file at `path`, which is made or replaced; a link or a device is not followed.

    :raises FeedFileError: when that is not possible; then nothing was changed
    """
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise FeedFileError(f"{path} is not a plain file; name one, or leave --output out")
        before = path.read_bytes() if path.exists() else None
    except (OSError, ValueError) as error:
        raise FeedFileError(f"this name cannot be written to: {getattr(error, 'strerror', None) or error}") from None
    replace_file(path, content, before=before)


def _read(path: Path, content: bytes) -> Part:
    file = read_feed_file(path, content)
    if fault := next(iter([*file.tree.faults, *file.faults]), None):
        line = fault.line or file.tree.line(fault.path)
        raise FeedFileError(f"{path} line {line}: {fault.sentence}; mend it first, nothing was changed")
    return file


def _lines(feed: FeedSettings) -> Iterator[tuple[int, str]]:
    return enumerate(f"{key}: {value}" for key, value in _written(feed))


def _written(feed: FeedSettings) -> Iterator[tuple[str, str]]:
    yield "name", _scalar(feed.name)
    yield "address", _scalar(feed.address)
    yield from _durations(feed)
    if feed.language:
        yield "language", dumps(feed.language)
    if feed.tags:
        yield "tags", f"[{', '.join(map(_scalar, feed.tags))}]"
    if feed.full_text:
        yield "full_text", feed.full_text
    if feed.page:
        given = feed.page.model_dump(exclude_none=True)
        yield (
            "page",
            "{" + ", ".join(f"{key}: {dumps(value, ensure_ascii=False)}" for key, value in given.items()) + "}",
        )
    for key in ("allow_private", "allow_insecure"):
        if getattr(feed, key):
            yield key, "true"


def _durations(feed: FeedSettings) -> Iterator[tuple[str, str]]:
    for key in ("every", "alert_if_younger_than"):
        if duration := getattr(feed, key):
            yield key, write_duration(duration)


def _scalar(text: str) -> str:
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _MEANS_ELSE
    return text if is_plain else dumps(text, ensure_ascii=False)


def _umask() -> int:
    umask = os.umask(0o077)
    os.umask(umask)
    return umask
