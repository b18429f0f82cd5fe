"""What a configuration may say of when messages go out and yet may not mean."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from alerts.planning import ChannelRule, TopicRule
from alerts.settings import TopicSettings
from alerts.timing import quiet_until

_SOME_MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
_WEEK = timedelta(days=7)


def notes_on_delivery(topic: TopicSettings, rule: TopicRule, channels: Mapping[str, ChannelRule]) -> Iterator[str]:
    """Yield one sentence for each thing to think about in when `topic` is told; `channels` are rules by name."""
    used = [(name, channels[name]) for name in topic.channels if name in channels]
    if topic.quiet and used and all(channel.digest_of(rule) for _, channel in used):
        yield "its quiet hours do nothing, because all it is told is in digests, at their times"
    if topic.quiet and topic.urgent:
        yield "its quiet hours do nothing, because it is urgent"
    if topic.deliver and not any(channel.digest for _, channel in used):
        yield "`deliver: now` does nothing, because no channel of it has a digest"
    for name, channel in used:
        if _is_held_back(rule, channel):
            yield f"its digest to {name} falls into quiet hours and goes out when they end"


def _is_held_back(rule: TopicRule, channel: ChannelRule) -> bool:
    """Whether a digest of some week comes within quiet hours."""
    digest, at = channel.digest_of(rule), _SOME_MONDAY
    while digest and (slot := digest.first_after(at, channel.zone)) and slot < _SOME_MONDAY + _WEEK:
        if quiet_until(channel.quiet, slot, channel.zone):
            return True
        at = slot
    return False
