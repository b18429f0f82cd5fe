"""How long it took, newest first: from an article's publication until it was seen, from an alert until it was sent."""

from collections.abc import Iterable
from datetime import datetime

from stories.store import Store, instant, stamp


def published_to_seen(store: Store, feed_id: int, *, since: datetime, most: int) -> list[float]:
    """Return for the latest articles of a feed that came after `since` how many seconds passed from publication.

    What stood in the first answer of the feed was not waited for and does not count. A date in the future counts as 0.
    """
    rows = store.db.execute(
        "SELECT published_at, seen_at FROM articles WHERE feed_id = :feed AND published_at IS NOT NULL"
        " AND seen_at > max(:since, (SELECT coalesce(first_answered_at, '') FROM feeds WHERE id = :feed))"
        " ORDER BY seen_at DESC LIMIT :most",
        {"feed": feed_id, "since": stamp(since), "most": most},
    )
    return _seconds(rows)


def seen_to_sent(store: Store, channel: str, *, since: datetime, most: int) -> list[float]:
    """Return for the latest alerts that arrived in a channel after `since` how many seconds passed from their making.

    An alert is made in the moment in which its article, or the edit that it tells, is seen. Digests wait on purpose:
    what came in one does not count.
    """
    rows = store.db.execute(
        "SELECT latest.created_at, latest.sent_at FROM (SELECT created_at, sent_at, message_id FROM deliveries"
        " WHERE channel = ? AND sent_at > ? AND alert_id IS NOT NULL ORDER BY sent_at DESC LIMIT ?) AS latest"
        " LEFT JOIN messages ON messages.id = latest.message_id WHERE coalesce(messages.kind, '') != 'digest'",
        [channel, stamp(since), most],
    )
    return _seconds(rows)


def _seconds(rows: Iterable[tuple[str, str]]) -> list[float]:
    return [max((instant(end) - instant(begin)).total_seconds(), 0.0) for begin, end in rows]
