"""What a plug-in says to a service and hears from it: every request of one send is watched, in the thread that sends.

Apprise tells only that a send failed. Whether a message may have been taken, and when the service wants to be asked
again, is in the connection and in the answer.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

from alerts.channel_addresses import check_host, check_peer
from alerts.channel_lines import hold

_LONGEST_ANSWER = 65_536  # bytes; what a service says fits into a hundredth of it
# Apprise waits, in the thread that sends, for as long as a service says here. We put off the channel ourselves.
_SLOW_DOWN = ("X-RateLimit-Reset", "X-RateLimit-Remaining")


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request and its answer; `status` is None when none came, `cause` then says why."""

    host: str
    is_connected: bool = False  # and encrypted, where that was asked for
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_whole: bool = True  # the body came to its end, and was not too long
    cause: BaseException | None = None

    @property
    def json(self) -> dict[str, Any]:
        """What the answer says as JSON; nothing when it is something else."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):  # as deep as an answer has room for brackets
            return {}
        return said if isinstance(said, dict) else {}


_watching = threading.local()


@contextmanager
def watched() -> Iterator[list[Exchange]]:
    """Watch what this thread sends by HTTP within the block; the exchanges come into the list as they happen."""
    exchanges: list[Exchange] = []
    _watching.exchanges = exchanges
    try:
        yield exchanges
    finally:
        del _watching.exchanges


def retry_after(exchange: Exchange, now: datetime | None = None) -> timedelta | None:
    """Return how long the service of `exchange` wants to be left alone; None when it does not say, or says nonsense.

    A date counts from the answer's own date, because that clock wrote both; else from `now`.
    """
    written = exchange.headers.get("retry-after", "").strip()
    if written.isascii() and written.isdigit():
        return _seconds(float(written[:12]))
    if until := _instant(written):
        since = _instant(exchange.headers.get("date", "")) or now
        return until - since if since and until > since else None
    said = exchange.json
    if exchange.status != requests.codes.too_many_requests:
        return None
    parameters = said.get("parameters")  # Telegram's
    in_telegram = parameters.get("retry_after") if isinstance(parameters, dict) else None
    milliseconds = said.get("retry_after_ms")  # Matrix's
    if (in_milliseconds := _seconds(milliseconds)) is not None:
        return in_milliseconds / 1000
    return _seconds(said.get("retry_after", in_telegram))  # Discord's


def _seconds(count: object) -> timedelta | None:
    if isinstance(count, bool) or not isinstance(count, int | float) or not 0 <= count <= 10**9:
        return None
    return timedelta(seconds=count)


def _instant(date: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


class _Guarded:
    """A connection that goes to no forbidden address, and says when it stands. The class behind it opens it."""

    def _new_conn(self) -> Any:
        try:
            check_host(self._dns_host, self.port)  # type: ignore[attr-defined]
            connection = super()._new_conn()  # type: ignore[misc]
            check_peer(connection)  # the name may have led elsewhere the second time
            hold(connection)
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error  # type: ignore[arg-type]
        return connection

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        _stands()


class _Connection(_Guarded, HTTPConnection):
    """By HTTP."""


class _EncryptedConnection(_Guarded, HTTPSConnection):
    """By HTTPS: it stands when the certificate was accepted."""


def _stands() -> None:
    exchanges = getattr(_watching, "exchanges", None)
    if exchanges:
        exchanges[-1].is_connected = True


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _EncryptedConnection


class _Adapter(HTTPAdapter):
    """Has its connections from the two pools above, behind a proxy too."""

    _POOLS = {"http": _Pool, "https": _EncryptedPool}  # noqa: RUF012  nobody changes it

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = self._POOLS
        return manager


_send_unwatched = requests.Session.send


def _send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
    """Send as requests does; where a thread is watched, write down what becomes of it, and follow no redirect."""
    exchanges: list[Exchange] | None = getattr(_watching, "exchanges", None)
    if exchanges is None:
        return _send_unwatched(session, request, **options)
    if any(each.status == requests.codes.too_many_requests for each in exchanges):
        raise requests.RequestException("the service wants to be left alone")  # some plug-ins would try at once
    exchange = Exchange(host=urlsplit(request.url or "").hostname or "")
    exchanges.append(exchange)
    adapter = _Adapter()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    options.update(stream=True, allow_redirects=False)
    try:
        response = _send_unwatched(session, request, **options)
    except requests.RequestException as error:
        exchange.cause = error
        raise
    exchange.status = response.status_code
    exchange.headers = {name.lower(): value for name, value in response.headers.items()}
    _read(response, exchange)
    for name in _SLOW_DOWN:
        response.headers.pop(name, None)
    return response


def _read(response: requests.Response, exchange: Exchange) -> None:
    """Read the answer's body as far as anybody needs it; one that breaks off leaves its status as it is."""
    try:
        body = response.raw.read(_LONGEST_ANSWER + 1, decode_content=True)
    except (HTTPError, OSError) as error:
        body, exchange.is_whole, exchange.cause = b"", False, error
    finally:
        response.close()
    if len(body) > _LONGEST_ANSWER:
        exchange.is_whole = False
    exchange.body = body[:_LONGEST_ANSWER]
    response._content, response._content_consumed = exchange.body, True  # type: ignore[attr-defined]


# Plug-ins call requests' own functions, which make a session each; there is no other place to stand. Threads that are
# not watched, and other users of requests, are passed through.
requests.Session.send = _send  # type: ignore[method-assign,assignment]
