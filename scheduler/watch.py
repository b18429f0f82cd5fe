"""What the service watches, compiled from a configuration: built whole, and swapped whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from alerts.stages import StageIndex
from crawler.poll import FullText
from crawler.settings import FeedSettings
from scheduler.config import Config
from stories.model import Article
from stories.outlets import is_primary, outlet_at, outlet_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The feeds by address, the topics by name and in one index, and the stages of those that have some.

    `outlets` are names of feeds that others credit: of outlets which the table of outlets does not know. `full_text` is
    the most that any topic wants of feeds that say nothing of it themselves.
    """

    feeds: Mapping[str, FeedSettings]
    topics: TopicIndex
    stages: StageIndex
    topic_of: Mapping[str, TopicSettings]
    alert_if_younger_than: timedelta
    outlets: frozenset[str] = frozenset()
    full_text: FullText = FullText.NEVER

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
        outlets=frozenset(feed.name for feed in config.feeds if _is_of_unknown_outlet(feed)),
        full_text=_most_full_text(config.topics),
    )


def _most_full_text(topics: Iterable[TopicSettings]) -> FullText:
    wanted = {FullText(topic.full_text) for topic in topics}
    return max(wanted, key=list(FullText).index, default=FullText.NEVER)


def _is_of_unknown_outlet(feed: FeedSettings) -> bool:
    """Whether a feed bears the name of an outlet that is not in the table; an authority speaks for itself."""
    page = Article(title="", outlet=feed.name, url=feed.address)
    return outlet_at(feed.address) is None and outlet_named(feed.name) is None and not is_primary(page)
