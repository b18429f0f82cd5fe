"""Letting texts, then articles go for their age. What was seen is remembered for ever, so that it never comes anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from stories.store import Store, stamp

# What keeps an article whatever its age: an alert was made of it, a person judged it, or people moved articles of its
# story; and the latest, and those of the latest story, so that no other gets their numbers. A story that is not over
# is still compared.
_MAY_GO = """
    NOT EXISTS (SELECT 1 FROM alerts WHERE article_id = articles.id)
    AND NOT EXISTS (SELECT 1 FROM labels WHERE article_id = articles.id)
    AND NOT EXISTS (SELECT 1 FROM story_changes WHERE article_id = articles.id AND kind != 'merge')
    AND EXISTS (SELECT 1 FROM stories WHERE id = story_id AND is_over = 1)
    AND NOT EXISTS (
        WITH RECURSIVE tree (id) AS (
            SELECT articles.story_id UNION SELECT stories.id FROM stories JOIN tree ON joined_to = tree.id
        )
        SELECT 1 FROM tree WHERE id = (SELECT max(id) FROM stories)
            OR EXISTS (SELECT 1 FROM story_changes WHERE kind != 'merge' AND story_id = tree.id)
            OR EXISTS (SELECT 1 FROM story_changes WHERE kind != 'merge' AND other_id = tree.id)
    )
    AND seq < (SELECT max(seq) FROM articles)
"""
_TREE = """
    WITH RECURSIVE tree (id) AS (
        SELECT :id UNION SELECT stories.id FROM stories JOIN tree ON joined_to = tree.id
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a walk through the articles of an age has come."""

    seen_at: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step of a walk let go; `place` is where the next one begins, None when all have been looked at."""

    gone: int
    place: Place | None


def let_texts_go(store: Store, *, seen_before: datetime, after: Place, most: int, now: datetime) -> Step:
    """Take the texts of the next articles first seen before an instant, at most `most`, in one short transaction.

    Headline, summary and what was decided stay, and are still found by a search. Articles of stories that are not over
    are left as they are: they are still compared.

    :raises StoreError: when the archive cannot be written
    """
    rows = store.db.execute(
        "SELECT seen_at, seq, title, summary, text, (SELECT is_over FROM stories WHERE id = story_id) FROM articles"
        " WHERE text_gone_at IS NULL AND (seen_at, seq) > (:at, :seq) AND seen_at < :before"
        " ORDER BY seen_at, seq LIMIT :most",
        {"at": after.seen_at, "seq": after.seq, "before": stamp(seen_before), "most": most},
    ).fetchall()
    if not rows:
        return Step(gone=0, place=None)
    gone = 0
    with store.writing():
        for _, seq, title, summary, text, is_over in rows:
            if not is_over:
                continue
            if text:
                _find_no_more(store, seq, title, summary, text)
                store.db.execute(
                    "INSERT INTO articles_fts (rowid, title, summary, text) VALUES (?, ?, ?, '')", [seq, title, summary]
                )
            store.db.execute(
                "UPDATE articles SET text = '', features = NULL, text_gone_at = ? WHERE seq = ?", [stamp(now), seq]
            )
            gone += bool(text)
    return Step(gone=gone, place=Place(seen_at=rows[-1][0], seq=rows[-1][1]))


def let_articles_go(store: Store, *, seen_before: datetime, after: Place, most: int) -> Step:
    """Take the next articles without text first seen before an instant, at most `most`, in one short transaction.

    Those stay that an alert, a label or a correction refers to. Sightings stay always. With its last article a story
    goes, with those that went into it, unless something refers to them.

    :raises StoreError: when the archive cannot be written
    """
    rows = store.db.execute(
        f"SELECT seen_at, seq, id, story_id, title, summary, {_MAY_GO} FROM articles"
        " WHERE text_gone_at IS NOT NULL AND (seen_at, seq) > (:at, :seq) AND seen_at < :before"
        " ORDER BY seen_at, seq LIMIT :most",
        {"at": after.seen_at, "seq": after.seq, "before": stamp(seen_before), "most": most},
    ).fetchall()
    if not rows:
        return Step(gone=0, place=None)
    going = [row[1:6] for row in rows if row[6]]
    if going:
        with store.writing():
            for seq, article_id, _, title, summary in going:
                _find_no_more(store, seq, title, summary, "")
                for table in ("revisions", "matches", "credits"):
                    store.db.execute(f"DELETE FROM {table} WHERE article_id = ?", [article_id])
                store.db.execute("UPDATE story_changes SET article_id = NULL WHERE article_id = ?", [article_id])
                store.db.execute("DELETE FROM articles WHERE seq = ?", [seq])
            _let_stories_go(store, {story_id for _, _, story_id, _, _ in going})
    return Step(gone=len(going), place=Place(seen_at=rows[-1][0], seq=rows[-1][1]))


def is_text_gone(store: Store, article_id: str) -> bool:
    """Whether the text of a kept article was let go for its age."""
    row = store.db.execute("SELECT text_gone_at IS NOT NULL FROM articles WHERE id = ?", [article_id]).fetchone()
    return bool(row and row[0])


def _find_no_more(store: Store, seq: int, title: str, summary: str, text: str) -> None:
    store.db.execute(
        "INSERT INTO articles_fts (articles_fts, rowid, title, summary, text) VALUES ('delete', ?, ?, ?, ?)",
        [seq, title, summary, text],
    )


def _let_stories_go(store: Store, story_ids: Iterable[int]) -> None:
    """Take those of some stories to which nothing belongs any more, with the stories that went into them."""
    for story_id in story_ids:
        tree = [each for (each,) in store.db.execute(f"{_TREE} SELECT id FROM tree", {"id": story_id})]
        if any(_is_referred_to(store, each) for each in tree):
            continue
        marks = ", ".join("?" * len(tree))
        store.db.execute(f"DELETE FROM story_changes WHERE story_id IN ({marks}) OR other_id IN ({marks})", tree * 2)
        store.db.execute(f"UPDATE stories SET joined_to = NULL WHERE id IN ({marks})", tree)
        store.db.execute(f"DELETE FROM stories WHERE id IN ({marks})", tree)


def _is_referred_to(store: Store, story_id: int) -> bool:
    row = store.db.execute(
        "SELECT 1 FROM articles WHERE story_id = :id UNION ALL SELECT 1 FROM alerts WHERE story_id = :id"
        " UNION ALL SELECT 1 FROM story_changes WHERE kind != 'merge' AND (story_id = :id OR other_id = :id) LIMIT 1",
        {"id": story_id},
    ).fetchone()
    return row is not None
