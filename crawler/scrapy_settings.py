"""How Scrapy is set up: everything that is not used is off, and what it does is limited."""

from typing import Any

from crawler.limits import CrawlLimits

ACCEPT = "application/rss+xml, application/atom+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, */*;q=0.5"
REDIRECTS = 5


def scrapy_settings(limits: CrawlLimits) -> dict[str, Any]:
    """Return the settings of a crawl over feeds within `limits`."""
    return {
        "USER_AGENT": limits.user_agent,
        # Limits. The time is for the whole of an answer, redirects apart.
        "DOWNLOAD_TIMEOUT": limits.request_seconds,
        "DOWNLOAD_MAXSIZE": limits.body_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "REDIRECT_MAX_TIMES": REDIRECTS,
        "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingHostnameResolver",  # the other one knows no IPv6
        # Manners. A feed that fails is asked again by the timetable, never at once.
        "CONCURRENT_REQUESTS": limits.at_once,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
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


_HTTP = "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"
# Not here, among others: retries, cookies, proxies, meta refresh, robots.txt, the cache on disk.
_DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
}
# Without HttpErrorMiddleware every status reaches the spider: 304, 404, 410, 429 and 5xx all mean something here.
# Without RefererMiddleware no page learns where a request came from.
_SPIDER_MIDDLEWARES = {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25}
