"""Copies of what a window of articles left in an archive, further and further back, until a year is full.

Each copy has new ids, other words (`story_variety`), and stands as what it would be by now: its stories over, its
oldest articles without text. Numbers count on, so that whatever belongs together in the window does in each copy.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import Any

from bench.story_variety import Material, changer
from stories.store import stamp

_COMMIT = 200  # rows: an archive that grew by small transactions has its indexes in as many pieces
_ROUND = 1000  # of the words of the first copy: none that the window itself has

# Tables in the order in which they refer to each other; each with the columns that hold the number of a row of which.
_TABLES: Mapping[str, Mapping[str, str]] = {
    "stories": {"id": "stories", "joined_to": "stories"},
    "articles": {"seq": "articles", "story_id": "stories"},
    "sightings": {"id": "sightings"},
    "revisions": {"id": "revisions"},
    "credits": {"id": "credits"},
    "story_changes": {"id": "story_changes", "story_id": "stories", "other_id": "stories"},
    "alerts": {"id": "alerts", "story_id": "stories"},
    "matches": {"id": "matches", "alert_id": "alerts"},
    "messages": {"id": "messages"},
    "deliveries": {"id": "deliveries", "alert_id": "alerts", "message_id": "messages"},
}
_ARTICLE_IDS = frozenset({("articles", "id"), *((table, "article_id") for table in _TABLES), ("articles", "copy_of")})
_WORDS = frozenset({"title", "summary", "text", "headline", "words"})
_KEYS = frozenset({"guid", "address", "url"})
_TIMES = ("_at", "not_before")

_Change = Callable[[Any], Any]


class Copies:
    """Puts copies of the window in `made`, an attached archive, into an empty one: the oldest first."""

    def __init__(self, db: sqlite3.Connection, source: Material, *, texts_kept: timedelta, now: datetime) -> None:
        self._db = db
        self._source = source
        self._texts_kept = texts_kept
        self._now = now
        self._most = {
            table: int(db.execute(f"SELECT coalesce(max(rowid), 0) FROM made.{table}").fetchone()[0])
            for table in _TABLES
        }
        names = ", ".join(self._columns("feeds"))
        db.execute(f"INSERT INTO feeds ({names}) SELECT {names} FROM made.feeds")

    def add(self, number: int, *, back: timedelta) -> None:
        """Add the copy of that number, 0 the first, which happened so long before the window; with none it is last."""
        change: _Change = changer(self._source, number + _ROUND) if back else str
        self._db.execute("BEGIN")
        for table in _TABLES:
            names = self._columns(table)
            changes = [self._change(table, name, number, back, change) for name in names]
            insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            for some in _some(self._db.execute(f"SELECT {', '.join(names)} FROM made.{table} ORDER BY rowid")):
                made = [
                    {
                        name: value if value is None else to(value)
                        for name, to, value in zip(names, changes, row, strict=True)
                    }
                    for row in some
                ]
                if back:
                    self._age(table, made, back)
                self._db.executemany(insert, [list(row.values()) for row in made])
                if table == "articles":
                    self._index(made)
        self._db.execute("COMMIT")

    def _age(self, table: str, rows: list[dict[str, Any]], back: timedelta) -> None:
        """Let rows be as they are when they are so old."""
        if table == "stories":
            for row in rows:
                row["is_over"] = 1
        if table == "articles" and back > self._texts_kept:
            for row in rows:
                row |= {"text": "", "features": None, "text_gone_at": stamp(self._now)}

    def _index(self, rows: list[dict[str, Any]]) -> None:
        self._db.executemany(
            "INSERT INTO articles_fts (rowid, title, summary, text) VALUES (:seq, :title, :summary, :text)", rows
        )
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def _change(self, table: str, name: str, number: int, back: timedelta, change: _Change) -> _Change:
        """Return what makes of a value in the window that in a copy."""
        if name in _TABLES[table]:
            offset = number * self._most[_TABLES[table][name]]
            return lambda value: value + offset
        if (table, name) in _ARTICLE_IDS:
            return lambda value: blake2b(f"{number} {value}".encode(), digest_size=len(value) // 2).hexdigest()
        if name in _KEYS:
            return lambda value: f"{value}{number}"
        if name.endswith(_TIMES):
            return _earlier(back)
        return change if name in _WORDS else _same

    def _columns(self, table: str) -> list[str]:
        return [name for (name,) in self._db.execute("SELECT name FROM pragma_table_info(?)", [table])]


def _same(value: Any) -> Any:
    return value


def _earlier(back: timedelta) -> Callable[[str], str]:
    """Return what puts an instant back, as it is stored."""

    @lru_cache(maxsize=10_000)
    def put_back(stamped: str) -> str:
        return stamp(datetime.fromisoformat(stamped) - back)

    return put_back


def _some(rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    while some := list(islice(rows, _COMMIT)):
        yield some
