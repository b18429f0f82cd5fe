"""What a body is, of all the kinds of feed there are, and what it lists."""

import json
import re
import zlib
from dataclasses import replace
from typing import TypedDict

from crawler.charsets import as_utf8
from crawler.json_feed import read_json_feed
from crawler.limits import CrawlLimits
from crawler.listing import Listing, too_many, unread
from crawler.news_sitemap import Index, is_sitemap, read_sitemap
from crawler.page import read_page
from crawler.parsing import Parsed, parse, read_plain
from crawler.poll import FeedError, PollRequest
from crawler.refusing import is_json, refuse_body, refuse_page
from crawler.splitting import cut_to_complete_entries, first_entries, split
from stories.counted import counted

# No text holds such a character, and feedparser gives up on all of a document for one of them.
_LONE_SURROGATE = re.compile(
    rb"&#(?:x0*d[89a-f][0-9a-f]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]));", re.I
)
_REPLACED = "\ufffd".encode()
_GZIP = b"\x1f\x8b"


def read_body(
    body: bytes, content_type: str, *, address: str, request: PollRequest, limits: CrawlLimits
) -> Listing | Index:
    """Return what `body`, which `address` answered to `request`, lists, or which sitemaps it refers to.

    Entries that the request knows are left out. Raise FeedError when it is no feed, or one made to do harm.
    """
    body = _unpacked(body, limits)
    refuse_body(body)
    if request.page:
        page = read_page(body, content_type=content_type, selectors=request.page, **_asked(request, address, limits))
        return page.listing
    refuse_page(body)
    if is_json(body):
        text = body.decode(json.detect_encoding(body), "replace").removeprefix("\ufeff")
        return read_json_feed(text, **_asked(request, address, limits))
    document = as_utf8(body, content_type)
    if is_sitemap(document):
        return read_sitemap(document, **_asked(request, address, limits))
    listing = _read_feed(document, address, request, limits)
    return replace(listing, warnings=(*_mended(body, document), *listing.warnings))


def read_leaf(body: bytes, content_type: str, *, address: str, request: PollRequest, limits: CrawlLimits) -> Listing:
    """Return what a sitemap that an index referred to lists, like `read_body`; raise FeedError for anything else."""
    body = _unpacked(body, limits)
    refuse_body(body)
    refuse_page(body)
    document = as_utf8(body, content_type)
    if not is_sitemap(document):
        raise FeedError("not a sitemap")
    read = read_sitemap(document, **_asked(request, address, limits))
    if isinstance(read, Index):
        raise FeedError("another index, which is not followed")
    return read


class _Asked(TypedDict):
    """What each kind of document is read with."""

    address: str
    outlet: str
    language: str | None
    known: frozenset[bytes]
    limit: int


def _asked(request: PollRequest, address: str, limits: CrawlLimits) -> _Asked:
    return _Asked(
        address=address,
        outlet=request.name,
        language=request.language,
        known=request.entry_digests,
        limit=limits.entries,
    )


def _read_feed(document: bytes, address: str, request: PollRequest, limits: CrawlLimits) -> Listing:
    """Read RSS or Atom: only what is new of it, where the document can be split."""
    parts = split(document, known=request.entry_digests, context=address.encode(), limit=limits.entries, plainly=True)
    if parts is None:
        return _read_whole(document, address, request, limits)
    parsed = None
    if parts.plain:
        parsed = read_plain(parts.plain, address=address, outlet=request.name, language=request.language)
    elif parts.document:
        parsed = _parse(parts.document, address, request, limits)
    return Listing(
        kind=parts.kind,
        articles=parsed.articles if parsed else (),
        entries=parts.entries,
        digests=parts.digests,
        warnings=too_many(parts.entries, limits.entries) + _unread(parsed, limits),
        rhythm=parts.rhythm,
    )


def _read_whole(document: bytes, address: str, request: PollRequest, limits: CrawlLimits) -> Listing:
    """Read what cannot be split: broken XML, or entries in unusual places. Its entries are read every time."""
    document = _LONE_SURROGATE.sub(b"&#xFFFD;", document)
    cut = cut_to_complete_entries(document)
    beginning, ends = first_entries(cut or document, limits.entries)
    parsed = _parse(beginning, address, request, limits)
    if cut == b"":
        raise FeedError("the document breaks off before its first complete entry")
    entries = max(ends, parsed.entries)
    warnings = [*too_many(entries, limits.entries), *_unread(parsed, limits)]
    if cut:
        warnings.append(f"the document breaks off after {counted(entries, 'complete entry', 'complete entries')}")
    elif parsed.complaint:
        warnings.append(f"broken XML: {parsed.complaint}")
    return Listing(
        kind=parsed.kind,
        articles=parsed.articles,
        entries=entries,
        warnings=tuple(warnings),
        is_whole=cut is None,
    )


def _parse(document: bytes, address: str, request: PollRequest, limits: CrawlLimits) -> Parsed:
    return parse(document, address=address, outlet=request.name, language=request.language, limit=limits.entries)


def _unread(parsed: Parsed | None, limits: CrawlLimits) -> tuple[str, ...]:
    return unread(min(parsed.entries, limits.entries) - len(parsed.articles)) if parsed else ()


def _mended(body: bytes, document: bytes) -> tuple[str, ...]:
    """Return what to tell of a document that is in no encoding throughout."""
    if _REPLACED in document and _REPLACED not in body:
        return ("some of its characters are in no known encoding",)
    return ()


def _unpacked(body: bytes, limits: CrawlLimits) -> bytes:
    """Return a body without the gzip that it is stored in, as sitemaps are; one layer of it."""
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(body, limits.body_bytes)
    except zlib.error as error:
        raise FeedError("not a feed (a gzip archive that is damaged)") from error
    if unpacker.unconsumed_tail:
        raise FeedError(f"unpacked, the answer is larger than {limits.body_bytes // 1024**2} MiB")
    return unpacked
