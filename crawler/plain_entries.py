"""Entries that are as plain as most are, read with lxml in the words of feedparser.

feedparser takes some 40 us for each element, which is four fifths of the time of reading a feed. What it does for text
without markup around it is little; for whatever is not plain, down to an attribute, it is asked all the same. The two
must agree on every document there is: tests/test_plain_entries.py compares them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_XML = "{http://www.w3.org/XML/1998/namespace}"

_RSS_NAMES = {
    "title": "title",
    "link": "link",
    "description": "summary",
    "guid": "id",
    "pubDate": "published",
    "author": "author",
    f"{_DC}creator": "author",
    f"{_DC}date": "updated",
    "source": "source",
    "enclosure": "enclosure",
    "{http://purl.org/rss/1.0/modules/content/}encoded": "content",
    "{http://rssnamespace.org/feedburner/ext/1.0}origLink": "feedburner_origlink",
}
_RSS_ATTRIBUTES = {"id": {"isPermaLink"}, "source": {"url"}, "enclosure": {"url", "length", "type"}}
_ATOM_NAMES = {
    f"{_ATOM}{name}": name for name in ("title", "link", "summary", "content", "id", "published", "updated", "author")
}
_ATOM_ATTRIBUTES = {
    "title": {"type"},
    "summary": {"type"},
    "content": {"type"},
    "link": {"rel", "type", "href", "title", "hreflang", "length"},
}
_ATOM_TYPES = {None: "text/plain", "text": "text/plain", "text/plain": "text/plain", "html": "text/html",
               "text/html": "text/html"}  # fmt: skip
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_MANY = ("enclosure", "link")  # may come more than once, the second in Atom only
# What feedparser mends: the letters of Windows under the numbers of controls, and addresses with slashes too many or
# references in them.
_MENDED = re.compile("[\x80-\x9f]")
_LINK_MENDED = re.compile(r"^[A-Za-z][A-Za-z0-9+-.]*:///|&[A-Za-z0-9_]+;")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainEntries:
    """Entries with what they say under feedparser's names, of a feed in `language`."""

    said: tuple[dict[str, Any], ...]
    language: str | None
    is_rss: bool


class _OddError(Exception):
    """An entry says something that is not plain."""


def plain_entries(root: etree._Element, entries: Sequence[etree._Element]) -> PlainEntries | None:
    """Return what `entries` of the document `root` say, or None when one of them is not plain.

    What nobody reads of them is gone already.
    """
    is_rss = root.tag == "rss"
    channel = next(root.iterchildren("channel"), root) if is_rss else root
    if not (is_rss or root.tag == f"{_ATOM}feed") or _is_odd(root) or (is_rss and _is_odd(channel)):
        return None
    try:
        said = tuple((_rss if is_rss else _atom)(entry) for entry in entries)
    except _OddError:
        return None
    return PlainEntries(said=said, language=_language(root, channel), is_rss=is_rss)


def _is_odd(element: etree._Element) -> bool:
    return not {"version", f"{_XML}lang"}.issuperset(str(name) for name in element.attrib)


def _rss(item: etree._Element) -> dict[str, Any]:
    said, links = _said(item, _RSS_NAMES, _RSS_ATTRIBUTES)
    entry: dict[str, Any] = {name: _text(element) for name, element in said.items()}
    guid = said.get("id")
    if guid is not None and guid.get("isPermaLink", "true") == "true":
        entry.setdefault("link", entry["id"])
    if "source" in said:
        entry["source"] = {"title": entry["source"], "href": said["source"].get("url")}
    if "content" in said:
        entry["content"] = [{"type": "text/html", "value": entry["content"]}]
        entry.setdefault("summary", entry["content"][0]["value"])
    if "@" in entry.get("author", "") or any(_LINK_MENDED.search(entry.get(name, "")) for name in ("link", "id")):
        raise _OddError
    entry["links"] = [{"rel": "enclosure", "href": link.get("url")} for link in links]
    return entry


def _atom(element: etree._Element) -> dict[str, Any]:
    said, links = _said(element, _ATOM_NAMES, _ATOM_ATTRIBUTES)
    if "link" in said:
        raise _OddError  # without an address
    entry: dict[str, Any] = {name: _text(each) for name, each in said.items() if name != "author"}
    for name in ("title", "summary", "content"):
        if name in said:
            entry[f"{name}_detail"] = {"type": _type(said[name])}
    if "content" in said:
        entry["content"] = [{**entry.pop("content_detail"), "value": entry["content"]}]
        entry.setdefault("summary", entry["content"][0]["value"])
    if "author" in said:
        entry["author"] = _name(said["author"])
    entry["links"] = [{"rel": link.get("rel", "alternate"), "href": link.get("href")} for link in links]
    pages = [link.get("href") for link in links if _leads_to_page(link)]
    entry["link"] = pages[-1] if pages else entry.get("id")
    if any(
        _LINK_MENDED.search(link or "")
        for link in (entry["link"], entry.get("id"), *(each["href"] for each in entry["links"]))
    ):
        raise _OddError
    return entry


def _said(
    entry: etree._Element, names: dict[str, str], attributes: dict[str, set[str]]
) -> tuple[dict[str, etree._Element], list[etree._Element]]:
    """Return the elements of an entry by their names, and those that may be many; raise _OddError for any other."""
    if entry.attrib:
        raise _OddError
    said: dict[str, etree._Element] = {}
    many: list[etree._Element] = []
    for child in entry:
        if _says_nothing(child):
            continue
        name = names.get(child.tag)
        if name is None or name in said:
            raise _OddError
        if child.attrib and not attributes.get(name, set()).issuperset(str(each) for each in child.attrib):
            raise _OddError
        if name in _MANY and child.attrib:
            many.append(child)
        else:
            said[name] = child
    return said, many


def _says_nothing(child: etree._Element) -> bool:
    """Whether an element is a link to something else than the article, or a group of pictures without words.

    Raise _OddError for a link whose `rel` feedparser would write in small letters.
    """
    if child.tag == f"{_ATOM}link":
        rel = child.get("rel", "alternate")
        if rel != rel.lower():
            raise _OddError
        return rel not in ("alternate", "enclosure")
    return child.tag == f"{_MEDIA}group" and all(each.tag == f"{_MEDIA}content" for each in child.iterdescendants())


def _text(element: etree._Element) -> str:
    if len(element):
        raise _OddError
    text = (element.text or "").strip()
    return text if text.isascii() else _mended(text)


def _mended(text: str) -> str:
    """Return a text as feedparser does: UTF-8 that was taken for Latin-1 and encoded once more is undone."""
    if _MENDED.search(text):
        raise _OddError
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _type(element: etree._Element) -> str:
    kind = _ATOM_TYPES.get(element.get("type"))
    if kind is None:
        raise _OddError
    return kind


def _leads_to_page(link: etree._Element) -> bool:
    if link.get("href") is None:
        raise _OddError
    return link.get("rel", "alternate") == "alternate" and link.get("type", "text/html").lower() in _PAGE_TYPES


def _name(author: etree._Element) -> str:
    """Return the name of an author who has one."""
    if not {f"{_ATOM}name", f"{_ATOM}uri", f"{_ATOM}email"}.issuperset(child.tag for child in author):
        raise _OddError
    names = list(author.iterchildren(f"{_ATOM}name"))
    if len(names) != 1 or len(names[0]) or not (names[0].text or "").strip():
        raise _OddError
    return (names[0].text or "").strip()


def _language(root: etree._Element, channel: etree._Element) -> str | None:
    said = [child.text or "" for child in channel.iterchildren("language", f"{_DC}language")]
    return said[-1].strip() if said else root.get(f"{_XML}lang")
