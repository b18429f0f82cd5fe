"""The only door to feedparser: a document's bytes in, articles out."""

import io
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import feedparser
from feedparser.api import SUPPORTED_VERSIONS
from feedparser.datetimes import _parse_date

from crawler.dates import names_year, read_date
from crawler.links import links_in
from crawler.plain_entries import PlainEntries
from crawler.plain_text import plain_paragraphs, plain_text
from crawler.poll import LANGUAGE_TAG, FeedError
from stories.address import is_opaque, safe_address, true_address
from stories.model import OLDEST, Article
from stories.outlets import OutletKind, are_of_one_site, host_of, outlet_at, outlet_named
from stories.text import clean, clean_paragraphs

TITLE = 1000
SUMMARY = 20_000
TEXT = 100_000
AUTHOR = 300
OUTLET = 300
GUID = 1024
TITLE_FROM_SUMMARY = 120

UNTITLED = "(untitled)"

_ABSOLUTE = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What feedparser made of a document of some `kind`: those of its `entries` it could read, and its complaint."""

    kind: str | None
    articles: tuple[Article, ...]
    entries: int
    complaint: str | None


def parse(document: bytes, *, address: str, outlet: str, language: str | None, limit: int) -> Parsed:
    """Return the articles of `document` (UTF-8), which came from `address`; raise FeedError when it is no feed.

    An entry that cannot be read is left out. `outlet` and `language` are for entries that name none. The first
    `limit` entries are read.
    """
    headers = {"content-type": "application/xml; charset=utf-8"}
    if b"xml:base" in document:
        # Only then does feedparser need to know where the document came from: it joins addresses at every tag, which
        # is a quarter of its time. All other links are resolved when they are read out.
        headers["content-location"] = address
    try:
        # Bytes in a file: feedparser takes a string for an address or a path. Sanitising and resolving links inside
        # texts costs a third of the time, for markup that is reduced to plain text anyway.
        feed = feedparser.parse(
            io.BytesIO(document),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as error:  # feedparser raises whatever it trips over
        raise FeedError(f"cannot be parsed: {type(error).__name__}: {clean(str(error), 200)}") from error
    if not feed.get("version"):
        raise FeedError(_what_it_is_not(feed))
    entries = feed.entries
    feed_language = language_of(feed.feed.get("language")) or language
    is_rss = feed.version.startswith("rss")
    articles = tuple(_articles(entries[:limit], address=address, outlet=outlet, language=feed_language, is_rss=is_rss))
    kind = SUPPORTED_VERSIONS.get(feed.version)
    return Parsed(kind=kind, articles=articles, entries=len(entries), complaint=_complaint(feed))


def read_plain(plain: PlainEntries, *, address: str, outlet: str, language: str | None) -> Parsed:
    """Return the articles of entries that were read already, as `parse` does."""
    entries = [{**said, **_dates_of(said)} for said in plain.said]
    said_language = language_of((plain.language or "").replace("_", "-")) or language
    articles = _articles(entries, address=address, outlet=outlet, language=said_language, is_rss=plain.is_rss)
    return Parsed(kind=None, articles=tuple(articles), entries=len(entries), complaint=None)


def _dates_of(said: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name}_parsed": _parse_date(said[name]) for name in ("published", "updated") if name in said}


def _what_it_is_not(feed: Mapping[str, Any]) -> str:
    complaint = _complaint(feed)
    return f"not a feed (broken XML: {complaint})" if complaint else "not a feed (no RSS or Atom in it)"


def _complaint(feed: Mapping[str, Any]) -> str | None:
    error = feed.get("bozo_exception")
    if error is None or isinstance(error, feedparser.NonXMLContentType):
        return None
    reason = error.getMessage() if hasattr(error, "getMessage") else str(error)
    line = f" in line {error.getLineNumber()}" if hasattr(error, "getLineNumber") else ""
    return clean(reason, 200) + line


def _articles(
    entries: list[Any], *, address: str, outlet: str, language: str | None, is_rss: bool
) -> Iterator[Article]:
    for entry in entries:
        try:
            article = _article(entry, address=address, outlet=outlet, language=language, is_rss=is_rss)
            if article.title != UNTITLED or article.url or article.guid:
                yield article  # else it says nothing at all, and could not be told from the next such entry
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
            continue  # one odd entry must not hide the others; the caller sees that it is missing


def _article(entry: Any, *, address: str, outlet: str, language: str | None, is_rss: bool) -> Article:
    url = _url(entry, address)
    # What a search feed says under an opaque link are its own headlines, those of other articles among them.
    summary, text = ("", "") if url and is_opaque(url) else _texts(entry)
    title = _title(entry, is_rss=is_rss)
    outlet, source = _outlet_and_source(entry, title, url=url, address=address, outlet=outlet)
    return Article(
        title=_without_outlet(title, outlet) or clean(summary or text, TITLE_FROM_SUMMARY) or UNTITLED,
        url=url,
        summary=summary,
        text=text,
        outlet=outlet,
        author=_author(entry),
        language=language_of(_said(entry, "language")) or language,
        published_at=_published_at(entry),
        guid=guid_of(_said(entry, "id")),
        source=source,
        links=links_in(_markups(entry), url=url, address=address),
        is_by_way=source is None and _is_by_way(_source_hosts(_said(entry, "source") or {}), url=url, address=address),
    )


def _said(entry: Any, name: str) -> Any:
    """Return what an entry says under `name`, without the aliases feedparser looks through at every question.

    One of them answers with `published` when there is no `updated`, and a warning.
    """
    return dict.get(entry, name)


def _title(entry: Any, *, is_rss: bool) -> str:
    title = _said(entry, "title") or ""
    # RSS never said whether a title is markup, so entities are escaped twice as often as not. Atom says.
    if is_rss or (_said(entry, "title_detail") or {}).get("type") != "text/plain":
        return plain_text(title, TITLE)
    return clean(title, TITLE)


def _without_outlet(title: str, outlet: str) -> str:
    """Return a headline without the name of its outlet, which search feeds write behind it."""
    return title.rpartition(" - ")[0].rstrip() if _names_outlet(title, outlet) else title


def _names_outlet(title: str, outlet: str) -> bool:
    _, dash, name = title.rpartition(" - ")
    return bool(dash) and name == outlet


def _texts(entry: Any) -> tuple[str, str]:
    """Return the summary, and the full text, with its paragraphs on lines, when it says more."""
    summary = _said(entry, "summary") or ""
    summary = (clean if _is_plain(_said(entry, "summary_detail")) else plain_text)(summary, SUMMARY)
    longest = max(_said(entry, "content") or (), key=lambda content: len(content.get("value") or ""), default=None)
    if longest is None:
        return summary, ""
    text = (clean_paragraphs if _is_plain(longest) else plain_paragraphs)(longest.get("value") or "", TEXT)
    return summary, text if len(text) > len(summary) else ""


def _is_plain(detail: Any) -> bool:
    return detail is not None and detail.get("type") == "text/plain"


def _url(entry: Any, address: str) -> str | None:
    links = _said(entry, "links") or ()
    alternates = (link.get("href") for link in links if link.get("rel") == "alternate")
    enclosures = (link.get("href") for link in links if link.get("rel") == "enclosure")
    for link in (_said(entry, "feedburner_origlink"), _said(entry, "link"), *alternates, *enclosures):
        if link and (safe := safe_address(link, None if link.startswith(_ABSOLUTE) else address)):
            return true_address(safe)
    return None


def guid_of(said: str | None) -> str | None:
    """Return the name that a feed gives an entry, by its digest when it is too long or odd to be kept as it is."""
    guid = (said or "").strip()
    if not guid:
        return None
    return guid if len(guid) <= GUID and guid.isprintable() else sha256(guid.encode("utf-8", "replace")).hexdigest()


def _outlet_and_source(entry: Any, title: str, *, url: str | None, address: str, outlet: str) -> tuple[str, str | None]:
    """Return who published an entry of the feed at `address` that is called `outlet`, and whom it names as its source.

    Feeds name as the source the outlet itself (as most do that list what others publish), or whose report they print.
    """
    said = _said(entry, "source") or {}
    name = clean(said.get("title") or _said(entry, "news_source") or _said(entry, "dc_source") or "", OUTLET)
    if not name or name.startswith(_ABSOLUTE):
        return outlet, None
    hosts = _source_hosts(said)
    is_outlet = _is_outlet(name, hosts, names_it=_names_outlet(title, name), url=url, address=address)
    return (name, None) if is_outlet else (outlet, name)


def _is_outlet(name: str, hosts: list[str], *, names_it: bool, url: str | None, address: str) -> bool:
    """Whether a source called `name`, with its pages on `hosts`, published what stands at `url` itself.

    `names_it`: the headline ends with that name.
    """
    if url is None:
        return False
    host = host_of(url)
    if any(are_of_one_site(host, each) for each in hosts):
        return True
    named, at = outlet_named(name), outlet_at(url)
    if at:
        return at.kind is OutletKind.AGGREGATOR or at == named
    if are_of_one_site(host, host_of(address)) and not _is_by_way(hosts, url=url, address=address):
        return False
    # A feed of other sites' pages, or of links by way of its own site to theirs, says whose they are; a site that
    # prints an agency's report names the agency, but not behind the headline.
    is_agency = named is not None and named.kind is OutletKind.AGENCY
    return names_it or not is_agency


def _is_by_way(hosts: list[str], *, url: str | None, address: str) -> bool:
    """Whether `url` stands on the site of the feed at `address` while the entry's source is at home on others."""
    host = host_of(url or "")
    return (
        bool(hosts)
        and are_of_one_site(host, host_of(address))
        and not any(are_of_one_site(host, each) for each in hosts)
    )


def _source_hosts(said: Mapping[str, Any]) -> list[str]:
    addresses = [said.get("href"), said.get("link"), *(link.get("href") for link in said.get("links") or ())]
    return [host for each in addresses if each and (host := host_of(each))]


def _markups(entry: Any) -> Iterator[str]:
    yield _said(entry, "summary") or ""
    for content in _said(entry, "content") or ():
        yield content.get("value") or ""


def _author(entry: Any) -> str | None:
    name = (_said(entry, "author_detail") or {}).get("name") or _said(entry, "author")
    return plain_text(name, AUTHOR) or None if name else None


def language_of(tag: str | None) -> str | None:
    """Return a language tag as it is written everywhere here, or None for what is none."""
    tag = (tag or "").strip().replace("_", "-")
    return tag if LANGUAGE_TAG.fullmatch(tag) else None


def _published_at(entry: Any) -> datetime | None:
    for name in ("published", "updated", "created"):
        written, parsed = _said(entry, name) or "", _said(entry, f"{name}_parsed")
        if written and not parsed and (at := read_date(written)):
            return at  # a day of the week in Italian is enough for feedparser to give up
        if parsed:
            try:
                at = datetime.fromtimestamp(timegm(parsed), UTC)
            except (ValueError, OverflowError, OSError):
                continue
            return at if at >= OLDEST and names_year(written, at) else None
    return None
