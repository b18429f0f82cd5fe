"""Outlets: by which names and at which addresses each is known, and what kind it is."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stories.model import Article
from stories.text import fold

_TABLE = Path(__file__).with_name("outlets.toml")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}")
# Under which everybody may have a domain of his own, as far as news go.
_SHARED = frozenset(re.findall(r"\w+", "ac co com edu go gob gouv gov govt gv ne net or org"))


class OutletKind(StrEnum):
    """What an outlet is: who reports, who reports for others, who speaks for himself, who lists what others publish."""

    NEWS = "news"
    AGENCY = "agency"
    AUTHORITY = "authority"
    COMPANY = "company"
    AGGREGATOR = "aggregator"


_PRIMARY = (OutletKind.AUTHORITY, OutletKind.COMPANY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One outlet of the table; `name` is what it is called everywhere here.

    `names` are unmistakable, `strict` ones mean something else, too, `short` ones count after a full name.
    """

    name: str
    kind: OutletKind
    names: tuple[str, ...]
    strict: tuple[str, ...]
    short: tuple[str, ...]
    domains: tuple[str, ...]


@cache
def all_outlets() -> tuple[Outlet, ...]:
    """Return every outlet of the table, in its order."""
    table = _table()
    return tuple(_outlet(name, kind, said) for kind in OutletKind for name, said in table[kind].items())


def names_of_others() -> tuple[str, ...]:
    """Return the names that hold an outlet's name and are something else."""
    return tuple(_table()["rules"]["other"])


def outlet_of(article: Article) -> str | None:
    """Return who published `article`, by the one name it has here, or None when nothing tells.

    The domain of its address decides, then the name it came with. An outlet that is not in the table keeps its name;
    without one it is the bare host.

    >>> outlet_of(Article(title="t", outlet="WSJ.com: Tech", url="https://www.wsj.com/articles/1"))
    'The Wall Street Journal'
    """
    by_address = outlet_at(article.url) if article.url else None
    if by_address and by_address.kind is not OutletKind.AGGREGATOR:
        return by_address.name
    by_name = outlet_named(article.outlet) if article.outlet else None
    if by_name:
        return by_name.name
    return article.outlet or (site_of(article.url) if article.url else None)


def is_primary(article: Article) -> bool:
    """Whether `article` was published by an authority or a company on its own pages, or by it on a press wire."""
    if article.url:
        at = outlet_at(article.url)
        return at.kind in _PRIMARY if at else _is_authority(host_of(article.url))
    named = outlet_named(article.outlet) if article.outlet else None
    return named is not None and named.kind in _PRIMARY


def outlet_at(address: str) -> Outlet | None:
    """Return the outlet on whose pages `address` is, if it is in the table."""
    host, path = _host_and_path(address)
    by_domain = _by_domain()
    for domain in _above(host):
        for beginning, outlet in by_domain.get(domain, ()):
            if path.startswith(beginning) and path[len(beginning) :][:1] in ("", "/"):
                return outlet
    return None


@lru_cache(maxsize=4096)
def outlet_named(name: str) -> Outlet | None:
    """Return the outlet that is called `name` (or the host `name`), however it is written, if it is in the table."""
    folded = fold(name)
    if _HOST.fullmatch(folded) and (at := outlet_at(f"https://{folded}/")):
        return at
    return _by_name().get(folded.removeprefix("the "))


def site_of(address: str) -> str:
    """Return the host of `address` without what names a part of one site: `www.`, `m.`, `edition.`

    >>> site_of("https://www.example.co.uk/news")
    'example.co.uk'
    """
    return re.sub(r"^(?:www\d?|m|mobile|amp|edition|rss|feeds?)\.(?=.*\.)", "", host_of(address))


def are_of_one_site(host: str, other: str) -> bool:
    """Whether two hosts belong to the same domain, as far as their names tell.

    >>> are_of_one_site("feeds.example.co.uk", "www.example.co.uk"), are_of_one_site("a.co.uk", "b.co.uk")
    (True, False)
    """
    return host == other or _registered(host) == _registered(other)


def host_of(address: str) -> str:
    """Return the host of `address` in lower case, empty when there is none."""
    return _host_and_path(address)[0]


@lru_cache(maxsize=1024)
def _host_and_path(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").rstrip("."), parts.path
    except ValueError:
        return "", ""


def _registered(host: str) -> str:
    labels = host.split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED else labels[-2:])


def _is_authority(host: str) -> bool:
    suffixes = _authorities()
    return any(domain in suffixes for domain in _above(host))


def _above(host: str) -> Iterator[str]:
    """Yield `host` and the domains above it."""
    while host:
        yield host
        host = host.partition(".")[2]


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(_TABLE.read_text("utf-8"))


def _outlet(name: str, kind: OutletKind, said: Mapping[str, Any]) -> Outlet:
    strict = said.get("strict", [])
    strict = [name] if strict is True else strict
    plain = [each for each in (name, *said.get("also", ())) if each not in strict]
    return Outlet(
        name=name,
        kind=kind,
        names=tuple(plain),
        strict=tuple(strict),
        short=tuple(said.get("short", ())),
        domains=tuple(said.get("domains", ())),
    )


@cache
def _by_name() -> Mapping[str, Outlet]:
    named = ((fold(name).removeprefix("the "), outlet) for outlet in all_outlets() for name in _full_names(outlet))
    return dict(reversed(list(named)))  # where two share a name, the first has it


def _full_names(outlet: Outlet) -> Iterable[str]:
    return (outlet.name, *outlet.names, *outlet.strict)


@cache
def _by_domain() -> Mapping[str, tuple[tuple[str, Outlet], ...]]:
    """Return for each domain its outlets with the paths of their pages, the longest path first."""
    found: dict[str, list[tuple[str, Outlet]]] = {}
    for outlet in all_outlets():
        for domain in outlet.domains:
            host, slash, path = domain.partition("/")
            found.setdefault(host, []).append((slash + path, outlet))
    return {host: tuple(sorted(here, key=lambda each: -len(each[0]))) for host, here in found.items()}


@cache
def _authorities() -> frozenset[str]:
    return frozenset(_table()["rules"]["authority"])
