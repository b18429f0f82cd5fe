"""Matches and what was decided on them, and alerts with what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from stories.store import Store, instant, stamp
from stories.store_outbox import add_deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """One alert of a list: what was told, why, and to which channels with what success ("slack: sent").

    `kind` is first or update, `stage` what its story had reached, where the topic has stages.
    """

    id: int
    topic: str
    kind: str
    stage: str | None
    title: str
    outlet: str | None
    url: str | None
    article_id: str
    story_id: int
    reason: str
    created_at: datetime
    deliveries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A match that made no alert, and why."""

    topic: str
    title: str
    outlet: str | None
    url: str | None
    article_id: str
    outcome: str
    reason: str
    matched_at: datetime


def outcome_of_match(store: Store, article_id: str, topic: str) -> str | None:
    """Return what was decided on an earlier match of this article and topic, or None when there was none."""
    row = store.db.execute(
        "SELECT outcome FROM matches WHERE article_id = ? AND topic = ?", [article_id, topic]
    ).fetchone()
    return row[0] if row else None


def save_match(
    store: Store,
    *,
    article_id: str,
    topic: str,
    evidence: str,
    outcome: str,
    reason: str,
    alert_id: int | None,
    now: datetime,
    stage: str | None = None,
) -> None:
    """Write a match with what was decided on it and why; a later decision on the same match replaces it.

    `stage` is the highest stage of the story that counts as known from then on.
    """
    store.db.execute(
        "INSERT INTO matches (article_id, topic, evidence, outcome, reason, alert_id, matched_at, stage)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (article_id, topic) DO UPDATE SET evidence = excluded.evidence,"
        " outcome = excluded.outcome, reason = excluded.reason, alert_id = excluded.alert_id, stage = excluded.stage",
        [article_id, topic, evidence, outcome, reason, alert_id, stamp(now), stage],
    )


def add_alert(
    store: Store,
    *,
    topic: str,
    story_id: int,
    article_id: str,
    headline: str,
    channels: Iterable[str],
    now: datetime,
    is_update: bool = False,
    stage: str | None = None,
    news: str = "",
    is_past: bool = False,
) -> int:
    """Write an alert with one delivery for each channel, due at once, and return its id.

    `stage` is what the story has reached, `news` what an update says, as `alerts.facts` wrote it; `is_past`: it was
    known before the topic was new.
    """
    cursor = store.db.execute(
        "INSERT INTO alerts (topic, story_id, article_id, headline, created_at, kind, stage, news, is_past)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [topic, story_id, article_id, headline, stamp(now), "update" if is_update else "first", stage, news, is_past],
    )
    alert_id = cursor.lastrowid
    assert alert_id is not None, "an INSERT has a row id"
    add_deliveries(store, alert_id=alert_id, channels=channels, now=now)
    return alert_id


def newest_alerts(store: Store, *, limit: int) -> list[AlertRow]:
    """Return the alerts made last, newest first."""
    rows = store.query(
        "SELECT alerts.id, alerts.topic, kind, alerts.stage AS stage, headline AS title, outlet, url,"
        " alerts.article_id, alerts.story_id,"
        " CASE WHEN matches.alert_id != alerts.id THEN 'as it was before an edit'"
        " ELSE coalesce(matches.reason, '') END AS reason, alerts.created_at,"
        " (SELECT group_concat(channel || ': ' || state, char(10)) FROM deliveries WHERE alert_id = alerts.id)"
        " AS deliveries FROM alerts JOIN articles ON articles.id = alerts.article_id"
        " LEFT JOIN matches ON matches.article_id = alerts.article_id AND matches.topic = alerts.topic"
        " ORDER BY alerts.id DESC LIMIT ?",
        [limit],
    )
    return [_alert(row) for row in rows]


def newest_untold(store: Store, *, limit: int) -> list[Untold]:
    """Return the matches decided last that were not told, newest first."""
    rows = store.query(
        "SELECT topic, title, outlet, url, article_id, outcome, reason, matched_at FROM matches"
        " JOIN articles ON articles.id = article_id WHERE outcome NOT IN ('told', 'update')"
        " ORDER BY matches.id DESC LIMIT ?",
        [limit],
    )
    return [Untold(matched_at=instant(row.pop("matched_at")), **row) for row in rows]


def count_outcomes(store: Store) -> dict[str, int]:
    """Return how many matches came to each outcome."""
    return dict(store.db.execute("SELECT outcome, count(*) FROM matches GROUP BY outcome").fetchall())


def _alert(row: dict[str, object]) -> AlertRow:
    created_at = instant(str(row.pop("created_at")))
    deliveries = tuple(str(row.pop("deliveries") or "").splitlines())
    return AlertRow(created_at=created_at, deliveries=deliveries, **row)  # type: ignore[arg-type]  # columns are the fields
