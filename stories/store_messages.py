"""The messages that are handed to channels, each with its deliveries: that one begins, and what became of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from stories.store import Store, instant, instant_or_none, stamp
from stories.store_channels import ChannelState, save_channel
from stories.store_outbox import WAITING

_IDLE = timedelta(minutes=10)  # a try that was due so long ago is late: nobody was there to try


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAfter:
    """What becomes of a delivery after a try: sent, failed and tried again from `not_before` on, or given up (dead)."""

    id: int
    state: Literal["failed", "sent", "dead"]
    not_before: datetime
    first_tried_at: datetime
    refusals: int = 0
    unknowns: int = 0
    is_alone: bool = False
    at_most: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesOfLate:
    """The messages to a channel of late, as far as the next depends on them.

    `begun`: when those of the time asked for began. `digests`: for which times scheduled digests arrived or are on
    their way; `digests_begun`: those that were refused, too. `digest_began_at`: when the last message of the kind
    digest began, whatever became of it.
    """

    begun: tuple[datetime, ...]
    digests: frozenset[datetime]
    digests_begun: frozenset[datetime]
    digest_began_at: datetime | None


def begin_message(
    store: Store,
    channel: str,
    *,
    kind: str,
    ids: Sequence[int],
    digest_at: datetime | None,
    now: datetime,
    quiet_since: datetime | None = None,
) -> int | None:
    """Write down that a message with the deliveries `ids` is about to be sent, and return its id.

    If nothing is heard of it any more, its outcome is unknown. None, and nothing is written, when somebody has changed
    one of the deliveries meanwhile. `quiet_since` is until when the channel was tried, or was to be left alone.
    """
    with store.writing():
        waiting = store.db.execute(
            f"SELECT count(*) FROM deliveries WHERE state IN ('new', 'failed') AND id IN ({', '.join('?' * len(ids))})",
            list(ids),
        )
        if waiting.fetchone() != (len(ids),):
            return None
        _forgive_idle_time(store, channel, quiet_since, now=now)
        cursor = store.db.execute(
            "INSERT INTO messages (channel, kind, digest_at, began_at) VALUES (?, ?, ?, ?)",
            [channel, kind, stamp(digest_at) if digest_at else None, stamp(now)],
        )
        message_id = cursor.lastrowid
        assert message_id is not None, "an INSERT has a row id"
        store.db.conn.executemany(
            "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, message_id = ?,"
            " first_tried_at = coalesce(first_tried_at, ?) WHERE id = ?",
            [(message_id, stamp(now), each) for each in ids],
        )
        return message_id


def end_message(
    store: Store,
    message_id: int,
    *,
    outcome: str,
    error: str | None,
    after: Sequence[DeliveryAfter],
    channel: ChannelState,
    behind: Sequence[int] = (),
    refusals: int = 0,
    now: datetime,
) -> None:
    """Write down what became of a message, of its deliveries and others, and of its channel; call it in a transaction.

    For those `behind` it counts as a try of their channel, and as so many `refusals`. A delivery that somebody dropped
    meanwhile is left as they want it.
    """
    store.db.execute(
        "UPDATE messages SET outcome = ?, ended_at = ?, error = ? WHERE id = ?",
        [outcome, stamp(now), error, message_id],
    )
    store.db.conn.executemany(
        "UPDATE deliveries SET state = :state, not_before = :not_before, first_tried_at = :first_tried_at,"
        " refusals = :refusals, unknowns = :unknowns, maybe_repeat = max(maybe_repeat, :unknowns > 0),"
        " is_alone = :is_alone, at_most = :at_most, error = :error, sent_at = CASE WHEN :state = 'sent' THEN :now END,"
        " given_up_at = CASE WHEN :state = 'dead' THEN :now END"
        " WHERE id = :id AND state IN ('new', 'sending', 'failed')",
        [
            {
                "id": each.id,
                "state": each.state,
                "not_before": stamp(each.not_before),
                "first_tried_at": stamp(each.first_tried_at),
                "refusals": each.refusals,
                "unknowns": each.unknowns,
                "is_alone": int(each.is_alone),
                "at_most": each.at_most,
                "error": each.error,
                "now": stamp(now),
            }
            for each in after
        ],
    )
    store.db.execute(
        "UPDATE deliveries SET first_tried_at = coalesce(first_tried_at, :now), refusals = refusals + :refusals"
        " WHERE id IN (SELECT value FROM json_each(:ids)) AND (:refusals > 0 OR first_tried_at IS NULL)",
        {"now": stamp(now), "refusals": refusals, "ids": json.dumps(list(behind))},
    )
    save_channel(store, channel)


def _forgive_idle_time(store: Store, channel: str, quiet_since: datetime | None, *, now: datetime) -> None:
    """Have the time count as no time of trying in which nobody tried: the machine was off, or its clock was set."""
    since = stamp(quiet_since) if quiet_since else ""
    last_tried_at = "max(not_before, first_tried_at, :since)"
    store.db.execute(
        "UPDATE deliveries SET first_tried_at = min(:now, strftime('%Y-%m-%dT%H:%M:%fZ',"
        f" julianday(first_tried_at) + julianday(:now) - julianday({last_tried_at})))"
        f" WHERE channel = :channel AND {WAITING} AND first_tried_at IS NOT NULL AND {last_tried_at} < :long_ago",
        {"now": stamp(now), "since": since, "channel": channel, "long_ago": stamp(now - _IDLE)},
    )


def messages_of_late(
    store: Store, channel: str, *, since: datetime, digests_since: datetime, now: datetime
) -> MessagesOfLate:
    """Return the messages to `channel` that began after `since`, and its scheduled digests after `digests_since`.

    What began after `now` did so by a wrong clock, and holds nothing up.
    """
    begun = store.db.execute(
        "SELECT began_at FROM messages WHERE channel = ? AND began_at > ? AND began_at <= ? ORDER BY began_at",
        [channel, stamp(since), stamp(now)],
    ).fetchall()
    digests = store.db.execute(
        "SELECT digest_at, coalesce(outcome, 'arrived') = 'arrived' FROM messages"
        " WHERE channel = ? AND digest_at IS NOT NULL AND digest_at > ?",
        [channel, stamp(digests_since)],
    ).fetchall()
    (last,) = store.db.execute(
        "SELECT max(began_at) FROM messages WHERE channel = ? AND kind = 'digest' AND began_at > ? AND began_at <= ?",
        [channel, stamp(digests_since), stamp(now)],
    ).fetchone()
    return MessagesOfLate(
        begun=tuple(instant(at) for (at,) in begun),
        digests=frozenset(instant(at) for at, is_sent in digests if is_sent),
        digests_begun=frozenset(instant(at) for at, _ in digests),
        digest_began_at=instant_or_none(last),
    )
