"""Which topics there ever were, and how one fares: how much matched of late, and by which words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from stories.model import ArchivedArticle
from stories.store import Store, instant_or_none, stamp
from stories.store_articles import COLUMNS, archived_of

# What came in a heap, by an import or a feed's first poll, says nothing about how much comes in a day.
_IN_A_HEAP = "('silent import', 'baseline', 'older than the backup')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiving:
    """Since when the archive has been receiving articles, and when it did so last; None when it never has."""

    first_at: datetime | None
    last_at: datetime | None


def receiving(store: Store) -> Receiving:
    """Return since when the archive has been receiving articles, in their order of arrival."""
    first, last = (
        store.db.execute(f"SELECT seen_at FROM articles ORDER BY seq {order} LIMIT 1").fetchone()
        for order in ("ASC", "DESC")
    )
    return Receiving(
        first_at=instant_or_none(first[0] if first else None), last_at=instant_or_none(last[0] if last else None)
    )


def count_matches(store: Store, topic: str, *, since: datetime, in_heaps: bool) -> int:
    """Return how many articles met a topic since then, with those that came in a heap or without them."""
    heaps = "" if in_heaps else f" AND outcome NOT IN {_IN_A_HEAP}"
    (count,) = store.db.execute(
        "SELECT count(*) FROM matches WHERE topic = ? AND matched_at >= ? AND outcome != 'excluded'" + heaps,
        [topic, stamp(since)],
    ).fetchone()
    return int(count)


def count_alerts(store: Store, topic: str, *, since: datetime) -> int:
    """Return how many alerts a topic made since then."""
    (count,) = store.db.execute(
        "SELECT count(*) FROM alerts WHERE topic = ? AND created_at >= ?", [topic, stamp(since)]
    ).fetchone()
    return int(count)


def last_match_at(store: Store, topic: str) -> datetime | None:
    """Return when an article last met a topic, or None when none ever did."""
    row = store.db.execute(
        "SELECT matched_at FROM matches WHERE topic = ? AND outcome != 'excluded' ORDER BY matched_at DESC LIMIT 1",
        [topic],
    ).fetchone()
    return instant_or_none(row[0]) if row else None


def latest_evidence(store: Store, topic: str, *, limit: int) -> list[str]:
    """Return the evidence of the matches of a topic made last, as it is stored, newest first."""
    rows = store.db.execute(
        "SELECT evidence FROM matches WHERE topic = ? AND outcome != 'excluded' ORDER BY matched_at DESC LIMIT ?",
        [topic, limit],
    )
    return [evidence for (evidence,) in rows]


def new_topics(store: Store, names: Iterable[str]) -> list[str]:
    """Return those of `names` that no topic ever had."""
    known = {name for (name,) in store.db.execute("SELECT name FROM topics")}
    return [name for name in names if name not in known]


def remember_topics(store: Store, names: Iterable[str], *, now: datetime) -> None:
    """Remember that topics of these names are watched; call it in a transaction."""
    store.db.conn.executemany(
        "INSERT OR IGNORE INTO topics (name, first_at) VALUES (?, ?)", [(name, stamp(now)) for name in names]
    )


def pages_since(store: Store, since: datetime, *, size: int = 200) -> Iterator[list[ArchivedArticle]]:
    """Yield the articles that came in since then and still have their texts, in their order, so many at a time.

    Others may write between two pages.
    """
    (last,) = store.db.execute(
        "SELECT min(seq) - 1 FROM articles WHERE seen_at >= ? AND text_gone_at IS NULL", [stamp(since)]
    ).fetchone()
    while last is not None:
        rows = list(
            store.query(
                f"SELECT seq, {COLUMNS} FROM articles WHERE seq > ? AND seen_at >= ? AND text_gone_at IS NULL"
                " ORDER BY seq LIMIT ?",
                [last, stamp(since), size],
            )
        )
        if not rows:
            return
        yield [archived_of(row) for row in rows]
        last = rows[-1]["seq"]
