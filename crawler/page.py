"""A page without a feed: which of its elements are articles, by selectors that the configuration gives."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, fields
from datetime import datetime

from cssselect import SelectorError
from lxml import etree, html
from parsel.csstranslator import HTMLTranslator

from crawler.charsets import as_text
from crawler.dates import read_date
from crawler.listing import Listing, to_read, too_many
from crawler.page_tree import page_tree
from crawler.parsing import SUMMARY, TITLE, language_of
from crawler.poll import FeedError, PageSelectors
from crawler.remembering import digest
from crawler.selector_faults import what_is_wrong
from stories.address import safe_address
from stories.model import Article
from stories.text import clean

LONGEST_SELECTOR = 500

_DATES = ("datetime", "content", "title", "data-date", "data-time")  # attributes in which machines write them
_TRANSLATOR = HTMLTranslator()
_SMALL_PAGE = html.document_fromstring("<div><h2><a href='/'>x</a></h2><p>x</p><time>x</time></div>")

Caught = etree._Element | str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What selectors made of a page: what it lists, and what each of them `caught`, by its name, as texts.

    `complaints` are sentences on selectors that caught nothing, or nothing that is of use.
    """

    listing: Listing
    caught: dict[str, tuple[str, ...]]
    complaints: tuple[str, ...]

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles, in the page's order."""
        return self.listing.articles


def check_selector(text: str) -> None:
    """Raise ValueError, with a sentence, when `text` is neither a CSS selector nor XPath 1.0 (`/...` or `./...`).

    >>> check_selector("h2 a[href]")
    >>> check_selector("//h2[a")
    Traceback (most recent call last):
    ...
    ValueError: '//h2[a' is not a selector: Invalid predicate
    """
    _compiled(text)


def read_page(
    body: bytes,
    *,
    content_type: str,
    address: str,
    selectors: PageSelectors,
    outlet: str | None = None,
    language: str | None = None,
    known: Set[bytes] = frozenset(),
    limit: int = 2000,
) -> PageReading:
    """Return the articles on the page `body` that came from `address`, and what each of the `selectors` caught.

    Raise FeedError when the page cannot be read, or has no link that the selector for links catches.
    """
    root = page_tree(as_text(body, content_type))
    base = _base(root, address)
    found = {name: _compiled(text) for name, text in _said(selectors)}
    links = _links(root, found["link"], base)
    if not links:
        raise FeedError(f"the selector for link, {selectors.link!r}, catches no link on this page")
    blocks = _blocks(links)
    language = language_of(root.get("lang")) or language
    read = [
        _Entry(
            address=url,
            link=_longest_text(links[url]),
            caught={name: _first(xpath, blocks[url]) for name, xpath in found.items() if name != "link"},
        )
        for url in list(links)[:limit]
    ]
    return _reading(read, listed=len(links), selectors=selectors, known=known, limit=limit, said=(outlet, language))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One link with what was caught around it."""

    address: str
    link: str
    caught: dict[str, Caught | None]

    def text(self, name: str, limit: int) -> str:
        return clean(_text_of(self.caught.get(name)), limit)

    @property
    def title(self) -> str:
        return self.text("title", TITLE) or clean(self.link, TITLE)

    @property
    def date(self) -> datetime | None:
        return _date_of(self.caught.get("date"))

    @property
    def digest(self) -> bytes:
        said = (self.address, self.title, self.text("summary", SUMMARY), str(self.date))
        return digest("\0".join(said).encode("utf-8", "surrogatepass"))


def _reading(
    read: list[_Entry],
    *,
    listed: int,
    selectors: PageSelectors,
    known: Set[bytes],
    limit: int,
    said: tuple[str | None, str | None],
) -> PageReading:
    titled = [entry for entry in read if entry.title]
    digests = [entry.digest for entry in titled]
    new = to_read(digests, known, lambda position: {titled[position].address})
    articles = tuple(_article(titled[n], *said) for n in sorted(new))
    caught = {"link": tuple(entry.address for entry in read)} | {
        name: tuple(text for entry in read if (text := _shown(entry, name))) for name, _ in _said(selectors)[1:]
    }
    complaints = tuple(_complaints(selectors, caught, untitled=len(read) - len(titled)))
    listing = Listing(
        kind="page",
        articles=articles,
        entries=listed,
        digests=frozenset(digests),
        warnings=too_many(listed, limit) + complaints,
    )
    return PageReading(listing=listing, caught=caught, complaints=complaints)


def _shown(entry: _Entry, name: str) -> str:
    if name == "date":
        return entry.date.isoformat() if entry.date else ""
    return entry.text(name, SUMMARY)


def _complaints(selectors: PageSelectors, caught: dict[str, tuple[str, ...]], *, untitled: int) -> Iterable[str]:
    for name, selector in _said(selectors):
        if not caught[name]:
            what = "date that a machine can read" if name == "date" else name
            yield f"the selector for {name}, {selector!r}, catches no {what} around any link"
    if untitled:
        yield f"{untitled} of the links have no words"


def _article(entry: _Entry, outlet: str | None, language: str | None) -> Article:
    return Article(
        title=entry.title,
        url=entry.address,
        summary=entry.text("summary", SUMMARY),
        outlet=outlet,
        language=language,
        published_at=entry.date,
    )


def _said(selectors: PageSelectors) -> list[tuple[str, str]]:
    """Return the selectors that are given, by name, that for links first."""
    given = ((field.name, getattr(selectors, field.name)) for field in fields(selectors))
    return [(name, text) for name, text in given if text]


def _compiled(text: str) -> etree.XPath:
    """Return a selector ready for use from any element: what begins with `/` begins there, too."""
    if len(text) > LONGEST_SELECTOR:
        raise ValueError(f"a selector of {len(text)} characters is too long, the most is {LONGEST_SELECTOR}")
    written = text.strip()
    try:
        if written.startswith(("/", "./")):
            xpath = "." + written if written.startswith("/") else written
        else:
            xpath = _TRANSLATOR.css_to_xpath(written)
        # Without regular expressions, which a page could make run for ever, and without any other extension.
        compiled = etree.XPath(xpath, regexp=False)
        catches = compiled(_SMALL_PAGE)
    except (SelectorError, etree.XPathError) as error:
        raise ValueError(what_is_wrong(written, str(error))) from error
    if not isinstance(catches, list | str):
        raise ValueError(f"{text!r} is not a selector: it finds no elements or texts")
    return compiled


def _base(root: etree._Element, address: str) -> str:
    said = next((base.get("href") or "" for base in root.iter("base")), "")
    return safe_address(said, address) or address


def _links(root: etree._Element, xpath: etree.XPath, base: str) -> dict[str, list[etree._Element]]:
    """Return the addresses that are caught, in the page's order, each with the elements that lead there."""
    found: dict[str, list[etree._Element]] = {}
    for caught in _caught(xpath, root):
        element = getattr(caught, "getparent", lambda: None)() if isinstance(caught, str) else caught
        href = caught if isinstance(caught, str) else _href(caught)
        address = safe_address(href, base) if _leads_on(href) else None
        if address and element is not None:
            found.setdefault(address.partition("#")[0], []).append(element)
    return found


def _href(element: etree._Element) -> str:
    """Return where an element leads: itself, or the first link in it."""
    own = element.get("href")
    return own if own is not None else next((each.get("href") or "" for each in element.iter("a")), "")


def _leads_on(href: str) -> bool:
    return bool(href.strip()) and not href.lstrip().startswith("#")


def _blocks(links: dict[str, list[etree._Element]]) -> dict[str, etree._Element]:
    """Return for each address the widest element around its link that has no other caught link in it."""
    inside: dict[etree._Element, set[str]] = {}
    for address, elements in links.items():
        for element in elements:
            for each in (element, *element.iterancestors()):
                inside.setdefault(each, set()).add(address)
    blocks = {}
    for address, elements in links.items():
        block = elements[0]
        while (around := block.getparent()) is not None and inside[around] == {address} and around.tag != "html":
            block = around
        blocks[address] = block
    return blocks


def _first(xpath: etree.XPath, block: etree._Element) -> Caught | None:
    """Return the first of what is caught in which there is anything."""
    found = list(_caught(xpath, block))
    return next((each for each in found if _text_of(each) or _date_of(each)), found[0] if found else None)


def _caught(xpath: etree.XPath, around: etree._Element) -> list[Caught]:
    try:
        found = xpath(around)
    except etree.XPathError as error:
        raise FeedError(f"the selector {xpath.path!r} cannot be used: {error}") from error
    if not isinstance(found, list):
        return [str(found)] if isinstance(found, str) else []
    return [each for each in found if isinstance(each, str | etree._Element)]


def _longest_text(elements: list[etree._Element]) -> str:
    return max((_text_of(element) or element.get("title") or "" for element in elements), key=len)


def _text_of(caught: Caught | None) -> str:
    if caught is None or isinstance(caught, str):
        return str(caught or "")
    if caught.tag == "meta":
        return caught.get("content") or ""
    return " ".join("".join(str(part) for part in caught.itertext()).split())


def _date_of(caught: Caught | None) -> datetime | None:
    """Return the date of an element in a form that machines write, in it, in its attributes or in a <time> in it."""
    if caught is None or isinstance(caught, str):
        return read_date(caught)
    for element in (caught, *caught.iterdescendants("time")):
        for written in (*(element.get(name) for name in _DATES), _text_of(element)):
            if at := read_date(written):
                return at
    return None
