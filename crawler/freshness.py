"""How long an answer stays good, by its headers and by the document; what follows from it is decided elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from lxml import etree

MOST = timedelta(days=3650)  # what is longer is no statement about news; it must only not overflow
_MAX_DIGITS = 9  # of any number here

_DIRECTIVE = re.compile(r"\s*([\w-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^,\"]*)))?\s*(?:,|$)")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_NAMED = 100  # children of skipHours and skipDays that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When not to ask for a document: before `ttl`, in these hours (UTC), on these days (0 is Monday)."""

    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


def fresh_for(headers: Mapping[str, bytes]) -> timedelta | None:
    """Return how long the server calls its answer fresh (RFC 9111, 5.2 and 5.3), or None when it does not say.

    `max-age`, less the `Age` that the answer has reached in others' caches, wins over `Expires`; `no-store` and
    `no-cache` call nothing fresh. `s-maxage` is for caches that many share, and this is none.
    """
    said = _directives(headers.get("cache-control", b"").decode("latin-1"))
    if "no-store" in said or "no-cache" in said:
        return None
    if "max-age" in said:
        most, age = _seconds(said["max-age"]), _seconds(headers.get("age", b"").decode("latin-1").strip())
        return None if most is None else max(timedelta(0), most - (age or timedelta(0)))
    return _until_expiry(headers)


def moved_to(redirects: tuple[tuple[int, str], ...]) -> str | None:
    """Return where permanent redirects alone led, or None; `redirects` are statuses and the addresses they led to."""
    return redirects[-1][1] if redirects and all(status in (301, 308) for status, _ in redirects) else None


def server_time(headers: Mapping[str, bytes]) -> datetime | None:
    """Return what the server's clock said when it answered (`Date`), in UTC, or None when it says nothing usable."""
    said = _instant(headers, "date")
    try:
        return said.astimezone(UTC) if said else None
    except OverflowError:
        return None


def rhythm_of(root: etree._Element) -> Rhythm:
    """Return what an RSS or Atom document says of its own rhythm.

    Not its `sy:updatePeriod`: many a blog's software writes the same for all, and whoever believed "daily" would bring
    a filing a day late.
    """
    channel = next(root.iterchildren("{*}channel"), root)
    return Rhythm(
        ttl=_ttl(channel),
        skip_hours=frozenset(_hours(channel)),
        skip_days=frozenset(_DAYS.index(day) for day in _named(channel, "skipDays") if day in _DAYS),
    )


def _directives(value: str) -> dict[str, str]:
    """Return the directives of Cache-Control; of one that is named twice the first counts."""
    found: dict[str, str] = {}
    for name, quoted, plain in _DIRECTIVE.findall(value[:1000]):
        found.setdefault(name.lower(), (quoted or plain).strip())
    return found


def _seconds(value: str) -> timedelta | None:
    if not (value.isascii() and value.isdigit()):
        return None
    return min(timedelta(seconds=int(value)), MOST) if len(value) <= _MAX_DIGITS else MOST


def _until_expiry(headers: Mapping[str, bytes]) -> timedelta | None:
    """Return `Expires` after the server's own `Date`, so that no clock of ours matters."""
    end, now = _instant(headers, "expires"), _instant(headers, "date")
    if end is None or now is None:
        return None
    try:
        lasts = end - now
    except OverflowError:
        return None
    return min(lasts, MOST) if lasts > timedelta(0) else None


def _instant(headers: Mapping[str, bytes], name: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(headers.get(name, b"")[:100].decode("latin-1"))
        return said.replace(tzinfo=said.tzinfo or UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _ttl(channel: etree._Element) -> timedelta | None:
    minutes = _number(_text(channel, "{*}ttl"))
    return min(timedelta(minutes=minutes), MOST) if minutes else None


def _hours(channel: etree._Element) -> list[int]:
    # 24 is midnight in the oldest specification, which counts from 1.
    return [hour % 24 for each in _named(channel, "skipHours") if (hour := _number(each)) is not None and hour <= 24]


def _named(channel: etree._Element, name: str) -> list[str]:
    skipped = next(channel.iterchildren("{*}" + name), None)
    children = [] if skipped is None else list(skipped.iterchildren(tag=etree.Element))[:_MOST_NAMED]
    return [(child.text or "").strip().lower() for child in children]


def _text(channel: etree._Element, name: str) -> str:
    found = next(channel.iterchildren(name), None)
    return "" if found is None else (found.text or "").strip()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None
