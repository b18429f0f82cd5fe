"""When channels may be told and topics are delivered, as the settings of a configuration say."""

from collections.abc import Mapping

from alerts.planning import ChannelRule, TopicRule
from alerts.settings import ChannelSettings, TopicSettings
from scheduler.config_schema import ConfigFile
from scheduler.config_zones import zone_of


def channel_rules(settings: ConfigFile) -> Mapping[str, ChannelRule]:
    """Return the rule of each channel, in its own time zone or the service's."""
    service = settings.service.timezone
    return {name: _channel_rule(channel, service) for name, channel in settings.channels.items()}


def _channel_rule(channel: ChannelSettings, service: str | None) -> ChannelRule:
    return ChannelRule(
        digest=channel.digest.digest if channel.digest else None,
        quiet=channel.quiet,
        limit=channel.limit,
        group_wait=channel.group_wait,
        zone=zone_of(channel.timezone or service),
    )


def topic_rules(topics: tuple[TopicSettings, ...]) -> Mapping[str, TopicRule]:
    """Return the rule of each topic."""
    return {
        topic.name: TopicRule(
            digest=topic.digest.digest if topic.digest else None,
            is_now=topic.deliver is not None,
            quiet=topic.quiet,
            is_urgent=topic.urgent,
        )
        for topic in topics
    }


def operators(settings: ConfigFile) -> tuple[str, ...]:
    """Return the channels that are told of feeds and channels in trouble: unless named, the first that a topic uses."""
    return settings.service.operator or tuple(topic.channels[0] for topic in settings.topics[:1])
