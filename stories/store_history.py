"""What the archive remembers of one article: who listed it and when, what it said before, its story, its decisions."""

from dataclasses import dataclass
from datetime import datetime

from stories.identity import Sighting
from stories.store import Store, instant, instant_or_none
from stories.store_telling import alerts_counting_for

_AFTER_ALL = "\U0010ffff"  # behind every character an id may have


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingRow:
    """One feed that lists an article, or the import that brought it (no feed): since when, and by which newest keys.

    `is_baseline` says that it stood in the first answer of that feed.
    """

    sighting: Sighting
    feed: str | None
    feed_address: str | None
    first_seen_at: datetime
    is_baseline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What an article said until it was edited."""

    title: str
    summary: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Another article of the same story; `is_explained` when it was written down how it came there."""

    id: str
    title: str
    outlet: str | None
    seen_at: datetime
    is_explained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A match as it was written down: by which words, what was decided and why; `evidence` as `alerts` wrote it.

    `matched_at` is when the article met the topic first; a later edit may have changed the decision.
    """

    topic: str
    evidence: str
    outcome: str
    reason: str
    matched_at: datetime
    alert_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The alert by which a story was told first under a topic, and the article it spoke of."""

    alert_id: int
    article_id: str
    headline: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """What became of one alert, made at `created_at`, on its way to one channel."""

    created_at: datetime
    channel: str
    state: str
    attempts: int
    not_before: datetime
    maybe_repeat: bool
    error: str | None
    sent_at: datetime | None


def sightings_of(store: Store, article_id: str) -> list[SightingRow]:
    """Return who listed an article, the first first; there are such rows even when the article is gone."""
    rows = store.query(
        "SELECT feed_id, guid, sightings.address, headline, title, article_id, canonical, first_seen_at, name,"
        " feeds.address AS feed_address, first_answered_at FROM sightings LEFT JOIN feeds ON feeds.id = feed_id"
        " WHERE article_id = ? ORDER BY first_seen_at, sightings.id",
        [article_id],
    )
    keys = ("feed_id", "guid", "address", "headline", "title", "article_id", "canonical")
    return [
        SightingRow(
            sighting=Sighting(**{key: row[key] for key in keys}),
            feed=row["name"],
            feed_address=row["feed_address"],
            first_seen_at=instant(row["first_seen_at"]),
            is_baseline=row["first_seen_at"] == row["first_answered_at"],
        )
        for row in rows
    ]


def articles_remembered(store: Store, *, beginning: str | None, address: str | None, limit: int) -> list[str]:
    """Return the ids, kept or not, that begin so or were listed at this canonical address, at most `limit`."""
    rows = store.db.execute(
        "SELECT article_id FROM sightings WHERE article_id >= :first AND article_id < :last"
        " UNION SELECT article_id FROM sightings WHERE address = :address"
        " UNION SELECT article_id FROM sightings WHERE canonical = :address LIMIT :limit",
        {"first": beginning, "last": f"{beginning}{_AFTER_ALL}", "address": address, "limit": limit},
    )
    return [article_id for (article_id,) in rows]


def revisions_of(store: Store, article_id: str) -> list[Revision]:
    """Return what an article said before, the oldest first."""
    rows = store.query(
        "SELECT title, summary, replaced_at FROM revisions WHERE article_id = ? ORDER BY id", [article_id]
    )
    return [Revision(replaced_at=instant(row.pop("replaced_at")), **row) for row in rows]


def count_companions(store: Store, article_id: str, story_id: int) -> int:
    """Return how many other articles a story has."""
    (count,) = store.db.execute(
        "SELECT count(*) FROM articles WHERE story_id = ? AND id != ?", [story_id, article_id]
    ).fetchone()
    return int(count)


def companions_of(store: Store, article_id: str, story_id: int, *, limit: int) -> list[Companion]:
    """Return the other articles of a story, the first seen first, at most `limit`."""
    rows = store.query(
        "SELECT id, title, outlet, seen_at, joining != '' AS is_explained FROM articles"
        " WHERE story_id = :story AND id != :id ORDER BY seq LIMIT :limit",
        {"id": article_id, "story": story_id, "limit": limit},
    )
    return [
        Companion(seen_at=instant(row.pop("seen_at")), is_explained=bool(row.pop("is_explained")), **row)
        for row in rows
    ]


def decisions_on(store: Store, article_id: str) -> list[DecisionRow]:
    """Return the matches of an article with what was decided on each, in the order in which they were found."""
    rows = store.query(
        "SELECT topic, evidence, outcome, reason, matched_at, alert_id FROM matches WHERE article_id = ? ORDER BY id",
        [article_id],
    )
    return [DecisionRow(matched_at=instant(row.pop("matched_at")), **row) for row in rows]


def telling_of(store: Store, story_id: int, topic: str) -> Telling | None:
    """Return the alert by which a story was told first under a topic, or None."""
    first = next(iter(alerts_counting_for(store, story_id, topic)), None)
    if first is None:
        return None
    return Telling(alert_id=first.id, article_id=first.article_id, headline=first.headline, created_at=first.created_at)


def deliveries_of(store: Store, alert_id: int) -> list[DeliveryRow]:
    """Return what became of an alert on the way to each of its channels."""
    rows = store.query(
        "SELECT created_at, channel, state, attempts, not_before, maybe_repeat, error, sent_at FROM deliveries"
        " WHERE alert_id = ? ORDER BY id",
        [alert_id],
    )
    return [
        DeliveryRow(
            created_at=instant(row.pop("created_at")),
            not_before=instant(row.pop("not_before")),
            maybe_repeat=bool(row.pop("maybe_repeat")),
            sent_at=instant_or_none(row.pop("sent_at")),
            **row,
        )
        for row in rows
    ]


def topics_remembered(store: Store) -> list[str]:
    """Return the names of all topics that ever matched an article."""
    return [topic for (topic,) in store.db.execute("SELECT DISTINCT topic FROM matches ORDER BY topic")]
