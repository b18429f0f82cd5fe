"""The newsroom on loopback HTTP: every outlet on its own host, its feed and the pages behind its links."""

import errno
import gzip
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

from demo.newsroom import Document, Instant, Newsroom

_ATTEMPTS = 20


class Served:
    """A newsroom that is being served: where, and what was asked of it so far.

    `addresses` leads from an outlet's key to its front page, `feeds` from an outlet's name to its feed.
    """

    def __init__(
        self,
        newsroom: Newsroom,
        hosts: dict[str, str],
        port: int,
        *,
        clock: Callable[[], timedelta],
        instant: Instant,
    ):
        self.addresses = {key: f"http://{host}:{port}/{key}/" for key, host in hosts.items()}
        self.feeds = {outlet.name: self.addresses[outlet.key] + outlet.feed_path for outlet in newsroom.outlets}
        self._newsroom, self._clock, self._instant = newsroom, clock, instant
        self._answers: Counter[tuple[str, int]] = Counter()
        self._lock = threading.Lock()

    def answers(self, outlet: str | None = None) -> Counter[int]:
        """Return how often feeds were answered with each status, by one outlet (its key) or by all."""
        counted: Counter[int] = Counter()
        with self._lock:
            for (key, status), times in self._answers.items():
                if outlet in (None, key):
                    counted[status] += times
        return counted

    def answer(self, path: str, *, if_none_match: str, gzipped: bool) -> Document:
        """Return the answer to a GET of a path, and count it when it was for a feed."""
        key, _, rest = urlsplit(path).path.lstrip("/").partition("/")
        if key not in self.addresses:
            return Document(status=404, headers={"Content-Type": "text/plain"}, body=b"There is no such outlet.\n")
        outlet, at = self._newsroom.outlet(key), self._clock()
        if rest != outlet.feed_path:
            return self._newsroom.page(outlet, rest, at, instant=self._instant)
        document = self._newsroom.render(outlet, at, address=self.addresses[key], instant=self._instant)
        document = _unless_known(_gzipped(document) if gzipped else document, if_none_match)
        with self._lock:
            self._answers[key, document.status] += 1
        return document


@contextmanager
def serve(newsroom: Newsroom, *, clock: Callable[[], timedelta], instant: Instant, port: int = 0) -> Iterator[Served]:
    """Serve a newsroom while the context lasts; `clock` says what time of the play it is (see `demo.play`).

    Each outlet has its own loopback host (127.0.0.2, 127.0.0.3, ...) where the system knows them, as Linux
    does; elsewhere all share 127.0.0.1. OSError when the port is taken.
    """
    keys = [outlet.key for outlet in newsroom.outlets]
    with ExitStack() as stack:
        servers = _listen(len(keys), port)
        hosts = [str(server.server_address[0]) for server in servers]
        if len(hosts) < len(keys):
            hosts = hosts * len(keys)
        bound_port = int(servers[0].server_address[1])
        served = Served(newsroom, dict(zip(keys, hosts, strict=False)), bound_port, clock=clock, instant=instant)
        for server in servers:
            server.served = served
            stack.enter_context(server.running())
        yield served


class _Server(ThreadingHTTPServer):
    """A listening socket whose open connections end with it."""

    served: Served
    request_queue_size = 128
    daemon_threads = False  # the end waits for them, so that nothing is left open

    def __init__(self, host: str, port: int) -> None:
        self._open: set[socket.socket] = set()
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        # HTTPServer asks the name service for its own name here, which takes seconds on a machine without one.
        TCPServer.server_bind(self)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Answer requests in threads while the context lasts."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()
            for connection in list(self._open):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up; anything else is a bug and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "newsroom"
    disable_nagle_algorithm: ClassVar[bool] = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        document = self.server.served.answer(
            self.path,
            if_none_match=self.headers.get("If-None-Match", ""),
            gzipped="gzip" in self.headers.get("Accept-Encoding", ""),
        )
        self.send_response(document.status)
        for name, value in document.headers.items():
            self.send_header(name, value)
        if document.status != 304:
            self.send_header("Content-Length", str(len(document.body)))
        self.end_headers()
        self.wfile.write(document.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the screen belongs to the alerts."""


def _listen(count: int, port: int) -> list[_Server]:
    """Return servers on one port: one per outlet, or a single one where loopback has a single address."""
    for _ in range(_ATTEMPTS):
        servers: list[_Server] = []
        try:
            for number in range(count):
                servers.append(_Server(f"127.0.0.{number + 2}", servers[0].server_address[1] if servers else port))
            return servers
        except OSError as error:
            for server in servers:
                server.server_close()
            if error.errno == errno.EADDRNOTAVAIL:
                return [_Server("127.0.0.1", port)]
            if error.errno != errno.EADDRINUSE or port:
                raise
    raise OSError(errno.EADDRINUSE, f"no port is free on all of {count} loopback hosts")


def _gzipped(document: Document) -> Document:
    if document.status != 200:
        return document
    # Another representation, another validator (RFC 9110, section 8.8.3).
    tag = document.headers["ETag"].rstrip('"') + '-gzip"'
    headers = {**document.headers, "ETag": tag, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Document(status=200, headers=headers, body=gzip.compress(document.body, mtime=0))


def _unless_known(document: Document, if_none_match: str) -> Document:
    # If-Modified-Since is not looked at: in half a minute a feed changes more than once within a second.
    tag = document.headers.get("ETag")
    if tag is None or tag not in (known.strip() for known in if_none_match.split(",")):
        return document
    return Document(status=304, headers={"ETag": tag})
