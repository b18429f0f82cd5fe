"""Canaries: test stories that were sent through a channel, and what became of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stories.store import Store, instant, instant_or_none, stamp

KIND = "canary"  # of the notices that they are; they are over as they begin, so nobody is told of them but the channel

_COLUMNS = (
    "notices.id, subject AS channel, told_at AS begun_at, sent_at AS arrived_at, state, error FROM notices"
    " JOIN deliveries ON notice_id = notices.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One test story: the channel it was sent through, since when, when it arrived, or why it has not so far."""

    id: int
    channel: str
    begun_at: datetime
    arrived_at: datetime | None
    state: str
    error: str | None

    @property
    def is_on_its_way(self) -> bool:
        """Whether it waits in the outbox still."""
        return self.state in ("new", "sending", "failed")

    @property
    def seconds(self) -> float | None:
        """How long it took, if it arrived."""
        return max((self.arrived_at - self.begun_at).total_seconds(), 0.0) if self.arrived_at else None


def add_canary(store: Store, channel: str, *, sentence: str, fault: str | None = None, now: datetime) -> int:
    """Put a canary into the outbox of `channel`, due at once, and return its id; call it in a transaction.

    With a `fault` it is only written down, as one that will not arrive.
    """
    notice_id = store.db.execute(
        "INSERT INTO notices (kind, subject, sentence, told_at, over_at, is_posted, is_end_posted)"
        " VALUES (:kind, :channel, :sentence, :now, :now, 1, 1)",
        {"kind": KIND, "channel": channel, "sentence": sentence, "now": stamp(now)},
    ).lastrowid
    assert notice_id is not None, "an INSERT has a row id"
    store.db.execute(
        "INSERT INTO deliveries (notice_id, channel, state, error, not_before, created_at, given_up_at)"
        " VALUES (:notice, :channel, :state, :fault, :now, :now, CASE WHEN :fault IS NOT NULL THEN :now END)",
        {
            "notice": notice_id,
            "channel": channel,
            "state": "dropped" if fault else "new",
            "fault": fault,
            "now": stamp(now),
        },
    )
    return notice_id


def canary_of(store: Store, canary_id: int) -> Canary | None:
    """Return how a canary stands."""
    return next(_canaries(store, "notices.id = ?", canary_id), None)


def last_canary(store: Store, channel: str) -> Canary | None:
    """Return the canary that was sent through `channel` last, if there was one."""
    last = "notices.id = (SELECT max(id) FROM notices WHERE kind = ? AND subject = ?)"
    return next(_canaries(store, last, KIND, channel), None)


def last_canaries(store: Store) -> list[Canary]:
    """Return the last canary of each channel, the newest first."""
    last = "notices.id IN (SELECT max(id) FROM notices WHERE kind = ? GROUP BY subject) ORDER BY notices.id DESC"
    return list(_canaries(store, last, KIND))


def _canaries(store: Store, where: str, *parameters: object) -> Iterator[Canary]:
    for row in store.query(f"SELECT {_COLUMNS} WHERE {where}", parameters):
        yield _canary(row)


def _canary(row: dict[str, Any]) -> Canary:
    begun_at, arrived_at = instant(row.pop("begun_at")), instant_or_none(row.pop("arrived_at"))
    return Canary(begun_at=begun_at, arrived_at=arrived_at, **row)
