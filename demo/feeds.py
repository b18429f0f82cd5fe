"""Writing feeds in the four forms that outlets use: RSS 2.0, RSS 1.0, RSS 0.92 and Atom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from demo.articles import Article, Form, Outlet, Shows
from demo.pages import text_html

_TYPES = {
    Form.RSS_2: "application/rss+xml; charset=utf-8",
    Form.RSS_1: "application/rdf+xml; charset=utf-8",
    Form.RSS_092: "text/xml; charset=utf-8",
    Form.ATOM: "application/atom+xml; charset=utf-8",
}


def content_type(outlet: Outlet) -> str:
    """Return the Content-Type of an outlet's feed."""
    return _TYPES[outlet.form]


def write(
    outlet: Outlet,
    articles: tuple[Article, ...],
    *,
    at: timedelta,
    address: str,
    instant: Callable[[timedelta], datetime],
) -> bytes:
    """Return the outlet's feed listing these articles, newest first, as UTF-8 bytes."""
    entries = [_entry(outlet, article, at=at, address=address, instant=instant) for article in articles]
    updated = instant(max((_changed(article, at) for article in articles), default=timedelta()))
    writer = {Form.RSS_2: _rss_2, Form.RSS_1: _rss_1, Form.RSS_092: _rss_092, Form.ATOM: _atom}[outlet.form]
    return ('<?xml version="1.0" encoding="utf-8"?>\n' + writer(outlet, entries, address, updated)).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """The fields of one entry, escaped and ready for every form."""

    title: str
    link: str
    guid: str
    author: str
    published: datetime
    updated: datetime
    summary: str
    content: str


def _entry(
    outlet: Outlet, article: Article, *, at: timedelta, address: str, instant: Callable[[timedelta], datetime]
) -> _Entry:
    moment = int(at.total_seconds())
    tracking = f"?utm_source=feed&utm_medium=rss&utm_campaign=poll-{moment}" if outlet.tracks else ""
    html = text_html(outlet, article)
    # Readers take a summary for HTML: markup is escaped once, plain text twice.
    summary = html if outlet.shows is Shows.TEXT else escape(article.summary, quote=False)
    return _Entry(
        title=escape(article.title),
        link=escape(f"{address}{article.key}{tracking}"),
        guid=f"{outlet.key}-{article.key}" + (f"-{moment}" if outlet.mints_guids else ""),
        author=escape(article.author or outlet.name),
        published=instant(article.at),
        updated=instant(_changed(article, at)),
        summary=escape(summary, quote=False),
        content=html if outlet.shows is Shows.BOTH else "",
    )


def _changed(article: Article, at: timedelta) -> timedelta:
    return max([article.at, *(edit.at for edit in article.edits if edit.at <= at)])


def _rss_2(outlet: Outlet, entries: list[_Entry], address: str, updated: datetime) -> str:
    return f"""\
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{escape(outlet.name)}</title>
<link>{escape(address)}</link>
<description>{escape(outlet.about)}</description>
<language>en</language>
<lastBuildDate>{format_datetime(updated, usegmt=True)}</lastBuildDate>
{"".join(_rss_2_item(entry) for entry in entries)}</channel>
</rss>
"""


def _rss_2_item(entry: _Entry) -> str:
    content = f"<content:encoded><![CDATA[{entry.content}]]></content:encoded>\n" if entry.content else ""
    return f"""\
<item>
<title>{entry.title}</title>
<link>{entry.link}</link>
<guid isPermaLink="false">{entry.guid}</guid>
<dc:creator>{entry.author}</dc:creator>
<pubDate>{format_datetime(entry.published, usegmt=True)}</pubDate>
<description>{entry.summary}</description>
{content}</item>
"""


def _rss_1(outlet: Outlet, entries: list[_Entry], address: str, updated: datetime) -> str:
    listed = "".join(f'<rdf:li rdf:resource="{entry.link}"/>' for entry in entries)
    return f"""\
<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel rdf:about="{escape(address + outlet.feed_path)}">
<title>{escape(outlet.name)}</title>
<link>{escape(address)}</link>
<description>{escape(outlet.about)}</description>
<dc:date>{updated.isoformat(timespec="seconds")}</dc:date>
<items><rdf:Seq>{listed}</rdf:Seq></items>
</channel>
{"".join(_rss_1_item(entry) for entry in entries)}</rdf:RDF>
"""


def _rss_1_item(entry: _Entry) -> str:
    content = f"<content:encoded><![CDATA[{entry.content}]]></content:encoded>\n" if entry.content else ""
    return f"""\
<item rdf:about="{entry.link}">
<title>{entry.title}</title>
<link>{entry.link}</link>
<dc:creator>{entry.author}</dc:creator>
<dc:date>{entry.published.isoformat(timespec="seconds")}</dc:date>
<description>{entry.summary}</description>
{content}</item>
"""


def _rss_092(outlet: Outlet, entries: list[_Entry], address: str, updated: datetime) -> str:
    return f"""\
<rss version="0.92">
<channel>
<title>{escape(outlet.name)}</title>
<link>{escape(address)}</link>
<description>{escape(outlet.about)}</description>
<lastBuildDate>{format_datetime(updated, usegmt=True)}</lastBuildDate>
{"".join(_rss_092_item(entry) for entry in entries)}</channel>
</rss>
"""


def _rss_092_item(entry: _Entry) -> str:
    return f"""\
<item>
<title>{entry.title}</title>
<link>{entry.link}</link>
<description>{entry.summary}</description>
</item>
"""


def _atom(outlet: Outlet, entries: list[_Entry], address: str, updated: datetime) -> str:
    return f"""\
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>tag:newsroom.example,2026:{outlet.key}</id>
<title>{escape(outlet.name)}</title>
<subtitle>{escape(outlet.about)}</subtitle>
<link rel="alternate" href="{escape(address)}"/>
<link rel="self" href="{escape(address + outlet.feed_path)}"/>
<updated>{updated.isoformat(timespec="seconds")}</updated>
{"".join(_atom_entry(entry) for entry in entries)}</feed>
"""


def _atom_entry(entry: _Entry) -> str:
    content = f'<content type="html">{escape(entry.content, quote=False)}</content>\n' if entry.content else ""
    return f"""\
<entry>
<id>tag:newsroom.example,2026:{entry.guid}</id>
<title>{entry.title}</title>
<link rel="alternate" type="text/html" href="{entry.link}"/>
<author><name>{entry.author}</name></author>
<published>{entry.published.isoformat(timespec="seconds")}</published>
<updated>{entry.updated.isoformat(timespec="seconds")}</updated>
<summary type="html">{entry.summary}</summary>
{content}</entry>
"""
