"""What the service watches, compiled from a configuration: built whole, and swapped whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from alerts.stages import StageIndex
from crawler.settings import FeedSettings
from scheduler.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The feeds by address, the topics by name and in one index, and the stages of those that have some."""

    feeds: Mapping[str, FeedSettings]
    topics: TopicIndex
    stages: StageIndex
    topic_of: Mapping[str, TopicSettings]
    alert_if_younger_than: timedelta

    def baseline_age(self, feed: FeedSettings | None) -> timedelta:
        """Return how young an article of `feed` must be to be told on the feed's first poll."""
        return (feed and feed.alert_if_younger_than) or self.alert_if_younger_than


def watch_of(config: Config) -> Watch:
    """Return what `config` watches, ready to be used."""
    return Watch(
        feeds={feed.address: feed for feed in config.feeds},
        topics=TopicIndex(config.topics),
        stages=StageIndex(config.topics),
        topic_of={topic.name: topic for topic in config.topics},
        alert_if_younger_than=config.service.alert_if_younger_than,
    )
