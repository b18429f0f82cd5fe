"""News sitemaps: what a site lists for search engines, read as a feed."""

from dataclasses import dataclass

from crawler.poll import PollResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """A sitemap index was answered: the sitemaps to be asked for what it lists, and what is known without them."""

    addresses: tuple[str, ...]
    heard: PollResult
