"""The index of words over all articles: where it alone is damaged, it is made anew from them."""

import sqlite3

from stories.store import Store


def is_index_damage(error: BaseException | None) -> bool:
    """Whether an error says that the index of words does not hang together, or was raised from one that does."""
    while error is not None:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CORRUPT_VTAB:
            return True
        error = error.__cause__
    return False


def index_anew(store: Store) -> None:
    """Make the index of words anew from the articles; that takes a minute for each hundred thousand or so.

    :raises StoreError: when the archive cannot be written
    """
    with store.writing():
        store.db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
