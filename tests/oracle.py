"""The judgement on a service that was hurt: what was lost, what was said twice, and whether the archive is whole."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.press import markers_in

MARK = "(possible repeat)"

_STATES = "SELECT state, count(*) FROM deliveries GROUP BY state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one message told of one article, by its marker: where, and whether it says that it may be a repeat.

    `message` tells one message from another where one tells of several articles.
    """

    channel: str
    marker: str
    is_marked: bool
    message: int = 0


def told_by(channel: str, number: int, title: str, body: str) -> list[Told]:
    """Return what a message tells: each article once, marked if the whole message is, or else a line about it."""
    marks = dict.fromkeys(markers_in(f"{title}\n{body}"), MARK in title)
    for line in body.splitlines():
        for marker in markers_in(line):
            marks[marker] = marks[marker] or MARK in line
    return [Told(channel=channel, marker=key, is_marked=mark, message=number) for key, mark in marks.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of everything that was to be told.

    `lost` never arrived; `unmarked` arrived again without the mark; `marked` counts those that arrived again with it,
    in `marked_messages`, `marked_firsts` those that say so though they came for the first time. `integrity` is SQLite's
    own judgement, `waiting` what the outbox still holds at the end.
    """

    told: int
    lost: list[tuple[str, str]] = field(default_factory=list)
    unmarked: list[tuple[str, str]] = field(default_factory=list)
    strangers: list[tuple[str, str]] = field(default_factory=list)
    marked: int = 0
    marked_messages: int = 0
    marked_firsts: int = 0
    integrity: str = "ok"
    waiting: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, nothing said twice without the mark, and everything is whole and told."""
        return not (self.lost or self.unmarked or self.strangers or self.waiting) and self.integrity == "ok"


def judge(expected: Iterable[tuple[str, str]], told: Iterable[Told], database: Path) -> Verdict:
    """Return the verdict on `told` (in the order of arrival), where each of `expected` (channel, marker) was due."""
    arrivals: dict[tuple[str, str], list[bool]] = {}
    repeating: set[tuple[str, int]] = set()
    for each in told:
        marks = arrivals.setdefault((each.channel, each.marker), [])
        if marks and each.is_marked:
            repeating.add((each.channel, each.message))
        marks.append(each.is_marked)
    due = set(expected)
    state_of_file = integrity(database)
    return Verdict(
        told=sum(map(len, arrivals.values())),
        lost=sorted(due - set(arrivals)),
        unmarked=sorted(key for key, marks in arrivals.items() if not all(marks[1:])),
        strangers=sorted(set(arrivals) - due),
        marked=sum(sum(marks[1:]) for marks in arrivals.values()),
        marked_messages=len(repeating),
        marked_firsts=sum(marks[0] for marks in arrivals.values()),
        integrity=state_of_file,
        waiting=_waiting(states(database)) if state_of_file == "ok" else 0,
    )


def integrity(database: Path) -> str:
    """Return what SQLite says of the file, looking at a copy of it and of its log."""
    try:
        return "; ".join(row for (row,) in _ask(database, "PRAGMA integrity_check"))
    except sqlite3.DatabaseError as error:
        return str(error)


def has_tables(database: Path) -> bool:
    """Return whether the archive was made; a kill may leave a file in which nothing stands yet."""
    return bool(_ask(database, "SELECT 1 FROM sqlite_master WHERE name = 'deliveries'"))


def count_articles(database: Path) -> int:
    """Return how many articles were kept."""
    return int(_ask(database, "SELECT count(*) FROM articles")[0][0])


def states(database: Path) -> Counter[str]:
    """Return how many deliveries are in each state."""
    return Counter(dict(_ask(database, _STATES)))


def waiting_now(database: Path) -> int:
    """Return how many deliveries wait, read beside a running service."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as db:
        return _waiting(Counter(dict(db.execute(_STATES).fetchall())))


def next_polls(database: Path) -> dict[str, datetime]:
    """Return when each feed, by address, is to be asked next."""
    rows = _ask(database, "SELECT address, next_poll_at FROM feeds WHERE watched")
    return {address: datetime.fromisoformat(at) for address, at in rows}


def _waiting(states: Counter[str]) -> int:
    return states["new"] + states["sending"] + states["failed"]


def _ask(database: Path, question: str) -> list[Any]:
    # A copy: looking at the original would recover it, and that is the service's task at its next start.
    with TemporaryDirectory() as folder:
        for beside in ("", "-wal"):
            original = database.with_name(database.name + beside)
            if original.exists():
                shutil.copy(original, folder)
        with closing(sqlite3.connect(Path(folder) / database.name)) as db:
            return db.execute(question).fetchall()
