from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.splitting import digest
from stories.store import open_store
from stories.store_feeds import save_feed, watch_feeds, watched_feeds

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_entries_a_feed_listed_are_remembered_as_the_crawler_named_them(tmp_path: Path) -> None:
    listed = frozenset(digest(entry) for entry in (b"one", b"two", b"three"))
    with open_store(tmp_path / "archive.db") as store:
        watch_feeds(store, [("https://example.org/rss", "Example")], now=NOW)
        (feed,) = watched_feeds(store)
        with store.writing():
            save_feed(store, replace(feed, entry_digests=listed))
        (feed,) = watched_feeds(store)
    assert feed.entry_digests == listed
