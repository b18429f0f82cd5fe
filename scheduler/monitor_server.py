"""Where the monitor answers: GET /healthz and GET /metrics at one address of this machine, and nothing else."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from scheduler.config_operations import split_address
from scheduler.monitoring import METRICS_TYPE, Monitor

_AT_ONCE = 8  # connections; whoever comes beyond is turned away, so that nobody can fill the service with threads
_PATIENCE = 5.0  # seconds for a request
_POLL_SECONDS = 0.1
_TEXT = "text/plain; charset=utf-8"

log = logging.getLogger(__name__)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: str, monitor: Monitor) -> None:
        self.monitor = monitor
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        host, port = split_address(address)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer asks the name service for its own name, which may take seconds

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Note it where it does not fill the log: somebody hung up, or sent no HTTP."""
        log.debug("a request to the monitor failed", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "wirewatch"
    sys_version = ""
    timeout = _PATIENCE

    def do_GET(self) -> None:
        if self.path == "/healthz":
            wrong = self.server.monitor.wrong()
            self._answer(503 if wrong else 200, "\n".join(wrong or ["ok"]).encode() + b"\n")
        elif self.path == "/metrics":
            self._answer(200, self.server.monitor.metrics(), METRICS_TYPE)
        else:
            self._answer(404, b"/healthz and /metrics are here\n")

    def refuse(self) -> None:
        self._answer(405, b"only GET\n")

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = refuse  # noqa: N815

    def _answer(self, status: int, body: bytes, kind: str = _TEXT) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a scrape every few seconds is no news."""


@contextmanager
def monitoring_at(address: str | None, monitor: Monitor) -> Iterator[int | None]:
    """Answer at `address`, from threads of its own, as long as the block lasts; yield the port.

    Where nothing can be listened on, that is logged and the service goes on: news matter more.
    """
    if address is None:
        yield None
        return
    try:
        server = _Server(address, monitor)
    except OSError as error:
        log.error("monitor %s: nothing can be listened on there (%s)", address, error.strerror)  # noqa: TRY400
        yield None
        return
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), name="monitor", daemon=True)
    thread.start()
    log.info("/healthz and /metrics are at %s", address)
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
