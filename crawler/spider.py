"""The spider that asks feeds and tells what each answered."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.answer import Answer, read_answer, read_leaves
from crawler.failures import is_unreached, reason
from crawler.guard import RefusedError, target_of
from crawler.hops import meta_of
from crawler.limits import CrawlLimits
from crawler.news_sitemap import Leaves
from crawler.page_asking import AskingError, PageAsker, Question
from crawler.pages import pages_wanted
from crawler.poll import Outcome, PollRequest, PollResult
from crawler.refusals import is_unasked
from crawler.scrapy_settings import ACCEPT
from crawler.transport import ENDS_AT, TURN_HAS_COME
from crawler.wire import Asked, Heard, Message, Reading
from stories.failpoints import Point, reach

log = logging.getLogger(__name__)


class FeedSpider(scrapy.Spider):
    """Ask every feed of `requests` once and `tell` what is being read, and what each answered."""

    name = "feeds"

    def __init__(
        self, *, requests: tuple[PollRequest, ...], limits: CrawlLimits, tell: Callable[[Message], None]
    ) -> None:
        super().__init__()
        self.requests = requests
        self.limits = limits
        self.tell = tell
        self._pages = PageAsker(limits, ask=self._ask, reading=lambda feed_id: tell(Reading(feed_id)))
        self._going_on: set[asyncio.Future[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return a spider that is told when each request's turn comes, and when nothing seems left to do."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.asked, TURN_HAS_COME)
        crawler.signals.connect(spider.stay, signals.spider_idle)
        return spider

    def asked(self, request: Request) -> None:
        """Tell that a feed's turn has come; redirects of it say so again."""
        self.tell(Asked(request.cb_kwargs["poll"].feed_id))

    def stay(self) -> None:
        """Keep the crawl going while pages wait for their turn; raise DontCloseSpider then."""
        if self._going_on:
            raise DontCloseSpider

    async def start(self) -> AsyncIterator[Any]:
        """Yield one request per feed, conditional where validators are remembered."""
        for poll in self.requests:
            started = time.monotonic()
            try:
                target_of(poll.address)  # before Scrapy mends it, or cannot
            except RefusedError as error:
                self._tell(PollResult(feed_id=poll.feed_id, outcome=Outcome.FAILED, error=str(error)), started)
                continue
            yield Request(
                poll.address,
                headers=_headers(poll),
                callback=self.parse,
                errback=self.failed,
                cb_kwargs={"poll": poll, "started": started},
                meta=meta_of(poll),
                dont_filter=True,
            )

    def parse(self, response: Response, *, poll: PollRequest, started: float) -> None:
        """Read the answer of one feed and tell the result, or go on to what it leads to."""
        if response.body:
            self.tell(Reading(poll.feed_id))
        try:
            reach(Point.BEFORE_PARSE)
            read = read_answer(poll, _answer(response), self.limits)
            reach(Point.AFTER_PARSE)
        except Exception as error:  # whatever it is, it costs this feed a poll and is seen
            log.exception("feed %s: reading it failed", poll.address)
            self._tell(_unreadable(poll, error), started)
            return
        if isinstance(read, PollResult) and not pages_wanted(poll, read, self.limits):
            self._tell(read, started)
            return
        # Beside the crawl: Scrapy asks no more feeds while the answers of many are still in its hands.
        going_on = asyncio.ensure_future(self._go_on(poll, read, started))
        self._going_on.add(going_on)
        going_on.add_done_callback(self._going_on.discard)

    async def _go_on(self, poll: PollRequest, read: PollResult | Leaves, started: float) -> None:
        """Ask for what an answer leads to, the leaves of an index and the pages of articles, and tell the result."""
        try:
            result = await self._with_leaves(poll, read) if isinstance(read, Leaves) else read
        except Exception as error:
            log.exception("feed %s: reading it failed", poll.address)
            result = _unreadable(poll, error)
        if pages_wanted(poll, result, self.limits):
            self.tell(Heard(replace(result, seconds=time.monotonic() - started)))
            try:
                result = await self._pages.with_pages(poll, result)
            except Exception:  # the poll is good without them
                log.exception("feed %s: the pages of its articles could not be read", poll.address)
        self._tell(result, started)

    async def _with_leaves(self, poll: PollRequest, leaves: Leaves) -> PollResult:
        self.tell(Reading(None))
        answers = []
        for address in leaves.addresses:
            with contextlib.suppress(Exception):  # a leaf that is missing is told by those that are there
                answers.append(_answer(await self._download(Request(address, headers={"Accept": ACCEPT}), poll)))
        self.tell(Reading(poll.feed_id))
        return read_leaves(poll, leaves, answers, self.limits)

    async def _ask(self, question: Question) -> Answer:
        """Return the answer to a question on the way to a page; raise AskingError when there is none."""
        request = Request(question.address, headers={"Accept": question.accept})
        loop = asyncio.get_running_loop()
        request.meta[ENDS_AT] = loop.time() + min(question.ends_at - time.monotonic(), self.limits.request_seconds)
        if question.is_page:
            request.meta["dont_redirect"] = True
            request.meta["redirect_urls"] = list(question.came_from)
        try:
            return _answer(await self._download(request, question.poll))
        except Exception as error:
            raise AskingError(f"its page: {reason(error, self.limits, address=question.address)}") from error

    async def _download(self, request: Request, poll: PollRequest) -> Response:
        request.meta.update(meta_of(poll))
        assert self.crawler.engine is not None, "a spider that was started has an engine"
        return await self.crawler.engine.download_async(request.replace(cb_kwargs={"poll": poll}))

    def failed(self, failure: Failure) -> None:
        """Tell why one feed gave no answer."""
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy sets it
        poll, started = request.cb_kwargs["poll"], request.cb_kwargs["started"]
        error = reason(failure.value, self.limits, address=request.url)
        unreached = is_unreached(failure.value)
        self._tell(
            PollResult(feed_id=poll.feed_id, outcome=Outcome.FAILED, error=error, is_unreached=unreached), started
        )

    def _tell(self, result: PollResult, started: float) -> None:
        self.tell(replace(result, seconds=time.monotonic() - started))


def _unreadable(poll: PollRequest, error: Exception) -> PollResult:
    words = f"reading it failed: {type(error).__name__}"
    return PollResult(feed_id=poll.feed_id, outcome=Outcome.FAILED, error=words)


def _headers(poll: PollRequest) -> dict[str, bytes | str]:
    headers: dict[str, bytes | str] = {"Accept": ACCEPT}
    if poll.etag:
        headers["If-None-Match"] = poll.etag
    if poll.last_modified:
        headers["If-Modified-Since"] = poll.last_modified
    return headers


def _answer(response: Response) -> Answer:
    headers = {name.decode("latin-1").lower(): values[-1] for name, values in response.headers.items() if values}
    meta = response.meta if response.request else {}
    redirects = tuple(
        zip(meta.get("redirect_reasons", ()), [*meta.get("redirect_urls", ())[1:], response.url], strict=False)
    )
    return Answer(
        address=response.url,
        status=response.status,
        headers=headers,
        body=response.body,
        redirects=redirects,
        is_unasked=is_unasked(response),
    )
