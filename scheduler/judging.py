"""Labels beside what the topics' queries say now."""

from collections.abc import Iterable, Mapping

from alerts.matching import Match, TopicIndex
from alerts.quality import Judged, Quality, quality_of
from alerts.settings import TopicSettings
from scheduler.trying import matches_in_feeds
from stories.store import Store
from stories.store_articles import article_by_id, feed_names_of
from stories.store_labels import Label


def qualities(store: Store, topics: Iterable[TopicSettings], labels: Iterable[Label]) -> list[Quality]:
    """Return how good each of `topics` is on the articles that have a label under it; without a label, nothing."""
    by_topic: dict[str, list[Label]] = {}
    for label in labels:
        by_topic.setdefault(label.topic, []).append(label)
    labelled = [topic for topic in topics if topic.name in by_topic]
    index = TopicIndex(labelled)
    matches = {
        article_id: _matches(store, index, article_id)
        for article_id in {label.article_id for topic in labelled for label in by_topic[topic.name]}
    }
    return [
        quality_of(topic.name, [_judged(label, matches[label.article_id]) for label in by_topic[topic.name]])
        for topic in labelled
    ]


def _matches(store: Store, index: TopicIndex, article_id: str) -> dict[str, Match]:
    """Return what the article meets in any of the feeds that list it, as it did when each of them brought it."""
    archived = article_by_id(store, article_id)
    assert archived is not None, "a label has its article"
    matches = matches_in_feeds(index, archived.article, feed_names_of(store, article_id))
    return {name: match for name, match in matches.items() if not match.is_excluded}


def _judged(label: Label, matches: Mapping[str, Match]) -> Judged:
    match = matches.get(label.topic)
    if match is None:
        return Judged(label=label, is_found=False)
    return Judged(label=label, is_found=True, words=tuple(evidence.words for evidence in match.evidence))
