"""Every hop of a request, redirects too, is looked at before it is asked: where it goes, and what goes along."""

from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawler.answer import REDIRECTING
from crawler.guard import RefusedError, Target, target_of
from crawler.limits import CrawlLimits
from crawler.poll import PollRequest
from crawler.rights import Rights, rights_to

_RIGHTS = "rights"
_AMBIGUOUS = frozenset(map(chr, range(0x20))) | {"\x7f", "\\"}


def meta_of(poll: PollRequest) -> dict[str, Any]:
    """Return the meta that each request for `poll` has to carry: of its feed, its articles' pages and robots.txt."""
    return {_RIGHTS: rights_to(poll)}


def rights_of(request: Request) -> Rights:
    """Return what `request` may do; one that does not say may do nothing that is not open to all."""
    rights: Rights = request.meta.get(_RIGHTS) or Rights(address="")
    return rights


class HopMiddleware:
    """Refuse what leads nowhere good, before it is asked and again when it answers with a redirect."""

    def __init__(self, limits: CrawlLimits) -> None:
        self._limits = limits

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware of a crawl."""
        return cls(crawler.settings["CRAWL_LIMITS"])

    def process_request(self, request: Request) -> None:
        """Put a request in the queue of its host, unless its address is not well formed or gives up encryption."""
        request.headers.setdefault("User-Agent", self._limits.user_agent)
        # A redirect brings along whose queue it came from; it has to wait for the host that it leads to.
        request.meta.pop(Downloader.DOWNLOAD_SLOT, None)
        came_from = request.meta.get("redirect_urls")
        try:
            target = target_of(request.url)
            if came_from and target.scheme == "http" and came_from[-1].startswith("https:"):
                _refuse_downgrade(rights_of(request), target)
        except RefusedError as error:
            raise RefusedError(
                f"redirects to an address that is not asked: {error}" if came_from else str(error)
            ) from None

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse an answer that leads where no address of the web does."""
        if response.status in REDIRECTING and (location := response.headers.get("Location")):
            _refuse_location(request.url, location.decode("latin-1"))
        return response


def _refuse_downgrade(rights: Rights, target: Target) -> None:
    own = rights.on(target)
    if not (own and own.allow_insecure):
        raise RefusedError(f"http://{target.host} after https: what was encrypted would go on in the open")


def _refuse_location(address: str, location: str) -> None:
    """Refuse what Scrapy would mend: an address that two parsers read in two ways, or that is none of the web."""
    if not _AMBIGUOUS.isdisjoint(location):
        raise RefusedError("redirects to an address that is not asked: a character in it is not allowed")
    try:
        parts = urlsplit(urljoin(address, location))
        scheme, _ = parts.scheme, parts.port
    except ValueError:
        raise RefusedError("redirects to an address that is not asked: it is not well formed") from None
    if scheme not in ("http", "https"):
        raise RefusedError(f"redirects to an address that is not asked: {scheme[:20]}: is none of the web")
