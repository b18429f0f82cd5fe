"""Addresses that are typed without a scheme: https, or http where nobody speaks TLS. Decisions only."""

import re
from urllib.parse import urlsplit

from crawler.poll import Outcome, PollResult
from crawler.settings import TYPOGRAPHIC_QUOTES, FeedSettings
from scheduler.feed_importing import web_address

# What OpenSSL says of a server that answers in plain text. A certificate that is not accepted is none of this.
_NO_TLS = re.compile(r"wrong version number|packet length too long|http request", re.I)
_HTTPS = "https://"


def has_no_scheme(typed: str) -> bool:
    """Whether an address was typed as people say it: `example.org/rss`."""
    return "://" not in typed and typed[:1] not in TYPOGRAPHIC_QUOTES


def with_scheme(typed: str) -> str:
    """Return an address as it is asked for first.

    >>> with_scheme("example.org"), with_scheme("feed://example.org"), with_scheme("http://example.org")
    ('https://example.org', 'http://example.org', 'http://example.org')
    """
    return f"{_HTTPS}{typed}" if has_no_scheme(typed) else web_address(typed)


def is_without_tls(feed: FeedSettings, result: PollResult) -> bool:
    """Whether `result` says that nobody speaks TLS where `feed` was asked by https."""
    if result.outcome is not Outcome.FAILED or not feed.address.startswith(_HTTPS):
        return False
    nobody_there = result.is_unreached and not urlsplit(feed.address).port  # another port is another server
    return bool(_NO_TLS.search(result.error or "")) or (nobody_there and "not found" not in (result.error or ""))


def by_http(feed: FeedSettings) -> FeedSettings:
    """Return `feed` as it is asked without TLS."""
    return feed.model_copy(update={"address": feed.address.replace(_HTTPS, "http://", 1)})
