"""Gaps: times between two answers of a feed that were longer than planned."""

from dataclasses import dataclass
from datetime import datetime

from stories.store import Store, instant, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which a feed was not heard, and why.

    `is_caught_up`: the answer after it still listed what the one before did, so that nothing between them was missed.
    """

    feed_id: int
    began_at: datetime
    ended_at: datetime
    why: str
    is_caught_up: bool


def add_gap(store: Store, gap: Gap) -> None:
    """Write a gap down; call it in the transaction of the poll that ended it."""
    store.db.execute(
        "INSERT INTO gaps (feed_id, began_at, ended_at, why, is_caught_up) VALUES (?, ?, ?, ?, ?)",
        [gap.feed_id, stamp(gap.began_at), stamp(gap.ended_at), gap.why, int(gap.is_caught_up)],
    )


def gaps_since(store: Store, since: datetime) -> list[Gap]:
    """Return the gaps that ended after `since`, the last to end first."""
    rows = store.query(
        "SELECT feed_id, began_at, ended_at, why, is_caught_up FROM gaps WHERE ended_at > ? ORDER BY ended_at DESC",
        [stamp(since)],
    )
    return [
        Gap(
            feed_id=row["feed_id"],
            began_at=instant(row["began_at"]),
            ended_at=instant(row["ended_at"]),
            why=row["why"],
            is_caught_up=bool(row["is_caught_up"]),
        )
        for row in rows
    ]
