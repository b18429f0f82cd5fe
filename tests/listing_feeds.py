"""Answers without a server: what the crawler reads when a body comes with a type from an address."""

from crawler.answer import Answer, read_answer
from crawler.limits import CrawlLimits
from crawler.news_sitemap import Leaves
from crawler.poll import PageSelectors, PollRequest, PollResult

ADDRESS = "https://courier.example/feed"


def request(
    address: str = ADDRESS, *, after: PollResult | None = None, page: PageSelectors | None = None
) -> PollRequest:
    """Return a request for the feed at `address`, as the service makes it `after` the result of the last one."""
    return PollRequest(
        feed_id=1,
        address=address,
        name="The Courier",
        etag=after.etag if after else None,
        last_modified=after.last_modified if after else None,
        body_digest=after.body_digest if after else None,
        entry_digests=after.entry_digests if after else frozenset(),
        page=page,
    )


def answer(body: bytes | str, *, kind: str = "application/xml", address: str = ADDRESS, **headers: str) -> Answer:
    """Return an answer with `body`; `headers` are named with underscores."""
    named = {name.replace("_", "-"): value.encode() for name, value in headers.items()}
    data = body if isinstance(body, bytes) else body.encode()
    return Answer(address=address, status=200, headers={"content-type": kind.encode(), **named}, body=data)


def result_of(body: bytes | str, *, asked: PollRequest | None = None, kind: str = "application/xml") -> PollResult:
    """Return what `body` brings to the one who `asked`."""
    asked = asked or request()
    read = read_answer(asked, answer(body, kind=kind, address=asked.address), CrawlLimits())
    assert isinstance(read, PollResult)
    return read


def leaves_of(body: bytes | str, *, address: str, **headers: str) -> Leaves:
    """Return the sitemaps that the index `body` leads to."""
    read = read_answer(request(address), answer(body, address=address, **headers), CrawlLimits())
    assert isinstance(read, Leaves), read
    return read
