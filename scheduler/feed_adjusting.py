"""The feeds of the archive, brought in line with a configuration."""

from datetime import datetime

from scheduler.config import Config
from scheduler.timetable import replanned, terms_of
from stories.store import Store
from stories.store_feeds import save_changes, watch_feeds, watched_feeds


def adjust_feeds(store: Store, config: Config, *, now: datetime) -> None:
    """Watch the feeds of `config`; those that are now to be asked more often than they were are due sooner."""
    watch_feeds(store, [(feed.address, feed.name) for feed in config.feeds], now=now)
    settings = {feed.address: feed for feed in config.feeds}
    planned = [
        (feed, replanned(feed, terms_of(feed, settings.get(feed.address)), now=now)) for feed in watched_feeds(store)
    ]
    changed = [(before, after) for before, after in planned if after != before]
    if changed:
        with store.writing():
            for before, after in changed:
                save_changes(store, after, before)
