"""The full text of an article, from the bytes of its page: the only door to trafilatura and htmldate.

A page is written by whoever likes, so what is read of it is bounded in size and time; and it is only taken for the
article's when it says more than the feed did, and speaks of the same.
"""

import logging
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from crawler.answer import Answer
from crawler.charsets import as_text
from crawler.crowding import is_crowded
from crawler.parsing import TEXT, UNTITLED
from crawler.reading_time import TooLongError, at_most
from crawler.walls import is_wall
from stories.address import canonical_address, safe_address
from stories.model import Article
from stories.outlets import are_of_one_site, host_of
from stories.text import clean_paragraphs, fold
from stories.words import folded, words

PAGE_BYTES = 5 * 1024 * 1024
ELEMENTS = 20_000  # ten times those of a usual page; trafilatura's time grows faster than their number
CHILDREN = 3000  # of one element: twenty times those of a usual page; here it grows with their square
SECONDS = 3.0  # for all that is done with a page; one takes some 25 ms

_HTML_TYPES = ("text/html", "application/xhtml+xml")
# `noarchive` is about copies that others are offered, and nobody is offered one here.
_NOT_TO_BE_QUOTED = re.compile(r"\b(?:nosnippet|max-snippet\s*:\s*0)\b", re.IGNORECASE)
_NOT_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?\s*(?:false|no)\b', re.IGNORECASE)
_TELLING_LETTERS = 4  # shorter words of a headline stand on every page
_SAME_MATTER = 1 / 3  # share of a headline's telling words that stand on its page

_too_large = etree.XPath(f"count(//*) > {ELEMENTS} or boolean(//*[*[{CHILDREN + 1}]])", regexp=False)

# What they warn of is told in a poll's result, with the reason.
for _name in ("trafilatura", "htmldate", "courlan"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class NoTextError(Exception):
    """A page gave no full text; the words say why."""


class SlowPageError(NoTextError):
    """A page takes longer to read than any honest one: whoever wrote it is not worth another try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it was answered: where, its elements, and the language it says it is in."""

    address: str
    root: lxml_html.HtmlElement
    language: str | None


def with_full_text(article: Article, answer: Answer) -> Article:
    """Return `article` with what its page says: the text, the canonical address, the date when the feed gave none.

    Raise NoTextError when the page is none of this article, may not be quoted, or cannot be read within the limits; a
    text that says no more than the feed did leaves it as it is.
    """
    try:
        with at_most(SECONDS):
            return _read(article, answer)
    except TooLongError:
        raise SlowPageError(f"its page takes more than {SECONDS:g} s to read") from None
    except MemoryError:
        raise NoTextError("its page takes too much memory to read") from None
    except NoTextError:
        raise
    except Exception as error:  # lxml and those that walk its trees raise whatever a page makes them trip over
        raise NoTextError(f"its page cannot be read ({type(error).__name__})") from error


def _read(article: Article, answer: Answer) -> Article:
    page = page_of(answer)
    _refuse_locked(page.root)
    if article.language and page.language and _base(article.language) != _base(page.language):
        raise NoTextError(f"its page is in another language ({page.language[:20]})")
    is_led_astray = _key(page.address) != _key(article.url) and not _is_headed(article, page.root)
    published_at = article.published_at or _published_at(page.root)
    text = body_text(page.root, article.title)
    if is_wall(text):
        raise NoTextError("its page asks to subscribe, to log in or to consent")
    if is_led_astray:
        raise NoTextError("its address leads to a page with another headline")
    if not _is_about(article, f"{page.root.findtext('.//title') or ''}\n{text}"):
        raise NoTextError("its page is about something else")
    says_more = len(text) > max(len(article.summary), len(article.text))
    return replace(
        article,
        text=text if says_more else article.text,
        published_at=published_at,
        canonical_url=None if article.title == UNTITLED else _canonical_url(page) or _led_to(page, article),
    )


def page_of(answer: Answer) -> Page:
    """Return the page that was answered; raise NoTextError when it is none, or none that should be read."""
    content_type = answer.headers.get("content-type", b"").decode("latin-1")
    if _kind(content_type) not in _HTML_TYPES:
        raise NoTextError(f"its page is no HTML ({_kind(content_type)[:40] or 'it does not say what it is'})")
    if len(answer.body) > PAGE_BYTES:
        raise NoTextError(f"its page is larger than {PAGE_BYTES // 1024**2} MiB")
    if _NOT_TO_BE_QUOTED.search(answer.headers.get("x-robots-tag", b"").decode("latin-1")):
        raise NoTextError("its page must not be quoted (X-Robots-Tag)")
    markup = as_text(answer.body, content_type)
    if is_crowded(markup):
        raise NoTextError("its page has an element of more attributes than are read")
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        root = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise NoTextError("its page is empty") from error
    if _too_large(root):
        raise NoTextError("its page has more elements than are read")
    return Page(address=answer.address, root=root, language=(root.get("lang") or "").strip() or None)


def _kind(content_type: str) -> str:
    """Return the type that a Content-Type names, without its parameters; it may be anything."""
    message = Message()
    message["content-type"] = " ".join(content_type.split())
    return message.get_content_type() if content_type.strip() else ""


def _refuse_locked(root: lxml_html.HtmlElement) -> None:
    for meta in root.iterfind(".//meta[@name]"):
        if meta.get("name", "").strip().lower() == "robots" and _NOT_TO_BE_QUOTED.search(meta.get("content") or ""):
            raise NoTextError("its page must not be quoted (robots meta)")
    for script in _json_ld(root):
        if _NOT_FREE.search(script.text or ""):
            raise NoTextError("its page is for subscribers")


def _json_ld(root: lxml_html.HtmlElement) -> list[lxml_html.HtmlElement]:
    return [each for each in root.iterfind(".//script[@type]") if "ld+json" in each.get("type", "").lower()]


def _published_at(root: lxml_html.HtmlElement) -> datetime | None:
    """Return when the page says it was published, midnight (UTC) where it names a day only."""
    from htmldate import find_date  # see body_text

    # A tree: a string might be taken for an address to download. Without guesses from whatever digits are there.
    found = find_date(root, extensive_search=False, original_date=True, outputformat="%Y-%m-%dT%H:%M:%S%z")
    try:
        at = datetime.fromisoformat(found) if found else None
        return at and (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def body_text(root: lxml_html.HtmlElement, headline: str) -> str:
    """Return the text of the article on a page, a paragraph to a line, without its headline; `root` is used up."""
    # Loaded with the first page that is read: it takes 0.14 s and 5 MB, and by default no page is.
    from trafilatura import bare_extraction

    headings = [" ".join(heading.itertext()) for heading in root.iterfind(".//h1")]
    # What machines read is none of the page's words; on pages behind a wall it may be what the wall hides.
    for script in _json_ld(root):
        script.drop_tree()
    # Words of others (comments, teasers) would make an article match what it does not tell: rather a paragraph less.
    document = bare_extraction(root, favor_precision=True, include_comments=False)
    text = clean_paragraphs(getattr(document, "text", None) or "", TEXT)
    first, _, rest = text.partition("\n")
    return rest if fold(first) in {fold(each) for each in (headline, *headings)} else text


def _is_about(article: Article, said: str) -> bool:
    """Whether a page has the words of the headline: what answers for a page that is gone, or hidden, has not."""
    telling = _telling_words(article)
    return not telling or _has_many(telling, said)  # none also in scripts whose words are single letters


def _is_headed(article: Article, root: lxml_html.HtmlElement) -> bool:
    """Whether a page has the headline of the article for its own; a page that lists articles has another."""
    headings = [" ".join(heading.itertext()) for heading in root.iterfind(".//h1")]
    own = [root.findtext(".//title") or "", *(headings if len(headings) == 1 else ())]
    own += [meta.get("content") or "" for meta in root.iterfind(".//meta[@property='og:title']")]
    telling = _telling_words(article)
    if telling:
        return any(_has_many(telling, heading) for heading in own)
    headline = "" if article.title == UNTITLED else fold(article.title)
    return bool(headline) and any(headline in fold(heading) for heading in own)


def _telling_words(article: Article) -> set[str]:
    if article.title == UNTITLED:
        return set()
    return {word for each in words(article.title) if len(word := folded(each)) >= _TELLING_LETTERS}


def _has_many(telling: set[str], said: str) -> bool:
    return len(telling & {folded(word) for word in words(said)}) >= _SAME_MATTER * len(telling)


def _canonical_url(page: Page) -> str | None:
    """Return the address of its own site by which the page wants to be known, or None when it names no article."""
    links = page.root.iterfind(".//link[@rel]")
    named = [link.get("href") for link in links if "canonical" in link.get("rel", "").lower().split()]
    named += [meta.get("content") for meta in page.root.iterfind(".//meta[@property='og:url']")]
    for address in named:
        safe = safe_address(address or "", page.address)
        if safe and are_of_one_site(host_of(safe), host_of(page.address)):
            return safe if canonical_address(safe) and not _is_above(safe, page.address) else None
    return None


def _led_to(page: Page, article: Article) -> str | None:
    """Return the address that answered for an article, when redirects led there: a feed's links may count readers."""
    return page.address if _key(page.address) not in (None, _key(article.url)) else None


def _key(address: str | None) -> str | None:
    return canonical_address(address) if address else None


def _is_above(address: str, page: str) -> bool:
    """Whether `address` is a section that `page` stands in: faulty sites call all their articles by one such name."""
    canonical, own = canonical_address(address), canonical_address(page)
    return bool(canonical and own and not urlsplit(address).query and own.startswith(f"{canonical}/"))


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
