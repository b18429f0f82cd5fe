"""A child process that opens an archive of an older version and is killed before its Nth statement."""

import os
import signal
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlite_utils import Database

from stories.migrations import migrations
from stories.store import APPLICATION_ID, open_store
from stories.store_schema import steps

_ROWS = (
    "INSERT INTO feeds (address, name, next_poll_at) VALUES ('https://a.example/rss', 'A', '2026-11-22T12:00:00.000Z')",
    "INSERT INTO stories (started_at, last_article_at) VALUES ('2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.000Z')",
    "INSERT INTO articles (id, story_id, feed_id, title, summary, text, seen_at)"
    " VALUES ('a1', 1, 1, 'An antitrust case', '', 'Text', '2026-11-22T12:00:00.000Z')",
    "INSERT INTO articles_fts (rowid, title, summary, text) VALUES (1, 'An antitrust case', '', 'Text')",
    "INSERT INTO sightings (article_id, feed_id, guid, title, first_seen_at)"
    " VALUES ('a1', 1, 'g', 'An antitrust case', '2026-11-22T12:00:00.000Z')",
    "INSERT INTO alerts (topic, story_id, article_id, headline, created_at)"
    " VALUES ('T', 1, 'a1', 'An antitrust case', '2026-11-22T12:00:00.000Z')",
    "INSERT INTO matches (article_id, topic, evidence, outcome, reason, alert_id, matched_at)"
    " VALUES ('a1', 'T', '[]', 'told', '', 1, '2026-11-22T12:00:00.000Z')",
    "INSERT INTO deliveries (alert_id, channel, not_before, created_at)"
    " VALUES (1, 'hook', '2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.000Z')",
)


def archive_of_step(path: Path, number: int) -> None:
    """Make an archive as the first `number` steps leave it, with one article that was found worth telling."""
    with closing(Database(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        if not number:
            return
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(db, stop_before=steps()[number : number + 1])
        for row in _ROWS:
            db.execute(row)
        db.conn.commit()


def statements_to_open(path: Path) -> int:
    """Return how many statements it takes to open an archive, which is up to date then."""
    seen: list[str] = []
    _open_traced(path, seen.append)
    return len(seen)


def open_until_killed(path: Path, before_statement: int) -> None:
    """Open an archive in a child that is killed before its Nth statement."""
    pid = os.fork()
    if not pid:
        seen = 0

        def kill_at(_statement: str) -> None:
            nonlocal seen
            seen += 1
            if seen == before_statement:
                os.kill(os.getpid(), signal.SIGKILL)

        with suppress(BaseException):
            _open_traced(path, kill_at)
        os._exit(1)  # it came to its end
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert ended == -signal.SIGKILL, f"not killed before statement {before_statement}"


class _Traced(sqlite3.Connection):
    """A connection that tells each statement before it is run."""

    callback = staticmethod(lambda _statement: None)

    def __init__(self, *words: object, **options: object) -> None:
        super().__init__(*words, **options)  # type: ignore[arg-type]
        self.set_trace_callback(type(self).callback)


def _open_traced(path: Path, callback: object) -> None:
    usual = sqlite3.connect
    _Traced.callback = callback  # type: ignore[assignment]

    def traced(*words: object, **options: object) -> sqlite3.Connection:
        return usual(*words, **{**options, "factory": _Traced})  # type: ignore[call-overload, no-any-return]

    sqlite3.connect = traced  # type: ignore[assignment]
    try:
        with open_store(path):
            pass
    finally:
        sqlite3.connect = usual
