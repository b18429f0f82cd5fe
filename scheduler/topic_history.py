"""What became of an article under each topic: what was decided then, and what the configuration says of it today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

from alerts.deciding import Reason
from alerts.evidence import Evidence, from_json
from alerts.explaining import Explanation, explain
from alerts.query import BODY
from alerts.settings import TopicSettings
from scheduler.article_history import ArticleHistory
from stories.model import Article
from stories.store import Store
from stories.store_history import DecisionRow, DeliveryRow, Revision, Telling, decisions_on, deliveries_of, telling_of
from stories.store_labels import Verdict, labels_of


class Change(StrEnum):
    """What was edited since an article was matched, so that today something else is found."""

    ARTICLE = "article"
    TOPIC = "topic"
    UNKNOWN = "unknown, because what it said then was not kept"


class _Standing(Enum):
    MET = "met"
    EXCLUDED = "excluded"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicHistory:
    """One topic and one article: what was written down, what a person said of it, and what would be found today.

    `is_gone` says that the configuration has the topic no more. `today` is None then, and when the configuration cannot
    be read or the article is not kept; `changed` says why it is not as recorded, if so. `telling` is the alert by which
    the story was told under the topic, by this article or by another one; `deliveries` are those of the alert that this
    article made.
    """

    topic: str
    is_gone: bool
    decision: DecisionRow | None
    evidence: tuple[Evidence, ...]
    label: Verdict | None
    today: Explanation | None
    changed: Change | None
    telling: Telling | None
    deliveries: tuple[DeliveryRow, ...]


def topic_histories(
    store: Store, history: ArticleHistory, topics: Sequence[TopicSettings] | None, *, only: str | None = None
) -> tuple[TopicHistory, ...]:
    """Return what became of an article under each of `topics`, and under those that only its records name.

    Without `topics` nobody knows what would be found today. With `only`, that topic alone is looked at.
    """
    decisions = {decision.topic: decision for decision in decisions_on(store, history.id)}
    labels = labels_of(store, history.id)
    settings = {topic.name: topic for topic in topics or ()}
    names = [only] if only else dict.fromkeys([*settings, *decisions, *labels])
    return tuple(
        _topic_history(
            store,
            history,
            topic,
            decisions.get(topic),
            settings.get(topic),
            label=labels.get(topic),
            is_gone=topics is not None and topic not in settings,
        )
        for topic in names
    )


def _topic_history(
    store: Store,
    history: ArticleHistory,
    topic: str,
    decision: DecisionRow | None,
    settings: TopicSettings | None,
    *,
    label: Verdict | None,
    is_gone: bool,
) -> TopicHistory:
    article = history.archived.article if history.archived else None
    today = _explanation(history, settings, article) if settings and article else None
    alert_id = decision.alert_id if decision else None
    return TopicHistory(
        topic=topic,
        is_gone=is_gone,
        decision=decision,
        evidence=from_json(decision.evidence) if decision else (),
        label=label,
        today=today,
        changed=_changed(history, decision, settings, today) if settings and today else None,
        telling=telling_of(store, history.archived.story_id, topic) if decision and history.archived else None,
        deliveries=tuple(deliveries_of(store, alert_id)) if alert_id else (),
    )


def _explanation(history: ArticleHistory, topic: TopicSettings, article: Article) -> Explanation:
    """Return how `article` stands to `topic` as its feeds list it: the first that meets it counts, if there is one."""
    feeds = [seen.row.feed or "" for seen in history.seen] or [""]
    listed = [(article, feed) for feed in feeds]
    listed += [(replace(article, title=seen.row.sighting.title), seen.row.feed or "") for seen in history.seen[1:]]
    found = [explain(topic, version, feed=feed) for version, feed in listed]
    return next((each for each in found if each.is_met), found[0])


def _changed(
    history: ArticleHistory, decision: DecisionRow | None, topic: TopicSettings, today: Explanation
) -> Change | None:
    """Return what was edited since, when today's topic finds something else in today's article than was recorded."""
    recorded = _recorded(decision)
    if recorded is _today(today):
        return None
    if decision is None:
        return Change.TOPIC
    edits = [_before(edit, history) for edit in history.revisions if edit.replaced_at > decision.matched_at]
    if any(_today(_explanation(history, topic, version)) is recorded for version in edits):
        return Change.ARTICLE
    known = all(
        any(stands_in(each, version) for version in versions_of(history)) for each in from_json(decision.evidence)
    )
    return Change.TOPIC if known else Change.UNKNOWN


def versions_of(history: ArticleHistory) -> tuple[Article, ...]:
    """Return all that is known of what the article said: now, before its edits, and in the headlines of other feeds."""
    if history.archived is None:
        return ()
    article = history.archived.article
    return (
        article,
        *(_before(edit, history) for edit in history.revisions),
        *(replace(article, title=seen.row.sighting.title) for seen in history.seen[1:]),
    )


def stands_in(evidence: Evidence, article: Article) -> bool:
    """Whether its words stand in their field, at whatever place; of what is no text (the feed, say) it is granted."""
    return evidence.field not in BODY or evidence.words in getattr(article, evidence.field)


def _before(edit: Revision, history: ArticleHistory) -> Article:
    assert history.archived is not None, "what was edited is kept"
    return replace(history.archived.article, title=edit.title, summary=edit.summary)


def _recorded(decision: DecisionRow | None) -> _Standing:
    if decision is None:
        return _Standing.MISSED
    return _Standing.EXCLUDED if decision.outcome == Reason.EXCLUDED else _Standing.MET


def _today(today: Explanation) -> _Standing:
    """Return what would be recorded."""
    if today.is_met:
        return _Standing.MET
    return _Standing.EXCLUDED if today.is_excluded else _Standing.MISSED
