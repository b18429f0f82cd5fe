"""OPML, the form in which programs that read feeds hand each other their lists: in, and out."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, register_namespace, tostring

from defusedxml import DefusedXmlException, EntitiesForbidden
from defusedxml.ElementTree import iterparse

from crawler.settings import FeedSettings
from stories.durations import write_duration

MAX_BYTES = 20_000_000
MAX_OUTLINES = 20_000
_UNFILED = ""
_MOST_FOLDERS = 10  # around one outline that are looked at
# What only wirewatch knows of a feed. Other programs pass over attributes of namespaces that they do not know.
_OURS = "urn:wirewatch:feeds"
_PAGE = "page."
_DURATIONS = ("every", "alert_if_younger_than")
_LEFT_OUT = ("headers", "allow_private", "allow_insecure")  # secrets, and what only the owner of a network may open

register_namespace("wirewatch", _OURS)


class OpmlError(Exception):
    """A file that is no OPML, or a dangerous one; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list as it is written there; `number` counts from 1, `folders` begin with the outermost.

    `ours` are the settings that wirewatch put beside what every program knows.
    """

    number: int
    title: str
    address: str
    language: str | None = None
    folders: tuple[str, ...] = ()
    ours: tuple[tuple[str, str], ...] = ()

    def settings(self) -> dict[str, object]:
        """Return what wirewatch itself wrote of the feed, by the keys of a configuration."""
        plain: dict[str, object] = {key: value for key, value in self.ours if not key.startswith(_PAGE)}
        page = {key.removeprefix(_PAGE): value for key, value in self.ours if key.startswith(_PAGE)}
        return plain | ({"page": page} if page else {})


def read_opml(content: bytes) -> tuple[list[Outline], int]:
    """Return the outlines in `content` that are feeds, or should be, and how many were left out as too many.

    An outline that has neither an address nor others below it is one whose address is empty.

    :raises OpmlError: when it is no OPML, is too long, or declares entities
    """
    if len(content) > MAX_BYTES:
        raise OpmlError(f"longer than {MAX_BYTES:,} bytes")
    try:
        outlines = list(_outlines(content))
    except ParseError as error:
        line, _ = error.position
        raise OpmlError(f"broken XML in line {line}: {str(error).partition(':')[0]}") from None
    except DefusedXmlException as error:
        what = "declares entities" if isinstance(error, EntitiesForbidden) else "takes in another document"
        raise OpmlError(f"it {what}, which no list of feeds needs; take out what begins with <!DOCTYPE") from None
    except (LookupError, ValueError) as error:
        raise OpmlError(f"its characters cannot be read: {error}") from None
    return outlines[:MAX_OUTLINES], max(0, len(outlines) - MAX_OUTLINES)


def write_opml(feeds: Iterable[FeedSettings]) -> bytes:
    """Return `feeds` as OPML 2.0, each in the folder of its first tag; all its tags stand in `category`."""
    by_folder: dict[str, list[FeedSettings]] = {_UNFILED: []}
    for feed in feeds:
        by_folder.setdefault(feed.tags[0] if feed.tags else _UNFILED, []).append(feed)
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Feeds of wirewatch"
    body = SubElement(root, "body")
    for folder, those in by_folder.items():
        into = SubElement(body, "outline", text=folder, title=folder) if folder else body
        for feed in those:
            SubElement(into, "outline", _attributes(feed))
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"


def left_out(feed: FeedSettings) -> list[str]:
    """Return which settings of `feed` a list for others does not hold."""
    return [key for key in _LEFT_OUT if getattr(feed, key)]


def _attributes(feed: FeedSettings) -> dict[str, str]:
    attributes = {"type": "rss", "text": feed.name, "title": feed.name, "xmlUrl": feed.address}
    if feed.language:
        attributes["language"] = feed.language
    if feed.tags:
        attributes["category"] = ",".join(f"/{tag}" for tag in feed.tags)
    return attributes | {f"{{{_OURS}}}{key}": value for key, value in _settings(feed)}


def _settings(feed: FeedSettings) -> Iterator[tuple[str, str]]:
    for key in _DURATIONS:
        if duration := getattr(feed, key):
            yield key, write_duration(duration)
    if feed.full_text:
        yield "full_text", feed.full_text.value
    for key, selector in (feed.page.model_dump(exclude_none=True) if feed.page else {}).items():
        yield f"{_PAGE}{key}", selector


def _outlines(content: bytes) -> Iterator[Outline]:
    """Yield the outlines in their order. No recursion: lists are nested as deeply as their writers like."""
    open_ones: list[_Open] = []
    number = depth = 0
    for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=False):
        if event == "start":
            depth += 1
            if depth == 1 and element.tag.lower() != "opml":
                raise OpmlError(f"its outermost element is {element.tag[:40]}, not opml")
            if element.tag.lower() == "outline":
                number += 1
                if open_ones:
                    open_ones[-1].is_folder = True
                open_ones.append(_Open(number=number, said=_said(element.attrib)))
            continue
        depth -= 1
        if element.tag.lower() == "outline":
            outline = open_ones.pop()
            if "xmlurl" in outline.said or not outline.is_folder:
                yield _outline(outline, open_ones)
        element.clear()


@dataclass(slots=True)
class _Open:
    """An outline whose end has not come yet."""

    number: int
    said: Mapping[str, str]
    is_folder: bool = False

    @property
    def title(self) -> str:
        return self.said.get("title") or self.said.get("text") or ""


def _said(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in attributes.items()}


def _outline(outline: _Open, around: list[_Open]) -> Outline:
    folders = [each.title for each in around[-_MOST_FOLDERS:] if "xmlurl" not in each.said]
    categories = [name for path in outline.said.get("category", "").split(",") for name in path.split("/")]
    return Outline(
        number=outline.number,
        title=outline.title,
        address=outline.said.get("xmlurl", ""),
        language=outline.said.get("language"),
        folders=tuple(folder for folder in (*folders, *categories) if folder),
        ours=tuple(_ours(outline.said)),
    )


def _ours(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the settings of our own among what is `said`; what would open a network is not taken from a list."""
    for name, value in said.items():
        key = name.removeprefix(f"{{{_OURS}}}")
        if key != name and (key in (*_DURATIONS, "full_text") or key.startswith(_PAGE)):
            yield key, value
