"""Answers that come packed (Content-Encoding), unpacked within limits by Scrapy."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from scrapy.http import Request, Response

from crawler.arriving import TOO_MANY, Room
from crawler.limits import CrawlLimits


class UnpackingMiddleware(HttpCompressionMiddleware):
    """Scrapy's own, which stops at DOWNLOAD_MAXSIZE, with a limit on layers and a word for what cannot be unpacked."""

    limits: CrawlLimits
    room: Room

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware of a crawl."""
        made = super().from_crawler(crawler)
        made.limits = crawler.settings["CRAWL_LIMITS"]
        made.room = crawler.settings["CRAWL_ROOM"]
        return made

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the answer unpacked; raise DownloadFailedError when it is not what it says or packed too often."""
        encodings = response.headers.getlist("Content-Encoding")
        if not encodings:
            return response
        layers = b",".join(encodings).count(b",") + 1
        if layers > self.limits.encodings:
            raise DownloadFailedError(f"the answer is packed {layers} times, the most is {self.limits.encodings}")
        try:
            unpacked = super().process_response(request, response)
        except IgnoreRequest:
            raise  # too large
        except Exception as error:  # each library has errors of its own for bytes that are not its own
            words = f"{type(error).__name__}: {error}"
            raise DownloadFailedError(f"the answer cannot be unpacked ({words})") from error
        if isinstance(unpacked, Response) and self.room.is_too_full_for(self.room.keep(unpacked).body, self.limits):
            del unpacked, response  # the error's traceback would hold them long after
            raise DownloadFailedError(TOO_MANY)
        return unpacked
