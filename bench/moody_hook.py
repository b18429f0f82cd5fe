"""A webhook on loopback whose mood can be changed: it takes, refuses, asks for time, hangs, or hangs up."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from pathlib import Path

from tests.oracle import Told, told_by
from tests.receivers import Records

_HANGS_SECONDS = 20.0


class Mood(StrEnum):
    """What it does with a request."""

    TAKES = "takes"
    FAILS = "500"
    IS_BUSY = "429"
    HANGS = "hangs"  # takes it, and answers late
    HANGS_UP = "hangs up"  # takes it, and never answers


class MoodyHook:
    """What was taken is in a file, each request on the disk before anybody is told of it."""

    def __init__(self, records: Path) -> None:
        self.mood = Mood.TAKES
        self.records = Records(records)
        self.port = 0

    def address(self) -> str:
        """Return the channel address that leads here."""
        return f"json://127.0.0.1:{self.port}/hook"

    def told(self, channel: str) -> list[Told]:
        """Return what was taken, in order."""
        return [
            told
            for number, each in enumerate(self.records.read())
            for told in told_by(channel, number, each["title"], each["message"])
        ]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hook: MoodyHook

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that was killed in the middle."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        hook = self.server.hook
        mood, size = hook.mood, int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(size)
        if len(body) < size:
            return
        if mood in (Mood.FAILS, Mood.IS_BUSY):
            self.send_response(int(mood))
            if mood is Mood.IS_BUSY:
                self.send_header("Retry-After", "10")
            self.end_headers()
            return
        said = loads(body)
        hook.records.add(title=said["title"], message=said["message"])
        if mood is Mood.HANGS:
            threading.Event().wait(_HANGS_SECONDS)
        if mood is not Mood.HANGS_UP:
            self.send_response(200)
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def moody_hook(records: Path) -> Iterator[MoodyHook]:
    """Take POSTs on a free port."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.hook = hook = MoodyHook(records)
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        hook.records.close()
