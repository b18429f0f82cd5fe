"""What a server's answer means: from status, headers and body to the result of a poll. No network here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from crawler.discovery import names_of_feeds
from crawler.freshness import fresh_for, moved_to, server_time
from crawler.limits import CrawlLimits
from crawler.listing import Listing
from crawler.news_sitemap import Index, Leaves
from crawler.poll import FeedError, Outcome, PollRequest, PollResult
from crawler.reading import read_body, read_leaf
from crawler.remembering import digest_of
from stories.outlets import host_of

MAX_VALIDATOR = 1024
MAX_DIGITS = 9  # of Retry-After seconds: thirty years

_PRINTABLE = re.compile(rb"[\x20-\x7e\x80-\xff]+")
REDIRECTING = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer: header names in lower case, `address` the one that answered after all redirects.

    `redirects` are those, in their order: the status of each and the address it led to. `is_unasked`: it is what the
    host said to another request of the crawl, which has left it alone since.
    """

    address: str
    status: int
    headers: Mapping[str, bytes]
    body: bytes
    redirects: tuple[tuple[int, str], ...] = ()
    is_unasked: bool = False


def read_answer(request: PollRequest, answer: Answer, limits: CrawlLimits) -> PollResult | Leaves:
    """Return what `answer` brings to the one who asked `request`; never raises for what a server may say.

    A sitemap index brings nothing by itself: its leaves are to be asked, and their answers read by `read_leaves`.
    """
    said = PollResult(
        feed_id=request.feed_id,
        outcome=Outcome.FAILED,
        status=answer.status,
        retry_after=retry_after(answer.headers),
        fresh_for=fresh_for(answer.headers),
        server_at=server_time(answer.headers),
        answered_by=answer.address if answer.redirects else None,
        moved_to=moved_to(answer.redirects),
        is_unasked=answer.is_unasked,
    )
    try:
        return _read(request, answer, limits, said)
    except FeedError as error:
        return replace(said, error=str(error))
    except MemoryError:
        return replace(said, error=_too_much(limits))


def read_leaves(request: PollRequest, leaves: Leaves, answers: Sequence[Answer], limits: CrawlLimits) -> PollResult:
    """Return what the sitemaps of an index bring together; `answers` are those of them that came.

    While one of them is missing nothing is remembered that would keep the index from being asked for again.
    """
    read: list[Listing] = []
    faults: list[str] = []
    for answer in answers:
        try:
            read.append(_read_leaf(request, answer, limits))
        except FeedError as error:
            faults.append(f"{answer.address}: {error}")
        except MemoryError:
            faults.append(f"{answer.address}: {_too_much(limits)}")
    if not read:
        reason = faults[0] if faults else "none of them answered"
        return replace(leaves.heard, outcome=Outcome.FAILED, error=f"no sitemap of the index can be read ({reason})")
    listing = Listing(
        kind="news sitemap",
        articles=tuple(article for each in read for article in each.articles),
        entries=sum(each.entries for each in read),
        digests=frozenset[bytes]().union(*(each.digests for each in read)),
        warnings=(*(warning for each in read for warning in each.warnings), *faults),
        is_whole=len(read) == len(leaves.addresses),
    )
    return _heard(leaves.heard, listing)


def retry_after(headers: Mapping[str, bytes]) -> timedelta | None:
    """Return how long the server asks to be left alone (RFC 9110, 10.2.3): seconds, or a date after its own Date."""
    value = headers.get("retry-after", b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS:
        return timedelta(seconds=int(value))
    try:
        until, now = (parsedate_to_datetime(date) for date in (value, headers.get("date", b"").decode("latin-1")))
        return max(timedelta(0), until.replace(tzinfo=until.tzinfo or UTC) - now.replace(tzinfo=now.tzinfo or UTC))
    except (ValueError, OverflowError):
        return None


def _read(request: PollRequest, answer: Answer, limits: CrawlLimits, said: PollResult) -> PollResult | Leaves:
    if answer.is_unasked:
        raise FeedError(f"not asked: {host_of(answer.address)} said {answer.status} to another of its feeds")
    _refuse_status(request, answer)
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return replace(said, outcome=Outcome.UNCHANGED)
    body_digest = digest_of(answer.body, request)
    heard = replace(
        said,
        outcome=Outcome.ANSWERED,
        etag=_validator(answer.headers.get("etag")),
        last_modified=_validator(answer.headers.get("last-modified")),
        body_digest=body_digest,
    )
    if body_digest == request.body_digest:
        return _same_body(request, heard)
    if request.discover and (named := names_of_feeds(answer.body, answer.address)):
        return replace(heard, kind=named[0], found=named[1])
    read = read_body(answer.body, _content_type(answer), address=answer.address, request=request, limits=limits)
    return _leaves(read, heard) if isinstance(read, Index) else _heard(heard, read)


def _same_body(request: PollRequest, heard: PollResult) -> PollResult:
    if (heard.etag, heard.last_modified) == (request.etag, request.last_modified):
        return replace(heard, outcome=Outcome.UNCHANGED)
    # Nothing new but the validators, which must be remembered if the server is ever to answer 304.
    return replace(heard, entries=len(request.entry_digests), entry_digests=request.entry_digests)


def _heard(heard: PollResult, listing: Listing) -> PollResult:
    """Return the result of an answer that was read."""
    result = replace(
        heard,
        kind=listing.kind,
        articles=listing.articles,
        entries=listing.entries,
        entry_digests=listing.digests,
        warning="; ".join(listing.warnings) or None,
        ttl=listing.rhythm.ttl,
        skip_hours=listing.rhythm.skip_hours,
        skip_days=listing.rhythm.skip_days,
    )
    return result if listing.is_whole else _not_remembered(result)


def _read_leaf(request: PollRequest, answer: Answer, limits: CrawlLimits) -> Listing:
    if answer.status != HTTPStatus.OK:
        raise FeedError(f"the server answered {_named(answer.status)}")
    return read_leaf(answer.body, _content_type(answer), address=answer.address, request=request, limits=limits)


def _leaves(index: Index, heard: PollResult) -> Leaves:
    heard = replace(heard, kind="sitemap index")
    return Leaves(addresses=index.addresses, heard=heard if index.tells_changes else _not_remembered(heard))


def _not_remembered(heard: PollResult) -> PollResult:
    """Return a result after which the server is asked for everything again, because something was missing."""
    return replace(heard, etag=None, last_modified=None, body_digest=None)


def _too_much(limits: CrawlLimits) -> str:
    return f"too much to read in {limits.memory // 1024**2} MiB of memory"


def _refuse_status(request: PollRequest, answer: Answer) -> None:
    if answer.status == HTTPStatus.NOT_MODIFIED:
        if request.etag or request.last_modified:
            return
        raise FeedError("the server answered 304 Not Modified to a first question")
    if answer.status in (HTTPStatus.MULTIPLE_CHOICES, *REDIRECTING):
        raise FeedError(f"the server answered {_named(answer.status)} without an address to go to")
    if answer.status == HTTPStatus.PARTIAL_CONTENT or not HTTPStatus.OK <= answer.status < 300:
        raise FeedError(f"the server answered {_named(answer.status)}{_advice(request, answer)}")


def _advice(request: PollRequest, answer: Answer) -> str:
    if answer.status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return ""
    return "; are this feed's `headers:` right?" if request.headers else "; a key for it belongs in `headers:`"


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _content_type(answer: Answer) -> str:
    return answer.headers.get("content-type", b"").decode("latin-1")


def _validator(value: bytes | None) -> bytes | None:
    """Return a validator to give back byte for byte, or None for one that is too long or not printable."""
    return value if value and len(value) <= MAX_VALIDATOR and _PRINTABLE.fullmatch(value) else None
