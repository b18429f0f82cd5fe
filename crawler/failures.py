"""Why a request brought no answer, in the words of whoever looks after the feed."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler.guard import RefusedError
from crawler.limits import CrawlLimits
from crawler.scrapy_settings import REDIRECTS
from stories.text import clean

_ADDRESS = 100  # characters of it that a sentence has room for


class UnreachedError(DownloadFailedError):
    """No connection came about."""


def reason(error: BaseException | None, limits: CrawlLimits, *, address: str) -> str:
    """Return why a request, for `address` in the end, that ended with `error` brought no answer."""
    for kind, words in (
        (RefusedError, str(error)),
        (CannotResolveHostError, str(error)),
        (DownloadConnectionRefusedError, "connection refused"),
        (DownloadTimeoutError, f"no answer within {limits.request_seconds:g} s"),
        (ResponseDataLossError, "the answer breaks off"),
        (DownloadCancelledError, f"the answer is larger than {limits.body_bytes // 1024**2} MiB"),
        (IgnoreRequest, _ignored(error, limits, address)),
        (DownloadFailedError, f"the connection failed: {_one_line(str(error))}"),
    ):
        if isinstance(error, kind):
            return words
    return f"cannot be asked: {type(error).__name__}: {_one_line(str(error))}"


def is_unreached(error: BaseException | None) -> bool:
    """Say whether a request ended before any server said a word: a name not found, no way there, nobody at home."""
    return isinstance(error, (CannotResolveHostError, DownloadConnectionRefusedError, UnreachedError))


def _ignored(error: BaseException | None, limits: CrawlLimits, address: str) -> str:
    if "redirect" in str(error):
        return f"redirected more than {REDIRECTS} times{_last_to(address)}"
    return f"the answer is larger than {limits.body_bytes // 1024**2} MiB"


def _last_to(address: str) -> str:
    return f", the last time to {clean(address, _ADDRESS)}"


def _one_line(words: str) -> str:
    return " ".join(words.split())[:300]
