"""The outbox: what waits for each channel, what was interrupted, and what could not be delivered."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stories.store import Store, instant, instant_or_none, stamp

# As the index of what waits has it, to the letter: SQLite does not see that a narrower list is within it.
WAITING = "state IN ('new', 'sending', 'failed')"
_SAME_DAY = timedelta(hours=12)  # a digest that a clock ahead of the time sent for a time no further off was today's


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One row of the outbox as far as it matters when it goes out: an alert, or a notice (or that one is over).

    `attempts` counts the sends begun so far, `refusals` those at which trying again was said not to help or the message
    to be at fault, `unknowns` those that may have arrived; then `maybe_repeat` says so. `first_tried_at` is when it was
    tried first, itself or, with those before it, the channel; it moves on by any time in which nobody tried.
    `is_alone`: it goes with no other. `at_most`: so many go together, since a message of more was refused.
    """

    id: int
    channel: str
    alert_id: int | None = None
    notice_id: int | None = None
    is_end: bool = False
    topic: str = ""
    story_id: int | None = None
    article_id: str | None = None
    created_at: datetime
    not_before: datetime
    attempts: int = 0
    refusals: int = 0
    unknowns: int = 0
    maybe_repeat: bool = False
    is_alone: bool = False
    at_most: int | None = None
    is_past: bool = False  # it was known before its topic was new
    first_tried_at: datetime | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCounts:
    """How many deliveries of one channel are waiting, were sent, or were given up; and the last error, if any."""

    channel: str
    waiting: int
    sent: int
    dead: int
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetters:
    """What was given up of one channel: how many deliveries, the last of them when and why."""

    channel: str
    count: int
    last_at: datetime
    error: str


_COLUMNS = (
    "deliveries.id, channel, alert_id, notice_id, is_end, coalesce(topic, '') AS topic, story_id, article_id,"
    " deliveries.created_at, not_before, attempts, refusals, unknowns, maybe_repeat, is_alone, at_most,"
    " first_tried_at, message_id, coalesce(is_past, 0) AS is_past"
)


def waiting_rows(
    store: Store, channel: str, *, most: int | None = None, now: datetime | None = None
) -> list[OutboxRow]:
    """Return what waits for `channel` and is not on its way, oldest first.

    At `most` so many of each topic, and as many again of those that are not to be tried yet at `now`: what waits by
    thousands for its digest hides nothing of another topic, and need not be read to send what is before it.
    """
    number = "row_number() OVER (PARTITION BY topic, not_before > :now ORDER BY deliveries.id)"
    rows = store.query(
        f"SELECT {_COLUMNS} FROM deliveries LEFT JOIN alerts ON alerts.id = alert_id WHERE deliveries.id IN"
        f" (SELECT id FROM (SELECT deliveries.id, {number} AS number FROM deliveries LEFT JOIN alerts"
        f" ON alerts.id = alert_id WHERE channel = :channel AND {WAITING} AND state != 'sending')"
        " WHERE number <= :most) ORDER BY deliveries.id"
        if most
        else f"SELECT {_COLUMNS} FROM deliveries LEFT JOIN alerts ON alerts.id = alert_id"
        f" WHERE channel = :channel AND {WAITING} AND state != 'sending' ORDER BY deliveries.id",
        {"channel": channel, "most": most, "now": stamp(now) if now else ""},
    )
    return [_row(row) for row in rows]


def rows_of_message(store: Store, message_id: int) -> list[OutboxRow]:
    """Return the rows of a message that is on its way."""
    rows = store.query(
        f"SELECT {_COLUMNS} FROM deliveries LEFT JOIN alerts ON alerts.id = alert_id"
        " WHERE message_id = ? AND state = 'sending' ORDER BY deliveries.id",
        [message_id],
    )
    return [_row(row) for row in rows]


def newest_waiting_at(store: Store, channel: str) -> datetime | None:
    """Return when the last of what waits for `channel` was put into the outbox, or None when nothing waits."""
    (newest_at,) = store.db.execute(
        f"SELECT max(created_at) FROM deliveries WHERE channel = ? AND {WAITING} AND state != 'sending'", [channel]
    ).fetchone()
    return instant_or_none(newest_at)


def add_deliveries(
    store: Store, *, alert_id: int | None = None, notice_id: int | None = None, channels: Iterable[str], now: datetime
) -> None:
    """Put an alert, or a notice, into the outbox of each channel, due at once; call it in a transaction."""
    store.db.conn.executemany(
        "INSERT INTO deliveries (alert_id, notice_id, channel, not_before, created_at) VALUES (?, ?, ?, ?, ?)",
        [(alert_id, notice_id, channel, stamp(now), stamp(now)) for channel in channels],
    )


def add_end_of_notice(store: Store, notice_id: int, *, channels: Iterable[str], now: datetime) -> None:
    """Tell those of `channels` which a notice went to that it is over; call it in a transaction.

    Where the notice itself still waits it is dropped: one message says both.
    """
    store.db.execute(
        "INSERT INTO deliveries (notice_id, is_end, channel, not_before, created_at)"
        " SELECT notice_id, 1, channel, :now, :now FROM deliveries"
        " WHERE notice_id = :notice AND is_end = 0 AND state != 'dropped'"
        " AND channel IN (SELECT value FROM json_each(:channels))",
        {"notice": notice_id, "now": stamp(now), "channels": json.dumps(list(channels))},
    )
    store.db.execute(
        "UPDATE deliveries SET state = 'dropped', error = 'it was over before it was told', given_up_at = :now"
        f" WHERE notice_id = :notice AND is_end = 0 AND {WAITING} AND state != 'sending'",
        {"notice": notice_id, "now": stamp(now)},
    )


def reopen_interrupted(store: Store, *, now: datetime, channel: str | None = None) -> int:
    """Make deliveries found in the middle of a send due again, marked as possible repeats; return how many.

    All deliveries of a message that was on its way are. Called when nobody can be sending: at the start for all
    channels, and for one whose sender failed.
    """
    among = {"now": stamp(now), "channel": channel}
    with store.writing():
        store.db.execute(
            "UPDATE messages SET outcome = 'unknown', ended_at = :now, error = 'interrupted while sending'"
            " WHERE outcome IS NULL AND channel = coalesce(:channel, channel)",
            among,
        )
        cursor = store.db.execute(
            "UPDATE deliveries SET state = 'failed', maybe_repeat = 1, unknowns = unknowns + 1, not_before = :now,"
            f" error = 'interrupted while sending' WHERE {WAITING} AND state = 'sending'"
            " AND channel = coalesce(:channel, channel)",
            among,
        )
        return cursor.rowcount


def pull_back_from_the_future(store: Store, *, now: datetime, channel: str | None = None) -> None:
    """Make due what was written or tried while the clock stood in the future, of one channel or all.

    It would wait until then. A service that asked for time has it from now on. A digest that went out for a time which
    is more than half a day away is none for that time; nearer, it was today's.
    """
    among = {"now": stamp(now), "soon": stamp(now + _SAME_DAY), "channel": channel}
    mine = "channel = coalesce(:channel, channel)"
    with store.writing():
        store.db.execute(
            "UPDATE deliveries SET not_before = min(not_before, :now), created_at = min(created_at, :now),"
            f" first_tried_at = min(first_tried_at, :now) WHERE {mine} AND {WAITING} AND (created_at > :now"
            " OR first_tried_at > :now OR message_id IN (SELECT id FROM messages WHERE began_at > :now))",
            among,
        )
        store.db.execute(
            f"UPDATE messages SET digest_at = NULL WHERE {mine} AND began_at > :now AND digest_at > :soon", among
        )
        store.db.execute(
            "UPDATE channels SET waits_until = CASE WHEN is_asked THEN strftime('%Y-%m-%dT%H:%M:%fZ', julianday(:now)"
            " + julianday(waits_until) - julianday(tried_at)) END, tried_at = :now,"
            " failing_since = min(failing_since, :now) WHERE name = coalesce(:channel, name) AND tried_at > :now",
            among,
        )


def give_up_channels_except(store: Store, channels: Iterable[str], *, now: datetime) -> dict[str, int]:
    """Give up what waits for channels that are no more; return how many deliveries that were, by channel."""
    with store.writing():
        rows = store.db.execute(f"SELECT channel, count(*) FROM deliveries WHERE {WAITING} GROUP BY channel").fetchall()
        gone = {channel: count for channel, count in rows if channel not in set(channels)}
        for channel in gone:
            store.db.execute(
                "UPDATE deliveries SET state = 'dead', error = 'the channel is not configured any more',"
                f" given_up_at = ? WHERE channel = ? AND {WAITING}",
                [stamp(now), channel],
            )
    return gone


def drop(store: Store, ids: Sequence[int], *, why: str, now: datetime) -> int:
    """Take deliveries that wait or are dead out of the outbox for good; return how many. Call it in a transaction.

    What is on its way cannot be called back.
    """
    return sum(
        store.db.execute(
            "UPDATE deliveries SET state = 'dropped', error = ?, given_up_at = ?"
            " WHERE id = ? AND state IN ('new', 'failed', 'dead')",
            [why, stamp(now), delivery_id],
        ).rowcount
        for delivery_id in ids
    )


def retry(store: Store, ids: Sequence[int], *, now: datetime) -> int:
    """Have deliveries that failed or are dead tried again at once, as if for the first time; return how many.

    What may have arrived stays marked. Call it in a transaction.
    """
    return sum(
        store.db.execute(
            "UPDATE deliveries SET state = 'failed', not_before = ?, refusals = 0, unknowns = 0,"
            " first_tried_at = NULL, given_up_at = NULL WHERE id = ? AND state IN ('failed', 'dead')",
            [stamp(now), delivery_id],
        ).rowcount
        for delivery_id in ids
    )


def dead_letters(store: Store) -> list[DeadLetters]:
    """Return what was given up and is neither tried again nor dropped, by channel.

    Not what was to tell of a channel in trouble, or of dead letters: to tell of that in turn would have no end.
    """
    # Of the columns beside a max(), SQLite takes those of the row that has it.
    rows = store.query(
        "SELECT channel, count(*) AS count, max(given_up_at) AS last_at, coalesce(error, '') AS error FROM deliveries"
        " WHERE state = 'dead' AND NOT EXISTS (SELECT * FROM notices WHERE notices.id = notice_id"
        " AND kind IN ('dead', 'channel')) GROUP BY channel"
    )
    return [DeadLetters(last_at=instant(row.pop("last_at")), **row) for row in rows]


def outbox_counts(store: Store) -> list[ChannelCounts]:
    """Return how the deliveries of each channel stand."""
    # Counted in the index first: the rows themselves are many times as much to read.
    rows = store.query(
        "SELECT channel, sum(CASE WHEN state IN ('new', 'sending', 'failed') THEN count ELSE 0 END) AS waiting,"
        " sum(CASE state WHEN 'sent' THEN count ELSE 0 END) AS sent,"
        " sum(CASE state WHEN 'dead' THEN count ELSE 0 END) AS dead,"
        " (SELECT error FROM deliveries AS last WHERE last.channel = counts.channel AND state IN ('failed', 'dead')"
        " ORDER BY id DESC LIMIT 1) AS error"
        " FROM (SELECT channel, state, count(*) AS count FROM deliveries GROUP BY channel, state) AS counts"
        " GROUP BY channel ORDER BY channel"
    )
    return [ChannelCounts(**row) for row in rows]


def _row(row: dict[str, Any]) -> OutboxRow:
    return OutboxRow(
        **{
            **row,
            "is_end": bool(row["is_end"]),
            "maybe_repeat": bool(row["maybe_repeat"]),
            "is_alone": bool(row["is_alone"]),
            "is_past": bool(row["is_past"]),
            "created_at": instant(row["created_at"]),
            "not_before": instant(row["not_before"]),
            "first_tried_at": instant_or_none(row["first_tried_at"]),
        }
    )
