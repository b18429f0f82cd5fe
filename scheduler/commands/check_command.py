"""`wirewatch check`: is the configuration right, and what does it watch?"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_limit, with_paths

if TYPE_CHECKING:
    from alerts.settings import Channel, TopicSettings
    from scheduler.config import Config

_LINES = 2  # of a query that are shown ...
_LONGEST = 240  # ... and characters of it, or of a list of words


@click.command("check")
@with_paths
@click.option(
    "--diff",
    "old",
    metavar="OLD.yaml",
    type=click.Path(path_type=Path),
    help="Show what its topics would find in the archive that those of OLD.yaml do not, and the other way round.",
)
@click.option("--verbose", "-v", is_flag=True, help="Show queries and lists of words whole, however long they are.")
@with_format
@with_limit
def command(paths: Paths, old: Path | None, form: str, limit: int, *, verbose: bool) -> None:
    """Say what is wrong with the configuration (exit code 2), or what it watches.

    Nothing is asked and nothing is sent. With --diff, the archive is looked through with the topics of both files:
    try an edited configuration before it counts.
    """
    from scheduler.showing import show_json

    config = paths.load()
    if old is not None:
        _show_difference(paths, config.topics, old, form, limit)
        return
    if form == "json":
        show_json(_as_values(config))
    else:
        _show(paths, config, longest=None if verbose else _LONGEST)


def _show_difference(paths: Paths, topics: tuple["TopicSettings", ...], old: Path, form: str, limit: int) -> None:
    from scheduler.comparing import compare_topics
    from scheduler.config import topics_of
    from scheduler.showing import show_json
    from scheduler.trial_showing import show_changes, values_of_change

    changes = compare_topics(paths.database_path(), topics_of(old), topics)
    if form == "json":
        show_json([values_of_change(change) for change in changes])
    else:
        show_changes(changes, limit=limit)


def _show(paths: Paths, config: "Config", *, longest: int | None) -> None:
    from scheduler.showing import console, show_table
    from stories.durations import write_duration

    out = console()
    out.print(f"{paths.config_path} is valid. The archive is {config.service.database}.\n")
    show_table(
        ["feed", "every", "address"],
        [
            (feed.name, write_duration(feed.every) if feed.every else "its rhythm", feed.address)
            for feed in config.feeds
        ],
        empty="No feeds.",
    )
    out.print()
    for topic in config.topics:
        out.print(f"topic {topic.name}: told to {_when(config, topic)}")
        _show_topic(topic, longest)
    out.print()
    show_table(["channel", "state"], [(each.name, _state(each)) for each in config.channels], empty="No channels.")
    if config.operators:
        out.print(f"of feeds and channels in trouble: told to {', '.join(config.operators)}")
    for note in config.notes:
        out.print(f"note: {note}")


def _show_topic(topic: "TopicSettings", longest: int | None) -> None:
    """Print what a topic looks for, and when a story is told again."""
    from rich.padding import Padding
    from rich.text import Text

    from alerts.update_rule import NEVER
    from scheduler.showing import console, show

    if topic.query:
        show(Padding(Text(_beginning(topic.query.strip(), longest)), (0, 0, 0, 2), expand=False))
    for label, words in (("any of", topic.keywords), ("all of", topic.all_of), ("none of", topic.exclude)):
        if words:
            show(Padding(_beginning(f"{label}: {', '.join(words)}", longest), (0, 0, 0, 2)))
    for stage in topic.stages:
        show(Padding(_beginning(f"stage {stage.name}: {', '.join(stage.words)}", longest), (0, 0, 0, 2)))
    if topic.updates != NEVER:
        console().print(f"  updates: {topic.updates}")


def _when(config: "Config", topic: "TopicSettings") -> str:
    """Return which channels are told of a topic, and when: those of the same times together."""
    channels: dict[str, list[str]] = {}
    for name, when in _times(config, topic).items():
        channels.setdefault(when, []).append(name)
    return "; to ".join(f"{', '.join(names)} {when}" for when, names in channels.items())


def _times(config: "Config", topic: "TopicSettings") -> dict[str, str]:
    from scheduler.delivery_wording import when_told

    rule = config.topic_rules[topic.name]
    return {name: when_told(rule, config.channel_rules[name]) for name in topic.channels}


def _beginning(text: str, longest: int | None) -> str:
    """Return the first lines of `text` with an ellipsis, or, when `longest` is None or enough, all of it."""
    if longest is None:
        return text
    cut = "\n".join(text.split("\n")[:_LINES])[:longest].rstrip()
    return text if cut == text else f"{cut} …"


def _state(channel: "Channel") -> str:
    from alerts.channels import shown

    return f"on ({shown(channel.url)})" if channel.url else f"waits for {channel.waits_for}"


def _as_values(config: "Config") -> dict[str, object]:
    return {
        "database": str(config.service.database),
        "feeds": [feed.model_dump(mode="json") for feed in config.feeds],
        "topics": [
            {**topic.model_dump(mode="json", by_alias=True), "told": _times(config, topic)} for topic in config.topics
        ],
        "channels": [{"name": each.name, "state": _state(each)} for each in config.channels],
        "operators": list(config.operators),
        "notes": list(config.notes),
    }
