"""The whole archive, article after article, for those who look through all of it."""

from collections.abc import Iterator

from stories.model import ArchivedArticle
from stories.store import Store
from stories.store_articles import COLUMNS, archived_of


def every_article(store: Store) -> Iterator[ArchivedArticle]:
    """Yield every kept article in the order of arrival."""
    for row in store.query(f"SELECT {COLUMNS} FROM articles ORDER BY seq"):
        yield archived_of(row)


def feeds_by_article(store: Store) -> dict[str, tuple[str, ...]]:
    """Return the names of the feeds that list each article, the first one first; imported ones are not in it."""
    names: dict[str, tuple[str, ...]] = {}
    rows = store.db.execute(
        "SELECT article_id, name FROM sightings JOIN feeds ON feeds.id = feed_id ORDER BY sightings.id"
    )
    for article_id, name in rows:
        names[article_id] = (*names.get(article_id, ()), name)
    return names
