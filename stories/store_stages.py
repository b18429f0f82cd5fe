"""The stages that stories are known to have reached under a topic, as matches keep them."""

from stories.store import Store


def raise_stage(store: Store, article_id: str, topic: str, stage: str | None) -> None:
    """Write down the stage that counts as known from a match on, leaving what was decided on it."""
    store.db.execute("UPDATE matches SET stage = ? WHERE article_id = ? AND topic = ?", [stage, article_id, topic])


def stages_reached(store: Store, story_id: int, topic: str) -> list[str]:
    """Return the stages that the articles of a story are known to have reached under a topic, told or not."""
    rows = store.db.execute(
        "SELECT DISTINCT stage FROM articles JOIN matches ON article_id = articles.id"
        " WHERE story_id = ? AND topic = ? AND stage IS NOT NULL AND outcome != 'excluded'",
        [story_id, topic],
    )
    return [stage for (stage,) in rows]


def stages_by_article(store: Store, story_id: int, topic: str) -> dict[str, str | None]:
    """Return the articles of a story that meet a topic, with the highest stage that was known when each came."""
    rows = store.db.execute(
        "SELECT article_id, stage FROM articles JOIN matches ON article_id = articles.id"
        " WHERE story_id = ? AND topic = ? AND outcome != 'excluded'",
        [story_id, topic],
    )
    return dict(rows.fetchall())
