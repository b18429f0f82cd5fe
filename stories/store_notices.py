"""Notices: what its owner is told once of a feed, or of the network, and whether it still holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stories.store import Store, instant, stamp


class NoticeKind(StrEnum):
    """What a notice is about."""

    OFFLINE = "offline"  # no server can be reached at all
    FAILING = "failing"
    GONE = "gone"  # 410: not asked any more
    MOVED = "moved"
    IDS = "ids"  # entries come again under other ids or links


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice; without a feed it is about the network."""

    kind: NoticeKind
    feed_id: int | None
    sentence: str
    told_at: datetime


def open_notices(store: Store) -> list[Notice]:
    """Return the notices that still hold, in the order in which they were told."""
    return [
        Notice(
            kind=NoticeKind(row["kind"]),
            feed_id=row["feed_id"],
            sentence=row["sentence"],
            told_at=instant(row["told_at"]),
        )
        for row in store.query("SELECT * FROM notices WHERE over_at IS NULL ORDER BY id")
    ]


def add_notice(store: Store, notice: Notice) -> bool:
    """Write a notice down unless it holds already, and return whether it is to be told; call it in a transaction."""
    cursor = store.db.execute(
        "INSERT OR IGNORE INTO notices (kind, feed_id, sentence, told_at) VALUES (?, ?, ?, ?)",
        [notice.kind, notice.feed_id, notice.sentence, stamp(notice.told_at)],
    )
    return cursor.rowcount == 1


def mend_notice(store: Store, notice: Notice) -> None:
    """Have an open notice say what holds now, told when it was; call it in a transaction."""
    store.db.execute(
        "UPDATE notices SET sentence = ? WHERE kind = ? AND feed_id IS ? AND over_at IS NULL",
        [notice.sentence, notice.kind, notice.feed_id],
    )


def close_notice(store: Store, kind: NoticeKind, feed_id: int | None, *, now: datetime) -> bool:
    """Note that something does not hold any more, and return whether it did; call it in a transaction."""
    cursor = store.db.execute(
        "UPDATE notices SET over_at = ? WHERE kind = ? AND feed_id IS ? AND over_at IS NULL",
        [stamp(now), kind, feed_id],
    )
    return cursor.rowcount == 1
