"""What became of an article under each topic: what was decided then, and what the configuration says of it today."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from alerts.deciding import Reason
from alerts.evidence import Evidence, from_json
from alerts.explaining import Explanation, explain
from alerts.settings import TopicSettings
from scheduler.article_history import ArticleHistory
from stories.store import Store
from stories.store_history import DecisionRow, DeliveryRow, Telling, decisions_on, deliveries_of, telling_of


class _Standing(Enum):
    MET = "met"
    EXCLUDED = "excluded"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicHistory:
    """One topic and one article: what was written down, and what would be found today.

    `is_gone` says that the configuration has the topic no more. `today` is None then, and when the configuration cannot
    be read or the article is not kept. `telling` is the alert by which the story was told under the topic, by this
    article or by another one; `deliveries` are those of the alert that this article made.
    """

    topic: str
    is_gone: bool
    decision: DecisionRow | None
    evidence: tuple[Evidence, ...]
    today: Explanation | None
    telling: Telling | None
    deliveries: tuple[DeliveryRow, ...]

    @property
    def differs(self) -> bool:
        """Whether today's configuration says something else than what was recorded."""
        return self.today is not None and _recorded(self.decision) is not _today(self.today)


def topic_histories(
    store: Store, history: ArticleHistory, topics: Sequence[TopicSettings] | None, *, only: str | None = None
) -> tuple[TopicHistory, ...]:
    """Return what became of an article under each of `topics`, and under those that only its records name.

    Without `topics` nobody knows what would be found today. With `only`, that topic alone is looked at.
    """
    decisions = {decision.topic: decision for decision in decisions_on(store, history.id)}
    settings = {topic.name: topic for topic in topics or ()}
    names = [only] if only else dict.fromkeys([*settings, *decisions])
    return tuple(
        _topic_history(
            store,
            history,
            topic,
            decisions.get(topic),
            today=_explanation(history, settings[topic]) if topic in settings else None,
            is_gone=topics is not None and topic not in settings,
        )
        for topic in names
    )


def _topic_history(
    store: Store,
    history: ArticleHistory,
    topic: str,
    decision: DecisionRow | None,
    *,
    today: Explanation | None,
    is_gone: bool,
) -> TopicHistory:
    alert_id = decision.alert_id if decision else None
    return TopicHistory(
        topic=topic,
        is_gone=is_gone,
        decision=decision,
        evidence=from_json(decision.evidence) if decision else (),
        today=today,
        telling=telling_of(store, history.archived.story_id, topic) if decision and history.archived else None,
        deliveries=tuple(deliveries_of(store, alert_id)) if alert_id else (),
    )


def _explanation(history: ArticleHistory, topic: TopicSettings) -> Explanation | None:
    """Return how the article stands to `topic` in one of its feeds: in the first in which it meets it, if any."""
    if history.archived is None:
        return None
    article = history.archived.article
    feeds = dict.fromkeys(seen.row.feed or "" for seen in history.seen) or {"": None}
    found = [explain(topic, article, feed=feed) for feed in feeds]
    return next((each for each in found if each.is_met), found[0])


def _recorded(decision: DecisionRow | None) -> _Standing:
    if decision is None:
        return _Standing.MISSED
    return _Standing.EXCLUDED if decision.outcome == Reason.EXCLUDED else _Standing.MET


def _today(today: Explanation) -> _Standing:
    """Return what would be recorded: a match against which only NOT parts stand is excluded, any other is none."""
    if today.is_met:
        return _Standing.MET
    stands_against = all(part.is_met or part.wanted.startswith("NOT ") for part in today.parts)
    return _Standing.EXCLUDED if stands_against else _Standing.MISSED
