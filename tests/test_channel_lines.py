"""Sends that would never end: whoever gives one up cuts its lines, and its thread is gone."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from alerts.channel_lines import CutError, Lines, held, hold
from alerts.channels import send
from alerts.medium import Message
from alerts.sent import Arrival, Sent

MESSAGE = Message(title="T", body="text")


class Drip:
    """A server that says something again and again, so that no time limit of a single answer ends it."""

    def __init__(self, begins: bytes, again: bytes) -> None:
        self.begins, self.again = begins, again
        self.began, self.released = threading.Event(), threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]
        self.talking = threading.Thread(target=self._talk, daemon=True)
        self.talking.start()

    def _talk(self) -> None:
        try:
            connection, _ = self.server.accept()
            with connection:
                connection.sendall(self.begins)
                self.began.set()
                while not self.released.wait(0.05):
                    connection.sendall(self.again)
        except OSError:
            pass  # it was cut

    def close(self) -> None:
        self.released.set()
        self.talking.join(timeout=10)
        self.server.close()


@pytest.fixture
def drips() -> Iterator[Callable[[bytes, bytes], Drip]]:
    made: list[Drip] = []

    def make(begins: bytes, again: bytes) -> Drip:
        made.append(Drip(begins, again))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize(
    ("url", "begins", "again"),
    [
        ("json://127.0.0.1:{}/hook", b"HTTP/1.1 200 OK\r\n", b"X"),
        ("json://127.0.0.1:{}/hook", b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", b"x"),
        ("jsons://127.0.0.1:{}/hook", b"\x16\x03\x03\x3f\xff", b"\x02"),
        ("mailto://127.0.0.1:{}?from=a@example.org&to=b@example.org&mode=insecure", b"220-wait\r\n", b"220-wait\r\n"),
        ("mailtos://127.0.0.1:{}?from=a@example.org&to=b@example.org&mode=ssl", b"\x16\x03\x03\x3f\xff", b"\x02"),
    ],
    ids=["HTTP head", "HTTP body", "HTTPS", "mail", "mail by TLS"],
)
def test_f37_a_service_that_drips_is_cut_and_its_thread_ends(
    url: str, begins: bytes, again: bytes, drips: Callable[[bytes, bytes], Drip]
) -> None:
    """F37: no thread is left behind by what goes by HTTP or mail."""
    drip, lines, became = drips(begins, again), Lines(), list[Sent]()

    def work() -> None:
        with held(lines):
            became.append(send(url.format(drip.port), MESSAGE))

    sending = threading.Thread(target=work, daemon=True)
    sending.start()
    assert drip.began.wait(20)
    assert sending.is_alive()
    lines.cut()
    sending.join(timeout=10)
    assert not sending.is_alive()
    assert became


def test_a_send_that_was_given_up_opens_no_further_line(drips: Callable[[bytes, bytes], Drip]) -> None:
    drip, lines = drips(b"", b"x"), Lines()
    lines.cut()
    with held(lines):
        sent = send(f"json://127.0.0.1:{drip.port}/hook", MESSAGE)
    assert sent == Sent(Arrival.REFUSED, "could not connect to 127.0.0.1: the send was given up")


def test_nothing_is_held_where_nobody_can_cut() -> None:
    with socket.socket() as line:
        hold(line)
        lines = Lines()
        with held(lines):
            hold(line)
        lines.cut()
        with pytest.raises(CutError):
            lines.add(line)
