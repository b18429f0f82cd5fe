"""Deliveries as people look at them: what waits, and what could not be delivered."""

from dataclasses import dataclass
from datetime import datetime

from stories.store import Store, instant, instant_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDelivery:
    """One delivery of a list: what is told (`title`) under which topic to which channel, and how it stands.

    Of a notice the topic is None and the title its sentence.
    """

    id: int
    channel: str
    state: str
    topic: str | None
    title: str
    alert_id: int | None
    notice_id: int | None
    attempts: int
    maybe_repeat: bool
    error: str | None
    created_at: datetime
    not_before: datetime
    given_up_at: datetime | None


def listed_deliveries(store: Store, *, is_dead: bool, channel: str | None, limit: int) -> list[ListedDelivery]:
    """Return what waits, oldest first, or what was given up (`is_dead`), the latest first."""
    states, order = (
        ("state = 'dead'", "given_up_at DESC, deliveries.id DESC")
        if is_dead
        else ("state IN ('new', 'sending', 'failed')", "deliveries.id")
    )
    rows = store.query(
        "SELECT deliveries.id, channel, state, topic, coalesce(articles.title, sentence, '') AS title, alert_id,"
        " notice_id, attempts, maybe_repeat, error, deliveries.created_at, not_before, given_up_at FROM deliveries"
        " LEFT JOIN alerts ON alerts.id = alert_id LEFT JOIN articles ON articles.id = alerts.article_id"
        " LEFT JOIN notices ON notices.id = notice_id"
        f" WHERE {states} AND channel = coalesce(?, channel) ORDER BY {order} LIMIT ?",
        [channel, limit],
    )
    return [
        ListedDelivery(
            maybe_repeat=bool(row.pop("maybe_repeat")),
            created_at=instant(row.pop("created_at")),
            not_before=instant(row.pop("not_before")),
            given_up_at=instant_or_none(row.pop("given_up_at")),
            **row,
        )
        for row in rows
    ]


def ids_of_dead(store: Store, channel: str | None) -> list[int]:
    """Return the deliveries that were given up, of one channel or all, oldest first."""
    rows = store.db.execute(
        "SELECT id FROM deliveries WHERE state = 'dead' AND channel = coalesce(?, channel) ORDER BY id", [channel]
    )
    return [delivery_id for (delivery_id,) in rows.fetchall()]


def channels_told(store: Store) -> list[str]:
    """Return the channels that anything was ever to go to, by name."""
    rows = store.db.execute("SELECT DISTINCT channel FROM deliveries ORDER BY channel")
    return [channel for (channel,) in rows.fetchall()]


def ids_of_failed(store: Store, channel: str) -> list[int]:
    """Return the deliveries to a channel that were tried in vain and wait to be tried again, oldest first."""
    rows = store.db.execute("SELECT id FROM deliveries WHERE state = 'failed' AND channel = ? ORDER BY id", [channel])
    return [delivery_id for (delivery_id,) in rows.fetchall()]


def channels_of(store: Store, ids: list[int]) -> dict[int, tuple[str, str]]:
    """Return channel and state of the deliveries among `ids` that there are, by id."""
    found = (
        store.db.execute("SELECT id, channel, state FROM deliveries WHERE id = ?", [each]).fetchone() for each in ids
    )
    return {row[0]: (row[1], row[2]) for row in found if row}
