"""Labels: what people said of articles under a topic, for measuring how good the topic's query is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stories.store import Store, stamp


class Verdict(StrEnum):
    """What a person says of an article under a topic: rightly found, not what it is for, or should have been found."""

    GOOD = "good"
    BAD = "bad"
    MISSED = "missed"

    @property
    def is_relevant(self) -> bool:
        """Whether the article is what the topic is for."""
        return self is not Verdict.BAD


@dataclass(frozen=True, slots=True)
class Label:
    """One verdict on one article under one topic."""

    article_id: str
    topic: str
    verdict: Verdict


def save_label(store: Store, label: Label, *, now: datetime) -> None:
    """Keep a label of a kept article, instead of an earlier one; call it inside a transaction."""
    store.db.execute(
        "INSERT INTO labels (article_id, topic, verdict, labelled_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (article_id, topic) DO UPDATE SET verdict = excluded.verdict, labelled_at = excluded.labelled_at"
        " WHERE verdict != excluded.verdict",
        [label.article_id, label.topic, label.verdict, stamp(now)],
    )


def remove_label(store: Store, article_id: str, topic: str) -> bool:
    """Take a label back and say whether there was one; call it inside a transaction."""
    return store.db.execute("DELETE FROM labels WHERE article_id = ? AND topic = ?", [article_id, topic]).rowcount > 0


def labels_of(store: Store, article_id: str) -> dict[str, Verdict]:
    """Return the verdicts on one article by topic."""
    rows = store.db.execute("SELECT topic, verdict FROM labels WHERE article_id = ? ORDER BY topic", [article_id])
    return {topic: Verdict(verdict) for topic, verdict in rows}


def all_labels(store: Store) -> list[Label]:
    """Return every label, in the order in which the articles came."""
    rows = store.db.execute(
        "SELECT article_id, topic, verdict FROM labels JOIN articles ON articles.id = article_id ORDER BY seq, topic"
    )
    return [Label(article_id, topic, Verdict(verdict)) for article_id, topic, verdict in rows]
