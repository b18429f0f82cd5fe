"""When the service last looked after the archive itself, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stories.store import Store, instant, stamp


class Work(StrEnum):
    """What is done for the archive itself."""

    CHECK = "check"
    BACKUP = "backup"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """When a work was done last, and what came of it, in a sentence."""

    at: datetime
    said: str


def upkeep_done(store: Store) -> dict[Work, Done]:
    """Return the last time of each work that was ever done."""
    rows = store.db.execute("SELECT work, done_at, said FROM upkeep ORDER BY work")
    return {Work(work): Done(at=instant(done_at), said=said) for work, done_at, said in rows}


def note_upkeep(store: Store, work: Work, said: str, *, now: datetime) -> None:
    """Write down that a work is done, and what came of it.

    :raises StoreError: when the archive cannot be written
    """
    with store.writing():
        store.db.execute(
            "INSERT INTO upkeep (work, done_at, said) VALUES (?, ?, ?)"
            " ON CONFLICT (work) DO UPDATE SET done_at = excluded.done_at, said = excluded.said",
            [work, stamp(now), said],
        )
