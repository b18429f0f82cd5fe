"""Which feeds of another program's list become feeds of ours. Decisions only."""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain, count
from urllib.parse import urlsplit

from pydantic import ValidationError

from crawler.poll import LANGUAGE_TAG
from crawler.private_hosts import where_it_is
from crawler.settings import MAX_NAME, MAX_TAG, MAX_TAGS, FeedSettings
from scheduler.opml import Outline
from stories.address import safe_address
from stories.text import clean, fold

_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed(?=://)", re.I)
_NOT_IN_TAGS = re.compile(r"[^\w .&+-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import brings: the new feeds, how many were known, and of each that cannot be taken a sentence why."""

    new: tuple[FeedSettings, ...]
    known: int
    refused: tuple[str, ...]


def plan_import(outlines: Iterable[Outline], known: Sequence[FeedSettings]) -> ImportPlan:
    """Return what becomes of `outlines` beside the feeds that are `known`.

    A feed that stands in several folders is one with all of them as tags. Names are made different where they are not.
    """
    written: dict[str, list[Outline]] = {}
    for outline in outlines:
        on_the_web = replace(outline, address=web_address(outline.address))
        written.setdefault(safe_address(on_the_web.address) or on_the_web.address, []).append(on_the_web)
    refused = {outline.number: _told(outline, "it has no address (xmlUrl)") for outline in written.pop("", ())}
    there = {feed.address for feed in known}
    names = {fold(feed.name) for feed in known}
    new: list[FeedSettings] = []
    for address, (first, *others) in written.items():
        if address in there:
            continue
        folders = chain(first.folders, *(other.folders for other in others))
        feed = _feed(first, address, folders, names)
        if isinstance(feed, FeedSettings):
            names.add(fold(feed.name))
            new.append(feed)
        else:
            refused[first.number] = _told(first, feed)
    return ImportPlan(
        new=tuple(new),
        known=sum(len(same) - (address not in there) for address, same in written.items()),
        refused=tuple(refused[number] for number in sorted(refused)),
    )


def web_address(address: str) -> str:
    """Return `address` as it is asked for: `feed:` is how some programs mark one that is http or https.

    >>> web_address("feed:https://a.example/rss"), web_address("feed://a.example/rss")
    ('https://a.example/rss', 'http://a.example/rss')
    """
    return _FEED_SCHEME.sub(lambda found: "" if ":" in found[0] else "http", address, count=1)


def tags_of(folders: Iterable[str]) -> list[str]:
    """Return folders as tags: without signs that tags do not have, each once.

    >>> tags_of(["Tech / AI", "tech AI", "  "])
    ['Tech AI']
    """
    tags: dict[str, str] = {}
    for folder in folders:
        tag = " ".join(_NOT_IN_TAGS.sub(" ", clean(folder, 1000)).split()).lstrip(".&+- ")[:MAX_TAG].strip()
        if tag:
            tags.setdefault(fold(tag), tag)
    return list(tags.values())[:MAX_TAGS]


def _feed(outline: Outline, address: str, folders: Iterable[str], names: Set[str]) -> FeedSettings | str:
    """Return the feed of `outline`, or why it can be none."""
    language = outline.language if outline.language and LANGUAGE_TAG.fullmatch(outline.language) else None
    said = outline.settings() | {
        "address": outline.address,
        "name": _name(outline, address, names),
        "tags": tags_of(folders),
        "language": language,
    }
    try:
        return FeedSettings.model_validate(said)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        if detail["loc"] == ("allow_private",):
            # No list can say it: whoever wrote the list must not open our network.
            return f"it is {where_it_is(address)}; write it into config.yaml by hand, with `allow_private: true`"
        return str(detail["ctx"]["error"]) if "ctx" in detail and "error" in detail["ctx"] else detail["msg"]


def _name(outline: Outline, address: str, names: Set[str]) -> str:
    """Return a name that no other feed has: the title, else with the host behind it, else with a number, too."""
    host = clean(_host(address), MAX_NAME // 3)
    title = clean(outline.title, MAX_NAME) or host or "feed"
    short = clean(title, MAX_NAME // 2)
    numbered = (f"{short} ({host}, {number})" for number in count(outline.number))
    return next(name for name in chain((title, f"{short} ({host})"), numbered) if fold(name) not in names)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _told(outline: Outline, why: str) -> str:
    name = clean(outline.title, 60) or clean(safe_address(outline.address) or "", 60) or "without a title"
    return f"outline {outline.number} ({name}): {why}"
