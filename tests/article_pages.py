"""Feeds and the pages of their articles, as tests of full texts serve them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.feed_server import FeedServer, answer

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HTML: dict[str, str | bytes] = {"Content-Type": "text/html; charset=utf-8"}
BODY = (
    "The regulator {subject} said on Monday that it had opened a formal inquiry into the agreement between the two"
    " companies, four people with knowledge of the matter told reporters.",
    "Lawyers for both sides met officials of {subject} last week in a session that lasted for several hours, and were"
    " given until the end of the month to answer a list of forty questions.",
    "Neither company would comment on what {subject} had asked for. Analysts expect the inquiry to take at least a"
    " year, and shares of both fell in early trading before they recovered most of what they had lost.",
)


def text_of(subject: str) -> str:
    """Return the body of the article on `subject`, a paragraph to a line."""
    return "\n".join(BODY).format(subject=subject)


def page(subject: str, *, head: str = "", body: str | None = None, html: str = '<html lang="en">') -> bytes:
    """Return the page of the article on `subject`, with what surrounds articles."""
    paragraphs = "".join(f"<p>{line}</p>" for line in (body or text_of(subject)).split("\n"))
    return (
        f"<!DOCTYPE html>{html}<head><title>Inquiry into {subject} opened</title>{head}</head><body>"
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f"<article><h1>Inquiry into {subject} opened</h1>{paragraphs}</article>"
        '<aside><a href="/other">An unrelated story of which only the headline stands here</a></aside>'
        "<footer>Copyright, imprint and terms of use</footer></body></html>"
    ).encode()


def feed(entries: Iterable[tuple[str, str]], *, more: str = "") -> bytes:
    """Return a feed of (subject, address of the page), the newest first, an hour between two."""
    items = "".join(
        f"<item><title>Inquiry into {subject} opened</title><link>{address}</link><guid>{address}</guid>"
        f"<description>A few words on {subject}.</description>"
        f"<pubDate>{format_datetime(NOON - timedelta(hours=number))}</pubDate>{more}</item>"
        for number, (subject, address) in enumerate(entries)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


def serve_articles(server: FeedServer, subjects: Iterable[str], *, host: str = "127.0.0.1", name: str = "rss") -> str:
    """Serve a feed of `subjects` with a page for each, and return the feed's address on `host`."""
    entries = []
    for subject in subjects:
        path = f"/{name}/{subject}"
        server.serve(path, answer(page(subject), headers=HTML))
        entries.append((subject, server.address(path, host)))
    server.serve(f"/{name}", answer(feed(entries)))
    return server.address(f"/{name}", host)
