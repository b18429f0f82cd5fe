"""How requests go out: libcurl on the loop of Scrapy, to numbers that were checked, within limits.

A name is resolved here, and all of its numbers are looked at before any is connected to; libcurl is handed those
numbers, and asks once more before it opens a socket. So it makes no difference how an address is written, who answers
for its name and how often, or whether a redirect led there. Nothing of the environment has a say: no proxy, no .netrc.
"""

import asyncio
import errno
import socket
from functools import cache
from pathlib import Path
from ssl import get_default_verify_paths
from typing import Self

import certifi
import pycurl
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers, Request, Response
from scrapy.signalmanager import SignalManager

from crawler.arriving import Arriving, Room
from crawler.failures import UnreachedError
from crawler.guard import Number, RefusedError, Target, is_public, networks, target_of
from crawler.hops import rights_of
from crawler.limits import CrawlLimits
from crawler.names import Names
from crawler.refusals import Refusals
from crawler.rights import Rights
from stories.failpoints import Point, reach

_MOST_NUMBERS = 8  # of one host that are tried
_IDLE_CONNECTIONS = 64  # kept for a next request to the same host
_RECEIVE_BYTES = 64 * 1024
_LEAST_MILLISECONDS = 1  # libcurl takes zero for no limit
TURN_HAS_COME = object()  # the signal that a request is being asked; Scrapy has none: its own comes before the queue
ENDS_AT = "ends_at"  # in a request's meta, by the loop's clock: redirects get no time of their own

# What stays the same from request to request. Redirects are Scrapy's: each is a request of its own, looked at anew.
_ALWAYS = (
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.FOLLOWLOCATION, 0),
    (pycurl.PROXY, ""),
    (pycurl.NOPROXY, "*"),
    (pycurl.NETRC, pycurl.NETRC_IGNORED),
    (pycurl.NOSIGNAL, 1),
    (pycurl.PATH_AS_IS, 1),
    (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
    (pycurl.HTTP09_ALLOWED, 0),
    (pycurl.BUFFERSIZE, _RECEIVE_BYTES),
)
_INSECURE = (
    (pycurl.SSL_VERIFYPEER, 0),
    (pycurl.SSL_VERIFYHOST, 0),
    (pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_0),
    (pycurl.SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0"),
)
_NO_HTTP = frozenset({pycurl.E_UNSUPPORTED_PROTOCOL, pycurl.E_FTP_WEIRD_SERVER_REPLY, pycurl.E_GOT_NOTHING})
_CERTIFICATE = frozenset({pycurl.E_PEER_FAILED_VERIFICATION, pycurl.E_SSL_CONNECT_ERROR, pycurl.E_SSL_CACERT_BADFILE})


class Transport:
    """Scrapy's download handler for http and https."""

    lazy = False

    def __init__(self, limits: CrawlLimits, room: Room, signals: SignalManager) -> None:
        self._limits = limits
        self._signals = signals
        self._public = networks(limits.public)
        self._names = Names(limits.resolve, seconds=limits.name_seconds, at_once=limits.at_once)
        self._room = room
        self._refusals = Refusals()
        self._idle: list[pycurl.Curl] = []
        self._multi = pycurl.AsyncCurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, _IDLE_CONNECTIONS)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the handler of a crawl."""
        return cls(crawler.settings["CRAWL_LIMITS"], crawler.settings["CRAWL_ROOM"], crawler.signals)

    async def download_request(self, request: Request) -> Response:
        """Return the answer to `request`; raise RefusedError or one of Scrapy's errors when there is none."""
        self._signals.send_catch_log(TURN_HAS_COME, request=request)
        loop = asyncio.get_running_loop()
        ends_at = request.meta.setdefault(ENDS_AT, loop.time() + self._limits.request_seconds)
        target, rights = target_of(request.url), rights_of(request)
        if refusal := self._refusals.answer_for(target.host, request.url):
            return refusal
        numbers = await self._numbers(target, rights, request)
        arriving = Arriving(self._limits, self._room, numbers)
        curl = self._idle.pop() if self._idle else pycurl.Curl()
        self._prepare(curl, request, target, arriving)
        curl.setopt(pycurl.TIMEOUT_MS, max(_LEAST_MILLISECONDS, int((ends_at - loop.time()) * 1000)))
        try:
            reach(Point.BEFORE_FETCH)
            await self._multi.perform(curl)
            reach(Point.BODY_IN)
            status, body = curl.getinfo(pycurl.RESPONSE_CODE), arriving.give_body()
        except pycurl.error as error:
            raise arriving.fault or _failure(error, curl, rights.on(target)) from None
        finally:
            arriving.let_go()
        self._put_back(curl)
        answer = Response(request.url, status=status, headers=Headers(arriving.headers), body=body)
        return self._refusals.heard(target.host, self._room.keep(answer))

    async def close(self) -> None:
        """End all that is under way."""
        await self._multi.aclose()

    async def _numbers(self, target: Target, rights: Rights, request: Request) -> tuple[Number, ...]:
        """Return where to connect to; raise when the name has no number, or one that must not be asked."""
        try:
            numbers = await self._names.numbers(target)
        except TimeoutError:
            words = (
                f"host name {target.host} not found (no name server answered within {self._limits.name_seconds:g} s)"
            )
            raise CannotResolveHostError(words) from None
        except (OSError, ValueError) as error:
            unknown = isinstance(error, OSError) and error.errno == socket.EAI_NONAME
            words = f"host name {target.host} not found" + ("" if unknown else f" ({error})")
            raise CannotResolveHostError(words) from None
        own = rights.on(target)
        if own and own.allow_private:
            return numbers[:_MOST_NUMBERS]
        for number in numbers:
            if not is_public(number, also=self._public):
                raise RefusedError(_not_public(target, number, advise=bool(own), redirected=_is_redirected(request)))
        return numbers[:_MOST_NUMBERS]

    def _prepare(self, curl: pycurl.Curl, request: Request, target: Target, arriving: Arriving) -> None:
        rights = rights_of(request)
        own = rights.on(target)
        for option, value in _ALWAYS:
            curl.setopt(option, value)
        if target.scheme == "https":
            for option, value in _INSECURE if own and own.allow_insecure else _secure():
                curl.setopt(option, value)
        if target.number is None:
            known = ",".join(f"[{number}]" if number.version == 6 else str(number) for number in arriving.numbers)
            curl.setopt(pycurl.RESOLVE, [f"+{target.host}:{target.port}:{known}"])
        curl.setopt(pycurl.URL, request.url)
        curl.setopt(pycurl.HTTPHEADER, _lines(request, rights.headers_for(target)))
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, int(self._limits.connect_seconds * 1000))
        curl.setopt(pycurl.OPENSOCKETFUNCTION, arriving.open_socket)
        curl.setopt(pycurl.HEADERFUNCTION, arriving.take_header)
        curl.setopt(pycurl.WRITEFUNCTION, arriving.take_body)

    def _put_back(self, curl: pycurl.Curl) -> None:
        curl.reset()
        self._idle.append(curl)


@cache
def _secure() -> tuple[tuple[int, object], ...]:
    """Return how certificates are checked: against the system's store or SSL_CERT_FILE, else certifi's."""
    store = get_default_verify_paths()
    options: list[tuple[int, object]] = [
        (pycurl.SSL_VERIFYPEER, 1),
        (pycurl.SSL_VERIFYHOST, 2),
        (pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_2),
        (pycurl.CAINFO, store.cafile or certifi.where()),
    ]
    if store.capath and any(Path(store.capath).iterdir()):
        options.append((pycurl.CAPATH, store.capath))
    return tuple(options)


def _lines(request: Request, more: tuple[tuple[str, str], ...]) -> list[bytes]:
    """Return the header lines of `request`; those of `more` take the place of others of their name."""
    headers = Headers(request.headers) if more else request.headers
    for name, value in more:
        headers[name] = value
    lines = [name + b": " + value if value else name + b";" for name, values in headers.items() for value in values]
    if any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines):
        raise RefusedError("a header of this feed has more than one line")
    return lines


def _is_redirected(request: Request) -> bool:
    return bool(request.meta.get("redirect_urls"))


def _not_public(target: Target, number: Number, *, advise: bool, redirected: bool) -> str:
    where = str(number) if target.number else f"{target.host} ({number})"
    advice = "; if you mean it, set `allow_private: true` for this feed" if advise else ""
    return f"{'redirects' if redirected else 'leads'} to {where}, which is not a public address{advice}"


def _failure(error: pycurl.error, curl: pycurl.Curl, own: Rights | None) -> Exception:
    """Return what libcurl's error means in Scrapy's terms."""
    code, words = error.args
    connected = curl.getinfo(pycurl.CONNECT_TIME) > 0
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return DownloadTimeoutError(words) if connected else UnreachedError(f"no connection came about ({words})")
    if code == pycurl.E_COULDNT_CONNECT:
        refused = curl.getinfo(pycurl.OS_ERRNO) == errno.ECONNREFUSED
        return DownloadConnectionRefusedError(words) if refused else UnreachedError(words)
    if code == pycurl.E_PARTIAL_FILE:
        return ResponseDataLossError(words)
    if code in _CERTIFICATE:
        advice = "; if you mean it, set `allow_insecure: true` for this feed" if own else ""
        words = words.removeprefix("SSL certificate OpenSSL verify result: ")
        return DownloadFailedError(f"its certificate or encryption is not accepted ({words}){advice}")
    if code in _NO_HTTP:
        return DownloadFailedError(f"what came is no HTTP ({words})")
    return DownloadFailedError(words)
