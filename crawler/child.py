"""A crawl process from birth to end: confined, running Scrapy once, telling results over a socket."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable

# Loaded before the process is forked, so that no crawl waits for them: what Scrapy would load by name when it starts.
import scrapy.core.scheduler
import scrapy.downloadermiddlewares.redirect
import scrapy.dupefilters
import scrapy.logformatter
import scrapy.pqueues
import scrapy.resolver
import scrapy.spidermiddlewares.start
import scrapy.squeues
import scrapy.statscollectors  # noqa: F401
import twisted.internet.asyncioreactor  # noqa: F401
from scrapy.crawler import AsyncCrawlerProcess

import crawler.hops
import crawler.transport
import crawler.unpacking  # noqa: F401
from crawler.limits import CrawlLimits
from crawler.poll import PollRequest
from crawler.scrapy_settings import scrapy_settings
from crawler.spider import FeedSpider
from crawler.wire import Message, pack

# What a process that asks servers and reads answers may know of its surroundings: where certificates and time zones
# are, and nothing that could be a secret.
_ENVIRONMENT = frozenset({"HOME", "LANG", "LC_ALL", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ", "TZDIR"})

_THREAD_STACK = 512 * 1024
_M_ARENA_MAX = -8  # malloc.h

# macOS has no limit on address space; there the limit on time has to do.
_NO_SUCH_LIMIT: tuple[type[Exception], ...] = (ValueError, OSError) if sys.platform == "darwin" else ()

# Warnings that a result repeats without the address, which may hold a token; and, at every start, that redirects carry
# no Referer, which they are not meant to.
_SAID_IN_RESULTS = (
    "scrapy.downloadermiddlewares.httpcompression",
    "scrapy.downloadermiddlewares.redirect",
)


def run(service: socket.socket, requests: tuple[PollRequest, ...], limits: CrawlLimits) -> None:
    """Crawl the feeds of `requests` within `limits` and tell every result to `service`."""
    confine(limits)
    gc.freeze()  # what was loaded before the fork stays; looking through it again and again finds nothing
    process = AsyncCrawlerProcess(scrapy_settings(limits))
    # Scrapy makes a record of every answer, and throws it away only where it would be written.
    logging.getLogger("scrapy").setLevel(logging.WARNING)
    for name in _SAID_IN_RESULTS:
        logging.getLogger(name).setLevel(logging.ERROR)
    # The service never writes: what can be read is the end, of it or of its interest.
    asyncio.get_event_loop().add_reader(service, os._exit, 1)
    process.crawl(FeedSpider, requests=requests, limits=limits, tell=_teller(service))
    process.start(install_signal_handlers=False)


def confine(limits: CrawlLimits) -> None:
    """Give up what this process does not need: its environment, and more memory and time than `limits` allow."""
    for name in set(os.environ) - _ENVIRONMENT:
        del os.environ[name]
    # Ctrl-C goes to the whole terminal; the service decides what becomes of a crawl.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, limits.memory)
    _spare_address_space()
    # The end of a process that nobody watches any more; one that is watched is ended sooner.
    processor_seconds = int(limits.seconds * 2) + 1
    _limit(resource.RLIMIT_CPU, processor_seconds)


def _spare_address_space() -> None:
    """Keep threads, which wait for name servers, from reserving what they never use: by default 72 MiB each."""
    threading.stack_size(_THREAD_STACK)
    with contextlib.suppress(OSError, AttributeError):  # only glibc has such arenas
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _limit(kind: int, most: int) -> None:
    """Set a limit of this process, or keep a narrower one it was born with."""
    _, inherited = resource.getrlimit(kind)
    if inherited != resource.RLIM_INFINITY:
        most = min(most, inherited)
    with contextlib.suppress(*_NO_SUCH_LIMIT):
        resource.setrlimit(kind, (most, most))


def _teller(service: socket.socket) -> Callable[[Message], None]:
    def tell(message: Message) -> None:
        try:
            service.sendall(pack(message))
        except OSError:
            os._exit(1)  # nobody listens

    return tell
