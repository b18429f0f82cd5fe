"""The spider that asks feeds and tells what each answered."""

import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.answer import Answer, read_answer, read_leaves
from crawler.failures import is_unreached, reason
from crawler.guard import RefusedError, target_of
from crawler.hops import meta_of
from crawler.limits import CrawlLimits
from crawler.news_sitemap import Leaves
from crawler.poll import Outcome, PollRequest, PollResult
from crawler.scrapy_settings import ACCEPT
from crawler.wire import Asked, Message, Reading

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

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return a spider that is told when each request's turn comes."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.asked, signals.request_reached_downloader)
        return spider

    def asked(self, request: Request) -> None:
        """Tell that a feed's turn has come; redirects of it say so again."""
        self.tell(Asked(request.cb_kwargs["poll"].feed_id))

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
        """Read the answer of one feed and tell the result."""
        if response.body:
            self.tell(Reading(poll.feed_id))
        try:
            read = read_answer(poll, _answer(response), self.limits)
            result = read_leaves(poll, read, (), self.limits) if isinstance(read, Leaves) else read
        except Exception as error:  # whatever it is, it costs this feed a poll and is seen
            log.exception("feed %s: reading it failed", poll.address)
            result = PollResult(
                feed_id=poll.feed_id, outcome=Outcome.FAILED, error=f"reading it failed: {type(error).__name__}"
            )
        self._tell(result, started)

    def failed(self, failure: Failure) -> None:
        """Tell why one feed gave no answer."""
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy sets it
        poll, started = request.cb_kwargs["poll"], request.cb_kwargs["started"]
        error = reason(failure.value, self.limits)
        unreached = is_unreached(failure.value)
        self._tell(
            PollResult(feed_id=poll.feed_id, outcome=Outcome.FAILED, error=error, is_unreached=unreached), started
        )

    def _tell(self, result: PollResult, started: float) -> None:
        self.tell(replace(result, seconds=time.monotonic() - started))


def _headers(poll: PollRequest) -> dict[str, bytes | str]:
    headers: dict[str, bytes | str] = {"Accept": ACCEPT}
    if poll.etag:
        headers["If-None-Match"] = poll.etag
    if poll.last_modified:
        headers["If-Modified-Since"] = poll.last_modified
    return headers


def _answer(response: Response) -> Answer:
    headers = {name.decode("latin-1").lower(): values[-1] for name, values in response.headers.items() if values}
    return Answer(address=response.url, status=response.status, headers=headers, body=response.body)
