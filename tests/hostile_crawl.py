"""One crawl over many hosts of a raw server, each with a case of its own."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from crawler.crawl import crawl
from crawler.limits import CrawlLimits
from crawler.poll import PollRequest, PollResult

# Hosts of a test that count as public; all other loopback addresses are what they are.
PUBLIC = "127.9.0.0/16"
LIMITS = CrawlLimits(
    user_agent="wirewatch-test/1.0 (+https://example.org/)",
    seconds=30,
    name_seconds=1,
    connect_seconds=1.5,
    request_seconds=1.5,
    public=(PUBLIC,),
)
FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><title>News</title></item></channel></rss>'
)


def ok(body: bytes = FEED, *headers: bytes, status: bytes = b"200 OK", length: bool = True) -> bytes:
    """Return an answer as bytes."""
    lines = [b"HTTP/1.1 " + status, *headers, *([b"Content-Length: %d" % len(body)] if length else [])]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def host_of_case(number: int) -> str:
    """Return the public host of a test's case."""
    return f"127.9.{1 + number // 250}.{1 + number % 250}"


def polls(requests: Iterable[PollRequest], limits: CrawlLimits = LIMITS) -> dict[int, PollResult]:
    """Ask all at once and return what came, by feed."""

    async def all_of_them() -> dict[int, PollResult]:
        return {result.feed_id: result async for result in crawl(requests, limits=limits)}

    return asyncio.run(all_of_them())


def asking(address: str, feed_id: int = 1) -> PollRequest:
    """Return the request for a feed."""
    return PollRequest(feed_id=feed_id, address=address, name=f"feed {feed_id}")


def one(request: PollRequest, limits: CrawlLimits = LIMITS) -> PollResult:
    """Ask one feed."""
    return polls([replace(request, feed_id=1)], limits)[1]


def titles(result: PollResult) -> list[str]:
    """Return the titles of what a poll brought."""
    return [article.title for article in result.articles]
