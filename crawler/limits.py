"""How much a crawl may take: of time, of memory, and of anyone's server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlLimits:
    """The limits of one crawl: times in seconds, sizes in bytes.

    `seconds` is for the whole crawl, `request_seconds` for one answer to arrive, `document_seconds` for one document
    to be read. `memory` is the address space of the crawl process. Of one feed the first `entries` are looked at.
    """

    user_agent: str = "wirewatch"
    seconds: float = 120.0
    request_seconds: float = 30.0
    document_seconds: float = 10.0
    memory: int = 1024 * 1024 * 1024
    body_bytes: int = 10 * 1024 * 1024
    entries: int = 2000
    at_once: int = 16
