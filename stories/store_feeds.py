"""What is remembered of each feed: validators, errors, and when it is to be asked again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stories.store import Store, instant, instant_or_none, stamp

_DIGEST_BYTES = 16  # as the crawler makes them; the column is all of them in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """One feed as the archive knows it. Instants are aware UTC; `error` is why the last poll failed, if it did."""

    id: int
    address: str
    name: str
    next_poll_at: datetime
    last_polled_at: datetime | None = None
    first_answered_at: datetime | None = None
    last_answered_at: datetime | None = None
    errors_in_a_row: int = 0
    error: str | None = None
    warning: str | None = None
    etag: bytes | None = None
    last_modified: bytes | None = None
    body_digest: bytes | None = None
    entry_digests: frozenset[bytes] = frozenset()


def watch_feeds(store: Store, feeds: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Make exactly `feeds` (address, name) the watched ones; what is known of the others stays.

    A new feed is due at `now`; a known one keeps its next poll, so that a restart never asks early.
    """
    with store.writing():
        store.db.execute("UPDATE feeds SET watched = 0")
        store.db.conn.executemany(
            "INSERT INTO feeds (address, name, next_poll_at) VALUES (?, ?, ?)"
            " ON CONFLICT (address) DO UPDATE SET name = excluded.name, watched = 1",
            [(address, name, stamp(now)) for address, name in feeds],
        )


def due_feeds(store: Store, *, now: datetime) -> list[FeedState]:
    """Return the watched feeds whose next poll has come, the longest overdue first.

    A feed polled in the future is due too: the clock was wrong then, and would keep it waiting.
    """
    due = "watched AND (next_poll_at <= :now OR last_polled_at > :now) ORDER BY next_poll_at, id"
    return _feeds(store, due, {"now": stamp(now)})


def watched_feeds(store: Store) -> list[FeedState]:
    """Return all watched feeds in the order in which they were first configured."""
    return _feeds(store, "watched ORDER BY id", {})


def feed_by_id(store: Store, feed_id: int) -> FeedState:
    """Return one feed."""
    return _feeds(store, "id = :id", {"id": feed_id})[0]


def save_feed(store: Store, feed: FeedState) -> None:
    """Write all that a poll may change of `feed`; call it inside the poll's transaction."""
    assert all(len(digest) == _DIGEST_BYTES for digest in feed.entry_digests), "cut wrongly, none is ever known again"
    store.db.execute(
        "UPDATE feeds SET next_poll_at = ?, last_polled_at = ?, first_answered_at = ?, last_answered_at = ?,"
        " errors_in_a_row = ?, error = ?, warning = ?, etag = ?, last_modified = ?, body_digest = ?,"
        " entry_digests = ? WHERE id = ?",
        [
            stamp(feed.next_poll_at),
            _stamp(feed.last_polled_at),
            _stamp(feed.first_answered_at),
            _stamp(feed.last_answered_at),
            feed.errors_in_a_row,
            feed.error,
            feed.warning,
            feed.etag,
            feed.last_modified,
            feed.body_digest,
            b"".join(sorted(feed.entry_digests)),
            feed.id,
        ],
    )


def _feeds(store: Store, where: str, parameters: Mapping[str, object]) -> list[FeedState]:
    rows = store.query(f"SELECT * FROM feeds WHERE {where}", parameters)
    return [_feed(row) for row in rows]


def _feed(row: dict[str, Any]) -> FeedState:
    digests = row["entry_digests"]
    return FeedState(
        id=row["id"],
        address=row["address"],
        name=row["name"],
        next_poll_at=instant(row["next_poll_at"]),
        last_polled_at=instant_or_none(row["last_polled_at"]),
        first_answered_at=instant_or_none(row["first_answered_at"]),
        last_answered_at=instant_or_none(row["last_answered_at"]),
        errors_in_a_row=row["errors_in_a_row"],
        error=row["error"],
        warning=row["warning"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_digest=row["body_digest"],
        entry_digests=frozenset(
            digests[start : start + _DIGEST_BYTES] for start in range(0, len(digests), _DIGEST_BYTES)
        ),
    )


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None
