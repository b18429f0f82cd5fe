"""Where imported feeds are written, and how config.yaml comes to take them in."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.settings import FeedSettings
from scheduler.config import feed_files_of, settings_of
from scheduler.config_parts import read_feed_file
from scheduler.feed_writing import FeedFileError, replace_file, with_feeds, with_feeds_from

_USUAL = "feeds.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The file that new feeds go to; `name` is what `feeds_from` calls it, and `is_taken_in` whether it does so yet."""

    path: Path
    name: str
    is_taken_in: bool
    others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many feeds were written, and what became of config.yaml, or is to be done with it, if anything."""

    count: int
    sentence: str | None = None


def place_for(config: Path, wanted: Path | None) -> Place:
    """Return where new feeds go: to the file `wanted`, else to the first that `config` takes in, else feeds.yaml.

    :raises ConfigError: when the configuration cannot be read
    """
    files = feed_files_of(config)
    path = wanted or (files[0] if files else config.parent / _USUAL)
    known = {file.absolute().resolve() for file in files}
    name = os.path.relpath(path.absolute(), config.absolute().parent)
    return Place(
        path=path,
        name=str(path.absolute()) if name.startswith("..") else name,
        is_taken_in=path.absolute().resolve() in known,
        others=bool(files),
    )


def known_feeds(config: Path, place: Place) -> tuple[FeedSettings, ...]:
    """Return the feeds that are there already, in the configuration and in the file at `place`.

    :raises ConfigError: when the configuration has mistakes
    """
    feeds = settings_of(config).feeds
    return feeds if place.is_taken_in else (*feeds, *read_feed_file(place.path, _content(place.path) or b"").feeds)


def take_in(config: Path, place: Place, feeds: Sequence[FeedSettings]) -> Taken:
    """Write `feeds` behind those at `place`, and the line into `config` that takes them in, if it has none.

    :raises FeedFileError: when the file cannot be added to; then nothing was changed
    """
    if not feeds:
        return Taken(count=0)
    before = _content(place.path)
    grown, count = with_feeds(place.path, before or b"", feeds)
    replace_file(place.path, grown, before=before)
    if place.is_taken_in:
        return Taken(count=count)
    return Taken(count=count, sentence=_taken_in_by(config, place))


def _taken_in_by(config: Path, place: Place) -> str:
    if place.others:
        return f"Add {place.name} to `feeds_from` in {config}, which takes in other files already."
    try:
        before = config.read_bytes()
        if (grown := with_feeds_from(before, place.name)) is not None:
            replace_file(config, grown, before=before)
            return f"{config} takes it in now: its last line is `feeds_from: {place.name}`."
    except (OSError, FeedFileError):
        pass  # then it is for whoever may write there
    return f"Add this line to {config}, at the left margin:\nfeeds_from: {place.name}"


def _content(path: Path) -> bytes | None:
    if path.exists() and not path.is_file():  # reading a pipe or a device may never end
        raise FeedFileError(f"{path} is no plain file; nothing was changed")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise FeedFileError(f"{path} cannot be read: {why}; nothing was changed") from None
