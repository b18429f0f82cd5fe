"""What the crawler is asked and what it answers: plain picklable values, one per feed."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from stories.model import Article


class FeedError(Exception):
    """A feed gave nothing that can be used; the text says why, for whoever looks after it."""


class Outcome(StrEnum):
    """What became of a poll."""

    ANSWERED = "answered"  # a feed document that was read; it may hold nothing new
    UNCHANGED = "unchanged"  # 304, or byte for byte the body of the last poll
    FAILED = "failed"  # no usable feed; `error` says why


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRequest:
    """One feed to ask, with what is remembered from its last poll.

    `etag` and `last_modified` go back to the server byte for byte. `body_digest` is the digest of the last
    body, `entry_digests` those of the entries it listed: what matches them holds nothing new.
    """

    feed_id: int
    address: str
    name: str
    language: str | None = None
    etag: bytes | None = None
    last_modified: bytes | None = None
    body_digest: bytes | None = None
    entry_digests: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What one feed answered.

    `articles` are those whose entries were not skipped as already seen, oldest last as the feed lists them;
    `entries` counts everything the document listed. The validators and digests replace the remembered ones when
    `outcome` is ANSWERED; on UNCHANGED and FAILED the remembered ones stay.
    `warning` is a survivable fault worth showing (a bad entry skipped, a document cut by a limit).
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
    seconds: float = 0.0
