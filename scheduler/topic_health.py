"""How each topic of the configuration fares, as `wirewatch status` tells it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.evidence import from_json
from alerts.health import FLOOD_WINDOW, WORDS_LOOKED_AT, TopicFigures, has_other_words, unusual
from alerts.settings import TopicSettings
from alerts.topic_query import query_of
from stories.store import Store
from stories.store_topics import (
    Receiving,
    count_alerts,
    count_matches,
    last_match_at,
    latest_evidence,
    receiving,
)

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicHealth:
    """What a topic did within LATELY, when it last matched, and a sentence for each thing that is unusual about it."""

    topic: str
    matches: int
    alerts: int
    last_match_at: datetime | None
    unusual: tuple[str, ...]


def topics_health(store: Store, topics: Iterable[TopicSettings], *, now: datetime) -> list[TopicHealth]:
    """Return how each of `topics` fares, in their order."""
    received = receiving(store)
    return [_health(store, topic, received, now) for topic in topics]


def _health(store: Store, topic: TopicSettings, received: Receiving, now: datetime) -> TopicHealth:
    figures = _figures(store, topic, received, now)
    return TopicHealth(
        topic=topic.name,
        matches=count_matches(store, topic.name, since=now - LATELY, in_heaps=True),
        alerts=count_alerts(store, topic.name, since=now - LATELY),
        last_match_at=figures.last_match_at,
        unusual=tuple(unusual(figures, now=now)),
    )


def _figures(store: Store, topic: TopicSettings, received: Receiving, now: datetime) -> TopicFigures:
    return TopicFigures(
        topic=topic.name,
        receiving_since=received.first_at,
        received_at=received.last_at,
        last_match_at=last_match_at(store, topic.name),
        lately=count_matches(store, topic.name, since=now - FLOOD_WINDOW, in_heaps=False),
        words=[
            [evidence.words for evidence in from_json(stored)]
            for stored in latest_evidence(store, topic.name, limit=WORDS_LOOKED_AT)
        ],
        has_other_words=has_other_words(query_of(topic)),
        silent_after=topic.silent_after,
        flood_above=topic.flood_above,
    )
