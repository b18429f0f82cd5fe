"""A webhook and a mail server on loopback that write down what they receive before they answer, and answer as told."""

import asyncio
import contextlib
import json
import os
import socket
import ssl
import struct
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.loop_thread import serving

PATIENCE = 20.0  # seconds; only a failing test waits so long


class Records:
    """A file of JSON lines, each on the disk before anybody is told that it was received."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._grown = threading.Condition()
        self._file = path.open("ab")

    def add(self, **record: object) -> None:
        """Write one record down for good."""
        with self._grown:
            self._file.write(json.dumps(record).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self._grown.notify_all()

    def read(self) -> list[dict[str, Any]]:
        """Return every record, oldest first."""
        return [json.loads(line) for line in self.path.read_bytes().splitlines()]

    def wait(self, is_enough: Callable[[], bool], patience: float = PATIENCE) -> bool:
        """Wait until `is_enough`, looked at after every record; return whether it came to that."""
        with self._grown:
            return self._grown.wait_for(is_enough, patience)

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


# What a webhook does with a request: a status to answer, or one of the four below.
@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer with what a service says in the body, and in headers."""

    body: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slow:
    """Answer with `status`, but only when the test says so."""

    until: threading.Event
    status: int = 200


class Hangup:
    """Close the connection after the request was read, without an answer."""


class Slam:
    """Reset the connection without reading the request."""


# Bytes are answered as they are.
Reply = int | bytes | Answer | Slow | type[Hangup] | type[Slam]


@dataclass(slots=True)
class Webhook:
    """A server that takes any POST; what it answers can be told for each path, one reply after the other."""

    records: Records
    port: int = 0
    seconds: float = 0.0  # what every answer takes
    otherwise: Reply = 200  # to paths that nothing was told of
    _replies: dict[str, list[Reply]] = field(default_factory=dict)

    def address(self, path: str = "/hook", *, scheme: str = "json", login: str = "") -> str:
        """Return the channel address that leads to `path`."""
        return f"{scheme}://{login}127.0.0.1:{self.port}{path}"

    def reply(self, path: str, *replies: Reply) -> str:
        """Answer `path` with `replies` from now on, the last one for ever, and return its channel address."""
        self._replies[path] = list(replies)
        return self.address(path)

    def requests(self, path: str | None = None) -> list[Request]:
        """Return what came for `path`, or everything, in order."""
        requests = (
            Request(path=each["path"], headers=each["headers"], body=b64decode(each["body"]))
            for each in self.records.read()
        )
        return [request for request in requests if path in (None, request.path)]

    def wait_for(self, count: int, path: str | None = None) -> list[Request]:
        """Return what came for `path` as soon as it is `count` requests; fail when that does not happen."""
        assert self.records.wait(lambda: len(self.requests(path)) >= count), f"{count} requests did not come"
        return self.requests(path)

    def next_reply(self, path: str) -> Reply:
        """Take the reply that is next for `path`."""
        replies = self._replies.get(path, [self.otherwise])
        return replies.pop(0) if len(replies) > 1 else replies[0]


class _WebhookServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    webhook: Webhook

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer asks the name service for its own name, which may take seconds

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that was killed in the middle."""


class _WebhookHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _WebhookServer

    def do_POST(self) -> None:
        webhook = self.server.webhook
        reply = webhook.next_reply(self.path)
        self.close_connection = True
        if reply is Slam:
            # Unread bytes and a linger of zero make the close a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        size = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(size)
        if len(body) < size:
            return  # its sender was killed in the middle of it
        webhook.records.add(path=self.path, headers=dict(self.headers), body=b64encode(body).decode())
        if isinstance(reply, Slow):
            reply.until.wait(PATIENCE)
        if webhook.seconds:
            threading.Event().wait(webhook.seconds)
        if isinstance(reply, bytes):
            self.wfile.write(reply)
        elif isinstance(reply, Answer):
            self._answer(reply)
        elif reply is not Hangup:
            status = reply.status if isinstance(reply, Slow) else reply
            assert isinstance(status, int)
            self._answer(Answer(status=status, body="ok"))

    do_PUT = do_GET = do_POST  # noqa: N815  http.server calls them so

    def _answer(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def running_webhook(
    records: Path, *, port: int = 0, seconds: float = 0.0, context: ssl.SSLContext | None = None
) -> Iterator[Webhook]:
    """Take POSTs on a free port, from threads of its own, and write them down in `records`; `context` for HTTPS."""
    webhook = Webhook(Records(records), seconds=seconds)
    server = _WebhookServer(("127.0.0.1", port), _WebhookHandler)
    if context:
        # The greeting in the thread of the connection, so that one that fails does not end the server.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.webhook, webhook.port = webhook, server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield webhook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        webhook.records.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail as it came over the wire."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def head(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0]

    @property
    def read(self) -> EmailMessage:
        """The mail as a mail program reads it."""
        read = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read

    @property
    def text(self) -> str:
        plain = self.read.get_body(("plain",))
        assert isinstance(plain, EmailMessage)
        content = plain.get_content()
        assert isinstance(content, str)
        return content.replace("\r\n", "\n")


@dataclass  # without slots: aiosmtpd looks at every member, and early 3.11 has one that cannot be looked at
class MailServer:
    """An SMTP server. `answers` tells by command (EHLO, MAIL, RCPT, DATA) what to answer instead of accepting.

    "drop" closes the connection, for DATA after the whole message was read. `logins` are users with passwords.
    """

    records: Records
    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)

    def address(self, more: str = "", *, mode: str = "insecure", login: str = "") -> str:
        """Return a channel address that sends mail here."""
        scheme = "mailto" if mode == "insecure" else "mailtos"
        server = f"{scheme}://{login}127.0.0.1:{self.port}"
        return f"{server}?from=watch@example.org&to=reader@example.org&mode={mode}{more}"

    def lets_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object) -> AuthResult:
        """Say whether a login is one of ours."""
        assert isinstance(login, LoginPassword)
        is_ours = self.logins.get(login.login.decode()) == login.password.decode()
        return AuthResult(success=is_ours, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a sender."""
        envelope.mail_from = address
        return self._answer(server, "MAIL") or "250 OK"

    def mails(self) -> list[Mail]:
        """Return the mails that came, in order."""
        return [
            Mail(sender=each["sender"], recipients=each["recipients"], raw=b64decode(each["raw"]))
            for each in self.records.read()
        ]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient; "550 <address> ..." in `answers` refuses only that one."""
        answer = self._answer(server, "RCPT")
        if answer and ("<" not in answer or f"<{address}>" in answer):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Write a mail down, then take or refuse it."""
        assert isinstance(envelope.original_content, bytes)
        self.records.add(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            raw=b64encode(envelope.original_content).decode(),
        )
        return self._answer(server, "DATA") or "250 OK"

    def _answer(self, server: SMTP, command: str) -> str | None:
        answer = self.answers.get(command)
        if answer == "drop":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer


@contextlib.contextmanager
def running_mail_server(
    records: Path,
    *,
    port: int = 0,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    **logins: str,
) -> Iterator[MailServer]:
    """Take mail on a free port, or `port`, from a thread of its own, and write it down in `records`.

    `starttls` offers encryption, `tls` begins with it. `logins` are taken; with `starttls` nobody else may send.
    """
    mail_server = MailServer(Records(records), logins=logins)

    async def start(loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        listening = await loop.create_server(
            lambda: SMTP(
                mail_server,
                hostname="mail.example.org",
                loop=loop,
                tls_context=starttls,
                authenticator=mail_server.lets_in if logins else None,
                auth_required=bool(logins and starttls),
                auth_require_tls=starttls is not None,
            ),
            "127.0.0.1",
            port,
            ssl=tls,
        )
        mail_server.port = listening.sockets[0].getsockname()[1]
        return listening

    with contextlib.closing(mail_server.records), serving(start):
        yield mail_server
