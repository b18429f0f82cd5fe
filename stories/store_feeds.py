"""What is remembered of each feed: validators, errors, rhythm, moves, and when it is to be asked again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stories.store import Store, instant, instant_or_none, stamp

_DIGEST_BYTES = 16  # as the crawler makes them; the column is all of them in a row
_LATEST = timedelta(hours=25)  # no poll is planned later, but where somebody configured it


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """One feed as the archive knows it. Instants are aware UTC; `error` is why the last poll failed, if it did.

    It waits `wait`, `because` of a reason of the timetable. `offers_validators`: whether its server answers conditional
    requests, None while that is not known. `rhythm` is the smoothed time between two publications, `newest_at` the last
    of them. `fresh_for`, `ttl`, `skip_hours` and `skip_days` are what server and document asked for. `failing_since`
    and `status` belong to the errors in a row; `is_unreached`: at the last poll no server said a word. A feed with
    `retired_at` is not asked any more. `moved_to` is asked instead of `address`; `moving_to` is where permanent
    redirects led `moving_answers` times since `moving_since`. `renamings` counts polls in which most of what is listed
    came again under other ids, the last one `renamed_at`. `empty_since` and `errors_listed_since`: it answers and lists
    nothing any more, or nothing but error messages.
    """

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
    wait: timedelta | None = None
    because: str | None = None
    offers_validators: bool | None = None
    rhythm: timedelta | None = None
    newest_at: datetime | None = None
    fresh_for: timedelta | None = None
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    failing_since: datetime | None = None
    status: int | None = None
    is_unreached: bool = False
    retired_at: datetime | None = None
    moved_to: str | None = None
    moving_to: str | None = None
    moving_since: datetime | None = None
    moving_answers: int = 0
    renamings: int = 0
    renamed_at: datetime | None = None
    empty_since: datetime | None = None
    errors_listed_since: datetime | None = None

    @property
    def asked_address(self) -> str:
        """The address that is asked."""
        return self.moved_to or self.address


def watch_feeds(store: Store, feeds: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Make exactly `feeds` (address, name) the watched ones; what is known of the others stays.

    A new feed is due at `now`; a known one keeps its next poll, so that a restart never asks early. One that is watched
    again is asked again, though it was retired. A new address that a feed not watched any more had moved to is that
    feed: somebody changed the configuration as he was told to.
    """
    given = list(feeds)
    with store.writing():
        was_watched = {address for (address,) in store.db.execute("SELECT address FROM feeds WHERE watched")}
        store.db.execute("UPDATE feeds SET watched = 0")
        known = {address for (address,) in store.db.execute("SELECT address FROM feeds")}
        kept = {address for address, _ in given}
        for address in kept - known:
            _take_over(store, address, kept)
        store.db.conn.executemany(
            "INSERT INTO feeds (address, name, next_poll_at) VALUES (?, ?, ?)"
            " ON CONFLICT (address) DO UPDATE SET name = excluded.name, watched = 1",
            [(address, name, stamp(now)) for address, name in given],
        )
        store.db.conn.executemany(
            "UPDATE feeds SET retired_at = NULL WHERE address = ?", [(address,) for address in kept - was_watched]
        )


def due_feeds(store: Store, *, now: datetime) -> list[FeedState]:
    """Return the watched feeds whose next poll has come, the longest overdue first.

    A feed polled in the future is due too, and one whose next poll is further ahead than any is planned: the clock was
    wrong then, and would keep it waiting.
    """
    due = (
        "watched AND retired_at IS NULL AND (next_poll_at <= :now OR last_polled_at > :now"
        " OR (next_poll_at > :latest AND coalesce(wait, 0) <= :day)) ORDER BY next_poll_at, id"
    )
    return _feeds(store, due, {"now": stamp(now), "latest": stamp(now + _LATEST), "day": 86400})


def watched_feeds(store: Store) -> list[FeedState]:
    """Return all watched feeds in the order in which they were first configured."""
    return _feeds(store, "watched ORDER BY id", {})


def feeds_worth_a_notice(store: Store, *, now: datetime) -> list[FeedState]:
    """Return the watched feeds of which there may be something to tell, as those that were silent for a day."""
    return _feeds(
        store,
        "watched AND (failing_since IS NOT NULL OR retired_at IS NOT NULL OR moved_to IS NOT NULL OR renamings > 0"
        " OR empty_since IS NOT NULL OR errors_listed_since IS NOT NULL OR newest_at < :yesterday) ORDER BY id",
        {"yesterday": stamp(now - timedelta(days=1))},
    )


def feed_by_id(store: Store, feed_id: int) -> FeedState:
    """Return one feed."""
    return _feeds(store, "id = :id", {"id": feed_id})[0]


def save_changes(store: Store, feed: FeedState, before: FeedState) -> None:
    """Write in what `feed` differs from `before`: after a poll that brought nothing, when it was and when the next is.

    Call it inside the poll's transaction.
    """
    names = [name for name in _COLUMNS if getattr(feed, name) != getattr(before, name)]
    if not names:
        return
    values = [_COLUMNS[name][0](getattr(feed, name)) for name in names]
    assignments = ", ".join(f"{name} = ?" for name in names)
    store.db.execute(f"UPDATE feeds SET {assignments} WHERE id = ?", [*values, feed.id])


def _take_over(store: Store, address: str, kept: set[str]) -> None:
    """Let `address` be the feed that had moved there, and is not configured by its old address any more."""
    rows = store.db.execute("SELECT id, address FROM feeds WHERE moved_to = ? ORDER BY id DESC", [address])
    left = [feed_id for feed_id, old in rows if old not in kept]
    if left:
        store.db.execute("UPDATE feeds SET address = ?, moved_to = NULL WHERE id = ?", [address, left[0]])


def _feeds(store: Store, where: str, parameters: Mapping[str, object]) -> list[FeedState]:
    rows = store.query(f"SELECT * FROM feeds WHERE {where}", parameters)
    return [_feed(row) for row in rows]


def _feed(row: dict[str, Any]) -> FeedState:
    said = {name: read(row[name]) for name, (_, read) in _COLUMNS.items()}
    return FeedState(id=row["id"], address=row["address"], name=row["name"], **said)


def _as_is(value: Any) -> Any:
    return value


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _bits(numbers: frozenset[int]) -> int:
    return sum(1 << number for number in numbers)


def _numbers(bits: int) -> frozenset[int]:
    return frozenset(number for number in range(bits.bit_length()) if bits >> number & 1)


def _joined(digests: frozenset[bytes]) -> bytes:
    assert all(len(digest) == _DIGEST_BYTES for digest in digests), "cut wrongly, none is ever known again"
    return b"".join(sorted(digests))


def _cut(digests: bytes) -> frozenset[bytes]:
    return frozenset(digests[start : start + _DIGEST_BYTES] for start in range(0, len(digests), _DIGEST_BYTES))


_Column = tuple[Callable[[Any], Any], Callable[[Any], Any]]  # how a value is written, and how it is read
_PLAIN: _Column = (_as_is, _as_is)
_INSTANT: _Column = (_stamp, instant_or_none)
_SPAN: _Column = (_seconds, _span)
_NUMBERS: _Column = (_bits, _numbers)

_COLUMNS: dict[str, _Column] = {
    "next_poll_at": (stamp, instant),
    "last_polled_at": _INSTANT,
    "first_answered_at": _INSTANT,
    "last_answered_at": _INSTANT,
    "errors_in_a_row": _PLAIN,
    "error": _PLAIN,
    "warning": _PLAIN,
    "etag": _PLAIN,
    "last_modified": _PLAIN,
    "body_digest": _PLAIN,
    "entry_digests": (_joined, _cut),
    "wait": _SPAN,
    "because": _PLAIN,
    "offers_validators": (_as_is, _truth),
    "rhythm": _SPAN,
    "newest_at": _INSTANT,
    "fresh_for": _SPAN,
    "ttl": _SPAN,
    "skip_hours": _NUMBERS,
    "skip_days": _NUMBERS,
    "failing_since": _INSTANT,
    "status": _PLAIN,
    "is_unreached": (_as_is, bool),
    "retired_at": _INSTANT,
    "moved_to": _PLAIN,
    "moving_to": _PLAIN,
    "moving_since": _INSTANT,
    "moving_answers": _PLAIN,
    "renamings": _PLAIN,
    "renamed_at": _INSTANT,
    "empty_since": _INSTANT,
    "errors_listed_since": _INSTANT,
}
