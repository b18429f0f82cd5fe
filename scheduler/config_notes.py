"""What is allowed in a configuration and yet worth a thought."""

import re
from collections.abc import Iterator

from alerts.settings import Channel
from crawler.private_hosts import is_loopback
from crawler.settings import FeedSettings
from scheduler.config_delivery_notes import notes_on_delivery
from scheduler.config_heartbeat import HEARTBEAT_ADDRESS, HeartbeatAddress
from scheduler.config_rules import channel_rules, topic_rules
from scheduler.config_schema import ConfigFile
from scheduler.config_secrets import is_kept_elsewhere
from scheduler.config_yaml import Place, Tree
from stories.text import clean

_SOME_WORDS = re.compile(r"\w+(?: \w+)+")


def notes_on(settings: ConfigFile, channels: tuple[Channel, ...], tree: Tree) -> Iterator[str]:
    """Yield one sentence for each thing to think about; none of them contains an address of a channel."""
    if not settings.feeds:
        yield "no feeds: nothing will be asked for news"
    if not settings.topics:
        yield "no topics: articles are kept, and nobody is told of any"
    if settings.feeds and settings.service.contact is None:
        yield "no service.contact: the people whose feeds are asked cannot reach you"
    yield from _on_topics(settings, tree)
    yield from _on_delivery(settings)
    used = _used(settings)
    for channel in channels:
        if channel.url and channel.name not in used:
            yield f"channel {channel.name}: no topic uses it"
    for feed in settings.feeds:
        for note in _on_feed(feed):
            yield f"feed {feed.name}: {note}"


def _on_delivery(settings: ConfigFile) -> Iterator[str]:
    channels, topics = channel_rules(settings), topic_rules(settings.topics)
    for topic in settings.topics:
        for note in notes_on_delivery(topic, topics[topic.name], channels):
            yield f"topic {topic.name}: {note}"


def _used(settings: ConfigFile) -> set[str]:
    """Return the channels that are told anything."""
    canary = (settings.service.canary.channel,) if settings.service.canary else ()
    return {*(name for topic in settings.topics for name in topic.channels), *settings.service.operator, *canary}


def _on_topics(settings: ConfigFile, tree: Tree) -> Iterator[str]:
    feeds = [feed.name for feed in settings.feeds]
    # Commands that only show the archive read no more than the settings: matching is loaded where it is looked at.
    from scheduler.config_topic_notes import notes_on_brackets, notes_on_topic

    for number, topic in enumerate(settings.topics):
        place = tree.places.get(("topics", number, "query"))
        written = _on_written(place, clean(topic.query or "", 60)) if place else ()
        for note in (*notes_on_brackets(topic), *notes_on_topic(topic, feeds), *written):
            yield f"topic {topic.name}: {note}"


def _on_feed(feed: FeedSettings) -> Iterator[str]:
    if feed.allow_insecure:
        yield "its certificate is taken as it is, so whoever is on the way can read and change what it says"
    if feed.headers and feed.address.startswith("http:") and not is_loopback(feed.address):
        yield "its headers go out unencrypted; if they are secrets, use its https address"


def _on_written(place: Place, query: str) -> Iterator[str]:
    """Yield what YAML did to a query that its writer may not have meant."""
    if place.cut_at:
        left = f"what is left of its query is {query}"
        yield (
            f"in {place.file and f'{place.file} '}line {place.cut_at} a # begins a comment, and {left};"
            " if the # belongs to it, put the query in single quotes"
        )
    if place.is_in_double_quotes and _SOME_WORDS.fullmatch(query):
        yield (
            f"YAML takes the quotes off its query, so {query} are words that stand anywhere;"
            f" the phrase is written '\"{query}\"'"
        )


def notes_on_heartbeat(tree: Tree, address: HeartbeatAddress) -> Iterator[str]:
    """Yield what is to be thought of the heartbeat's address."""
    if address.waits_for:
        yield f"service.heartbeat waits for {address.waits_for}; until then nobody is called"
    if (written := tree.text(*HEARTBEAT_ADDRESS)) and not is_kept_elsewhere(written):
        yield "service.heartbeat: its address is a password; put it into a variable or a file of its own"
