"""Search feeds of news aggregators: whose the articles are, and when two listings are of one."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.matching import TopicIndex
from alerts.stages import StageIndex
from crawler.limits import CrawlLimits
from crawler.pages import pages_wanted
from crawler.parsing import parse
from crawler.poll import FullText, Outcome, PollRequest, PollResult
from scheduler.arrival import Arrival
from scheduler.ingest import take_in
from scheduler.watch import Watch
from stories.address import canonical_address, is_opaque, true_address
from stories.model import Article
from stories.store import Store
from stories.store_articles import all_articles
from stories.store_feeds import watch_feeds

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTHING = Watch(
    feeds={}, topics=TopicIndex([]), stages=StageIndex([]), topic_of={}, alert_if_younger_than=timedelta(hours=24)
)


def entry(link: str, title: str, source: str, more: str = "") -> Article:
    document = (
        f'<rss version="2.0" xmlns:News="https://www.bing.com/news/search?q=x"><channel><title>x</title><item>'
        f"<title>{title}</title><link>{link}</link>{source}{more}<pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate>"
        "</item></channel></rss>"
    ).encode()
    address = "https://news.google.com/rss/search?q=x"
    (article,) = parse(document, address=address, outlet="A search", language=None, limit=9).articles
    return article


def google(token: str, title: str, outlet: str) -> Article:
    link = f"https://news.google.com/rss/articles/{token}?oc=5"
    related = f'<ol><li><a href="{link}">{title}</a></li><li><a href="x">Another headline</a></li></ol>'
    return entry(
        link,
        f"{title} - {outlet}",
        f'<source url="https://harbour.example">{outlet}</source>',
        f"<guid isPermaLink='false'>{token}</guid><description><![CDATA[{related}]]></description>",
    )


def test_the_outlet_is_the_one_named_as_source_and_is_taken_off_the_title() -> None:
    read = google("CBMiAbc", "Dairies weigh a merger - again", "The Harbour Courier")
    assert (read.title, read.outlet) == ("Dairies weigh a merger - again", "The Harbour Courier")
    assert read.url == "https://news.google.com/rss/articles/CBMiAbc?oc=5"


def unknown(title: str, source: str, token: str = "CBMi1") -> Article:
    """An entry of a search whose host nobody knows, by way of it."""
    document = (
        f"<rss version='2.0'><channel><item><title>{title}</title><link>https://search.example/rss/articles/{token}</link>"
        f"<description>Words</description>{source}</item></channel></rss>"
    ).encode()
    address = "https://search.example/rss/search?q=x"
    (article,) = parse(document, address=address, outlet="Search", language=None, limit=9).articles
    return article


@pytest.mark.parametrize(
    ("name", "site"), [("The Ledger", "https://ledger.example"), ("Reuters", "https://reuters.com")]
)
def test_a_search_on_a_host_that_nobody_knows_says_whose_its_articles_are(name: str, site: str) -> None:
    read = unknown(f"Dairies merge - {name}", f'<source url="{site}">{name}</source>')
    assert (read.title, read.outlet, read.source) == ("Dairies merge", name, None)
    assert read.summary == "Words"


def test_headlines_of_other_articles_are_no_summary() -> None:
    assert google("CBMiAbc", "Dairies weigh a merger", "The Harbour Courier").summary == ""


def test_a_title_that_ends_with_something_else_is_left_as_it_is() -> None:
    read = entry("https://harbour.example/1", "Dairies - a history", "<source>The Harbour Courier</source>")
    assert read.title == "Dairies - a history"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (
            "http://www.bing.com/news/apiclick.aspx?ref=FexRss&amp;aid=&amp;url=https%3a%2f%2fharbour.example%2f1&amp;c=7",
            "https://harbour.example/1",
        ),
        ("https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://harbour.example/1&amp;ct=ga", "https://harbour.example/1"),
        ("https://www.google.com/url?url=javascript:x()", "https://www.google.com/url?url=javascript:x()"),
    ],
)  # fmt: skip
def test_a_link_that_says_where_it_leads_leads_there(link: str, url: str) -> None:
    read = entry(link, "Dairies weigh a merger", "<News:Source>The Harbour Courier</News:Source>")
    assert (read.url, read.outlet) == (url, "The Harbour Courier")


@pytest.mark.parametrize(
    "link", ["https://news.google.com/read/CBMi", "https://news.google.com/__i/rss/rd/articles/CBMi?oc=5"]
)
def test_an_opaque_link_tells_nothing_of_its_article(link: str) -> None:
    assert is_opaque(link)
    assert canonical_address(link) is None
    assert true_address(link) == link


def kept(store: Store, *listed: tuple[int, Article]) -> list[str]:
    watch_feeds(store, [("https://e.org/1", "One search"), ("https://e.org/2", "Another")], now=NOW)
    with store.writing():
        for feed, article in listed:
            take_in(store, (article,), NOTHING, Arrival(feed_id=feed, origin=f"https://e.org/{feed}", now=NOW))
    return [found.archived.article.title for found in all_articles(store)]


def test_two_searches_that_list_one_article_bring_one(store: Store) -> None:
    title = "Dairies weigh a merger of their own"
    one, other = google("CBMiAbc", title, "The Harbour Courier"), google("CBMiXyz", title, "The Harbour Courier")
    assert kept(store, (1, one), (2, other), (1, one)) == [title]


def test_two_outlets_with_one_headline_are_two_articles(store: Store) -> None:
    title = "Dairies weigh a merger of their own"
    one, other = google("CBMiAbc", title, "The Harbour Courier"), google("CBMiXyz", title, "The Ledger")
    assert kept(store, (1, one), (2, other)) == [title, title]


def test_the_page_behind_an_opaque_link_is_not_asked_for() -> None:
    asked = PollRequest(feed_id=1, address="https://news.google.com/rss/search", name="S", full_text=FullText.ALWAYS)
    articles = (
        google("CBMiAbc", "Dairies merge", "The Ledger"),
        Article(title="t", url="https://ledger.example/1"),
        unknown("Dairies merge", '<source url="https://ledger.example">The Ledger</source>'),
        unknown("Of the site itself", '<source url="https://search.example/news">Search, news</source>', "2"),
        unknown("Printed", '<source url="https://reuters.com/">Reuters</source>', "3"),
    )
    result = PollResult(feed_id=1, outcome=Outcome.ANSWERED, articles=articles, entry_digests=frozenset({b"x"}))
    assert pages_wanted(asked, result, CrawlLimits()) == [1, 3, 4]
