"""What the crawler is asked and what it answers: plain picklable values, one per feed."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from stories.model import Article

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # as it is written everywhere here (RFC 5646)


class FeedError(Exception):
    """A feed gave nothing that can be used; the text says why, for whoever looks after it."""


class Outcome(StrEnum):
    """What became of a poll."""

    ANSWERED = "answered"  # a feed document that was read; it may hold nothing new
    UNCHANGED = "unchanged"  # 304, or byte for byte the body of the last poll
    FAILED = "failed"  # no usable feed; `error` says why


class FullText(StrEnum):
    """Whether the pages of a feed's articles are asked for, in rising order."""

    NEVER = "never"
    WHEN_SHORT = "when-short"  # of those of which the feed tells no more than a few sentences
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSelectors:
    """What on a page without a feed is an article: CSS selectors, or XPath 1.0 where they begin with `/` or `./`.

    `link` finds the elements with the addresses; the others are looked for in what stands around one link.
    """

    link: str
    title: str | None = None
    summary: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRequest:
    """One feed to ask, with what is remembered from its last poll.

    `etag` and `last_modified` go back to the server byte for byte. `body_digest` is the digest of the last
    body, `entry_digests` those of the entries it listed: what matches them holds nothing new. `headers` may be
    secrets: they are sent to the feed's own host and nowhere else, and never shown. `allow_private` opens the host of
    `address`, and no other, though it lies in a private network; `allow_insecure` takes its certificate as it is.
    `page` says how to read a page that is no feed. Pages of articles are asked for as `full_text` says, of those that
    were published after `pages_since`. To `discover` is to look for feeds: of a page that is none, and of a robots.txt,
    the addresses it names are told.
    """

    feed_id: int
    address: str
    name: str
    language: str | None = None
    etag: bytes | None = None
    last_modified: bytes | None = None
    body_digest: bytes | None = None
    entry_digests: frozenset[bytes] = frozenset()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    allow_private: bool = False
    allow_insecure: bool = False
    page: PageSelectors | None = None
    full_text: FullText = FullText.NEVER
    pages_since: datetime | None = None
    discover: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What one feed answered.

    `articles` are those whose entries were not skipped as already seen, oldest last as the feed lists them;
    `entries` counts everything the document listed. The validators and digests replace the remembered ones when
    `outcome` is ANSWERED; on UNCHANGED and FAILED the remembered ones stay.
    `warning` is a survivable fault worth showing (a bad entry skipped, a document cut by a limit).
    `fresh_for` is how long the server calls its answer fresh (Cache-Control, Expires), `server_at` what its clock says
    (Date); `ttl`, `skip_hours` (0 to 23, UTC) and `skip_days` (0 is Monday) are what the document says. `answered_by`
    is the address that answered, when redirects led to another than was asked; `moved_to` is the same, when all of them
    were permanent. `is_unreached`: it failed before any server said a word, as all feeds do when this machine is
    offline. `is_unasked`: it was left alone, because its host had refused another feed of the crawl. `kind` is what the
    document is, such as "RSS 2.0", "Atom 1.0", "JSON Feed 1.1", "news sitemap" or "page", and `found` the addresses of
    feeds that it names, when that was asked for.
    """

    feed_id: int
    outcome: Outcome
    status: int | None = None
    error: str | None = None
    warning: str | None = None
    articles: tuple[Article, ...] = ()
    entries: int = 0
    etag: bytes | None = None
    last_modified: bytes | None = None
    body_digest: bytes | None = None
    entry_digests: frozenset[bytes] = frozenset()
    retry_after: timedelta | None = None
    fresh_for: timedelta | None = None
    server_at: datetime | None = None
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    answered_by: str | None = None
    moved_to: str | None = None
    kind: str | None = None
    found: tuple[str, ...] = ()
    is_unreached: bool = False
    is_unasked: bool = False
    seconds: float = 0.0
