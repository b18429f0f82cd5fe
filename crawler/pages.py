"""Which pages of a poll's articles are worth asking for, and what is said of those that gave nothing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.limits import CrawlLimits
from crawler.poll import FullText, Outcome, PollRequest, PollResult
from stories.address import canonical_address, is_opaque
from stories.counted import counted
from stories.model import Article
from stories.text import fold
from stories.words import words

SHORT = 60  # words; of some 4,000 articles in the feeds of twelve outlets 99 in 100 were told in fewer

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """What the page of an article made of it, and the address that answered."""

    article: Article
    address: str


def pages_wanted(request: PollRequest, result: PollResult, limits: CrawlLimits) -> list[int]:
    """Return which of the articles of `result` are to be asked for their pages, by position, the newest first.

    A page that several of them share is the text of none. Only what is new: when a poll remembers no entries, because
    its document is broken, it lists the same articles every time, and none is asked for.
    """
    if request.full_text is FullText.NEVER or result.outcome is not Outcome.ANSWERED or not result.entry_digests:
        return []
    shared = Counter(article.url for article in result.articles)
    wanted = [n for n, each in enumerate(result.articles) if _is_wanted(each, request) and shared[each.url] == 1]
    wanted.sort(key=lambda n: result.articles[n].published_at or _LATEST, reverse=True)
    return wanted[: limits.pages_per_feed]


def with_own_pages(listed: Sequence[Article], pages: Mapping[int, ReadPage]) -> dict[int, Article]:
    """Return the articles that `pages` made of those `listed`, by position, without what pages share.

    A place to which redirects led articles of different headlines, or where another one of them is listed, is none's
    page, and a canonical address like that none's.
    """
    headlines: defaultdict[str | None, set[str]] = defaultdict(set)
    for each in listed:
        headlines[_key(each.url)].add(fold(each.title))
    for position, page in pages.items():
        for address in (page.address, page.article.canonical_url):
            headlines[_key(address)].add(fold(listed[position].title))
    return {
        position: replace(page.article, canonical_url=None)
        if _is_shared(page.article.canonical_url, listed[position], headlines)
        else page.article
        for position, page in pages.items()
        if not _is_shared(page.address, listed[position], headlines)
    }


def is_short(article: Article) -> bool:
    """Say whether a feed told so little of an article that its page would tell more."""
    return len(words(article.text or article.summary)) < SHORT


def without_text(faults: Sequence[str]) -> str | None:
    """Return the one sentence on the articles whose pages gave nothing, and why each; None when there are none."""
    if not faults:
        return None
    why = faults[0] if len(set(faults)) == 1 else f"{faults[0]}, and other reasons"
    return f"no full text of {counted(len(faults), 'article')}: {why}"


def _is_shared(address: str | None, article: Article, headlines: Mapping[str | None, set[str]]) -> bool:
    key = _key(address)
    return key not in (None, _key(article.url)) and len(headlines[key]) > 1


def _key(address: str | None) -> str | None:
    return canonical_address(address) if address else None


def _is_wanted(article: Article, request: PollRequest) -> bool:
    if article.url is None or article.is_by_way or is_opaque(article.url):  # a searcher's page leads on by a script
        return False
    if request.pages_since and article.published_at and article.published_at <= request.pages_since:
        return False
    if request.full_text is FullText.WHEN_SHORT:
        return is_short(article)
    return not article.text or is_short(article)
