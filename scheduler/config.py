"""The configuration: what is watched, for whom, and with which limits, as values that do not change."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from alerts.planning import ChannelRule, TopicRule
from alerts.settings import Channel, TopicSettings
from crawler.settings import FeedSettings
from scheduler.config_channels import resolve_channels
from scheduler.config_checks import faults_between
from scheduler.config_feed_files import FeedFile, feeds_twice, filled_in, names_of_feed_files, read_feed_file
from scheduler.config_headers import faults_of_headers, with_headers
from scheduler.config_heartbeat import Heartbeat, resolve_heartbeat
from scheduler.config_mistakes import MAX_TOLD, ConfigError, Fault, Mistake, brief, write_path
from scheduler.config_notes import notes_on, notes_on_headers, notes_on_heartbeat, notes_on_secret_files
from scheduler.config_rules import channel_rules, operators, topic_rules
from scheduler.config_schema import ConfigFile, read_settings
from scheduler.config_service import ServiceSettings
from scheduler.config_syntax import MAX_BYTES
from scheduler.config_yaml import Tree, read_yaml

__all__ = [
    "Config",
    "ConfigError",
    "Mistake",
    "ServiceSettings",
    "database_of",
    "feed_files_of",
    "load_config",
    "settings_of",
    "topics_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole configuration that has been found good.

    `service.database` is absolute. A channel that `waits_for` something is used by no topic. `channel_rules` and
    `topic_rules` say by name when each is told, `operators` are the channels for notices (none without topics). Without
    a `heartbeat` nobody is called. `notes` are sentences about what is allowed and yet worth a thought.
    """

    service: ServiceSettings
    feeds: tuple[FeedSettings, ...]
    topics: tuple[TopicSettings, ...]
    channels: tuple[Channel, ...]
    channel_rules: Mapping[str, ChannelRule] = field(default_factory=dict)
    topic_rules: Mapping[str, TopicRule] = field(default_factory=dict)
    operators: tuple[str, ...] = ()
    heartbeat: Heartbeat | None = None
    notes: tuple[str, ...] = ()

    def topics_told_to(self, channel: str) -> dict[str, TopicRule]:
        """Return the rules of the topics that are told to `channel`."""
        return {topic.name: self.topic_rules[topic.name] for topic in self.topics if channel in topic.channels}


def load_config(path: Path, environment: Mapping[str, str]) -> Config:
    """Return the configuration in the file `path`; raise ConfigError with all its mistakes at once.

    `${NAME}` in a channel's address or a feed's header is taken from `environment`, `file:` beside the configuration's
    folder, and so are the files named by `feeds_from`.
    """
    folder = path.absolute().parent
    tree = read_yaml(_content(path))
    if tree.value is None and tree.faults:
        raise ConfigError(_mistakes(str(path), tree.faults, tree))  # the rest of the file is not known
    settings, faults = read_settings(tree)
    channels, channel_faults = resolve_channels(tree, environment, folder)
    heartbeat, heartbeat_faults = resolve_heartbeat(tree, environment, folder)
    feeds, header_faults = with_headers(settings.feeds if settings else (), environment, folder)
    if settings is None:
        header_faults = list(islice(faults_of_headers(tree, faults, environment, folder), MAX_TOLD + 1))
    between = islice(faults_between(tree, channels), MAX_TOLD + 1)
    faults = [*faults, *channel_faults, *heartbeat_faults, *header_faults, *between]
    files, missing = _feed_files(path, tree)
    files = [filled_in(file, environment, folder) for file in files]
    mistakes = _mistakes(str(path), [*tree.faults, *_outside([*faults, *missing], tree.faults)], tree)
    mistakes += _mistakes_in_feed_files(path, tree, files)
    if mistakes or settings is None:
        raise ConfigError(mistakes[: MAX_TOLD + 1])
    settings = _with_feeds(settings, feeds, files)
    database = _placed(settings.service.database, folder, environment)
    written = [(tree, path), *((file.tree, file.path) for file in files)]
    on_headers = [notes_on_headers(tree, path) for tree, path in written]
    on_secrets = [notes_on_secret_files(tree, folder) for tree, _ in written]
    on_heartbeat = notes_on_heartbeat(tree, heartbeat)
    return Config(
        service=settings.service.model_copy(update={"database": database}),
        feeds=settings.feeds,
        topics=settings.topics,
        channels=tuple(replace(each, template=settings.channels[each.name].template) for each in channels),
        channel_rules=channel_rules(settings),
        topic_rules=topic_rules(settings.topics),
        operators=operators(settings),
        heartbeat=heartbeat.heartbeat(settings.service.heartbeat),
        notes=tuple(
            islice(chain(notes_on(settings, channels, tree, path), on_heartbeat, *on_headers, *on_secrets), MAX_TOLD)
        ),
    )


def settings_of(path: Path) -> ConfigFile:
    """Return the settings of the file `path`, with the feeds of all files, whatever is wrong with its channels.

    For commands that tell nobody: secrets are not needed, and headers stay as they are written.

    :raises ConfigError: when a file has mistakes elsewhere
    """
    tree = _readable(path)
    settings, faults = read_settings(tree)
    files, missing = _feed_files(path, tree)
    mistakes = _mistakes(str(path), [*tree.faults, *_outside([*faults, *missing], tree.faults)], tree)
    mistakes += _mistakes_in_feed_files(path, tree, files)
    if mistakes or settings is None:
        raise ConfigError(mistakes[: MAX_TOLD + 1])
    return _with_feeds(settings, settings.feeds, files)


def feed_files_of(path: Path) -> list[Path]:
    """Return the files that the configuration in the file `path` takes feeds from.

    :raises ConfigError: when the file cannot be read as YAML at all
    """
    return [path.parent / name for name in names_of_feed_files(_readable(path))]


def database_of(path: Path, environment: Mapping[str, str]) -> Path:
    """Return where the archive is according to the file `path`, whatever else is wrong with the file.

    For commands that only read: they load no channels, and work while somebody edits.

    :raises ConfigError: when the file cannot be read as YAML at all
    """
    tree = _readable(path)
    written = tree.text("service", "database")
    return _placed(Path(written) if written else Path("wirewatch.db"), path.absolute().parent, environment)


def topics_of(path: Path) -> tuple[TopicSettings, ...]:
    """Return the topics of the file `path`, whatever is wrong with its channels.

    For commands that tell nobody: the secrets of the service are not in the environment of whoever asks.

    :raises ConfigError: when the file has mistakes elsewhere
    """
    tree = read_yaml(_content(path))
    settings, faults = read_settings(tree) if tree.value is not None or not tree.faults else (None, [])
    if settings is None or tree.faults:
        raise ConfigError(_mistakes(str(path), [*tree.faults, *_outside(faults, tree.faults)], tree))
    return settings.topics


def _readable(path: Path) -> Tree:
    tree = read_yaml(_content(path))
    if tree.value is None and tree.faults:
        raise ConfigError(_mistakes(str(path), tree.faults, tree))
    return tree


def _feed_files(path: Path, tree: Tree) -> tuple[list[FeedFile], list[Fault]]:
    """Return the files of feeds that the configuration `tree` names, and what is wrong with naming them."""
    files: list[FeedFile] = []
    faults: list[Fault] = []
    named: dict[str, str] = {}
    for name in names_of_feed_files(tree):
        file = _which(path.parent / name)
        if file in named:
            what = "is named twice" if named[file] == name else f"is the same file as {brief(named[file])}"
            faults.append(Fault(path=("feeds_from",), sentence=f"{brief(name)} {what}; name it once"))
            continue
        named[file] = name
        try:
            content = _content(path.parent / name)
        except ConfigError as error:
            what = error.mistakes[0].sentence.partition(";")[0]
            sentence = f"{brief(name)}: {what}; put a file of feeds there, or take its name out"
            faults.append(Fault(path=("feeds_from",), sentence=sentence))
        else:
            files.append(read_feed_file(path.parent / name, content))
    return files, faults


def _which(path: Path) -> str:
    """Return what all names of one file have in common."""
    try:
        return os.path.realpath(path)
    except ValueError:  # no file can be called so; that is told where it is opened
        return str(path)


def _with_feeds(settings: ConfigFile, feeds: tuple[FeedSettings, ...], files: list[FeedFile]) -> ConfigFile:
    return settings.model_copy(update={"feeds": (*feeds, *(feed for file in files for feed in file.feeds))})


def _mistakes_in_feed_files(path: Path, tree: Tree, files: list[FeedFile]) -> list[Mistake]:
    twice = list(islice(feeds_twice(tree, path, files), MAX_TOLD + 1))
    mistakes: list[Mistake] = []
    for file in files:
        faults = _outside([*file.faults, *(fault for other, fault in twice if other is file)], file.tree.faults)
        mistakes += _mistakes(str(file.path), [*file.tree.faults, *faults], file.tree)
    return mistakes


def _placed(database: Path, folder: Path, environment: Mapping[str, str]) -> Path:
    home = environment.get("HOME")
    return Path(home, *database.parts[1:]) if home and database.parts[0] == "~" else folder / database


def _content(path: Path) -> bytes:
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


def _outside(faults: Iterable[Fault], told: Iterable[Fault]) -> list[Fault]:
    """Return the `faults` that are not within a part of the file of which a fault has been `told` already."""
    paths = [fault.path for fault in told if fault.path]
    return [fault for fault in faults if not any(fault.path[: len(path)] == path for path in paths)]


def _mistakes(file: str, faults: list[Fault], tree: Tree) -> list[Mistake]:
    mistakes = [
        Mistake(
            file=file,
            sentence=fault.sentence,
            line=fault.line or tree.line(fault.path),
            key_path=write_path(fault.path),
        )
        for fault in faults
    ]
    mistakes.sort(key=lambda mistake: mistake.line or 0)
    if len(mistakes) <= MAX_TOLD:
        return mistakes
    return [*mistakes[:MAX_TOLD], Mistake(file=file, sentence="and more mistakes; mend these first")]
