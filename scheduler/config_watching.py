"""The configuration while the service runs: its files are looked at every two seconds, and read when they changed."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from scheduler.config_mistakes import ConfigError
from scheduler.config_syntax import MAX_BYTES

LOOK_SECONDS = 2.0


Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True)
class _Sign:
    """By what a file is told from what it was before: cheap to get, and enough in nearly all cases."""

    inode: int
    size: int
    modified: int
    changed: int


class ConfigFiles:
    """The files of a running service's configuration, and what of them was read last.

    `named` returns the files that the one at `path` takes parts from, as far as it can be read.
    """

    def __init__(self, path: Path, named: Callable[[], Iterable[Path]]) -> None:
        self._path = path
        self._named = named
        self._files = self._all()
        self._signs, self._content = self._look(), self._digest()

    def have_changed(self) -> bool:
        """Whether a file holds something else than when this was asked last; the time of a file alone is no change."""
        signs = self._look()
        if signs == self._signs:
            return False
        self._files = self._all()
        before, self._signs, self._content = self._content, self._look(), self._digest()
        return self._content != before

    def _all(self) -> tuple[Path, ...]:
        return (self._path, *(file for file in self._named() if file != self._path))

    def _look(self) -> tuple[_Sign | None, ...]:
        return tuple(map(_sign_of, self._files))

    def _digest(self) -> bytes:
        digest = hashlib.sha256()
        for file in self._files:
            content = _content_of(file)
            digest.update(b"-" if content is None else b"%d:" % len(content))
            digest.update(content or b"")
        return digest.digest()


async def changes(
    files: ConfigFiles,
    load: Callable[[], Loaded],
    *,
    stop: asyncio.Event,
    asked: asyncio.Event,
    every: float = LOOK_SECONDS,
) -> AsyncGenerator[Loaded | ConfigError, None]:
    """Yield the configuration each time its files have changed, or what is wrong with it, until `stop` is set.

    `asked` has the files read at once, changed or not; it is cleared. Otherwise they are read when two looks find the
    same: half of a file may be a configuration, too, and somebody may be writing the rest. `load` runs in a thread.
    It ends within `every` seconds of `stop`, or at once with `asked`.
    """
    is_to_be_read = False
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(every):
                await asked.wait()
        if stop.is_set():
            return
        is_asked = asked.is_set()
        asked.clear()
        if files.have_changed() and not is_asked:
            is_to_be_read = True
            continue
        if is_to_be_read or is_asked:
            is_to_be_read = False
            yield await asyncio.to_thread(_loaded, load)


def _loaded(load: Callable[[], Loaded]) -> Loaded | ConfigError:
    try:
        return load()
    except ConfigError as error:
        return error


def _sign_of(file: Path) -> _Sign | None:
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return _Sign(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _content_of(file: Path) -> bytes | None:
    """Return the beginning of a file as far as a configuration is ever read, or None when there is nothing to read."""
    try:
        if not file.is_file():  # reading a pipe may never end
            return None
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return None
