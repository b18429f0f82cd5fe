"""Where a site may have feeds: what its page and its robots.txt name, and the usual places. Decisions only."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from stories.address import safe_address

MOST = 12  # addresses that one page or robots.txt may name

# Where the programs that most sites are made with put their feeds, the commonest first.
USUAL_PLACES = (
    "/feed",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/rss",
    "/index.xml",
    "/feed.json",
    "/feeds/posts/default",
    "/news-sitemap.xml",
    "/sitemap-news.xml",
)

_READ = 2_000_000  # bytes of a page; what a page says of itself stands at its beginning
_BEGINNING = 65536
_MOST_LINES = 1000
_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
_LOOSE_TYPES = frozenset({"application/xml", "text/xml", "application/json"})
_LOOKS_LIKE_A_FEED = re.compile(
    r"//(?:rss|feeds?|atom)\.|[/._?=&-](?:rss|atom|rdf|feeds?|jsonfeed)(?:2|20)?(?:[/._?=&-]|$)", re.I
)
_COMMENTS = re.compile(r"comments?|replies", re.I)
_SITEMAP_LINE = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2083})", re.I | re.M)
_ROOT = re.compile(rb"<(?:(!doctype\s+html|html|head|body)|rss|feed|[a-z]+:rdf|urlset|sitemapindex)\b", re.I)
_IS_ROBOTS = re.compile(r"https?://[^/]+/robots\.txt")


def robots_of(site: str) -> str:
    """Return the address of the robots.txt of `site`."""
    return urljoin(site, "/robots.txt")


def usual_places(site: str) -> tuple[str, ...]:
    """Return the addresses at which most sites have their feeds, for `site`."""
    return tuple(urljoin(site, place) for place in USUAL_PLACES)


def names_of_feeds(body: bytes, address: str) -> tuple[str, tuple[str, ...]] | None:
    """Return what the document from `address` is, and the feeds it names; None when it is no page and no robots.txt."""
    if _IS_ROBOTS.fullmatch(address):
        return "robots.txt", sitemaps_in_robots(body, address)
    root = _ROOT.search(body, 0, _BEGINNING)
    if root and root[1]:
        return "page", feeds_in_page(body, address)
    return None


def feeds_in_page(markup: bytes, address: str) -> tuple[str, ...]:
    """Return the addresses that a page, which came from `address`, names as feeds, and those that look like some.

    What it names itself comes first, feeds of comments last.
    """
    page = _Page(address)
    target: Any = page  # the stubs know no target that hears less than everything
    parser = etree.HTMLParser(target=target, encoding="utf-8")  # no tree is made, so depth costs nothing
    parser.feed(markup[:_READ])
    parser.close()
    found = dict.fromkeys([*page.named, *page.linked])
    found.pop(address, None)
    return tuple(islice(sorted(found, key=lambda link: bool(_COMMENTS.search(link))), MOST))


def sitemaps_in_robots(text: bytes, address: str) -> tuple[str, ...]:
    """Return the sitemaps that a robots.txt names, those first that say they are of news."""
    lines = islice(_SITEMAP_LINE.finditer(text[:_READ]), _MOST_LINES)
    named = (safe_address(line[1].decode("utf-8", "replace"), address) for line in lines)
    found = dict.fromkeys(link for link in named if link)
    return tuple(islice(sorted(found, key=lambda link: "news" not in urlsplit(link).path.lower()), MOST // 2))


class _Page:
    """What is heard while a page is read: where its links begin, the feeds it names, and what may be some."""

    def __init__(self, address: str) -> None:
        self.base = address
        self.named: list[str] = []
        self.linked: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Hear the start of an element."""
        link = safe_address(attributes.get("href", ""), self.base)
        if link is None:
            return
        link = link.partition("#")[0]
        if tag == "base":
            self.base = link
        elif tag == "link" and _is_named(attributes, link):
            self.named.append(link)
        elif tag == "a" and len(self.linked) < _MOST_LINES and _LOOKS_LIKE_A_FEED.search(link):
            self.linked.append(link)

    def close(self) -> None:
        """Hear the end."""


def _is_named(attributes: Mapping[str, str], link: str) -> bool:
    if not {"alternate", "feed"} & set(attributes.get("rel", "").lower().split()):
        return False
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    return kind in _TYPES or (kind in _LOOSE_TYPES and bool(_LOOKS_LIKE_A_FEED.search(link)))
