"""How much a crawl may take: of time, of memory, and of anyone's server."""

from dataclasses import dataclass

from crawler.names import Resolve, by_system


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlLimits:
    """The limits of one crawl: times in seconds, sizes in bytes.

    `seconds` is for the whole crawl; of one request `name_seconds` are for its name to be resolved, `connect_seconds`
    for a connection, `request_seconds` for all of it with its redirects; `document_seconds` for one document to be
    read. `memory` is the address space of the crawl process. `bodies_bytes` is what all bodies that are under way or
    wait to be read, unpacked, may hold together before large ones among them are given up. Between two requests to one
    host there is a `pause`. Of one feed the first `entries` are looked at.

    A poll asks for `pages_per_feed` articles' pages at most and waits `page_seconds` for all of them; a crawl asks for
    `pages_per_crawl`, and for `pages_at_once` at once; between two pages of a host that asks for no longer pause there
    are `page_pause`.

    Where requests may go: `resolve` answers for names, and networks of `public` count as public though they are not
    (for a network of one's own, such as a test's).
    """

    user_agent: str = "wirewatch"
    seconds: float = 120.0
    name_seconds: float = 10.0
    connect_seconds: float = 10.0
    request_seconds: float = 30.0
    document_seconds: float = 10.0
    memory: int = 1024 * 1024 * 1024
    header_bytes: int = 64 * 1024
    header_lines: int = 200
    encodings: int = 2
    body_bytes: int = 10 * 1024 * 1024
    bodies_bytes: int = 128 * 1024 * 1024
    entries: int = 2000
    at_once: int = 256
    pause: float = 0.0
    pages_per_feed: int = 10
    pages_per_crawl: int = 100
    pages_at_once: int = 16
    page_seconds: float = 30.0
    page_pause: float = 1.0
    resolve: Resolve = by_system
    public: tuple[str, ...] = ()
