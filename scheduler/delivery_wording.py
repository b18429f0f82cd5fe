"""When topics are delivered to channels, in words for people."""

from collections.abc import Iterator
from datetime import tzinfo

from alerts.planning import ChannelRule, TopicRule
from stories.durations import write_duration


def when_told(topic: TopicRule, channel: ChannelRule) -> str:
    """Return when a topic is told to a channel.

    >>> from alerts.timing_words import parse_digest
    >>> when_told(TopicRule(digest=parse_digest("08:00 mon-fri")), ChannelRule())
    'in a digest at 08:00 mon-fri (UTC)'
    """
    return ", ".join(_parts(topic, channel))


def _parts(topic: TopicRule, channel: ChannelRule) -> Iterator[str]:
    zone = _zone(channel.zone)
    digest = channel.digest_of(topic)
    if digest:
        empty = ", also when nothing has come" if digest.even_if_empty else ""
        yield f"in a digest at {digest.written} ({zone}){empty}"
    else:
        yield "at once, also in quiet hours" if topic.is_urgent else "at once"
        if channel.group_wait:
            yield f"what comes within {write_duration(channel.group_wait)} in one message"
    if quiets := channel.quiets_of(topic):
        yield f"never within {' or '.join(quiet.written for quiet in quiets)} ({zone})"
    if channel.limit:
        yield f"at most {channel.limit}"


def _zone(zone: tzinfo) -> str:
    return str(getattr(zone, "key", None) or zone)
