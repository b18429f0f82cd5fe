"""Articles' pages are asked for: one at a time of a host, with the pause it asks for, as far as its robots.txt lets."""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import urljoin

from crawler.answer import REDIRECTING, Answer
from crawler.full_text import NoTextError, SlowPageError, with_full_text
from crawler.limits import CrawlLimits
from crawler.pages import ReadPage, pages_wanted, with_own_pages, without_text
from crawler.poll import PollRequest, PollResult
from crawler.robots import Robots, robots_address, robots_from
from crawler.scrapy_settings import REDIRECTS
from stories.model import Article
from stories.outlets import host_of

ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9"
ACCEPT_ROBOTS = "text/plain, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request on the way to an article's page, for the feed of `poll`.

    It must be answered until `ends_at` (by the monotonic clock). A page `came_from` the addresses that redirected to
    it, and a redirect of its own is an answer; one of a robots.txt is followed.
    """

    poll: PollRequest
    address: str
    accept: str
    ends_at: float
    is_page: bool
    came_from: tuple[str, ...] = ()


class AskingError(Exception):
    """A question got no answer; the words say why."""


Ask = Callable[[Question], Awaitable[Answer]]


@dataclass(slots=True)
class _Host:
    """A host as this crawl knows it: whose turn it is, and from when on it may be asked again."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0


class PageAsker:
    """Asks for pages in one crawl; `ask` puts a question, `reading` is told which feed's page is being read."""

    def __init__(self, limits: CrawlLimits, *, ask: Ask, reading: Callable[[int | None], None]) -> None:
        self._limits = limits
        self._ask_server = ask
        self._reading = reading
        self._left = limits.pages_per_crawl
        self._room = asyncio.Semaphore(limits.pages_at_once)
        self._hosts: dict[str, _Host] = defaultdict(_Host)
        self._robots: dict[str, Robots] = {}

    async def with_pages(self, poll: PollRequest, result: PollResult) -> PollResult:
        """Return `result` with what the pages of its articles say, within `page_seconds`; never raises for a page."""
        ends_at = time.monotonic() + self._limits.page_seconds
        pages: dict[int, ReadPage] = {}
        faults = []
        for position in pages_wanted(poll, result, self._limits):
            try:
                pages[position] = await self._with_page(poll, result.articles[position], ends_at)
            except SlowPageError as error:
                faults.append(str(error))
                break
            except (NoTextError, AskingError) as error:
                faults.append(str(error))
            except TimeoutError:
                faults.append(f"pages took more than {self._limits.page_seconds:g} s")
        own = with_own_pages(result.articles, pages)
        faults += ["its address leads to the page of others"] * (len(pages) - len(own))
        articles = tuple(own.get(position, each) for position, each in enumerate(result.articles))
        warning = "; ".join(filter(None, (result.warning, without_text(faults))))
        return replace(result, articles=articles, warning=warning or None)

    async def _with_page(self, poll: PollRequest, article: Article, ends_at: float) -> ReadPage:
        if article.url is None or time.monotonic() >= ends_at:
            raise TimeoutError
        answer = await self._page(poll, article.url, ends_at)
        self._reading(poll.feed_id)
        try:
            return ReadPage(article=with_full_text(article, answer), address=answer.address)
        finally:
            self._reading(None)

    async def _page(self, poll: PollRequest, address: str, ends_at: float) -> Answer:
        """Return the page at `address`, wherever it leads; each host on the way is asked whether it may be."""
        came_from: tuple[str, ...] = ()
        while True:
            question = Question(
                poll=poll, address=address, accept=ACCEPT_PAGE, ends_at=ends_at, is_page=True, came_from=came_from
            )
            answer = await self._allowed(question)
            location = answer.headers.get("location")
            if answer.status not in REDIRECTING or not location:
                break
            came_from = (*came_from, address)
            if len(came_from) > REDIRECTS:
                raise AskingError(f"its page redirects more than {REDIRECTS} times")
            address = urljoin(address, location.decode("latin-1"))
        if answer.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            closed = f"the server answered {answer.status}"  # so much is asked of it already
            self._robots[robots_address(address)] = Robots(closed=closed)
        if answer.status != HTTPStatus.OK:
            raise AskingError(f"for its page the server answered {answer.status}")
        return answer

    async def _allowed(self, question: Question) -> Answer:
        """Return the answer to a question for a page, put when its host's turn and rules allow it."""
        host = self._hosts[host_of(question.address)]
        async with asyncio.timeout(question.ends_at - time.monotonic()):
            await host.turn.acquire()
        try:
            robots = await self._robots_for(question, host)
            if refusal := robots.refusal(question.address):
                raise AskingError(f"{host_of(question.address)}: {refusal}")
            if self._left <= 0:
                raise AskingError(f"a crawl asks for {self._limits.pages_per_crawl} pages at most")
            self._left -= 1
            return await self._ask(question, host, pause=robots.delay)
        finally:
            host.turn.release()

    async def _robots_for(self, question: Question, host: _Host) -> Robots:
        """Return the rules for a page; they are asked for once in a crawl, whatever comes of it."""
        address = robots_address(question.address)
        if address not in self._robots:
            rules = replace(question, address=address, accept=ACCEPT_ROBOTS, is_page=False, came_from=())
            answer = None  # what cannot be read allows nothing
            with contextlib.suppress(AskingError, TimeoutError):
                answer = await self._ask(rules, host, pause=0)
            self._robots[address] = robots_from(
                answer, user_agent=self._limits.user_agent, pause=self._limits.page_pause
            )
        return self._robots[address]

    async def _ask(self, question: Question, host: _Host, *, pause: float) -> Answer:
        """Put a question when its host is free; the host is free again a `pause` after the answer.

        The answer may have to wait behind feeds of the host. Whoever waits for it does so until the question's end
        only: then it is left to itself.
        """
        wait = max(0.0, host.free_at - time.monotonic())
        if time.monotonic() + wait >= question.ends_at:
            raise TimeoutError
        await asyncio.sleep(wait)
        async with asyncio.timeout(question.ends_at - time.monotonic()):
            await self._room.acquire()
        asking = asyncio.ensure_future(self._ask_server(question))
        try:
            done, _ = await asyncio.wait({asking}, timeout=question.ends_at - time.monotonic())
        finally:
            self._room.release()
            host.free_at = time.monotonic() + pause
        if not done:
            asking.add_done_callback(_forget)
            raise TimeoutError
        return asking.result()


def _forget(asking: "asyncio.Future[Answer]") -> None:
    if not asking.cancelled():
        asking.exception()  # looked at, so that nobody complains that it was not
