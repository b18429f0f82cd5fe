"""Feeds that answer and yet say nothing: silent far beyond their rhythm, emptied, or with nothing but errors."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from stories.store_feeds import FeedState

TOLD_AFTER = timedelta(hours=24)  # of an empty list, or of entries that are errors: both may be a bad day

# In eight months of 160 hosts, articles stayed out for ten of a feed's own gaps 12 times, for five of them 111 times
# (docs/design.md). A weekend with a holiday is no silence, but where something comes every half hour.
_GAPS = 10
_WEEKEND = timedelta(days=4)
_BUSY = timedelta(minutes=30)
_DAY = timedelta(days=1)

_MOST_ERRORS = 3  # entries; a feed of more has news in it
# What bridges, proxies and readers' services put into a feed in place of news. Whole titles: news is about errors, too.
_ERRORS = re.compile(
    r"(?:bridge returned )?error\b[ :]*(?:\d{3}\b.*|!|occurred.*|fetching.*|loading.*)?"
    r"|(?:http )?(?:error )?[45]\d\d\b(?: .*)?"
    r"(?:forbidden|not found|unauthorized|too many requests|error|unavailable).*"
    r"|(?:page|feed|resource|user|account|content) (?:was )?"
    r"(?:not found|suspended|removed|unavailable|does not exist)\.?"
    r"|access denied\W*|forbidden|not found|too many requests|service unavailable|rate limit(?:ed| exceeded).*"
    r"|.*\b(?:rss reader|feed|ip)\b.* (?:not yet |is not )?(?:whitelisted|blocked).*|internal server error|bad gateway"
    r"|just a moment\W*|attention required.*|checking your browser.*",
    re.I,
)


def limit_of_silence(rhythm: timedelta) -> timedelta:
    """Return how long a feed that publishes every `rhythm` may be silent before somebody should look.

    >>> limit_of_silence(timedelta(minutes=10)), limit_of_silence(timedelta(days=2))
    (datetime.timedelta(days=1), datetime.timedelta(days=20))
    """
    return max(_GAPS * rhythm, _DAY if rhythm < _BUSY else _WEEKEND)


def is_frozen(feed: FeedState, *, now: datetime) -> bool:
    """Whether a feed answers as ever, but has listed nothing new for far longer than it used to."""
    if feed.rhythm is None or feed.newest_at is None or feed.failing_since or feed.retired_at or feed.empty_since:
        return False
    return feed.last_answered_at is not None and min(feed.last_answered_at, now) - feed.newest_at > limit_of_silence(
        feed.rhythm
    )


def are_errors(titles: Iterable[str]) -> bool:
    """Whether what a feed lists, all its `titles`, are error messages and not news.

    >>> are_errors(["Bridge returned error 429! (20780)"]), are_errors(["Error in the tax code costs millions"])
    (True, False)
    """
    listed = [" ".join(title.split()) for title in titles]
    return are_few(len(listed)) and all(_ERRORS.fullmatch(title) for title in listed)


def are_few(entries: int) -> bool:
    """Whether a feed lists so little that all of it may be errors; of more entries some are news."""
    return 0 < entries <= _MOST_ERRORS
