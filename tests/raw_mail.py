"""A mail server below SMTP: it says what it is told to say, whatever it hears."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence


@contextlib.contextmanager
def raw_mail_server(answers: Sequence[bytes], *, host: str = "127.0.0.1") -> Iterator[int]:
    """Greet one connection with the first of `answers`, give the others for a line each, and yield the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        talking = threading.Thread(target=_talk, args=(server, answers), daemon=True)
        talking.start()
        yield server.getsockname()[1]
    talking.join(timeout=10)


def _talk(server: socket.socket, answers: Sequence[bytes]) -> None:
    with contextlib.suppress(OSError):
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as heard:
            greeting, *others = answers
            connection.sendall(greeting + b"\r\n")
            for answer in others:
                if not heard.readline():
                    break
                connection.sendall(answer + b"\r\n")
            heard.read()  # until the other side leaves


def has_ipv6() -> bool:
    """Say whether this machine talks to itself by IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True
