"""Notices: what whoever looks after the service is told once of a feed, a channel or the network, and its end."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stories.store import Store, instant, instant_or_none, stamp


class NoticeKind(StrEnum):
    """What a notice is about."""

    OFFLINE = "offline"  # no server can be reached at all
    FAILING = "failing"
    GONE = "gone"  # 410: not asked any more
    MOVED = "moved"
    IDS = "ids"  # entries come again under other ids or links
    CHANNEL = "channel"  # takes no messages
    DEAD = "dead"  # deliveries to a channel were given up
    LATE = "late"  # a canary did not arrive in time
    DIGEST = "digest"  # nothing came for it, and that was to be told
    RESTORED = "restored"  # a backup took the place of the archive
    DAMAGED = "damaged"  # the archive is, and no good backup is there
    BACKUP = "backup"  # none could be made
    CONFIG = "config"  # an edited configuration has mistakes; the one before stays
    FROZEN = "frozen"  # a feed answers, and nothing new comes
    EMPTY = "empty"  # a feed lists nothing any more
    ERRORS = "errors"  # a feed lists nothing but error messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice: about a feed, a `subject` (a channel's name), or, without either, the network.

    `is_posted` says that it is in the outbox, or has been.
    """

    kind: NoticeKind
    feed_id: int | None
    sentence: str
    told_at: datetime
    subject: str = ""
    id: int = 0
    over_at: datetime | None = None
    is_posted: bool = False


def open_notices(store: Store) -> list[Notice]:
    """Return the notices that still hold, in the order in which they were told."""
    return _notices(store, "over_at IS NULL")


def notices_to_post(store: Store) -> list[Notice]:
    """Return the notices that nobody was told yet, or not that they are over."""
    return _notices(store, "is_posted = 0 OR (over_at IS NOT NULL AND is_end_posted = 0)")


def last_told_at(store: Store, kind: NoticeKind, subject: str) -> datetime | None:
    """Return when a notice of a kind was last told of something, whether it still holds or not."""
    (told_at,) = store.db.execute(
        "SELECT max(told_at) FROM notices WHERE kind = ? AND subject = ?", [kind, subject]
    ).fetchone()
    return instant_or_none(told_at)


def add_notice(store: Store, notice: Notice) -> bool:
    """Write a notice down unless it holds already, and return whether it is to be told; call it in a transaction."""
    cursor = store.db.execute(
        "INSERT OR IGNORE INTO notices (kind, feed_id, subject, sentence, told_at) VALUES (?, ?, ?, ?, ?)",
        [notice.kind, notice.feed_id, notice.subject, notice.sentence, stamp(notice.told_at)],
    )
    return cursor.rowcount == 1


def add_past_notice(store: Store, kind: NoticeKind, subject: str, sentence: str, *, at: datetime) -> int:
    """Write down something that held only for the moment `at`, as posted, and return its id; in a transaction."""
    cursor = store.db.execute(
        "INSERT INTO notices (kind, subject, sentence, told_at, over_at, is_posted, is_end_posted)"
        " VALUES (?, ?, ?, ?, ?, 1, 1)",
        [kind, subject, sentence, stamp(at), stamp(at)],
    )
    notice_id = cursor.lastrowid
    assert notice_id is not None, "an INSERT has a row id"
    return notice_id


def mend_notice(store: Store, notice: Notice) -> None:
    """Have an open notice say what holds now, told when it was; call it in a transaction."""
    store.db.execute(
        "UPDATE notices SET sentence = ? WHERE kind = ? AND feed_id IS ? AND subject = ? AND over_at IS NULL",
        [notice.sentence, notice.kind, notice.feed_id, notice.subject],
    )


def close_notice(
    store: Store,
    kind: NoticeKind,
    feed_id: int | None,
    *,
    now: datetime,
    subject: str = "",
    is_end_told: bool = True,
) -> bool:
    """Note that something does not hold any more, and return whether it did; call it in a transaction.

    `is_end_told`: its end is to be told; not where something else took its place.
    """
    cursor = store.db.execute(
        "UPDATE notices SET over_at = ?, is_end_posted = ?"
        " WHERE kind = ? AND feed_id IS ? AND subject = ? AND over_at IS NULL",
        [stamp(now), int(not is_end_told), kind, feed_id, subject],
    )
    return cursor.rowcount == 1


def mark_posted(store: Store, notice: Notice) -> None:
    """Note that a notice as it stands, begun or over, is in the outbox; call it in a transaction."""
    store.db.execute(
        "UPDATE notices SET is_posted = 1, is_end_posted = ? WHERE id = ?", [int(notice.over_at is not None), notice.id]
    )


def _notices(store: Store, where: str) -> list[Notice]:
    return [
        Notice(
            id=row["id"],
            kind=NoticeKind(row["kind"]),
            feed_id=row["feed_id"],
            subject=row["subject"],
            sentence=row["sentence"],
            told_at=instant(row["told_at"]),
            over_at=instant_or_none(row["over_at"]),
            is_posted=bool(row["is_posted"]),
        )
        for row in store.query(f"SELECT * FROM notices WHERE {where} ORDER BY id")
    ]
