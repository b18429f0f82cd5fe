"""Builders: a test names what it cares about, the rest is filled in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from stories.model import ArchivedArticle, Article
from stories.store import Store
from stories.store_alerts import add_alert, save_match
from stories.store_articles import add_article, start_story

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def article(**said: Any) -> Article:
    """Return an article that says what is given."""
    return Article(
        **{
            "title": "OpenAI weighs an antitrust complaint against Microsoft",
            "url": "https://news.example.org/openai-weighs-complaint",
            "outlet": "The Example Journal",
            "published_at": NOON,
            **said,
        }
    )


def archived(article: Article, *, id: str = "a1", story_id: int = 1, seen_at: datetime = NOON) -> ArchivedArticle:
    """Return an article as the archive would keep it."""
    return ArchivedArticle(id=id, story_id=story_id, seen_at=seen_at, article=article)


def alert(
    store: Store,
    *,
    title: str = "OpenAI weighs an antitrust complaint against Microsoft",
    channels: Sequence[str] = ("hook",),
    topic: str = "Antitrust",
    now: datetime = NOON,
    **said: Any,
) -> int:
    """Archive an article that was found worth telling, with its match and an alert for `channels`; return its id."""
    with store.writing():
        story_id = start_story(store, at=now)
        (known,) = store.db.execute("SELECT count(*) FROM articles").fetchone()
        kept = archived(article(title=title, **said), id=f"article-{known + 1}", story_id=story_id, seen_at=now)
        add_article(store, kept, feed_id=None)
        alert_id = add_alert(
            store,
            topic=topic,
            story_id=story_id,
            article_id=kept.id,
            headline="A headline",
            channels=channels,
            now=now,
        )
        save_match(
            store,
            article_id=kept.id,
            topic=topic,
            evidence="[]",
            outcome="told",
            reason="",
            alert_id=alert_id,
            now=now,
        )
    return alert_id
