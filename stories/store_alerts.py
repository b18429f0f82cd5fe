"""Matches and what was decided on them, alerts, and the outbox with what became of each delivery."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from stories.store import Store, instant, instant_or_none, stamp

# As the index of what waits has it, to the letter: SQLite does not see that a narrower list is within it.
_WAITING = "state IN ('new', 'sending', 'failed')"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One row of the outbox: one alert to one channel, with what the message is made from.

    `evidence` is the match's, as `alerts.matching` wrote it, `news` what an update says, as `alerts.facts` wrote it.
    `attempts` counts the sends begun so far;
    `maybe_repeat` says that one of them may have arrived.
    """

    id: int
    alert_id: int
    channel: str
    attempts: int
    maybe_repeat: bool
    created_at: datetime
    topic: str
    article_id: str
    evidence: str
    stage: str | None
    news: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCounts:
    """How many deliveries of one channel are waiting, were sent, or were given up; and the last error, if any."""

    channel: str
    waiting: int
    sent: int
    dead: int
    error: str | None


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
) -> int:
    """Write an alert with one delivery for each channel, due at once, and return its id.

    `stage` is what the story has reached, `news` what an update says, as `alerts.facts` wrote it.
    """
    cursor = store.db.execute(
        "INSERT INTO alerts (topic, story_id, article_id, headline, created_at, kind, stage, news)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [topic, story_id, article_id, headline, stamp(now), "update" if is_update else "first", stage, news],
    )
    alert_id = cursor.lastrowid
    assert alert_id is not None, "an INSERT has a row id"
    store.db.conn.executemany(
        "INSERT INTO deliveries (alert_id, channel, not_before, created_at) VALUES (?, ?, ?, ?)",
        [(alert_id, channel, stamp(now), stamp(now)) for channel in channels],
    )
    return alert_id


def next_delivery(store: Store, channel: str, *, now: datetime) -> Delivery | None:
    """Return the oldest delivery of `channel` that is due, or None."""
    rows = store.query(
        "SELECT deliveries.id, deliveries.alert_id, channel, attempts, maybe_repeat, deliveries.created_at,"
        " alerts.topic, alerts.article_id, coalesce(evidence, '[]') AS evidence, alerts.stage,"
        " alerts.news FROM deliveries"
        " JOIN alerts ON alerts.id = deliveries.alert_id"
        " LEFT JOIN matches ON matches.article_id = alerts.article_id AND matches.topic = alerts.topic"
        f" WHERE channel = ? AND {_WAITING} AND state != 'sending' AND not_before <= ? ORDER BY deliveries.id LIMIT 1",
        [channel, stamp(now)],
    )
    row = next(rows, None)
    if row is None:
        return None
    created_at, maybe_repeat = instant(row.pop("created_at")), bool(row.pop("maybe_repeat"))
    return Delivery(maybe_repeat=maybe_repeat, created_at=created_at, **row)


def next_delivery_at(store: Store, channel: str) -> datetime | None:
    """Return when the next delivery of `channel` falls due, or None when nothing waits."""
    (earliest,) = store.db.execute(
        f"SELECT min(not_before) FROM deliveries WHERE channel = ? AND {_WAITING} AND state != 'sending'", [channel]
    ).fetchone()
    return instant_or_none(earliest)


def mark_sending(store: Store, delivery_id: int) -> None:
    """Write down that a send begins: if nothing is heard of it any more, its outcome is unknown."""
    with store.writing():
        store.db.execute("UPDATE deliveries SET state = 'sending', attempts = attempts + 1 WHERE id = ?", [delivery_id])


def mark_sent(store: Store, delivery_id: int, *, now: datetime) -> None:
    """Write down that a delivery arrived."""
    with store.writing():
        store.db.execute(
            "UPDATE deliveries SET state = 'sent', sent_at = ?, error = NULL WHERE id = ?",
            [stamp(now), delivery_id],
        )


def mark_failed(store: Store, delivery_id: int, *, error: str, next_at: datetime | None, maybe_repeat: bool) -> None:
    """Write down that a delivery failed: tried again at `next_at`, or given up when that is None."""
    with store.writing():
        store.db.execute(
            "UPDATE deliveries SET state = :state, error = :error, not_before = coalesce(:next_at, not_before),"
            " maybe_repeat = max(maybe_repeat, :maybe_repeat) WHERE id = :id",
            {
                "state": "failed" if next_at else "dead",
                "error": error,
                "next_at": stamp(next_at) if next_at else None,
                "maybe_repeat": int(maybe_repeat),
                "id": delivery_id,
            },
        )


def reopen_interrupted(store: Store, *, now: datetime, channel: str | None = None) -> int:
    """Make deliveries found in the middle of a send due again, marked as possible repeats; return how many.

    Called when nobody can be sending: at the start for all channels, and for one whose sender failed.
    """
    with store.writing():
        cursor = store.db.execute(
            "UPDATE deliveries SET state = 'failed', maybe_repeat = 1, not_before = :now,"
            f" error = 'interrupted while sending' WHERE {_WAITING} AND state = 'sending'"
            " AND channel = coalesce(:channel, channel)",
            {"now": stamp(now), "channel": channel},
        )
        return cursor.rowcount


def pull_back_from_the_future(store: Store, *, now: datetime) -> None:
    """Make deliveries due that were written while the clock stood in the future; they would wait until then."""
    with store.writing():
        store.db.execute(
            f"UPDATE deliveries SET not_before = :now, created_at = :now WHERE {_WAITING} AND created_at > :now",
            {"now": stamp(now)},
        )


def give_up_channels_except(store: Store, channels: Iterable[str]) -> dict[str, int]:
    """Give up what waits for channels that are no more; return how many deliveries that were, by channel."""
    with store.writing():
        rows = store.db.execute(
            f"SELECT channel, count(*) FROM deliveries WHERE {_WAITING} GROUP BY channel"
        ).fetchall()
        gone = {channel: count for channel, count in rows if channel not in set(channels)}
        for channel in gone:
            store.db.execute(
                "UPDATE deliveries SET state = 'dead', error = 'the channel is not configured any more'"
                f" WHERE channel = ? AND {_WAITING}",
                [channel],
            )
    return gone


def outbox_counts(store: Store) -> list[ChannelCounts]:
    """Return how the deliveries of each channel stand."""
    rows = store.query(
        "SELECT channel, sum(state IN ('new', 'sending', 'failed')) AS waiting, sum(state = 'sent') AS sent,"
        " sum(state = 'dead') AS dead,"
        " (SELECT error FROM deliveries AS last WHERE last.channel = deliveries.channel AND state IN ('failed', 'dead')"
        " ORDER BY id DESC LIMIT 1) AS error FROM deliveries GROUP BY channel ORDER BY channel"
    )
    return [ChannelCounts(**row) for row in rows]


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
