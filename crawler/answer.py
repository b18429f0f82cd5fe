"""What a server's answer means: from status, headers and body to the result of a poll. No network here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from crawler.discovery import names_of_feeds
from crawler.limits import CrawlLimits
from crawler.news_sitemap import Leaves
from crawler.parsing import Parsed, as_utf8, parse
from crawler.poll import FeedError, Outcome, PollRequest, PollResult
from crawler.splitting import cut_to_complete_entries, digest, first_entries, split

MAX_VALIDATOR = 1024
MAX_DIGITS = 9  # of Retry-After seconds: thirty years

_PRINTABLE = re.compile(rb"[\x20-\x7e\x80-\xff]+")
_REDIRECTS = (301, 302, 303, 307, 308)
# No text holds such a character, and feedparser gives up on all of a document for one of them.
_LONE_SURROGATE = re.compile(
    rb"&#(?:x0*d[89a-f][0-9a-f]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]));", re.I
)
_START = 65536  # bytes of a body that show what it is
_SPACE = b" \t\r\n\0"
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe\0\0", b"\xff\xfe", b"\0\0\xfe\xff", b"\xfe\xff")
# Groups that do not go back (?>): a page of many comments would otherwise be tried in every combination.
_HTML = re.compile(
    rb"(?>(?:\s+|<!--(?>.*?-->)|<\?(?>.*?\?>))*)<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer: header names in lower case, `address` the one that answered after all redirects.

    `redirects` are those, in their order: the status of each and the address it led to.
    """

    address: str
    status: int
    headers: Mapping[str, bytes]
    body: bytes
    redirects: tuple[tuple[int, str], ...] = ()


def read_answer(request: PollRequest, answer: Answer, limits: CrawlLimits) -> PollResult | Leaves:
    """Return what `answer` brings to the one who asked `request`; never raises for what a server may say.

    A sitemap index brings nothing by itself: its leaves are to be asked, and their answers read by `read_leaves`.
    """
    said = PollResult(
        feed_id=request.feed_id,
        outcome=Outcome.FAILED,
        status=answer.status,
        retry_after=retry_after(answer.headers),
    )
    try:
        return _read(request, answer, limits, said)
    except FeedError as error:
        return replace(said, error=str(error))
    except MemoryError:
        return replace(said, error=f"too much to read in {limits.memory // 1024**2} MiB of memory")


def read_leaves(request: PollRequest, leaves: Leaves, answers: Sequence[Answer], limits: CrawlLimits) -> PollResult:
    """Return what the sitemaps of an index bring together; `answers` are those of them that came."""
    return replace(leaves.heard, outcome=Outcome.FAILED, error="none of the sitemaps of the index could be read")


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


def _read(request: PollRequest, answer: Answer, limits: CrawlLimits, said: PollResult) -> PollResult:
    _refuse_status(request, answer)
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return replace(said, outcome=Outcome.UNCHANGED)
    body_digest = digest(answer.body)
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
    return _read_document(request, answer, limits, heard)


def _same_body(request: PollRequest, heard: PollResult) -> PollResult:
    if (heard.etag, heard.last_modified) == (request.etag, request.last_modified):
        return replace(heard, outcome=Outcome.UNCHANGED)
    # Nothing new but the validators, which must be remembered if the server is ever to answer 304.
    return replace(heard, entries=len(request.entry_digests), entry_digests=request.entry_digests)


def _read_document(request: PollRequest, answer: Answer, limits: CrawlLimits, heard: PollResult) -> PollResult:
    _refuse_body(answer.body)
    document = as_utf8(answer.body, answer.headers.get("content-type", b"").decode("latin-1"))
    parts = split(document, known=request.entry_digests, context=answer.address.encode(), limit=limits.entries)
    if parts is None:
        return _read_whole(request, answer, limits, heard, document)
    result = replace(heard, entries=parts.entries, entry_digests=parts.digests)
    warnings = _too_many(parts.entries, limits)
    if parts.document is not None:
        parsed = _parse(parts.document, request, answer, limits)
        result = replace(result, articles=parsed.articles)
        warnings += _skipped(parsed, limits)
    return replace(result, warning="; ".join(warnings) or None)


def _read_whole(
    request: PollRequest, answer: Answer, limits: CrawlLimits, heard: PollResult, document: bytes
) -> PollResult:
    """Read what cannot be split: broken XML, or entries in unusual places. Its entries are read every time."""
    document = _LONE_SURROGATE.sub(b"&#xFFFD;", document)
    cut = cut_to_complete_entries(document)
    beginning, ends = first_entries(cut or document, limits.entries)
    parsed = _parse(beginning, request, answer, limits)
    entries = max(ends, parsed.entries)
    warnings = _too_many(entries, limits) + _skipped(parsed, limits)
    result = replace(heard, articles=parsed.articles, entries=entries)
    if cut == b"":
        raise FeedError("the document breaks off before its first complete entry")
    if cut:
        # Nothing is remembered that would keep the missing part from being asked for.
        result = replace(result, etag=None, last_modified=None, body_digest=None)
        warnings.append(f"the document breaks off after {entries} complete entries")
    elif parsed.complaint:
        warnings.append(f"broken XML: {parsed.complaint}")
    return replace(result, warning="; ".join(warnings) or None)


def _parse(document: bytes, request: PollRequest, answer: Answer, limits: CrawlLimits) -> Parsed:
    return parse(
        document,
        address=answer.address,
        outlet=request.name,
        language=request.language,
        limit=limits.entries,
    )


def _too_many(entries: int, limits: CrawlLimits) -> list[str]:
    return [f"{entries} entries listed, the first {limits.entries} read"] if entries > limits.entries else []


def _skipped(parsed: Parsed, limits: CrawlLimits) -> list[str]:
    skipped = min(parsed.entries, limits.entries) - len(parsed.articles)
    return [f"{skipped} of the entries cannot be read"] if skipped else []


def _refuse_status(request: PollRequest, answer: Answer) -> None:
    if answer.status == HTTPStatus.NOT_MODIFIED:
        if request.etag or request.last_modified:
            return
        raise FeedError("the server answered 304 Not Modified to a first question")
    if answer.status in (HTTPStatus.MULTIPLE_CHOICES, *_REDIRECTS):
        raise FeedError(f"the server answered {_named(answer.status)} without an address to go to")
    if answer.status == HTTPStatus.PARTIAL_CONTENT or not HTTPStatus.OK <= answer.status < 300:
        raise FeedError(f"the server answered {_named(answer.status)}")


def _refuse_body(body: bytes) -> None:
    start = body[:_START]
    for mark in _BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    if not start.strip(_SPACE) and len(body) <= _START:
        raise FeedError("empty body")
    if _HTML.match(start):
        raise FeedError("not a feed (an HTML page)")
    if start.lstrip(_SPACE).startswith((b"{", b"[")):
        raise FeedError("not a feed that can be read (JSON)")


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _validator(value: bytes | None) -> bytes | None:
    """Return a validator to give back byte for byte, or None for one that is too long or not printable."""
    return value if value and len(value) <= MAX_VALIDATOR and _PRINTABLE.fullmatch(value) else None
