"""The archive as a whole in numbers, for those who watch the service from outside."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from stories.store import Store, instant, instant_or_none, stamp
from stories.store_outbox import WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Counts and instants of everything that is kept.

    `feeds` by state (ok, failing, gone, new); `matches` by outcome; `deliveries` by channel and state; `waiting_since`
    when the oldest delivery that waits was made, by channel; `arrived_at` when the last message arrived, by channel;
    `sending_since` when the oldest message began that is still on its way. `overdue` are the watched feeds whose time
    has come: the address that is asked, and since when.
    """

    feeds: dict[str, int]
    articles: int
    matches: dict[str, int]
    alerts: int
    deliveries: dict[tuple[str, str], int]
    waiting_since: dict[str, datetime]
    arrived_at: dict[str, datetime]
    sending_since: datetime | None
    last_polled_at: datetime | None
    overdue: tuple[tuple[str, datetime], ...]


def numbers_of(store: Store, *, now: datetime) -> Numbers:
    """Return the numbers of the archive at `now`."""
    execute = store.db.execute
    return Numbers(
        feeds=dict(
            execute(
                "SELECT CASE WHEN retired_at IS NOT NULL THEN 'gone' WHEN failing_since IS NOT NULL THEN 'failing'"
                " WHEN last_answered_at IS NULL THEN 'new' ELSE 'ok' END AS state, count(*)"
                " FROM feeds WHERE watched GROUP BY state"
            ).fetchall()
        ),
        articles=execute("SELECT count(*) FROM articles").fetchone()[0],
        matches=dict(execute("SELECT outcome, count(*) FROM matches GROUP BY outcome").fetchall()),
        alerts=execute("SELECT count(*) FROM alerts").fetchone()[0],
        deliveries={
            (channel, state): count
            for channel, state, count in execute(
                "SELECT channel, state, count(*) FROM deliveries GROUP BY channel, state"
            ).fetchall()
        },
        waiting_since={
            channel: instant(at)
            for channel, at in execute(
                f"SELECT channel, min(created_at) FROM deliveries WHERE {WAITING} GROUP BY channel"
            ).fetchall()
        },
        arrived_at={
            channel: instant(at)
            for channel, at in execute(
                "SELECT channel, (SELECT max(sent_at) FROM deliveries AS sent WHERE sent.channel = named.channel"
                " AND sent_at IS NOT NULL) AS at FROM (SELECT DISTINCT channel FROM deliveries) AS named"
                " WHERE at IS NOT NULL"
            ).fetchall()
        },
        sending_since=instant_or_none(
            execute(
                "SELECT min(began_at) FROM messages WHERE id IN"
                f" (SELECT message_id FROM deliveries WHERE {WAITING} AND state = 'sending') AND outcome IS NULL"
            ).fetchone()[0]
        ),
        last_polled_at=instant_or_none(execute("SELECT max(last_polled_at) FROM feeds WHERE watched").fetchone()[0]),
        overdue=tuple(
            (address, instant(at))
            for address, at in execute(
                "SELECT coalesce(moved_to, address), next_poll_at FROM feeds"
                " WHERE watched AND retired_at IS NULL AND next_poll_at < ?",
                [stamp(now)],
            ).fetchall()
        ),
    )


def newest_stamp(store: Store) -> datetime | None:
    """Return the latest instant at which something is said to have been done, by the clock of then."""
    (newest,) = store.db.execute(
        "SELECT max(at) FROM (SELECT max(last_polled_at) AS at FROM feeds UNION ALL SELECT max(began_at) FROM messages"
        " UNION ALL SELECT max(created_at) FROM deliveries)"
    ).fetchone()
    return instant_or_none(newest)


def sqlite_version() -> tuple[tuple[int, int, int], bool]:
    """Return the version of SQLite, and whether it was built with full-text search."""
    with closing(sqlite3.connect(":memory:")) as db:
        options = {option for (option,) in db.execute("PRAGMA compile_options")}
    return sqlite3.sqlite_version_info, "ENABLE_FTS5" in options
