"""Stories as they are kept, and what changes them after their articles have come: merges by rule, joins and splits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any

from stories.store import Store, instant, stamp

_CHANGES = "SELECT kind, story_id, other_id, article_id, reason, changed_at FROM story_changes"


class ChangeKind(StrEnum):
    """What moved articles from one story to another: a rule that saw the two to be one, or a person."""

    MERGE = "merge"
    JOIN = "join"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """A story: when its first and its last article were published (seen, where that is unknown).

    `joined_to` is the story into which this one went, with all its articles and alerts.
    """

    id: int
    started_at: datetime
    last_article_at: datetime
    joined_to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChange:
    """Articles that changed their story.

    A merge or a join brought them into `story_id` from `other_id`; a split took them from `story_id` to `other_id`.
    """

    kind: ChangeKind
    story_id: int
    other_id: int
    article_ids: tuple[str, ...]
    reason: str
    changed_at: datetime


def story_by_id(store: Store, story_id: int) -> StoryRow | None:
    """Return one story, or None when there never was such a one."""
    rows = store.query("SELECT id, started_at, last_article_at, joined_to FROM stories WHERE id = ?", [story_id])
    row = next(rows, None)
    if row is None:
        return None
    return StoryRow(
        id=row["id"],
        started_at=instant(row["started_at"]),
        last_article_at=instant(row["last_article_at"]),
        joined_to=row["joined_to"],
    )


def home_of(store: Store, story_id: int) -> int | None:
    """Return the story in which the articles of `story_id` are now, itself mostly; None when there is no such story."""
    row = store.db.execute(
        "WITH RECURSIVE way (id) AS (SELECT :id UNION SELECT joined_to FROM stories JOIN way USING (id))"
        " SELECT id FROM stories JOIN way USING (id) WHERE joined_to IS NULL",
        {"id": story_id},
    ).fetchone()
    return int(row[0]) if row else None


def parted_pairs(store: Store) -> set[tuple[int, int]]:
    """Return all pairs of stories that people parted, as they are called now, the smaller number first."""
    rows = store.db.execute("SELECT DISTINCT story_id, other_id FROM story_changes WHERE kind = 'split'")
    homes = [(home_of(store, one), home_of(store, other)) for one, other in rows.fetchall()]
    return {(min(one, other), max(one, other)) for one, other in homes if one and other and one != other}


def changes_into(store: Store, story_id: int) -> list[StoryChange]:
    """Return the changes by which articles came into a story, the first first."""
    rows = store.query(
        f"{_CHANGES} WHERE (kind != 'split' AND story_id = :id) OR (kind = 'split' AND other_id = :id)"
        " ORDER BY story_changes.id",
        {"id": story_id},
    )
    return _grouped(rows)


def changes_of(store: Store, story_id: int) -> list[StoryChange]:
    """Return all changes of a story, the first first: what came into it and what left it."""
    rows = store.query(f"{_CHANGES} WHERE story_id = :id OR other_id = :id ORDER BY story_changes.id", {"id": story_id})
    return _grouped(rows)


def changes_with(store: Store, article_id: str) -> list[StoryChange]:
    """Return the changes that moved an article, the first first, as if they had moved that one only."""
    return _grouped(store.query(f"{_CHANGES} WHERE article_id = ? ORDER BY story_changes.id", [article_id]))


def merge_stories(store: Store, kept: int, gone: int, *, kind: ChangeKind, reason: str, now: datetime) -> None:
    """Put all of the story `gone` into the story `kept`, articles and alerts; call it inside a transaction.

    Both have to be stories that went into no other one yet. What either was told counts for the whole.
    """
    assert kept != gone, "a story is joined with another one"
    moved = [article_id for (article_id,) in store.db.execute("SELECT id FROM articles WHERE story_id = ?", [gone])]
    _write_change(store, kind, kept, gone, moved or [None], reason=reason, now=now)
    for table in ("articles", "alerts"):
        store.db.execute(f"UPDATE {table} SET story_id = ? WHERE story_id = ?", [kept, gone])
    store.db.execute(
        "UPDATE stories SET started_at = min(stories.started_at, gone.started_at),"
        " last_article_at = max(stories.last_article_at, gone.last_article_at),"
        " is_over = min(stories.is_over, gone.is_over)"
        " FROM (SELECT * FROM stories WHERE id = :gone) AS gone WHERE stories.id = :kept",
        {"kept": kept, "gone": gone},
    )
    store.db.execute("UPDATE stories SET joined_to = ?, is_over = 1 WHERE id = ?", [kept, gone])


def split_story(store: Store, story_id: int, article_ids: Sequence[str], *, reason: str, now: datetime) -> int:
    """Let some articles, not all, leave their story for a new one, and return its id; call it inside a transaction.

    The alerts that speak of them go with them. All that was told so far counts for both stories.
    """
    cursor = store.db.execute(
        "INSERT INTO stories (started_at, last_article_at, is_over)"
        " SELECT started_at, last_article_at, is_over FROM stories WHERE id = ?",
        [story_id],
    )
    new_id = cursor.lastrowid
    assert new_id is not None, "an INSERT has a row id"
    for table, column in (("articles", "id"), ("alerts", "article_id")):
        store.db.conn.executemany(
            f"UPDATE {table} SET story_id = ? WHERE {column} = ? AND story_id = ?",
            [(new_id, article_id, story_id) for article_id in article_ids],
        )
    for each in (story_id, new_id):
        store.db.execute(
            "UPDATE stories SET (started_at, last_article_at) ="
            " (SELECT min(coalesce(published_at, seen_at)), max(coalesce(published_at, seen_at))"
            " FROM articles WHERE story_id = :id) WHERE id = :id",
            {"id": each},
        )
    _write_change(store, ChangeKind.SPLIT, story_id, new_id, article_ids, reason=reason, now=now)
    return new_id


def _write_change(
    store: Store,
    kind: ChangeKind,
    story_id: int,
    other_id: int,
    article_ids: Sequence[str | None],
    *,
    reason: str,
    now: datetime,
) -> None:
    """Write one row for each article that changes its story."""
    store.db.conn.executemany(
        "INSERT INTO story_changes (changed_at, kind, story_id, other_id, article_id, reason)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(stamp(now), kind, story_id, other_id, article_id, reason) for article_id in article_ids],
    )


def _grouped(rows: Iterable[dict[str, Any]]) -> list[StoryChange]:
    """Return the changes whose articles are `rows`."""
    return [
        StoryChange(
            kind=ChangeKind(kind),
            story_id=story_id,
            other_id=other_id,
            article_ids=tuple(row["article_id"] for row in group if row["article_id"]),
            reason=reason,
            changed_at=instant(changed_at),
        )
        for (kind, story_id, other_id, changed_at, reason), group in groupby(
            rows, itemgetter("kind", "story_id", "other_id", "changed_at", "reason")
        )
    ]
