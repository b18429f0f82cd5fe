"""Which feeds a site has: what its page and robots.txt name is asked, and the usual places are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from crawler.discovery import robots_of, usual_places
from crawler.poll import Outcome, PollResult
from crawler.settings import MAX_NAME, FeedSettings
from scheduler.config_service import ServiceSettings
from scheduler.feed_asking import ask
from scheduler.feed_schemes import by_http, is_without_tls
from stories.outlets import host_of
from stories.text import clean

MOST = 24  # places of one site that are asked
_NO_FEEDS = ("page", "robots.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that a site has: what would be written down of it, what it is, and what it listed."""

    feed: FeedSettings
    kind: str
    entries: int
    newest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found at a `site`. `asked` counts the addresses; `error` is why its page did not answer, if so."""

    site: FeedSettings
    found: tuple[FoundFeed, ...]
    asked: int
    error: str | None = None


async def discover(
    site: FeedSettings,
    service: ServiceSettings,
    *,
    is_guess: bool,
    planned: Callable[[int], object],
    answered: Callable[[], object],
) -> Discovery:
    """Return the feeds that the site at the address of `site` has; `planned` is told how many addresses are asked.

    When its https `is_guess`, it is asked by http where nobody speaks TLS.
    """
    planned(2)
    front = [site, _there(site, robots_of(site.address))]
    page, robots = await ask(front, service, discover=True, answered=answered)
    if is_guess and is_without_tls(site, page):
        return await discover(by_http(site), service, is_guess=False, planned=planned, answered=answered)
    if page.is_unreached:
        return Discovery(site=site, found=(), asked=2, error=page.error)
    places = [_there(site, address) for address in places_to_ask(site.address, page, robots)]
    planned(2 + len(places))
    results = await ask(places, service, discover=True, answered=answered) if places else []
    found = feeds_among([(site, page), *zip(places, results, strict=True)])
    return Discovery(site=site, found=found, asked=2 + len(places), error=page.error)


def places_to_ask(site: str, page: PollResult, robots: PollResult) -> list[str]:
    """Return where feeds of `site` may be: what its `page` and `robots` named first, then the usual places."""
    begin = page.moved_to or site
    named = dict.fromkeys([*page.found, *robots.found])
    usual = usual_places(begin) if page.kind in (*_NO_FEEDS, None) else ()  # `site` may be a feed itself
    asked = {site, begin, robots_of(site)}
    return list(islice((address for address in (*named, *dict.fromkeys(usual)) if address not in asked), MOST))


def feeds_among(asked: Iterable[tuple[FeedSettings, PollResult]]) -> tuple[FoundFeed, ...]:
    """Return those that answered with a feed, each document once, under names of their own."""
    known: set[bytes | None] = set()
    feeds: list[tuple[FeedSettings, PollResult]] = []
    for place, result in asked:
        is_feed = result.outcome is Outcome.ANSWERED and result.kind not in _NO_FEEDS
        if is_feed and (result.body_digest is None or result.body_digest not in known):
            known.add(result.body_digest)
            feeds.append((place, result))
    return tuple(_found(place, result, alone=len(feeds) == 1) for place, result in feeds)


def _found(place: FeedSettings, result: PollResult, *, alone: bool) -> FoundFeed:
    address = result.moved_to or place.address
    dates = [article.published_at for article in result.articles if article.published_at]
    return FoundFeed(
        feed=place.model_copy(update={"address": address, "name": name_for(address, alone=alone)}),
        kind=result.kind or "a feed",
        entries=result.entries,
        newest_at=max(dates, default=None),
    )


def name_for(address: str, *, alone: bool = True) -> str:
    """Return what a feed may be called until somebody finds a better name.

    >>> name_for("https://www.example.org/world/rss.xml"), name_for("https://example.org/world/rss.xml", alone=False)
    ('example.org', 'example.org world rss.xml')
    """
    host = host_of(address).removeprefix("www.")
    path = "" if alone else urlsplit(address).path.replace("/", " ")
    return clean(f"{host} {path}", MAX_NAME) or "feed"


def _there(site: FeedSettings, address: str) -> FeedSettings:
    """Return what to ask at `address`. What was opened for the site's own host is for no host that its page names."""
    is_own = urlsplit(address).hostname == urlsplit(site.address).hostname
    return FeedSettings.model_construct(
        address=address,
        name=site.name,
        allow_private=is_own and site.allow_private,
        allow_insecure=is_own and site.allow_insecure,
    )
