"""Answers that lead on: to the sitemaps of an index, to another address, to pages whose words are told at once."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from alerts.stages import StageIndex
from crawler.crawl import crawl
from crawler.limits import CrawlLimits
from crawler.poll import FullText, Outcome, PollRequest, PollResult
from crawler.settings import FeedSettings
from scheduler.crawling import Polled, run_crawl
from scheduler.watch import Watch
from stories.store import Store
from stories.store_alerts import newest_alerts
from stories.store_articles import all_articles, count_revisions
from stories.store_feeds import watch_feeds, watched_feeds
from tests.article_pages import HTML, NOON, feed, page, text_of
from tests.feed_server import FeedServer, answer, running_feed_server

LIMITS = CrawlLimits(user_agent="wirewatch-test/1.0", seconds=30, page_pause=0.05, public=("127.0.0.0/8",))
NOW = NOON + timedelta(hours=2)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with running_feed_server() as server:
        server.serve("/robots.txt", answer(status=404))
        yield server


def poll(address: str, **known: object) -> PollResult:
    async def only() -> PollResult:
        request = PollRequest(feed_id=1, address=address, name="f", **known)  # type: ignore[arg-type]
        (result,) = [result async for result in crawl([request], limits=LIMITS)]
        return result

    return asyncio.run(only())


def leaf(*titles: str) -> bytes:
    urls = "".join(
        f"<url><loc>http://127.0.0.1/{title}</loc><n:news><n:publication_date>2026-11-20T12:00:00Z</n:publication_date>"
        f"<n:title>{title}</n:title></n:news></url>"
        for title in titles
    )
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    ).encode()


def index(*addresses: str) -> bytes:
    sitemaps = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return (
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{sitemaps}'
        "</sitemapindex>"
    ).encode()


def test_the_sitemaps_of_an_index_are_asked_for_one_after_the_other_and_make_one_result(server: FeedServer) -> None:
    server.takes = 0.1
    leaves = [server.serve(f"/{name}", answer(leaf(name))) for name in ("one", "two")]
    result = poll(server.serve("/index", answer(index(*leaves))))
    assert result.outcome is Outcome.ANSWERED, result.error
    assert {article.title for article in result.articles} == {"one", "two"}
    assert server.most_at_once["127.0.0.1"] == 1
    assert len(server.asked) == 3


def test_a_sitemap_that_does_not_come_costs_an_index_only_what_it_lists(server: FeedServer) -> None:
    there = server.serve("/one", answer(leaf("one")))
    gone = server.serve("/two", b"nonsense")
    result = poll(server.serve("/index", answer(index(there, gone))))
    assert [article.title for article in result.articles] == ["one"]
    assert not result.etag


def test_the_pages_of_what_a_sitemap_lists_are_asked_for(server: FeedServer) -> None:
    server.serve("/alpha", answer(page("alpha"), headers=HTML))
    listed = leaf("alpha").replace(b"127.0.0.1/alpha", f"127.0.0.1:{server.port}/alpha".encode())
    listed = listed.replace(b"<n:title>alpha", b"<n:title>Inquiry into alpha opened")
    leaves = server.serve("/one", answer(listed))
    result = poll(server.serve("/index", answer(index(leaves))), full_text=FullText.ALWAYS)
    assert [article.text for article in result.articles] == [text_of("alpha")]


@pytest.mark.parametrize(("statuses", "moved"), [((301, 308), True), ((301, 302), False), ((307,), False)])
def test_where_permanent_redirects_alone_lead_a_feed_has_moved(
    server: FeedServer, statuses: tuple[int, ...], moved: bool
) -> None:
    server.serve(f"/hop{len(statuses)}", answer(feed([])))
    for number, status in enumerate(statuses):
        server.serve(f"/hop{number}", answer(status=status, headers={"Location": f"/hop{number + 1}"}))
    result = poll(server.address("/hop0"))
    assert result.moved_to == (server.address(f"/hop{len(statuses)}") if moved else None)


def watch(address: str, words: str, **said: object) -> Watch:
    topic = TopicSettings.model_validate({"name": "T", "channels": ["c"], "keywords": [words]})
    settings = FeedSettings.model_validate({"name": "F", "address": address, "allow_private": True, **said})
    return Watch(
        feeds=MappingProxyType({address: settings}),
        topics=TopicIndex([topic]),
        stages=StageIndex([topic]),
        topic_of={"T": topic},
        alert_if_younger_than=timedelta(hours=24),
    )


def crawled(store: Store, watching: Watch) -> Polled:
    watch_feeds(store, [(address, "F") for address in watching.feeds], now=NOW)

    async def only() -> Polled:
        polls = run_crawl(store, watched_feeds(store), watching, limits=LIMITS, clock=lambda: NOW, chance=lambda: 0.0)
        (polled,) = [polled async for polled in polls]
        return polled

    return asyncio.run(only())


def test_what_only_the_page_says_is_told_with_the_poll_that_lists_it_and_only_then(
    server: FeedServer, store: Store
) -> None:
    entries = [("alpha", server.serve("/alpha", answer(page("alpha"), headers=HTML)))]
    address = server.serve("/rss", answer(feed(entries)), answer(feed(entries, more="<category>x</category>")))
    watching = watch(address, "forty questions", full_text="when-short")

    assert crawled(store, watching).counts.alerts == 1
    (alert,) = newest_alerts(store, limit=9)
    assert "forty questions" in alert.reason

    server.serve("/alpha", answer(status=410))
    again = replace(watching, feeds={address: watching.feeds[address].model_copy(update={"full_text": FullText.NEVER})})
    counts = crawled(store, again).counts
    assert (counts.known, counts.revised, counts.alerts) == (1, 0, 0)
    assert count_revisions(store) == 0
    (found,) = all_articles(store)
    assert found.archived.article.text == text_of("alpha")


def test_on_a_first_poll_no_page_is_asked_for_of_what_is_too_old_to_be_told(server: FeedServer, store: Store) -> None:
    entries = [(name, server.serve(f"/{name}", answer(page(name), headers=HTML))) for name in ("alpha", "beta")]
    address = server.serve("/rss", answer(feed(entries)))
    crawled(store, watch(address, "nothing", full_text="always", alert_if_younger_than="150m"))
    assert [asked.path for asked in server.asked] == ["/rss", "/robots.txt", "/alpha"]
