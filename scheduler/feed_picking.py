"""Which feeds are meant by tags or by a name. Decisions only."""

from collections.abc import Iterable, Sequence

from crawler.settings import FeedSettings
from stories.text import fold


def pick_feeds(feeds: Sequence[FeedSettings], tags: Iterable[str]) -> list[FeedSettings]:
    """Return those of `feeds` that have any of `tags`, whatever their case and accents; all when there are none."""
    wanted = {fold(tag) for tag in tags}
    return [feed for feed in feeds if not wanted or wanted & {fold(tag) for tag in feed.tags}]


def tags_of_feeds(feeds: Iterable[FeedSettings]) -> list[str]:
    """Return the tags that `feeds` have, each once, in their order."""
    return list({fold(tag): tag for feed in feeds for tag in feed.tags}.values())


def named_feed(feeds: Iterable[FeedSettings], name: str) -> FeedSettings | None:
    """Return the feed that is called `name`, or None."""
    return next((feed for feed in feeds if fold(feed.name) == fold(name)), None)
