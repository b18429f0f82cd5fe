"""The stages that stories are known to have reached under a topic, as matches keep them."""

import json
from collections.abc import Iterable

from stories.store import Store

_LATEST = 200  # articles


def raise_stage(store: Store, article_id: str, topic: str, stage: str | None) -> None:
    """Write down the stage that counts as known from a match on, leaving what was decided on it."""
    store.db.execute("UPDATE matches SET stage = ? WHERE article_id = ? AND topic = ?", [stage, article_id, topic])


def stages_reached(store: Store, story_id: int, topic: str) -> list[str]:
    """Return the stages that a story is known to have reached under a topic, told or not.

    Each match keeps the highest that was known then, so that the latest articles are enough.
    """
    rows = store.db.execute(
        "SELECT DISTINCT stage FROM (SELECT id FROM articles WHERE story_id = ? ORDER BY seq DESC LIMIT ?) AS latest"
        " CROSS JOIN matches ON article_id = latest.id AND topic = ? WHERE stage IS NOT NULL AND outcome != 'excluded'",
        [story_id, _LATEST, topic],
    )
    return [stage for (stage,) in rows]


def stages_by_article(store: Store, article_ids: Iterable[str], topic: str) -> dict[str, str | None]:
    """Return those of some articles that meet a topic, with the highest stage that was known when each came."""
    rows = store.db.execute(
        "SELECT article_id, stage FROM json_each(?) AS asked CROSS JOIN matches"
        " ON article_id = asked.value AND topic = ? WHERE outcome != 'excluded'",
        [json.dumps(list(article_ids)), topic],
    )
    return dict(rows.fetchall())
