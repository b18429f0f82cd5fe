"""The data beside the project, read in ways that share nothing with the program: what it is measured against.

`../shared/data` is no part of the project; whoever reads it says so when it is not there.
"""

import gzip
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from lxml import etree

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

_ENTRY = re.compile(r"<(item|entry)\b[^>]*>(.*?)</\1>", re.DOTALL)
_ENTRIES = ("{*}item", "{*}entry")
_DATES = ("{*}pubDate", "{*}published", "{*}issued", "{*}date", "{*}updated", "{*}modified", "{*}created")
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_SPACE = re.compile(r"[\s\u200b-\u200f\u00ad\ufeff]+")


def missing(folder: str) -> str | None:
    """Return why what needs `folder` of the data cannot run here, or None when the folder is there."""
    return None if (DATA / folder).exists() else f"../shared/data/{folder} is not there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of the replay: which feed served it when, and the file that holds it."""

    feed: str
    polled_at: datetime
    file: Path
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One entry as a document lists it. `title` is as `as_seen` shows it; nothing else is changed."""

    guid: str | None
    link: str | None
    title: str
    published: str | None

    @property
    def name(self) -> str:
        """What tells it from the other entries of its feed: the guid, or the link where there is none."""
        return self.guid or self.link or self.title


def replay_steps() -> list[list[Document]]:
    """Return the replay in order: at each step some feeds, each with the document that it shows from then on."""
    lines = (DATA / "replay" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    documents = (_document(json.loads(line)) for line in lines)
    return [list(step) for _, step in groupby(documents, key=lambda document: document.polled_at)]


def listed_in(body: bytes) -> list[Listed]:
    """Return the entries of an RSS or Atom document, found by searching its text; what is broken off is left out."""
    return [_listed(entry) for _, entry in _ENTRY.findall(body.decode("utf-8", "replace"))]


def as_seen(markup: str) -> str:
    """Return the words of a piece of markup: tags out, entities decoded (also twice), one space where there are many.

    Spaces beside punctuation go too: whether `<b>chips</b>.` has one is a matter of taste.
    """
    words = html.unescape(_TAG.sub(" ", html.unescape(_TAG.sub(" ", markup))))
    return re.sub(r" ?([^\w\s]) ?", r"\1", _SPACE.sub(" ", words).strip())


def _document(line: dict[str, Any]) -> Document:
    return Document(
        feed=line["feed"],
        polled_at=datetime.strptime(line["polled_at"], "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC),
        file=DATA / "replay" / line["file"],
        etag=f'"{line["sha256"]}"',
    )


def _listed(entry: str) -> Listed:
    href = re.search(r"<link\b[^>]*\bhref=[\"']([^\"']+)", entry)
    return Listed(
        guid=_inside("guid", entry) or _inside("id", entry),
        link=html.unescape(href[1]) if href else _inside("link", entry),
        title=as_seen(_inside("title", entry) or ""),
        published=_inside("pubDate", entry) or _inside("published", entry) or _inside("updated", entry),
    )


def _inside(tag: str, entry: str) -> str | None:
    found = re.search(rf"<{tag}\b[^>]*>\s*(?:<!\[CDATA\[(.*?)\]\]>|(.*?))\s*</{tag}>", entry, re.DOTALL)
    if not found:
        return None
    return (found[1] if found[1] is not None else html.unescape(found[2])).strip() or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What another parser, or a plain reading, says of one entry; None where it says nothing."""

    id: str | None
    link: str | None
    title: str | None
    date: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """A file of the parsers' corpora, and where they give them, the entries expected of it."""

    corpus: str
    file: Path
    expected: tuple[Expected, ...] | None = None

    @property
    def body(self) -> bytes:
        """What a client has in hand: two of the files are stored as they go over the wire, compressed."""
        stored = self.file.read_bytes()
        return gzip.decompress(stored) if stored.startswith(b"\x1f\x8b") else stored


def feed_files() -> Iterator[FeedFile]:
    """Yield every file of the corpora but licences and what is expected of other files."""
    for corpus in sorted(path for path in (DATA / "feeds").iterdir() if path.is_dir()):
        for file in sorted((corpus / "files").rglob("*")):
            if file.is_file() and not file.name.endswith(".serde.json"):
                yield FeedFile(corpus=corpus.name, file=file, expected=_expected(file))


def plainly_read(body: bytes) -> tuple[Expected, ...] | None:
    """Return the entries of an XML document as its elements have them, or None when there are none.

    No base, no fallback, no cleverness: what a person would copy out of the file.
    """
    wide = body.startswith((b"\0<", b"<\0", b"\xff\xfe", b"\xfe\xff"))  # UTF-16, also where the file says otherwise
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=True, encoding="utf-16" if wide else None
    )
    try:
        root = etree.fromstring(body.lstrip() if not wide else body, parser)
    except etree.XMLSyntaxError:
        return None
    entries = () if root is None else tuple(_plain(entry) for entry in root.iter(*_ENTRIES) if _stands_alone(entry))
    return entries or None


def plainly_read_json(body: bytes) -> tuple[Expected, ...] | None:
    """Return the items of a JSON Feed as they stand in it, or None when it is none."""
    try:
        items = json.loads(body)["items"]
    except (ValueError, LookupError, TypeError):
        return None
    return tuple(
        Expected(
            id=item.get("id"),
            link=item.get("url"),
            title=item.get("title"),
            date=_instant(item.get("date_published") or item.get("date_modified")),
        )
        for item in items
    )


def _expected(file: Path) -> tuple[Expected, ...] | None:
    beside = file.with_suffix(".serde.json")
    if not beside.exists():
        return None
    said = json.loads(beside.read_text(encoding="utf-8"))
    return tuple(_of_feed_rs(entry) for entry in said.get("entries", ()))


def _of_feed_rs(entry: dict[str, Any]) -> Expected:
    links = [link["href"] for link in entry["links"] if link["rel"] in (None, "alternate")]
    date = entry["published"] or entry["updated"]
    return Expected(
        id=entry["id"],
        link=links[0] if links else None,
        title=entry["title"]["content"] if entry["title"] else None,
        date=datetime.fromisoformat(date).astimezone(UTC) if date else None,
    )


def _stands_alone(entry: etree._Element) -> bool:
    """Whether an entry is the feed's own, not a part of another one."""
    return next(entry.iterancestors(*_ENTRIES), None) is None


def _plain(entry: etree._Element) -> Expected:
    link = next((one.get("href") or one.text for one in entry.iterchildren("{*}link") if _is_alternate(one)), None)
    return Expected(
        id=_text(entry, "{*}guid", "{*}id"),
        link=(link or "").strip() or None,
        title=_text(entry, "{*}title"),
        date=next((at for name in _DATES if (at := _instant(_text(entry, name)))), None),
    )


def _instant(written: str | None) -> datetime | None:
    """Return an RFC 2822 or ISO 8601 date as an instant (UTC where it names no zone), or None for anything else."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(written or "")
        except (ValueError, OverflowError):
            continue
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    return None


def _is_alternate(link: etree._Element) -> bool:
    return link.get("rel", "alternate") == "alternate" and bool(link.get("href") or (link.text or "").strip())


def _text(entry: etree._Element, *names: str) -> str | None:
    found = next(entry.iterchildren(*names), None)
    return None if found is None else " ".join("".join(str(part) for part in found.itertext()).split()) or None
