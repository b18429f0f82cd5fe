"""What a document lists, whatever its kind, and which of its entries are worth reading."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from crawler.freshness import Rhythm
from stories.model import Article

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a document of some `kind` ("Atom 1.0") brought: the `articles` that were read, out of all its `entries`.

    `digests` names the entries that are read with it or were before; what is not named is read again next time.
    Of a document that is not whole nothing must be remembered that would keep the rest from being asked for.
    """

    kind: str | None
    articles: tuple[Article, ...] = ()
    entries: int
    digests: frozenset[bytes] = frozenset()
    warnings: tuple[str, ...] = ()
    rhythm: Rhythm = field(default_factory=Rhythm)
    is_whole: bool = True


def newest(entries: Sequence[Entry], limit: int, date_of: Callable[[Entry], datetime | None]) -> Sequence[Entry]:
    """Return at most `limit` of `entries`: the first ones, or the last where the list begins with the oldest."""
    if len(entries) <= limit:
        return entries
    first, last = date_of(entries[0]), date_of(entries[-1])
    return entries[-limit:] if first and last and first < last else entries[:limit]


def to_read(digests: Sequence[bytes], known: Set[bytes], names: Callable[[int], Set[str]]) -> frozenset[int]:
    """Return the positions of the entries that must be read: the new ones, and what could be mixed up with them.

    `names` tells by its position what an entry may be told apart by. A known entry that shares a name with a new one
    is read beside it, because only so it is seen that there are two.
    """
    new = [position for position, own in enumerate(digests) if own not in known]
    if not new:
        return frozenset()
    taken: set[str] = set().union(*map(names, new))
    shared = [n for n, own in enumerate(digests) if own in known and not taken.isdisjoint(names(n))]
    return frozenset(new + shared)


def too_many(entries: int, limit: int) -> tuple[str, ...]:
    """Return what to tell of a document that lists more entries than are read."""
    return (f"{entries} entries listed, the first {limit} read",) if entries > limit else ()


def unread(count: int) -> tuple[str, ...]:
    """Return what to tell of entries in which there is nothing to read."""
    return (f"{count} of the entries cannot be read",) if count > 0 else ()
