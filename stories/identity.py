"""Whether an article was seen before: a decision over what is remembered of earlier sightings.

What is remembered may outlive the article itself, so that nothing old ever comes back as new. The keys of an article
are stable across versions of this program: `article_id` and `headline_key` must keep giving the same answers, or
an upgrade would make every old article new.
"""

import hashlib
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum

from stories.address import canonical_address, is_opaque
from stories.model import Article
from stories.text import fold

_TELLING_WORDS = 4  # a shorter headline ("Corrections") may come twice on one day
_SAME_HEADLINE = 1 / 3  # share of common words above which two headlines count as one, edited


class Key(StrEnum):
    """By what an article was recognised."""

    ID = "id"
    GUID = "guid"
    ADDRESS = "address"
    HEADLINE = "headline and date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One article listed by one feed (or brought by an import: no feed), as it is remembered.

    `canonical` is the canonical form of the address that the article's own page names, where it is another.
    """

    feed_id: int | None
    guid: str | None
    address: str | None
    headline: str | None
    title: str
    article_id: str = ""
    canonical: str | None = None


@dataclass(frozen=True, slots=True)
class Recognition:
    """The article that a sighting is of, and the key that told."""

    article_id: str
    key: Key


def sighting_of(article: Article, *, feed_id: int | None) -> Sighting:
    """Return what will be remembered of `article`, listed by the feed `feed_id`."""
    address = address_key(article)
    canonical = canonical_address(article.canonical_url) if article.canonical_url else None
    return Sighting(
        feed_id=feed_id,
        guid=article.guid,
        address=address,
        headline=headline_key(article),
        title=article.title,
        canonical=canonical if canonical != address else None,
    )


def address_key(article: Article) -> str | None:
    """Return what all listings of one publication have in common, or None when nothing does.

    It is the canonical address. A search feed's opaque link is another one in each search, so there it is the outlet
    with the day and the headline.
    """
    if article.url is None:
        return None
    headline = fold(article.title)
    if not is_opaque(article.url) or article.outlet is None or len(headline.split()) < _TELLING_WORDS:
        return canonical_address(article.url)
    day = f" {article.published_at.date()}" if article.published_at else ""
    return f"{fold(article.outlet)}{day}: {headline}"


def headline_key(article: Article) -> str | None:
    """Return the key that survives when a feed changes guid and address at once, or None when it would tell nothing.

    It is the folded headline with the date of publication. An article with neither guid nor address has no other key,
    so there the date may be missing and the summary counts too.
    """
    headline = fold(article.title)
    if article.guid is None and (article.url is None or canonical_address(article.url) is None):
        text = article.text.replace("\n", " ")  # once, feeds' texts were kept on one line
        return f"{headline} {article.published_at or ''} {_digest(article.summary, text)}"
    if article.published_at is None or len(headline.split()) < _TELLING_WORDS:
        return None
    return f"{headline} {article.published_at.isoformat()}"


def recognise(sighting: Sighting, earlier: Sequence[Sighting], *, listed: Set[str]) -> Recognition | None:
    """Return which article of `earlier` sightings this one is of, or None when it is a new article.

    `earlier` holds the sightings that share a key with it; `listed` the ids of the articles that stand before it in
    the same answer of the same feed. A guid tells within its feed, the address everywhere; one that only a page names
    tells together with the headline. A key that already stands for several articles tells nothing by itself.
    """
    by_guid = [old for old in earlier if _same_guid(sighting, old)]
    by_address = [old for old in earlier if _share_address(sighting, old)]
    is_only_key = sighting.guid is None and sighting.address is None
    by_headline = [
        old for old in earlier if _same_headline(sighting, old) and (is_only_key or old.article_id not in listed)
    ]
    is_shared = any(_stands_elsewhere(old, sighting, listed) for old in by_guid)
    return (
        _only([] if is_shared else by_guid, Key.GUID)
        or _only([old for old in by_guid if old in by_address], Key.GUID)
        or _only([old for old in by_address if _is_one_publication(sighting, old, listed)], Key.ADDRESS)
        or _only([old for old in by_address if fold(old.title) == fold(sighting.title)], Key.ADDRESS)
        or _only(by_headline, Key.HEADLINE)
    )


def is_as_remembered(sighting: Sighting, old: Sighting) -> bool:
    """Say whether nothing is new in `sighting`: what its page told once need not be told again."""
    return old == replace(sighting, canonical=sighting.canonical or old.canonical)


def article_id(article: Article, sighting: Sighting, *, feed_address: str, attempt: int = 0) -> str:
    """Return a short id for a new article: the same on every machine for the same article.

    `attempt` gives another id where the first is taken by another article.
    """
    if sighting.address and not attempt:
        return _digest("address", sighting.address)
    key = sighting.guid or sighting.headline or article.title
    return _digest("feed", feed_address, key, sighting.address or "", str(attempt))


def _only(found: Sequence[Sighting], key: Key) -> Recognition | None:
    articles = {old.article_id for old in found}
    return Recognition(articles.pop(), key) if len(articles) == 1 else None


def _same_guid(one: Sighting, old: Sighting) -> bool:
    return one.guid is not None and one.feed_id == old.feed_id and one.guid == old.guid


def _stands_elsewhere(old: Sighting, one: Sighting, listed: Set[str]) -> bool:
    """In one answer a guid that stands at two addresses stands for two articles (a faulty feed)."""
    return old.article_id in listed and old.address != one.address and not _share_address(one, old)


def _share_address(one: Sighting, old: Sighting) -> bool:
    return any(key is not None and key in (old.address, old.canonical) for key in (one.address, one.canonical))


def _same_headline(one: Sighting, old: Sighting) -> bool:
    return one.headline is not None and one.feed_id == old.feed_id and one.headline == old.headline


def _is_one_publication(one: Sighting, old: Sighting, listed: Set[str]) -> bool:
    """Whether one address means one article: yes, unless one feed gives it two headlines, with two names or at once.

    A page that collects notices stands in its feed once for each of them; a feed that mints new guids
    lists the same headline again, or an edit of it. Faulty sites call all their pages by one name, or lead them to
    one place, so what only pages name (or lead to) needs the same guid or headline, in whichever feed.
    """
    if one.address is None or one.address != old.address:
        return _same_guid(one, old) or fold(one.title) == fold(old.title)
    if one.feed_id is None or one.feed_id != old.feed_id or (one.guid is not None and one.guid == old.guid):
        return True
    if old.article_id in listed:
        return fold(one.title) == fold(old.title)
    return one.guid is None or _is_edit(one.title, old.title)


def _is_edit(title: str, earlier: str) -> bool:
    words, known = set(fold(title).split()), set(fold(earlier).split())
    return len(words & known) >= _SAME_HEADLINE * len(words | known)


def _digest(*parts: str) -> str:
    """Return 16 hexadecimal digits: among ten million articles a collision has odds of one in 370,000."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
