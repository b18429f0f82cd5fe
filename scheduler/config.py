"""The configuration: what is watched, for whom, and with which limits, as values that do not change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from alerts.planning import ChannelRule, TopicRule
from alerts.settings import Channel, TopicSettings
from crawler.settings import FeedSettings
from scheduler.config_channels import resolve_channels
from scheduler.config_checks import faults_between
from scheduler.config_heartbeat import Heartbeat, resolve_heartbeat
from scheduler.config_joining import Joint, joined
from scheduler.config_mistakes import MAX_TOLD, ConfigError, Fault, Mistake
from scheduler.config_notes import notes_on, notes_on_heartbeat
from scheduler.config_parts import Part, filled_in, mistakes_in, names_in, read_main, read_others
from scheduler.config_rules import channel_rules, operators, topic_rules
from scheduler.config_schema import ConfigFile
from scheduler.config_secret_notes import (
    notes_on_channels,
    notes_on_headers,
    notes_on_rights,
    notes_on_secret_files,
)
from scheduler.config_service import ServiceSettings
from scheduler.config_silence import faults_of_silence

__all__ = [
    "Config",
    "ConfigError",
    "Mistake",
    "ServiceSettings",
    "database_of",
    "feed_files_of",
    "files_of",
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
    folder, and so are the files named by `include` and `feeds_from`.
    """
    folder = path.absolute().parent
    parts, naming = _parts(path, "include", "feeds_from")
    joint = joined([filled_in(part, environment, folder) for part in parts])
    channels, of_channels = resolve_channels(joint.tree, environment, folder)
    heartbeat, of_heartbeat = resolve_heartbeat(joint.tree, environment, folder)
    settings = _settings([*naming, *of_channels, *of_heartbeat, *_between(joint, channels)], joint)
    database = _placed(settings.service.database, folder, environment)
    notes = (
        notes_on(settings, channels, joint.tree),
        notes_on_heartbeat(joint.tree, heartbeat),
        *(notes_on_rights(part.path) for part in joint.parts),
        *(notes_on_channels(part.tree, part.path) for part in joint.parts),
        *(notes_on_headers(part.tree, part.path) for part in joint.parts),
        *(notes_on_secret_files(part.tree, folder) for part in joint.parts),
    )
    return Config(
        service=settings.service.model_copy(update={"database": database}),
        feeds=settings.feeds,
        topics=settings.topics,
        channels=tuple(replace(each, template=settings.channels[each.name].template) for each in channels),
        channel_rules=channel_rules(settings),
        topic_rules=topic_rules(settings.topics),
        operators=operators(settings),
        heartbeat=heartbeat.heartbeat(settings.service.heartbeat),
        notes=tuple(islice(chain.from_iterable(notes), MAX_TOLD)),
    )


def settings_of(path: Path) -> ConfigFile:
    """Return the settings of the file `path`, with the parts in all other files, whatever is wrong with its channels.

    For commands that tell nobody: secrets are not needed, and headers stay as they are written.

    :raises ConfigError: when a file has mistakes elsewhere
    """
    parts, naming = _parts(path, "include", "feeds_from")
    return _settings(naming, joined(parts))


def topics_of(path: Path) -> tuple[TopicSettings, ...]:
    """Return the topics of the file `path` and of those it includes, whatever is wrong with its channels.

    For commands that tell nobody: the secrets of the service are not in the environment of whoever asks.

    :raises ConfigError: when the files have mistakes elsewhere
    """
    parts, naming = _parts(path, "include")
    return _settings(naming, joined(parts)).topics


def feed_files_of(path: Path) -> list[Path]:
    """Return the files of feeds that the configuration in the file `path` takes in.

    :raises ConfigError: when the file cannot be read as YAML at all
    """
    return [path.parent / name for name in names_in(read_main(path).tree, "feeds_from")]


def files_of(path: Path) -> list[Path]:
    """Return all files that the configuration in the file `path` takes parts from.

    :raises ConfigError: when the file cannot be read as YAML at all
    """
    tree = read_main(path).tree
    return [path.parent / name for key in ("include", "feeds_from") for name in names_in(tree, key)]


def database_of(path: Path, environment: Mapping[str, str]) -> Path:
    """Return where the archive is according to the file `path`, whatever else is wrong with the file.

    For commands that only read: they load no channels, and work while somebody edits.

    :raises ConfigError: when the file cannot be read as YAML at all
    """
    written = read_main(path).tree.text("service", "database")
    return _placed(Path(written) if written else Path("wirewatch.db"), path.absolute().parent, environment)


def _parts(path: Path, *keys: str) -> tuple[list[Part], list[Fault]]:
    main = read_main(path)
    others, naming = read_others(main, *keys)
    return [main, *others], naming


def _between(joint: Joint, channels: tuple[Channel, ...]) -> list[Fault]:
    """Return what only shows when the parts are held side by side, unless one is missing from the picture."""
    if not all(part.is_readable for part in joint.parts):
        return []
    return list(islice(faults_between(joint.tree, channels), MAX_TOLD + 1))


def _settings(faults: list[Fault], joint: Joint) -> ConfigFile:
    """Return what all parts say together.

    :raises ConfigError: when one has mistakes, or there are `faults` between them
    """
    settings = joint.settings()
    never = faults_of_silence(settings) if settings else ()
    mistakes = [mistake for part in joint.parts for mistake in mistakes_in(part, joint.own(part, [*faults, *never]))]
    if mistakes or settings is None:
        raise ConfigError(mistakes[: MAX_TOLD + 1])
    return settings


def _placed(database: Path, folder: Path, environment: Mapping[str, str]) -> Path:
    home = environment.get("HOME")
    return Path(home, *database.parts[1:]) if home and database.parts[0] == "~" else folder / database
