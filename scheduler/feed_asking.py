"""Asking feeds that are not watched: once, through the same crawl process as the service, and nothing is kept."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.crawl import crawl, prepare
from crawler.poll import FullText, PollRequest, PollResult
from crawler.private_hosts import is_loopback
from crawler.settings import FeedSettings, asked_as_set
from scheduler.config_service import ServiceSettings
from scheduler.crawling import crawl_limits
from stories.address import safe_address

PAUSE = 1.0  # seconds between two questions to one host; nobody's server is hurried by somebody who only looks around


async def ask(
    feeds: Sequence[FeedSettings],
    service: ServiceSettings,
    *,
    discover: bool = False,
    answered: Callable[[], object] = lambda: None,
) -> list[PollResult]:
    """Ask each of `feeds` and return the results in their order; call `answered` at each. Pages are not asked for."""
    hosts = Counter(urlsplit(feed.address).hostname for feed in feeds if not is_loopback(feed.address))
    requests = [
        replace(
            asked_as_set(PollRequest(feed_id=number, address=feed.address, name=feed.name), feed),
            full_text=FullText.NEVER,
            discover=discover and feed.page is None,
        )
        for number, feed in enumerate(feeds)
    ]
    prepare()
    results: dict[int, PollResult] = {}
    async with aclosing(
        crawl(
            requests,
            limits=replace(crawl_limits(service), pause=PAUSE if any(count > 1 for count in hosts.values()) else 0.0),
        )
    ) as told:
        async for result in told:
            results[result.feed_id] = _with_safe_addresses(result)
            answered()
    return [results[number] for number in range(len(feeds))]


def _with_safe_addresses(result: PollResult) -> PollResult:
    """Return `result` without addresses that are none: they are asked next, and written where people paste them."""
    return replace(
        result,
        moved_to=result.moved_to and safe_address(result.moved_to),
        found=tuple(safe for address in result.found if (safe := safe_address(address))),
    )
