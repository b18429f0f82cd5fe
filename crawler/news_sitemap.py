"""News sitemaps: what a site lists for search engines, read as a feed."""

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml import etree

from crawler.dates import read_date
from crawler.listing import Listing, to_read, too_many, unread
from crawler.parsing import OUTLET, TITLE, language_of
from crawler.plain_text import plain_text
from crawler.poll import FeedError, PollResult
from crawler.refusing import PROLOG, refuse_namespaces, tree_of
from crawler.remembering import digest
from stories.address import safe_address
from stories.model import Article
from stories.outlets import are_of_one_site, host_of

LEAVES = 3  # sitemaps of an index that are asked for

_SITEMAP = re.compile(PROLOG + rb"<(?:[\w.-]+:)?(urlset|sitemapindex)[\s>/]", re.DOTALL)
_NEWS = re.compile(r"news", re.IGNORECASE)
_TIME = re.compile(r"\d[T ]\d")  # of day, in a date
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """A sitemap index was answered: the sitemaps to be asked for what it lists, and what is known without them."""

    addresses: tuple[str, ...]
    heard: PollResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What a sitemap index lists: the addresses of the sitemaps worth asking for.

    `tells_changes` says whether an index that has not changed means that none of them has.
    """

    addresses: tuple[str, ...]
    tells_changes: bool


def is_sitemap(document: bytes) -> bool:
    """Whether a document (UTF-8) is a sitemap, or an index of sitemaps."""
    return _SITEMAP.match(document) is not None


def read_sitemap(
    document: bytes, *, address: str, outlet: str, language: str | None, known: Set[bytes], limit: int
) -> Listing | Index:
    """Return what a sitemap that came from `address` lists, without the `known` entries, or what an index lists.

    `outlet` and `language` are for entries that name none. Of a long sitemap the newest `limit` entries are read.
    Raise FeedError for a sitemap in which no address has a title: headlines are what everything here is about.
    """
    root = _root(document)
    if etree.QName(root).localname == "sitemapindex":
        return _index(root, address)
    listed = list(root.iterchildren("{*}url"))
    titled = [url for url in listed if _text(url, "title")]
    if listed and not titled:
        raise FeedError(
            "a sitemap without titles: give the address of the site's news sitemap, or of a page with its headlines "
            "and say under `page` where they stand"
        )
    newest = sorted(titled, key=lambda url: _published_at(url) or _LONG_AGO, reverse=True)[:limit]
    refuse_namespaces(newest)
    around = f"{address}\0{language}".encode("utf-8", "surrogatepass")
    digests = [digest(etree.tostring(url, with_tail=False), around) for url in newest]
    positions = sorted(to_read(digests, known, lambda position: _names(newest[position])))
    found = [_article(newest[n], address=address, outlet=outlet, language=language) for n in positions]
    articles = tuple(article for article in found if article)
    return Listing(
        kind="news sitemap",
        articles=articles,
        entries=len(listed),
        digests=frozenset(digests),
        warnings=too_many(len(titled), limit) + unread(len(listed) - len(titled) + len(found) - len(articles)),
    )


def _root(document: bytes) -> etree._Element:
    root = tree_of(document)
    if root is None:
        raise FeedError("a sitemap that cannot be read (broken XML)")
    return root


def _index(root: etree._Element, address: str) -> Index:
    """Return the newest sitemaps of the index's own site; those with "news" in their name, if there are any."""
    own: dict[str, str] = {}
    for sitemap in root.iterchildren("{*}sitemap"):
        location = safe_address(_text(sitemap, "loc"), address)
        if location and are_of_one_site(host_of(location), host_of(address)):
            own.setdefault(location, _text(sitemap, "lastmod"))
    if not own:
        raise FeedError("a sitemap index that lists no sitemap of its own site")
    news = {location: at for location, at in own.items() if _NEWS.search(urlsplit(location).path)} or own
    newest = sorted(news, key=lambda location: read_date(news[location]) or _LONG_AGO, reverse=True)[:LEAVES]
    # A date without a time of day stays the same while news are added.
    return Index(addresses=tuple(newest), tells_changes=all(_TIME.search(news[each]) for each in newest))


def _article(url: etree._Element, *, address: str, outlet: str, language: str | None) -> Article | None:
    title, location = plain_text(_text(url, "title"), TITLE), safe_address(_text(url, "loc"), address)
    if not title or not location:
        return None
    own = are_of_one_site(host_of(location), host_of(address))
    return Article(
        title=title,
        url=location,
        # On its own pages an outlet is called what people call the feed; a list of others' pages says whose they are.
        outlet=outlet if own else plain_text(_text(url, "name"), OUTLET) or outlet,
        language=language_of(_text(url, "language")) or language,
        published_at=_published_at(url),
    )


def _published_at(url: etree._Element) -> datetime | None:
    return read_date(_text(url, "publication_date")) or read_date(_text(url, "lastmod"))


def _names(url: etree._Element) -> set[str]:
    return {_text(url, name) for name in ("loc", "title")} - {""}


def _text(entry: etree._Element, name: str) -> str:
    """Return what an entry, or the news in it, says under `name`; pictures and films have titles of their own."""
    for parent in (entry, *entry.iterchildren("{*}news")):
        for child in parent.iterchildren("{*}" + name):
            if text := "".join(str(part) for part in child.itertext()).strip():
                return text
    publication = _publication(entry) if name in ("name", "language") else None
    return "" if publication is None else _text(publication, name)


def _publication(entry: etree._Element) -> etree._Element | None:
    news = next(entry.iterchildren("{*}news"), None)
    return None if news is None else next(news.iterchildren("{*}publication"), None)
