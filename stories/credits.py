"""Credits: whose report an article tells, by its own words, by its feed, by what it links to."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from stories.boilerplate import CUT, without_boilerplate
from stories.credit_names import Known, Mention, mentions_in
from stories.credit_phrases import begins_before, ends_after, is_not_the_outlet, joins
from stories.credit_places import Span, dateline, ends_title, named_as_source
from stories.credit_watched import with_watched
from stories.model import Article
from stories.outlets import OutletKind, are_of_one_site, host_of, outlet_at, outlet_named, outlet_of
from stories.text import fold, plain_punctuation

MAX_WORDS = 200
_MOST = 20  # credits of one article
_MOST_LINKED = 2  # outlets; who links to more shows his reading
_RECENT = timedelta(days=7)  # what an article links to and is older is background
_REPORTING = (OutletKind.NEWS, OutletKind.AGENCY)

_DATED = re.compile(r"(20\d\d)[/-](1[0-2]|0?[1-9])(?!\d)(?:[/-]([12]\d|3[01]|0?[1-9])(?!\d))?")
_CAPITALIZED = re.compile(r"(?<![.!?:\"”\n] )(?<!\w)[A-Z][a-z]+ \Z")
_NO_PART = frozenset(
    re.findall(
        r"\w+",
        "The A An And But As When While After Since Today Yesterday Earlier Meanwhile Monday Tuesday Wednesday Thursday"
        " Friday Saturday Sunday January February March April May June July August September October November December",
    )
)
_NO_ARTICLE = re.compile(
    r"/(?:$|(?:section|tag|tags|topics?|author|authors|people|profile|staff|newsletters?|subscribe|account|search|video|live)s?/"
    r"|quote/|markets?/quote)|/(?:about|contact|privacy|terms|login)(?:/|$)",
    re.I,
)


class CreditKind(StrEnum):
    """By what an article credits an outlet."""

    WORDS = "words"
    DATELINE = "dateline"
    SOURCE = "feed source"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """An outlet credited by an article, and the evidence: the words as they stand there, or the address linked."""

    outlet: str
    words: str
    kind: CreditKind


def credits_of(article: Article, watched: frozenset[str] = frozenset()) -> tuple[Credit, ...]:
    """Return whom `article` credits, each with its evidence, at most _MOST: words first, then the feed's word, links.

    An outlet is never credited by itself. In doubt there is no credit. `watched` are names of outlets that are not in
    the table and known by their feeds.

    >>> credits_of(Article(title="A probe began", text="It began on Monday, the BBC reported."))[0].words
    'BBC reported'
    """
    own = outlet_of(article)
    known = Known()
    found: dict[tuple[str, str], Credit] = {}
    for credit in (*_in_words(article, own, known, watched), *_by_feed(article), *_by_links(article, known.outlets)):
        if not _is_own(credit.outlet, own, article):
            found.setdefault((credit.outlet, credit.words.lower()), credit)
    return tuple(found.values())[:_MOST]


def _is_own(outlet: str, own: str | None, article: Article) -> bool:
    if outlet == own:
        return True
    squeezed = re.sub(r"\W", "", fold(outlet)).removeprefix("the")
    # An outlet that is not in the table is known by its host: "Springfield Gazette", springfieldgazette.example
    named = (own or "", article.outlet or "", host_of(article.url) if article.url else "")
    return any(squeezed in re.sub(r"\W", "", fold(each)) for each in named if each) and len(squeezed) > 5


def _in_words(article: Article, own: str | None, known: Known, watched: frozenset[str]) -> Iterator[Credit]:
    yield from _credits_in(article.title, own, known, watched, is_title=True)
    yield from _credits_in(article.summary, own, known, watched)
    yield from _credits_in(article.text, own, known, watched)


def _credits_in(
    text: str, own: str | None, known: Known, watched: frozenset[str], *, is_title: bool = False
) -> Iterator[Credit]:
    plain = plain_punctuation(text)
    mentions = with_watched(plain, mentions_in(plain, own=own, known=known), watched)
    if not mentions:
        return
    if not is_title:
        plain = plain_punctuation(without_boilerplate(text))
        mentions = [each for each in mentions if plain[each.start] != CUT]
    elif _is_in_capitals(plain):
        mentions = [each for each in mentions if not each.is_strict]
    for run in _runs(plain, mentions):
        for mention, span in _by_phrases(plain, run):
            yield _credit(mention, CreditKind.WORDS, text, span)
    for mention in mentions:
        # A headline that nobody is known to have published ends with the name of whoever did.
        if found := _by_place(plain, mention, is_title=is_title, has_outlet=own is not None):
            yield _credit(mention, found[0], text, found[1])


def _by_place(text: str, mention: Mention, *, is_title: bool, has_outlet: bool) -> tuple[CreditKind, Span] | None:
    if mention.is_strict:
        return None
    if span := dateline(text, mention, is_title=is_title):
        return CreditKind.DATELINE, span
    found = named_as_source(text, mention) or (ends_title(text, mention) if is_title and has_outlet else None)
    return (CreditKind.WORDS, found) if found else None


def _credit(mention: Mention, kind: CreditKind, text: str, span: Span) -> Credit:
    words = text[slice(*span)].strip(" \n")
    return Credit(outlet=mention.outlet, words=words[:MAX_WORDS], kind=kind)


def _is_in_capitals(title: str) -> bool:
    """Whether nearly every word of a title begins with a capital, so that capitals tell nothing."""
    words = [word for word in title.split() if len(word) > 3 and word[0].isalpha()]
    return bool(words) and sum(word[0].isupper() for word in words) > 0.8 * len(words)


def _runs(text: str, mentions: Iterable[Mention]) -> Iterator[list[Mention]]:
    """Yield the names that stand together: "the Journal, Reuters and CNN". A comma joins only when an "and" follows."""
    run: list[Mention] = []
    pending: list[Mention] = []  # behind a comma
    for mention in mentions:
        last = [*run, *pending][-1] if run else None
        how = joins(text[last.end : mention.start]) if last and mention.start - last.end < 20 else None
        if how == "and":
            run, pending = [*run, *pending, mention], []
        elif how == ",":
            pending.append(mention)
        else:
            yield from _each(run, pending)
            run, pending = [mention], []
    yield from _each(run, pending)


def _each(run: list[Mention], pending: list[Mention]) -> Iterator[list[Mention]]:
    if run:
        yield run
    for mention in pending:
        yield [mention]


def _by_phrases(text: str, run: list[Mention]) -> Iterator[tuple[Mention, Span]]:
    first, last = run[0], run[-1]
    start = begins_before(text, first.start)
    end = None
    if not last.is_strict:
        behind = text[max(0, first.start - 6) : first.start].rstrip("theT ")
        is_behind_comma = behind.endswith((",", '"'))
        is_agency = last.kind is OutletKind.AGENCY
        end = ends_after(text, last.end, is_agency=is_agency, is_behind_comma=is_behind_comma)
    for mention in run:
        if start is not None and not is_not_the_outlet(text, mention.end):
            yield mention, (start, mention.end)
        elif end is not None and not mention.is_strict and not _is_longer(text, mention):
            yield mention, (mention.start, end)


def _is_longer(text: str, mention: Mention) -> bool:
    """Whether the word before the name seems to belong to it: "Hudson Reuters reported". Headlines are not asked."""
    before = _CAPITALIZED.search(text, max(0, mention.start - 25), mention.start)
    return before is not None and before[0].strip() not in _NO_PART and not _is_in_capitals(text[:200])


def _by_feed(article: Article) -> Iterator[Credit]:
    if article.source:
        named = outlet_named(article.source)
        outlet = named.name if named else article.source
        yield Credit(outlet=outlet, words=article.source[:MAX_WORDS], kind=CreditKind.SOURCE)
    if article.author:
        author = plain_punctuation(article.author)
        for mention in mentions_in(author, own=None, known=Known()):
            if mention.kind is OutletKind.AGENCY and not re.search(
                r"\b(?:for|formerly) (?:the )?\Z", author[: mention.start], re.I
            ):
                words = article.author if len(author) <= MAX_WORDS else article.author[mention.start : mention.end]
                yield Credit(outlet=mention.outlet, words=words, kind=CreditKind.SOURCE)


def _by_links(article: Article, named: Container[str]) -> Iterator[Credit]:
    """Yield the outlets linked to that the text names, too, or to which the only link leads.

    Other links are mostly background: of eight in real feeds, half.
    """
    found: dict[str, Credit] = {}
    for link in article.links:
        outlet = outlet_at(link)
        if outlet is None or (outlet.name not in named and len(article.links) > 1):
            continue
        if outlet.kind in _REPORTING and _is_of_an_article(link, article):
            found.setdefault(outlet.name, Credit(outlet=outlet.name, words=link, kind=CreditKind.LINK))
    if len(found) <= _MOST_LINKED:
        yield from found.values()


def _is_of_an_article(link: str, article: Article) -> bool:
    """Whether a link leads to an article, and one that may be of the same news."""
    path = urlsplit(link).path
    if (
        len(path) < 12
        or _NO_ARTICLE.match(path)
        or (article.url and are_of_one_site(host_of(link), host_of(article.url)))
    ):
        return False
    dated = _DATED.search(path)
    if dated is None or article.published_at is None:
        return True
    year, month, day = int(dated[1]), int(dated[2]), int(dated[3] or 28)
    try:
        return date(year, month, day) >= (article.published_at.astimezone(UTC) - _RECENT).date()
    except (ValueError, OverflowError):
        return True
