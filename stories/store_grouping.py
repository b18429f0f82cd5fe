"""The open stories of an archive, in memory: read once, kept in step by whoever writes, and dropped on any doubt."""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter

from stories.block import BLOCK, time_of
from stories.grouping import WINDOW, Grouper
from stories.joining import Joining
from stories.joining_json import to_json
from stories.store import Store, instant, stamp
from stories.store_articles import article_by_id
from stories.store_stories import ChangeKind, merge_stories, parted_pairs
from stories.terms import features_of
from stories.weighing import Weighed, unpack


def grouper_of(store: Store) -> Grouper:
    """Return the open stories of an archive; they are read when nothing is remembered of them.

    Inside a transaction that fails they are forgotten again (`Store.writing`).
    """
    grouper = store.grouper
    if not grouper.is_loaded:
        grouper.clear()
        for article_id, story_id, features, at in _remembered(store):
            weighed = unpack(features) if features else _weighed(store, article_id)
            grouper.add(article_id, story_id, weighed, at, packed=features)
        for one, other in parted_pairs(store):
            grouper.part(one, other)
        grouper.is_loaded = True
    return grouper


def remember(store: Store, article_id: str, story_id: int, weighed: Weighed, joining: Joining, at: datetime) -> None:
    """Remember a kept article of the instant `at` and how it came to its story; call it inside a transaction."""
    packed = weighed.pack()
    grouper_of(store).add(article_id, story_id, weighed, at, packed=packed)
    store.db.execute(
        "UPDATE articles SET features = ?, copy_of = ?, joining = ? WHERE id = ?",
        [packed, joining.copy_of, to_json(joining), article_id],
    )


def merge_by_rule(store: Store, kept: int, gone: int, *, reason: str, now: datetime) -> None:
    """Put one open story into another, because an article showed that they are the same."""
    merge_stories(store, kept, gone, kind=ChangeKind.MERGE, reason=reason, now=now)
    grouper_of(store).merge(kept, gone)


def close_stories(store: Store) -> None:
    """Once in a thousand arrivals, let those stories be over that came to their end before the window of these.

    The time of the arrivals is that before which nearly none of them was published: of what feeds bring some is old.
    """
    (arrivals,) = store.db.execute("SELECT max(seq) FROM articles").fetchone()
    if not arrivals or arrivals % BLOCK:
        return
    times = store.db.execute(
        "SELECT coalesce(published_at, seen_at) AS at FROM articles WHERE seq > ? ORDER BY at",
        [arrivals - BLOCK],
    ).fetchall()
    since = instant(time_of([at for (at,) in times])) - WINDOW
    closed = store.db.execute(
        "UPDATE stories SET is_over = 1 WHERE is_over = 0 AND last_article_at < ? RETURNING id", [stamp(since)]
    ).fetchall()
    grouper_of(store).close(map(itemgetter(0), closed))


def _weighed(store: Store, article_id: str) -> Weighed:
    """Return what is compared of an article that came before anything was kept to be compared."""
    archived = article_by_id(store, article_id)
    assert archived is not None, "an article of an open story is kept"
    return store.grouper.weigh(features_of(archived.article))


def _remembered(store: Store) -> Iterator[tuple[str, int, bytes | None, datetime]]:
    # Found by way of their stories: from the articles SQLite would begin with the first of years.
    rows = store.db.execute(
        "SELECT id, story_id, features, coalesce(published_at, seen_at) FROM articles WHERE seq IN (SELECT seq"
        " FROM stories CROSS JOIN articles ON story_id = stories.id WHERE is_over = 0) ORDER BY seq"
    )
    for article_id, story_id, features, at in rows:
        yield article_id, story_id, features, instant(at)
