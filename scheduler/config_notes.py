"""What is allowed in a configuration and yet worth a thought."""

import re
from collections.abc import Iterator
from pathlib import Path

from alerts.settings import Channel
from scheduler.config_schema import ConfigFile
from scheduler.config_topic_notes import notes_on_brackets, notes_on_topic
from scheduler.config_yaml import Place, Tree
from stories.text import clean

_SOME_WORDS = re.compile(r"\w+(?: \w+)+")
_WITHOUT_SECRET = ("console:", "syslog:", "file:")


def notes_on(settings: ConfigFile, channels: tuple[Channel, ...], tree: Tree, path: Path) -> Iterator[str]:
    """Yield one sentence for each thing to think about; none of them contains an address of a channel."""
    if not settings.feeds:
        yield "no feeds: nothing will be asked for news"
    if not settings.topics:
        yield "no topics: articles are kept, and nobody is told of any"
    if settings.feeds and settings.service.contact is None:
        yield "no service.contact: the people whose feeds are asked cannot reach you"
    feeds = [feed.name for feed in settings.feeds]
    for number, topic in enumerate(settings.topics):
        place = tree.places.get(("topics", number, "query"))
        written = _on_written(place, clean(topic.query or "", 60)) if place else ()
        for note in (*notes_on_brackets(topic), *notes_on_topic(topic, feeds), *written):
            yield f"topic {topic.name}: {note}"
    used = {name for topic in settings.topics for name in topic.channels}
    for channel in channels:
        if channel.url and channel.name not in used:
            yield f"channel {channel.name}: no topic uses it"
    yield from _on_secrets(settings, path)


def _on_written(place: Place, query: str) -> Iterator[str]:
    """Yield what YAML did to a query that its writer may not have meant."""
    if place.cut_at:
        left = f"what is left of its query is {query}"
        yield (
            f"in line {place.cut_at} a # begins a comment, and {left};"
            " if the # belongs to it, put the query in single quotes"
        )
    if place.is_in_double_quotes and _SOME_WORDS.fullmatch(query):
        yield (
            f"YAML takes the quotes off its query, so {query} are words that stand anywhere;"
            f" the phrase is written '\"{query}\"'"
        )


def _on_secrets(settings: ConfigFile, path: Path) -> Iterator[str]:
    written_out = [
        name
        for name, channel in settings.channels.items()
        if "${" not in channel.url.get_secret_value() and not channel.url.get_secret_value().startswith(_WITHOUT_SECRET)
    ]
    for name in written_out:
        yield f"channel {name}: its address is a password; put it into a variable or a file of its own"
    if written_out and _others_can_read(path):
        yield f"{path.name} holds a password and others on this machine can read it; chmod 600 helps"


def _others_can_read(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o044)
    except OSError:  # an editor is just putting a new file in its place
        return False
