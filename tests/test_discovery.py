"""Where a site may have feeds is read from what it says itself, and from the usual places."""

import asyncio
import time
from itertools import pairwise

import pytest

from crawler.crawl import crawl
from crawler.discovery import MOST, feeds_in_page, names_of_feeds, sitemaps_in_robots, usual_places
from crawler.limits import CrawlLimits
from crawler.poll import PollRequest
from tests.feed_server import answer, running_feed_server

SITE = "https://news.example/"


def page(*elements: str) -> bytes:
    return ("<!doctype html><html><head>" + "".join(elements) + "</head><body><p>News").encode()


@pytest.mark.parametrize(
    "element",
    [
        '<link rel="alternate" type="application/rss+xml" href="/top">',
        "<LINK TYPE='application/atom+xml; charset=utf-8' REL='ALTERNATE home' HREF=' https://news.example/top '>",
        '<link rel=feed type="application/feed+json" href="top">',
        '<base href="https://news.example/a/"><link rel=alternate type="application/rdf+xml" href="../top#a">',
    ],
)
def test_what_a_page_names_as_its_feed_is_found(element: str) -> None:
    assert feeds_in_page(page(element), SITE) == ("https://news.example/top",)


@pytest.mark.parametrize(
    "element",
    [
        '<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">',
        '<link rel="alternate" hreflang="de" href="/feed/de">',
        '<link rel="stylesheet" type="application/rss+xml" href="/rss">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">',
        '<a href="/feedback">Write to us</a>',
        '<a href="/rssi-explained">Radio</a>',
    ],
)
def test_what_only_resembles_a_feed_is_not_asked_for(element: str) -> None:
    assert feeds_in_page(page(element), SITE) == ()


def test_links_that_look_like_feeds_come_after_those_that_are_named_and_comments_last() -> None:
    markup = page(
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">',
        '<link rel="alternate" type="application/rss+xml" href="/main">',
        '<a href="/business.rss">Business</a><a href="https://feeds.elsewhere.example/tech">Tech</a>',
        '<a href="/news?format=atom">Atom</a><a href="/main">Main</a>',
    )
    assert feeds_in_page(markup, SITE) == (
        "https://news.example/main",
        "https://news.example/business.rss",
        "https://feeds.elsewhere.example/tech",
        "https://news.example/news?format=atom",
        "https://news.example/comments/feed/",
    )


def test_robots_txt_names_sitemaps_and_those_of_news_come_first() -> None:
    text = (
        b"User-agent: *\nDisallow: /\n# Sitemap: /no\nSitemap: https://news.example/all.xml\r\n"
        b" SITEMAP : /news-sitemap.xml \nSitemap:javascript:1\nSitemap: ftp://news.example/a\n"
        b"Sitemap: /news-sitemap.xml\n"
    )
    address = "https://news.example/robots.txt"
    found = ("https://news.example/news-sitemap.xml", "https://news.example/all.xml")
    assert sitemaps_in_robots(text, address) == found
    assert names_of_feeds(text, address) == ("robots.txt", found)


def test_a_document_that_is_no_page_names_nothing() -> None:
    assert names_of_feeds(b'<?xml version="1.0"?><rss version="2.0"/>', SITE) is None
    assert names_of_feeds(b"", SITE) is None
    assert names_of_feeds(b"<feed><entry><content><![CDATA[<html><body>", SITE) is None
    assert names_of_feeds(b"<!-- hello --> <HTML lang=en><body><a href=/rss>", SITE) == ("page", (f"{SITE}rss",))


def test_usual_places_are_on_the_site_itself_and_few() -> None:
    places = usual_places("https://news.example:8443/world/?a=b")
    assert len(places) <= MOST
    assert all(place.startswith("https://news.example:8443/") and "world" not in place for place in places)


@pytest.mark.parametrize(
    "markup",
    [
        b"<html>" + b"<div>" * 500_000,
        b"<html>" + b"<a href='/feed/" + b"x" * 5_000_000 + b"'>",
        b"<html>" + b"<a href='/rss/1'><link rel=alternate type=application/rss+xml href=/f>" * 50_000,
        b"<html>" + bytes(range(256)) * 10_000,
        b"<!DOCTYPE html [<!ENTITY a '&b;&b;'><!ENTITY b '&c;&c;'>]><html><a href='&a;/feed'>",
        b"<html><link " + b"a=b " * 500_000 + b"href=/feed>",
    ],
    ids=["deep", "long", "many", "bytes", "entities", "attributes"],
)
def test_a_hostile_page_is_read_quickly_and_names_few(markup: bytes) -> None:
    began = time.process_time()
    assert len(feeds_in_page(markup, SITE)) <= MOST
    assert time.process_time() - began < 3


def test_a_hostile_robots_txt_names_few() -> None:
    text = b"".join(b"Sitemap: /s%d.xml\n" % number for number in range(200_000)) + b"sitemap:" * 100_000
    assert len(sitemaps_in_robots(text, "https://news.example/robots.txt")) <= MOST


def test_whoever_looks_around_pauses_between_two_requests_to_one_host_and_is_told_addresses_only() -> None:
    asked_at: list[float] = []

    async def respond(writer: asyncio.StreamWriter) -> None:
        asked_at.append(time.monotonic())
        writer.write(answer(page('<link rel=alternate type="application/rss+xml" href="/top">')))

    async def results(addresses: list[str]) -> set[tuple[str, ...]]:
        requests = [
            PollRequest(feed_id=number, address=address, name="x", allow_private=True, discover=True)
            for number, address in enumerate(addresses)
        ]
        return {result.found async for result in crawl(requests, limits=CrawlLimits(pause=0.3))}

    with running_feed_server() as server:
        found = asyncio.run(results([server.serve(f"/{number}", respond) for number in range(3)]))
        assert found == {(server.address("/top"),)}
    assert min(later - earlier for earlier, later in pairwise(asked_at)) > 0.25
