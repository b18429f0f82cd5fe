"""Leave out of a feed document what was read before, and what nobody reads, before the slow parser gets it.

feedparser takes some half a millisecond for an entry, lxml about a hundredth of that. Most of what a feed lists was
there at the last poll, so an entry is known by the digest of its bytes and dropped when it is known.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from lxml import etree

from crawler.dates import read_date
from crawler.freshness import Rhythm, rhythm_of
from crawler.listing import newest, to_read
from crawler.plain_entries import PlainEntries, plain_entries
from crawler.refusing import parser, refuse_namespaces, refuse_size, tree_of
from crawler.remembering import digest
from stories.text import clean

_ENTRY_NAMES = ("{*}item", "{*}entry")
_XML = "{http://www.w3.org/XML/1998/namespace}"

_WORDS = ("description", *(f"{{http://www.w3.org/2005/Atom}}{name}" for name in ("summary", "content")))
_MEDIA = frozenset({"http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss", "//search.yahoo.com/mrss/"})
# Elements of an entry that no article is made from: pictures, podcasts, places, counts of comments, tags.
_UNREAD_NAMESPACES = frozenset(
    {
        *_MEDIA,
        "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "http://www.georss.org/georss",
        "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "http://purl.org/rss/1.0/modules/slash/",
        "http://wellformedweb.org/CommentAPI/",
        "http://purl.org/syndication/thread/1.0",
        "https://podcastindex.org/namespace/1.0",
    }
)
_READ_ALL_THE_SAME = frozenset({"title", "description", "group"})  # all that a film's entry may say, in media: form
_UNREAD_NAMES = frozenset({"category", "comments"})

_ESCAPED = frozenset("<>&")  # in a text that is written as XML

_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What is left of a document to parse (None: nothing), what of it was `plain` and so is read, and what it listed.

    `entries` counts all that the document lists, `digests` names those that are read with it or were before.
    `kind` is which format it is in, `rhythm` when it asks to be read again.
    """

    document: bytes | None
    plain: PlainEntries | None = None
    entries: int
    digests: frozenset[bytes]
    kind: str
    rhythm: Rhythm


def split(
    document: bytes, *, known: frozenset[bytes], context: bytes, limit: int, plainly: bool = False
) -> Split | None:
    """Return `document` (UTF-8) without the `known` entries, or None when it must be parsed whole.

    `context` is what else an entry's meaning depends on, such as the feed's address. Entries beyond `limit` are left
    out and not remembered. `plainly`: entries that need no parser are read here. Raise FeedError for a document that is
    made to do harm.
    """
    root = tree_of(document)
    if root is None:
        return None
    entries = _entries(root)
    if entries is None:
        refuse_size(sum(1 for _ in root.iter(etree.Element)), document.count(b"&"))
        return None
    return _without(root, entries, known=known, context=context, limit=limit, plainly=plainly)


def cut_to_complete_entries(document: bytes) -> bytes | None:
    """Return a document whose end is missing up to its last complete entry, or None when no end is missing.

    It is empty when no entry is complete.
    """
    if _ROOT_END.search(document) or _is_whole(document):
        return None
    ends = [found.end() for found in _ENTRY_END.finditer(document)]
    return document[: ends[-1]] if ends else b""


def first_entries(document: bytes, limit: int) -> tuple[bytes, int]:
    """Return `document` up to the end of its entry number `limit`, and how many entries end in all of it."""
    ends = [found.end() for found in _ENTRY_END.finditer(document)]
    return (document[: ends[limit - 1]] if len(ends) > limit else document), len(ends)


def _is_whole(document: bytes) -> bool:
    try:
        etree.fromstring(document, parser())
    except etree.XMLSyntaxError:
        return False
    return True


def _entries(root: etree._Element) -> list[etree._Element] | None:
    """Return the entries that stand where they should, or None when some stand elsewhere."""
    parents = [root, *root.iterchildren("{*}channel")]
    entries = [entry for parent in parents for entry in parent.iterchildren(*_ENTRY_NAMES)]
    everywhere = sum(1 for _ in root.iter(*_ENTRY_NAMES))
    return entries if entries and everywhere == len(entries) else None


def _without(
    root: etree._Element,
    entries: list[etree._Element],
    *,
    known: frozenset[bytes],
    context: bytes,
    limit: int,
    plainly: bool,
) -> Split:
    around = context + _around(root)
    looked_at = newest(entries, limit, _date)
    refuse_namespaces(looked_at)
    digests = [digest(etree.tostring(entry, with_tail=False), around) for entry in looked_at]
    positions = sorted(to_read(digests, known, lambda position: _names(looked_at[position])))
    left = [looked_at[n] for n in positions]
    for entry in left:
        _leave_out_unread(entry)
    plain = plain_entries(root, left) if plainly and left else None
    return Split(
        document=None if plain or not left else _document(root, entries, set(left)),
        plain=plain,
        entries=len(entries),
        digests=frozenset(digests),
        kind=_kind(root),
        rhythm=rhythm_of(root),
    )


def _document(root: etree._Element, entries: list[etree._Element], left: set[etree._Element]) -> bytes:
    """Return a document with those of its `entries` that are `left`."""
    for entry in entries:
        if entry in left:
            for child in entry:
                child.tail = None
            continue
        parent = entry.getparent()
        assert parent is not None
        parent.remove(entry)
    escapes = [_simplify(element) for element in root.iter(etree.Element)]
    refuse_size(len(escapes), sum(escapes))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _kind(root: etree._Element) -> str:
    name = etree.QName(root)
    if name.localname == "rss":
        return f"RSS {clean(root.get('version') or '', 10)}".strip()
    if name.localname == "feed":
        return "Atom 0.3" if name.namespace == "http://purl.org/atom/ns#" else "Atom 1.0"
    return "RSS 1.0" if name.localname == "RDF" else name.localname[:20]


def _date(entry: etree._Element) -> datetime | None:
    found = entry.iterchildren("{*}pubDate", "{*}published", "{*}updated", "{*}date")
    return next((at for each in found if (at := read_date(each.text))), None)


def _names(entry: etree._Element) -> set[str]:
    """Return what an entry may be told apart by: what shares one of them with a new entry is read beside it."""
    found = entry.iterchildren("{*}guid", "{*}id", "{*}link", "{*}title")
    return {(each.get("href") or each.text or "").strip() for each in found} - {""}


def _around(root: etree._Element) -> bytes:
    """Return what on the feed itself tells how its entries are to be read: bases, languages."""
    said = [root.tag, root.get(f"{_XML}base"), root.get(f"{_XML}lang")]
    for channel in root.iterchildren("{*}channel"):
        said += [channel.get(f"{_XML}base"), channel.get(f"{_XML}lang")]
        said += [language.text for language in channel.iterchildren("{*}language")]
    return repr(said).encode("utf-8", "surrogatepass")


def _leave_out_unread(entry: etree._Element) -> None:
    has_words = any(child.text for child in entry.iterchildren(*_WORDS))
    for child in list(entry):
        # The words under a picture say what it shows; only where there are no others they are the entry's.
        if _is_unread(child.tag) or (has_words and _is_media(child.tag)):
            entry.remove(child)


def _simplify(element: etree._Element) -> int:
    """Write the text of an element so that it costs the parser the fewest calls; return how many escapes are left.

    Escaped markup comes out of the parser in a piece per escape; in a CDATA section, in one.
    """
    left = element.tail or ""
    if text := element.text:
        if "]]>" in text:
            left += text
        elif not _ESCAPED.isdisjoint(text):
            element.text = etree.CDATA(text)
    return sum(map(left.count, _ESCAPED)) if left else 0


@lru_cache(maxsize=1024)
def _is_media(tag: str) -> bool:
    return etree.QName(tag).namespace in _MEDIA


@lru_cache(maxsize=1024)
def _is_unread(tag: object) -> bool:
    if not isinstance(tag, str):
        return True  # a comment or a processing instruction
    name = etree.QName(tag)
    if name.namespace in _UNREAD_NAMESPACES:
        return name.localname not in _READ_ALL_THE_SAME
    return name.localname in _UNREAD_NAMES
