"""What is refused before any parser gets it: what is no document, and what is made to do harm.

A parser that trips over one of these takes minutes, a gigabyte, or a file of this machine. So a document is looked at
as bytes first, then by lxml, which has limits of its own; only what passes both may reach feedparser.
"""

import re
from collections.abc import Iterable
from typing import Any

from lxml import etree

from crawler.poll import FeedError

DEPTH = 200
ATTRIBUTES = 256  # of one element: feedparser's time grows with their square, 20,000 take 6 s
NAMESPACES = 16_384  # characters of their names around an entry: they are written out with each
BASE = 2048  # characters of an xml:base: feedparser joins it to those around it, at every element inside
BASES = 4  # around another
ESCAPES = 500_000  # in texts: it takes 2 us for each
ELEMENTS = 75_000  # that go to feedparser: it takes 25 us for each
BROKEN_TAGS = 50_000  # of a document that is no XML: there each takes twice as long

_START = 65536  # bytes of a body that show what it is
_SPACE = b" \t\r\n\0"
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe\0\0", b"\xff\xfe", b"\0\0\xfe\xff", b"\xfe\xff")
_BINARY = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a picture or a sound"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound or a film"),
    (b"SQLite format 3", "a database"),
)
# Groups that do not go back (?>): a page of many comments would otherwise be tried in every combination.
PROLOG = rb"(?>(?:\s+|<!--(?>.*?-->)|<\?(?>.*?\?>))*)"
_HTML = re.compile(PROLOG + rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_DOCTYPE = re.compile(PROLOG + rb"<!doctype\b", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(rb"<!\s*entity", re.IGNORECASE)
_LONG_TAG = re.compile(rb"<[a-z_:\x80-\xff](?:[^'\"<>]|\"[^\"]*\"|'[^']*'){500,}+", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"[^\s=\"'<>/]\s*=")
_NAMESPACE = re.compile(rb"\bxmlns\b")
_BASE = re.compile(rb"\bbase\s*+=\s*+(?:\"[^\"<]*+|'[^'<]*+|[^\s\"'<>]*+)", re.IGNORECASE)

_too_many_attributes = etree.XPath(f"boolean(//*[@*[{ATTRIBUTES + 1}]])", regexp=False)
_too_based = etree.XPath(
    f"boolean(//*[@xml:base | @base][count(ancestor::*[@xml:base | @base]) > {BASES}])", regexp=False
)
_too_deep = etree.XPath("boolean(" + "/*" * (DEPTH + 1) + ")", regexp=False)

DECLARES = "the document declares entities, which no honest feed does"
DEEP = f"elements are nested deeper than {DEPTH}, which no honest feed does"
CROWDED = f"an element has more than {ATTRIBUTES} attributes, which no honest feed does"

BASED = f"an xml:base is longer than {BASE} characters, or inside of {BASES} others, which no honest feed has"
NAMED = (
    f"namespaces of more than {NAMESPACES} characters or {ATTRIBUTES} of them are declared, which no honest feed does"
)


def refuse_body(body: bytes) -> None:
    """Raise FeedError, with what it is, for a body that is plainly no document that lists anything."""
    for beginning, name in _BINARY:
        if body.startswith(beginning):
            raise FeedError(f"not a feed ({name})")
    if body[4:8] == b"ftyp":
        raise FeedError("not a feed (a film)")
    if not _beginning(body).strip(_SPACE) and len(body) <= _START:
        raise FeedError("empty body; if that stays so, is its address right?")


def refuse_page(body: bytes) -> None:
    """Raise FeedError for an HTML page."""
    if _HTML.match(_beginning(body)):
        raise FeedError(
            "not a feed (an HTML page): `wirewatch feeds discover` looks for one, `page:` reads it as it is"
        )


def is_json(body: bytes) -> bool:
    """Whether a body can only be JSON."""
    return _beginning(body).lstrip(_SPACE).startswith((b"{", b"["))


def tree_of(document: bytes) -> etree._Element | None:
    """Return the elements of `document` (UTF-8), or None when it is no XML and may be read all the same.

    Raise FeedError for one that is made to do harm: that declares entities, or is too deep or too crowded.
    """
    may_declare = _may_declare(document)
    if may_declare and _DOCTYPE.match(document):
        raise FeedError(DECLARES)
    bases = _bases(document)
    if document.count(b"xmlns") > ATTRIBUTES and _has_tag_with_many(_NAMESPACE, document):
        raise FeedError(NAMED)
    try:
        root = etree.fromstring(document, parser())
    except etree.XMLSyntaxError as error:
        _refuse_broken(document, error, may_declare=may_declare, bases=bases)
        return None
    # The words alone are harmless, in an article about them; only a document type gives them force.
    docinfo: Any = root.getroottree().docinfo  # the stubs know half of it
    if may_declare and docinfo.doctype:
        raise FeedError(DECLARES)
    _refuse_shape(root, has_bases=bases > 0)
    return root


def refuse_size(elements: int, escapes: int) -> None:
    """Raise FeedError for more than is worth the time that feedparser takes for it."""
    if elements > ELEMENTS:
        raise FeedError(f"what is new has more than {ELEMENTS} elements, which is too much to read")
    if escapes > ESCAPES:
        raise FeedError(f"what is new has more than {ESCAPES} escaped characters, which is too much to read")


def refuse_namespaces(entries: Iterable[etree._Element]) -> None:
    """Raise FeedError when around `entries` more namespaces are declared than can be written out with each."""
    for declared in (parent.nsmap for parent in {entry.getparent() for entry in entries} if parent is not None):
        if len(declared) > ATTRIBUTES or sum(len(f"{prefix}{name}") for prefix, name in declared.items()) > NAMESPACES:
            raise FeedError(NAMED)


def parser() -> etree.XMLParser:
    """Return a parser that opens nothing, follows nothing and expands nothing."""
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)


def _refuse_shape(root: etree._Element, *, has_bases: bool) -> None:
    try:
        if _too_deep(root):
            raise FeedError(DEEP)
        if _too_many_attributes(root):
            raise FeedError(CROWDED)
        if has_bases and _too_based(root):
            raise FeedError(BASED)
    except etree.XPathEvalError as error:
        raise MemoryError from error  # nothing else can go wrong with these expressions


def _bases(document: bytes) -> int:
    """Return how long all that may be an xml:base is together; raise FeedError for one that is too long by itself."""
    bases = [len(found) for found in _BASE.findall(document)]
    if max(bases, default=0) > BASE:
        raise FeedError(BASED)
    return sum(bases)


def _has_tag_with_many(wanted: re.Pattern[bytes], document: bytes) -> bool:
    return any(len(wanted.findall(tag)) > ATTRIBUTES for tag in _LONG_TAG.findall(document))


def _beginning(body: bytes) -> bytes:
    start = body[:_START]
    for mark in _BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    return start


def _may_declare(document: bytes) -> bool:
    """Whether the words that declare entities are anywhere, also once comments are gone that may part them."""
    if _ENTITY.search(document):
        return True
    first, *parts = document.split(b"<!--")
    return bool(parts and _ENTITY.search(first + b"".join(part.partition(b"-->")[2] for part in parts)))


def _refuse_broken(document: bytes, error: etree.XMLSyntaxError, *, may_declare: bool, bases: int) -> None:
    code = getattr(error, "code", None)  # the stubs do not know it
    if code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError from error
    if may_declare:
        raise FeedError(DECLARES) from error
    if "depth" in (error.msg or ""):
        raise FeedError(DEEP) from error
    if document.count(b"<") > BROKEN_TAGS or document.count(b"&") > ESCAPES:
        raise FeedError(f"broken XML that is too long to be mended: {error.msg}") from error
    if _has_tag_with_many(_ATTRIBUTE, document):
        raise FeedError(CROWDED) from error
    if bases > BASE * BASES:
        raise FeedError(BASED) from error
