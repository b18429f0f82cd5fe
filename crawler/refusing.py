"""What is refused before any parser gets it: what is no document, and what is made to do harm.

A parser that trips over one of these takes minutes, a gigabyte, or a file of this machine. So a document is looked at
as bytes first, then by lxml, which has limits of its own; only what passes both may reach feedparser.
"""

import re
from typing import Any

from lxml import etree

from crawler.poll import FeedError

DEPTH = 200
ATTRIBUTES = 256  # of one element: feedparser's time grows with their square, 20,000 take 6 s
ELEMENTS = 150_000  # that go to feedparser: it takes 25 us for each
BROKEN_TAGS = 50_000  # of a document that is no XML: there each takes twice as long
BROKEN_ESCAPES = 500_000

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
_PROLOG = rb"(?>(?:\s+|<!--(?>.*?-->)|<\?(?>.*?\?>))*)"
_HTML = re.compile(_PROLOG + rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_DOCTYPE = re.compile(_PROLOG + rb"<!doctype\b", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(rb"<!\s*entity", re.IGNORECASE)
_LONG_TAG = re.compile(rb"<[a-z_:](?:[^'\"<>]|\"[^\"]*\"|'[^']*'){500,}+", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"[^\s=\"'<>/]\s*=")

_too_many_attributes = etree.XPath(f"boolean(//*[@*[{ATTRIBUTES + 1}]])", regexp=False)
_too_deep = etree.XPath("boolean(" + "/*" * (DEPTH + 1) + ")", regexp=False)

DECLARES = "the document declares entities, which no honest feed does"
DEEP = f"elements are nested deeper than {DEPTH}, which no honest feed does"
CROWDED = f"an element has more than {ATTRIBUTES} attributes, which no honest feed does"


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
    try:
        root = etree.fromstring(document, parser())
    except etree.XMLSyntaxError as error:
        _refuse_broken(document, error, may_declare=may_declare)
        return None
    # The words alone are harmless, in an article about them; only a document type gives them force.
    docinfo: Any = root.getroottree().docinfo  # the stubs know half of it
    if may_declare and docinfo.doctype:
        raise FeedError(DECLARES)
    try:
        if _too_deep(root):
            raise FeedError(DEEP)
        if _too_many_attributes(root):
            raise FeedError(CROWDED)
    except etree.XPathEvalError as error:
        raise MemoryError from error  # nothing else can go wrong with these expressions
    return root


def refuse_size(root: etree._Element) -> None:
    """Raise FeedError when there are more elements in `root` than are worth the time to read them."""
    if sum(1 for _ in root.iter(etree.Element)) > ELEMENTS:
        raise FeedError(f"what is new has more than {ELEMENTS} elements, which is too much to read")


def parser() -> etree.XMLParser:
    """Return a parser that opens nothing, follows nothing and expands nothing."""
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)


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


def _refuse_broken(document: bytes, error: etree.XMLSyntaxError, *, may_declare: bool) -> None:
    code = getattr(error, "code", None)  # the stubs do not know it
    if code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError from error
    if may_declare:
        raise FeedError(DECLARES) from error
    if "depth" in (error.msg or ""):
        raise FeedError(DEEP) from error
    if document.count(b"<") > BROKEN_TAGS or document.count(b"&") > BROKEN_ESCAPES:
        raise FeedError(f"broken XML that is too long to be mended: {error.msg}") from error
    if any(len(_ATTRIBUTE.findall(tag)) > ATTRIBUTES for tag in _LONG_TAG.findall(document)):
        raise FeedError(CROWDED) from error
