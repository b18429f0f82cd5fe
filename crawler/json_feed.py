"""JSON Feed 1.0 and 1.1 (jsonfeed.org): a document's text in, articles out."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from typing import Any

from crawler.dates import read_date
from crawler.links import links_in
from crawler.listing import Listing, newest, to_read, too_many, unread
from crawler.parsing import (
    AUTHOR,
    SUMMARY,
    TEXT,
    TITLE,
    TITLE_FROM_SUMMARY,
    UNTITLED,
    guid_of,
    language_of,
)
from crawler.plain_text import plain_paragraphs, plain_text
from crawler.poll import FeedError
from crawler.remembering import digest
from stories.address import safe_address
from stories.model import Article
from stories.text import clean, clean_paragraphs

_VERSIONS = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")
_DATES = ("date_published", "date_modified")


def read_json_feed(
    document: str, *, address: str, outlet: str, language: str | None, known: Set[bytes], limit: int
) -> Listing:
    """Return what the JSON Feed `document`, which came from `address`, lists, without the `known` entries.

    `outlet` and `language` are for entries that name none. Raise FeedError when it is none, or not as JSON Feed
    has it: names given twice, numbers too long, nested without end.
    """
    feed = _feed(document)
    language = language_of(_text(feed, "language")) or language
    items = [item for item in feed["items"] if isinstance(item, dict)]
    read = newest(items, limit, _published_at)
    around = f"{address}\0{language}".encode("utf-8", "surrogatepass")
    digests = [digest(json.dumps(item).encode(), around) for item in read]
    positions = sorted(to_read(digests, known, lambda position: _names(read[position])))
    articles = tuple(_articles([read[n] for n in positions], address=address, outlet=outlet, language=language))
    return Listing(
        kind=clean("JSON Feed " + feed["version"].rpartition("/")[2], 20),
        articles=articles,
        entries=len(feed["items"]),
        digests=frozenset(digests),
        warnings=too_many(len(items), limit) + unread(len(feed["items"]) - len(items) + len(positions) - len(articles)),
    )


def _feed(document: str) -> dict[str, Any]:
    """Return a feed that has the shape it should; what stands in its entries is not looked at."""
    try:
        # Numbers stay as they are written: no feed counts anything that an article is made from.
        feed = json.loads(
            document, object_pairs_hook=_object, parse_int=_number, parse_float=_number, parse_constant=_number
        )
    except RecursionError:
        raise FeedError("not a feed (JSON that is nested too deep)") from None
    except json.JSONDecodeError as error:
        raise FeedError(f"not a feed (broken JSON: {error.msg} in line {error.lineno})") from error
    if not isinstance(feed, dict) or not _text(feed, "version").startswith(_VERSIONS):
        raise FeedError("not a feed (JSON, but no JSON Feed: it names no version of jsonfeed.org)")
    if not isinstance(feed.get("items"), list):
        raise FeedError("not a feed (a JSON Feed without a list of items)")
    return feed


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        # Readers differ in which they take, so what one of them has checked is not what another shows.
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise FeedError(f"not a feed (JSON that says {clean(twice, 50)!r} twice in one place)")
    return made


def _number(written: str) -> str:
    return written if len(written) <= 20 else ""


def _articles(items: Sequence[dict[str, Any]], *, address: str, outlet: str, language: str | None) -> Iterator[Article]:
    for item in items:
        article = _article(item, address=address, outlet=outlet, language=language)
        if article.title != UNTITLED or article.url or article.guid:
            yield article


def _article(item: dict[str, Any], *, address: str, outlet: str, language: str | None) -> Article:
    summary, text = _texts(item)
    url = next((safe for name in ("url", "external_url") if (safe := safe_address(_text(item, name), address))), None)
    title = plain_text(_text(item, "title"), TITLE)
    return Article(
        title=title or clean(summary or text, TITLE_FROM_SUMMARY) or UNTITLED,
        url=url,
        summary=summary,
        text=text,
        outlet=outlet,
        author=_author(item),
        language=language_of(_text(item, "language")) or language,
        published_at=_published_at(item),
        guid=guid_of(_text(item, "id")),
        links=links_in([_markup_of_external(item), _text(item, "content_html")], url=url, address=address),
    )


def _texts(item: dict[str, Any]) -> tuple[str, str]:
    """Return the summary, and the full text when it says more; without a summary the text's words are it."""
    summary, markup, plain = (_text(item, name) for name in ("summary", "content_html", "content_text"))
    short = clean(summary, SUMMARY) or (plain_text(markup, SUMMARY) if markup else clean(plain, SUMMARY))
    text = plain_paragraphs(markup, TEXT) if markup else clean_paragraphs(plain, TEXT)
    return short, text if len(text) > len(short) else ""


def _markup_of_external(item: dict[str, Any]) -> str:
    """Return the page of another site that an entry is about as a link, to be kept with those of its text."""
    external = safe_address(_text(item, "external_url"))
    return f'<a href="{external}">' if external else ""


def _author(item: dict[str, Any]) -> str | None:
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return (plain_text(_text(first, "name"), AUTHOR) or None) if isinstance(first, dict) else None


def _published_at(item: dict[str, Any]) -> datetime | None:
    return next((at for name in _DATES if (at := read_date(_text(item, name)))), None)


def _names(item: dict[str, Any]) -> set[str]:
    return {_text(item, name) for name in ("id", "url", "title")} - {""}


def _text(item: dict[str, Any], name: str) -> str:
    """Return what stands under `name` when it is text or a number (which the oldest version has for ids)."""
    said = item.get(name)
    return said if isinstance(said, str) else ""
