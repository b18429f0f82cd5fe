"""Feeds on loopback and a webhook in one process, so that one clock says when a feed answered and when it was told.

`python -m bench.latency_farm FEEDS ENTRIES` prints its port and serves. A line `news` on its standard input gives every
feed one new entry, of which every tenth meets the topic; `told` asks for what was noted since.
"""

import asyncio
import json
import random
import re
import sys
import time
from datetime import UTC, datetime

from bench.feed_farm import SUMMARY_WORDS, Farm, addresses, document, sentence

TELLING_EVERY = 10  # of so many feeds one has an entry that meets the topic
WORD = "antitrust"  # what the topic asks for

_OUTLET = re.compile(rb"outlet-(\d+)\.example")
_SIZE = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_ITEM = (
    "<item><title>{title}</title><link>https://outlet-{number}.example/2026/11/news-{slug}</link>"
    '<guid isPermaLink="false">outlet-{number}-news-{slug}</guid><pubDate>{date}</pubDate>'
    "<description>{summary}</description></item>\n"
)


class TimedFarm(Farm):
    """Feeds that note when each gave a whole document last, and a webhook that notes what it was told of which."""

    def __init__(self, feeds: int, entries: int) -> None:
        super().__init__(feeds, entries, hanging=0)
        self._hosts = [address.split("//")[1].split(":")[0] for address in addresses(feeds, 0)]
        self._number = {host: number for number, host in enumerate(self._hosts)}
        self._round = 0
        self.answered: dict[int, float] = {}
        self.told: dict[int, float] = {}
        self.messages = 0

    def bring_news(self) -> int:
        """Give every feed one new entry, forget what was noted, and return how many of them meet the topic."""
        self._round += 1
        self.answered, self.told, self.messages = {}, {}, 0
        for number, host in enumerate(self._hosts):
            self._answers[host] = self._with_etag(self._with_news(number))
        return len(self._hosts[::TELLING_EVERY])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer as a feed does, or, to a POST, as a webhook does."""
        host = writer.get_extra_info("sockname")[0]
        try:
            while True:
                question = await reader.readuntil(b"\r\n\r\n")
                if question.startswith(b"POST"):
                    await self._take(question, reader)
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
                    await writer.drain()
                    return writer.close()
                etag, answer = self._answers[host]
                is_known = etag in question
                writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "%s"\r\n\r\n' % etag if is_known else answer)
                await writer.drain()
                if not is_known:
                    self.answered[self._number[host]] = time.time()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _take(self, question: bytes, reader: asyncio.StreamReader) -> None:
        size = _SIZE.search(question)
        body = await reader.readexactly(int(size[1]) if size else 0)
        now = time.time()
        self.messages += 1
        for number in set(map(int, _OUTLET.findall(body))):
            self.told.setdefault(number, now)

    def _with_news(self, number: int) -> bytes:
        chance = random.Random(f"news {self._round} {number}")
        words = [sentence(chance, 1).lower() for _ in range(9)]
        if number % TELLING_EVERY == 0:
            words[4] = WORD
        item = _ITEM.format(
            title=" ".join(words).capitalize(),
            summary=sentence(chance, SUMMARY_WORDS),
            slug=f"{self._round}",
            number=number,
            date=datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        )
        listed = document(number, entries=self._entries, newest=self._entries).decode()
        return listed.replace("<item>", f"{item}<item>", 1).encode()


async def main(feeds: int, entries: int) -> None:
    """Serve until standard input ends."""
    farm = TimedFarm(feeds, entries)
    listening = await asyncio.start_server(farm.serve, "0.0.0.0", 0, backlog=512)
    print(json.dumps({"port": listening.sockets[0].getsockname()[1]}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip() == "news":
            said: dict[str, object] = {"telling": farm.bring_news()}
        else:
            said = {"answered": farm.answered, "told": farm.told, "messages": farm.messages}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
