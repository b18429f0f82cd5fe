"""Feeds on loopback that publish something new again and again, each article with a marker of its own."""

import asyncio
import contextlib
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from hashlib import sha256
from typing import TypeVar

from tests.feed_server import FeedServer, answer, running_feed_server

LISTED = 120  # entries a feed shows: enough for every pause that a restart may take

_MARKER = re.compile(r"\bm\d+x\d+\b")


def markers_in(text: str) -> list[str]:
    """Return the markers of the articles that `text` tells, each once, in order."""
    return list(dict.fromkeys(_MARKER.findall(text)))


def marker_in(text: str) -> str:
    """Return the marker of the one article that `text` tells."""
    (marker,) = markers_in(text)
    return marker


_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass(slots=True)
class Press:
    """Feeds, each on a host of its own. Until `stop` each publishes an article at once and every `pace` seconds."""

    server: FeedServer
    pace: float
    count: int
    polls: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    _published: list[tuple[str, datetime, int]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def address(self, number: int) -> str:
        return self.server.address(f"/{number}.rss", host=f"127.0.2.{number + 1}")

    def markers(self) -> set[str]:
        """Return the markers of everything that was published."""
        with self._lock:
            return {marker for marker, _, _ in self._published}

    def stop(self) -> None:
        """Publish nothing more."""
        self._stopped.set()

    def publish_for_ever(self) -> None:
        issue = 0
        while not self._stopped.is_set():
            with self._lock:
                now = datetime.now(UTC)
                self._published += [(f"m{number}x{issue:05}", now, number) for number in range(self.count)]
            issue += 1
            self._stopped.wait(self.pace)

    def feed(self, number: int) -> bytes:
        """Return what a feed shows now."""
        with self._lock:
            mine = [(marker, at) for marker, at, feed in self._published if feed == number][: -LISTED - 1 : -1]
        items = "".join(
            f"<item><title>{headline(marker)}</title><guid>{marker}</guid>"
            f"<link>https://news.example.org/{marker}</link><pubDate>{format_datetime(at)}</pubDate></item>"
            for marker, at in mine
        )
        return f"<rss version='2.0'><channel><title>Feed {number}</title>{items}</channel></rss>".encode()

    async def answer(self, number: int, writer: asyncio.StreamWriter) -> None:
        """Note the poll and answer it, in two halves, so that a kill may come between them."""
        self.polls[self.address(number)].append(datetime.now(UTC))
        whole = answer(self.feed(number), headers={"Content-Type": "application/rss+xml"})
        writer.write(whole[: len(whole) // 2])
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(whole[len(whole) // 2 :])


AnyPress = TypeVar("AnyPress", bound=Press)


@contextlib.contextmanager
def running_press(count: int, *, pace: float) -> Iterator[Press]:
    """Run `count` feeds and publish until the press is stopped."""
    with running(Press, count, pace=pace) as press:
        yield press


@contextlib.contextmanager
def running(kind: type[AnyPress], count: int, *, pace: float) -> Iterator[AnyPress]:
    """Run `count` feeds of a `kind` of press and publish until it is stopped."""
    with running_feed_server() as server:
        press = kind(server, pace, count)
        for number in range(count):
            server.serve(f"/{number}.rss", partial(press.answer, number))
        publisher = threading.Thread(target=press.publish_for_ever)
        publisher.start()
        try:
            yield press
        finally:
            press.stop()
            publisher.join()


def headline(marker: str) -> str:
    """Return a headline that tells a story of its own: nothing but its subject is in the others."""
    digest = sha256(marker.encode()).hexdigest()
    own = [digest[start : start + 7].translate(_LETTERS).title() for start in range(0, 42, 7)]
    return f"{' '.join(own[:3])} antitrust complaint {marker} {' '.join(own[3:])}"
