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
        "DNS_TIMEOUT": min(10.0, limits.request_seconds),
        # Manners. A feed that fails is asked again by the timetable, never at once.
        "CONCURRENT_REQUESTS": limits.at_once,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": False,  # a feed's address was given by a person; pages found in feeds are another matter
        # Doors that are open by default.
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"file": None, "ftp": None, "data": None, "s3": None},
        # Parts of Scrapy that stay in the box; each costs time at every request.
        "EXTENSIONS": dict.fromkeys(_EXTENSIONS),
        "DOWNLOADER_MIDDLEWARES": dict.fromkeys(_DOWNLOADER_MIDDLEWARES),
        "SPIDER_MIDDLEWARES": dict.fromkeys(_SPIDER_MIDDLEWARES),
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # two feeds may have one address
        "HTTPCACHE_ENABLED": False,
        "JOBDIR": None,
        "LOG_LEVEL": "WARNING",
    }


_EXTENSIONS = (
    "scrapy.extensions.corestats.CoreStats",
    "scrapy.extensions.logcount.LogCount",
    "scrapy.extensions.telnet.TelnetConsole",
    "scrapy.extensions.memusage.MemoryUsage",  # reads a peak that children inherit; RLIMIT_AS is the limit
    "scrapy.extensions.memdebug.MemoryDebugger",
    "scrapy.extensions.closespider.CloseSpider",
    "scrapy.extensions.feedexport.FeedExporter",
    "scrapy.extensions.logstats.LogStats",
    "scrapy.extensions.spiderstate.SpiderState",
    "scrapy.extensions.throttle.AutoThrottle",
    "scrapy.extensions.remote_control.RemoteControl",
)
# What stays: user agent, time limit, compression, redirects.
_DOWNLOADER_MIDDLEWARES = (
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware",
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware",
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware",
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware",
    "scrapy.downloadermiddlewares.retry.RetryMiddleware",
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware",
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware",
    "scrapy.downloadermiddlewares.stats.DownloaderStats",
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware",
)
# Without HttpErrorMiddleware every status reaches the spider: 304, 404, 410, 429 and 5xx all mean something here.
_SPIDER_MIDDLEWARES = (
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware",
    "scrapy.spidermiddlewares.referer.RefererMiddleware",
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware",
    "scrapy.spidermiddlewares.depth.DepthMiddleware",
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware",
)
