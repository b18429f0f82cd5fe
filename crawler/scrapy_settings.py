"""How Scrapy is set up: everything that is not used is off, and what it does is limited."""

from typing import Any

from crawler.arriving import Room
from crawler.limits import CrawlLimits

ACCEPT = "application/rss+xml, application/atom+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, */*;q=0.5"
REDIRECTS = 5
_LEAST_PAUSE = 0.001


def scrapy_settings(limits: CrawlLimits) -> dict[str, Any]:
    """Return the settings of a crawl over feeds within `limits`."""
    return {
        "CRAWL_LIMITS": limits,  # for what is ours: crawler.transport and crawler.hops
        "CRAWL_ROOM": Room(),  # of all who hold bodies
        "DOWNLOAD_MAXSIZE": limits.body_bytes,  # of what is unpacked
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": REDIRECTS,
        # Manners. A feed that fails is asked again by the timetable, never at once.
        "CONCURRENT_REQUESTS": limits.at_once,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        # Never zero: then Scrapy 2.19 starts all that wait for a host at once, since it counts a request as under way
        # only when its task has begun. With any pause it looks again after the first has begun.
        "DOWNLOAD_DELAY": max(limits.pause, _LEAST_PAUSE),
        "DOWNLOAD_DELAY_JITTER": 0,
        # One entry of a spider's output at a time: the default of 100 starts as many tasks for every answer.
        "CONCURRENT_ITEMS": 1,
        # What is loaded is named here, in place of Scrapy's own lists, which grow: 2.19 added an extension that runs
        # Python sent to a port, switched on. What is not named is not even imported.
        "EXTENSIONS_BASE": {},
        "DOWNLOAD_HANDLERS_BASE": {"http": _HTTP, "https": _HTTP},
        "DOWNLOADER_MIDDLEWARES_BASE": _DOWNLOADER_MIDDLEWARES,
        "SPIDER_MIDDLEWARES_BASE": _SPIDER_MIDDLEWARES,
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # a crawl asks each feed once
        "JOBDIR": None,
        "LOG_LEVEL": "WARNING",
    }


_HTTP = "crawler.transport.Transport"
# Not here, among others: retries, cookies, proxies, meta refresh, robots.txt, the cache on disk. Answers pass from the
# last to the first.
_DOWNLOADER_MIDDLEWARES = {
    "crawler.unpacking.UnpackingMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "crawler.hops.HopMiddleware": 760,
}
# Without HttpErrorMiddleware every status reaches the spider: 304, 404, 410, 429 and 5xx all mean something here.
# Without RefererMiddleware no page learns where a request came from.
_SPIDER_MIDDLEWARES = {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25}
