"""What became of an article under each topic: what was decided then, and what became of the alert."""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.evidence import Evidence, from_json
from scheduler.article_history import ArticleHistory
from stories.store import Store
from stories.store_history import DecisionRow, DeliveryRow, Telling, decisions_on, deliveries_of, telling_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicHistory:
    """One topic and one article: what was written down.

    `telling` is the alert by which the story was told under the topic, by this article or by another one;
    `deliveries` are those of the alert that this article made.
    """

    topic: str
    decision: DecisionRow | None
    evidence: tuple[Evidence, ...]
    telling: Telling | None
    deliveries: tuple[DeliveryRow, ...]


def topic_histories(store: Store, history: ArticleHistory, topics: Iterable[str]) -> tuple[TopicHistory, ...]:
    """Return what became of an article under each of `topics`, then under those that only its records name."""
    decisions = {decision.topic: decision for decision in decisions_on(store, history.id)}
    return tuple(
        _topic_history(store, history, topic, decisions.get(topic)) for topic in dict.fromkeys([*topics, *decisions])
    )


def _topic_history(store: Store, history: ArticleHistory, topic: str, decision: DecisionRow | None) -> TopicHistory:
    alert_id = decision.alert_id if decision else None
    return TopicHistory(
        topic=topic,
        decision=decision,
        evidence=from_json(decision.evidence) if decision else (),
        telling=telling_of(store, history.archived.story_id, topic) if decision and history.archived else None,
        deliveries=tuple(deliveries_of(store, alert_id)) if alert_id else (),
    )
