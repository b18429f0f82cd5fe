"""Feeds on loopback, each on a host of its own, served from a process whose work is not measured.

`python -m bench.feed_farm FEEDS ENTRIES [HANGING]` prints its port and serves; the line `touch` on its standard input
gives every twentieth feed one new entry. The last HANGING feeds take the question and never answer.
"""

import asyncio
import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from html import escape

HOSTS_TO_A_NET = 250
TOUCHED_EVERY = 20  # 5 % of the feeds
SUMMARY_WORDS = 60

_EPOCH = datetime(2026, 11, 20, 6, tzinfo=UTC)


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_SYLLABLES = _listed("ba cor den el fa gra hil im jo ka lor mi nex or pel qua rin sto ta u vel wer xi yor zan")
_ACCENTED = _listed(
    "café Müller São Société Núñez Øresund"
)  # one word of a hundred; every summary has marks and dashes
_COMMON = _listed(
    "the of to and in a for that on is with said it by as at its from be was has an will have are not this after who"
)
# Words that the shipped topics ask for: about one entry of fifty meets a topic.
_TELLING = (
    "antitrust complaint against OpenAI and Microsoft over cloud partnership",
    "Oracle and SoftBank sign compute deal with OpenAI for data centers",
    "competition authority opens inquiry into Microsoft contract",
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
    "<title>Outlet {number}</title><link>https://outlet-{number}.example/</link>"
    "<description>News of outlet {number}</description><language>en-gb</language>"
    '<atom:link href="https://outlet-{number}.example/rss" rel="self" type="application/rss+xml"/>\n'
)
_ITEM = (
    "<item><title>{title}</title><link>{link}?utm_source=rss&amp;utm_medium=feed</link>"
    '<guid isPermaLink="false">outlet-{number}-{entry}</guid><pubDate>{date}</pubDate>'
    "<dc:creator>{author}</dc:creator><category>Business</category><category>Technology</category>"
    '<media:content url="{link}.jpg" medium="image" width="1200" height="630"/>'
    "<description><![CDATA[{summary}]]></description></item>\n"
)


def addresses(feeds: int, port: int) -> list[str]:
    """Return the addresses of the farm's feeds, each on a host of its own."""
    return [
        f"http://127.0.{1 + number // HOSTS_TO_A_NET}.{1 + number % HOSTS_TO_A_NET}:{port}/rss"
        for number in range(feeds)
    ]


def document(number: int, *, entries: int, newest: int) -> bytes:
    """Return feed `number` as it stands when its entry `newest` came: that one and those before it, newest first."""
    items = (_item(number, entry) for entry in range(newest, newest - entries, -1))
    return "".join((_HEAD.format(number=number), *items, "</channel></rss>\n")).encode()


def _item(number: int, entry: int) -> str:
    chance = random.Random(f"{number} {entry}")
    title = sentence(chance, 9)
    return _ITEM.format(
        title=escape(title),
        link=f"https://outlet-{number}.example/2026/11/{_slug(title)}-{entry}",
        number=number,
        entry=entry,
        date=format_datetime(_EPOCH + timedelta(minutes=40 * entry + number % 40)),
        author=sentence(chance, 2).title(),
        summary=_summary(chance, number),
    )


def _slug(title: str) -> str:
    return "-".join(title.lower().encode("ascii", "ignore").decode().split()[:6])


def _summary(chance: random.Random, number: int) -> str:
    half = SUMMARY_WORDS // 2 - 6
    telling = f" {chance.choice(_TELLING)}." if chance.random() < 0.02 else ""
    return (
        f'<p>{sentence(chance, half)}, <a href="/topic/{number}">{sentence(chance, 3)}</a>'
        f" {sentence(chance, 8)} &amp; more.{telling}</p>"
        f"<p><strong>{sentence(chance, 3)}</strong> – “{sentence(chance, half)}’s {sentence(chance, 4)}”.</p>"
        f'<img src="/pixel/{number}.gif" width="1" height="1" alt="">'
    )


def sentence(chance: random.Random, words: int) -> str:
    """Return so many words as one sentence without its stop."""
    return " ".join(_word(chance) for _ in range(words)).capitalize()


def _word(chance: random.Random) -> str:
    """Return a word as news has them: half of all are the same thirty, the rest come from some thousands."""
    drawn = chance.random()
    if drawn < 0.5:
        return chance.choice(_COMMON)
    if drawn < 0.51:
        return chance.choice(_ACCENTED)
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3)))


class Farm:
    """All feeds as ready answers, by host."""

    def __init__(self, feeds: int, entries: int, hanging: int) -> None:
        self._entries = entries
        hosts = [address.split("//")[1].split(":")[0] for address in addresses(feeds, 0)]
        answering = hosts[: feeds - hanging]
        self._answers = {host: self._answer(number, entries) for number, host in enumerate(answering)}

    def touch(self) -> int:
        """Give every twentieth feed one new entry and return how many feeds that are."""
        touched = list(self._answers)[::TOUCHED_EVERY]
        for position, host in enumerate(touched):
            self._answers[host] = self._answer(position * TOUCHED_EVERY, self._entries + 1)
        return len(touched)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection: 304 to who knows the ETag, else the document."""
        host = writer.get_extra_info("sockname")[0]
        try:
            while True:
                question = await reader.readuntil(b"\r\n\r\n")
                if host not in self._answers:
                    await reader.read()  # until they hang up
                    return writer.close()
                etag, answer = self._answers[host]
                writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "%s"\r\n\r\n' % etag if etag in question else answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, number: int, newest: int) -> tuple[bytes, bytes]:
        return self._with_etag(document(number, entries=self._entries, newest=newest))

    def _with_etag(self, body: bytes) -> tuple[bytes, bytes]:
        etag = blake2b(body, digest_size=8).hexdigest().encode()
        head = (
            b'HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\nETag: "%s"\r\n'
            b"Last-Modified: Sun, 22 Nov 2026 06:00:00 GMT\r\nContent-Length: %d\r\n\r\n"
        )
        return etag, head % (etag, len(body)) + body


async def main(feeds: int, entries: int, hanging: int = 0) -> None:
    """Serve until standard input ends."""
    farm = Farm(feeds, entries, hanging)
    listening = await asyncio.start_server(farm.serve, "0.0.0.0", 0, backlog=512)
    print(f'{{"port": {listening.sockets[0].getsockname()[1]}}}', flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(f'{{"touched": {farm.touch()}}}', flush=True)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
