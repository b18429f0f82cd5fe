"""Pages without a feed: what selectors catch of them."""

import doctest
from dataclasses import replace
from datetime import UTC, datetime

import pytest

import crawler.dates
import crawler.page
from crawler.page import PageReading, check_selector, read_page
from crawler.page_tree import MOST_ELEMENTS
from crawler.poll import FeedError, Outcome, PageSelectors
from crawler.remembering import as_remembered
from stories.model import Article
from tests.listing_feeds import request, result_of

ADDRESS = "https://ministry.example/press/"
PAGE = """<!DOCTYPE html><html lang="en"><head><base href="/press/"></head><body><nav><a href="/">Home</a></nav>
<article><a href="/press/1"><img alt=""></a><h2><a href="/press/1#top">Merger  of two
 dairies cleared</a></h2><p class="sum">After a <b>year</b>.</p>
<time datetime="2026-11-21T10:00:00Z">21 Nov</time></article>
<article><h2><a href="2">Inquiry into tickets</a></h2><p class="sum">More.</p>
<span class="on">Sat, 21 Nov 2026 12:00:00 +0200</span></article>
<article><h2><a href="javascript:x()">Not a link</a></h2></article></body></html>"""
FIRST, SECOND = "https://ministry.example/press/1", "https://ministry.example/press/2"
TEN = datetime(2026, 11, 21, 10, tzinfo=UTC)


def read(page: str | bytes = PAGE, *, link: str = "article a", kind: str = "text/html", **others: str) -> PageReading:
    body = page if isinstance(page, bytes) else page.encode()
    selectors = PageSelectors(link=link, **others)
    return read_page(body, content_type=kind, address=ADDRESS, selectors=selectors, outlet="The Ministry")


@pytest.mark.parametrize(
    "selectors",
    [
        {"link": "article a", "title": "h2", "summary": "p.sum", "date": "time, .on"},
        {
            "link": "//article//a",
            "title": "//h2/a",
            "summary": ".//p[@class='sum']",
            "date": "//time/@datetime | //span",
        },
        {"link": "article a::attr(href)", "summary": ".sum", "date": "time::attr(datetime), .on::text"},
    ],
)
def test_css_and_xpath_catch_links_titles_summaries_and_dates(selectors: dict[str, str]) -> None:
    reading = read(**selectors)
    assert reading.articles == (
        Article(
            title="Merger of two dairies cleared",
            url=FIRST,
            summary="After a year.",
            outlet="The Ministry",
            language="en",
            published_at=TEN,
        ),
        Article(
            title="Inquiry into tickets",
            url=SECOND,
            summary="More.",
            outlet="The Ministry",
            language="en",
            published_at=TEN,
        ),
    )
    assert reading.complaints == ()
    assert reading.caught["link"] == (FIRST, SECOND)
    assert reading.caught["summary"] == ("After a year.", "More.")


def test_without_a_selector_the_title_is_what_the_link_says() -> None:
    assert [article.title for article in read().articles] == ["Merger of two dairies cleared", "Inquiry into tickets"]


def test_a_date_that_only_people_can_read_is_none() -> None:
    page = "<div><a href='/1'>A headline</a><i>yesterday</i></div><div><a href='/2'>Another</a><i>3/4/2026</i></div>"
    reading = read(page, link="a", date="i")
    assert [article.published_at for article in reading.articles] == [None, None]
    assert reading.complaints == (
        "the selector for date, 'i', catches no date that a machine can read around any link",
    )


def test_a_selector_that_catches_nothing_is_told() -> None:
    reading = read(title="h3")
    assert reading.complaints == ("the selector for title, 'h3', catches no title around any link",)
    assert reading.listing.warnings == reading.complaints
    assert len(reading.articles) == 2


def test_links_without_words_are_told() -> None:
    reading = read("<a href='/1'><img></a><a href='/2'>Words</a>", link="a")
    assert ([article.title for article in reading.articles], reading.complaints) == (
        ["Words"],
        ("1 of the links have no words",),
    )


def test_a_page_on_which_no_link_is_caught_is_an_error_and_never_no_news() -> None:
    with pytest.raises(FeedError, match="the selector for link, 'h6 a', catches no link on this page"):
        read(link="h6 a")


@pytest.mark.parametrize(
    "selector",
    ["h2[", "//h2[a", "foo()", "1+1", "./count(a)", "./text() = 'x'", "//a[re:test(., 'x')]", "//document('x')", "",
     "a" * 501, "//a[$x]"],
)  # fmt: skip
def test_what_is_no_selector_is_refused_with_a_sentence(selector: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (?:CSS )?selector: |is too long, the most is 500"):
        check_selector(selector)


@pytest.mark.parametrize("selector", ["h2 > a", "a:has(b)", "/html/body//a", "./a", "a::text", "//a[contains(., 'x')]"])
def test_a_selector_is_taken(selector: str) -> None:
    check_selector(selector)


def test_links_that_nobody_should_open_are_left_out() -> None:
    page = "".join(
        f"<a href='{link}'>x</a>" for link in ("javascript:1", "#top", "", "file:///etc/passwd", "/1\n2", "/3")
    )
    assert [article.url for article in read(page, link="a").articles] == ["https://ministry.example/3"]


def test_a_page_in_another_encoding_is_read_and_markup_never_appears_from_letters() -> None:
    cyrillic = "<meta charset=windows-1251><a href='/1'>Новость</a>".encode("cp1251")
    assert read(cyrillic, link="a").articles[0].title == "Новость"
    seven = b"<meta charset=utf-7><a href='/1'>+ADw-b+AD4-</a>"
    assert read(seven, link="a").articles[0].title == "+ADw-b+AD4-"


def test_a_page_that_is_too_long_is_refused() -> None:
    with pytest.raises(FeedError, match=f"is too long to be searched, the most is {MOST_ELEMENTS}"):
        read(f"<p>{'<a href=/1>x</a>' * 400}</p>" * (MOST_ELEMENTS // 400 + 1), link="a")


def test_a_feed_that_is_a_page_is_polled_like_any_other() -> None:
    selectors = PageSelectors(link="article a", summary="p")
    first = result_of(PAGE, asked=request(ADDRESS, page=selectors), kind="text/html")
    assert (first.outcome, first.kind, len(first.articles)) == (Outcome.ANSWERED, "page", 2)
    asked = request(ADDRESS, after=first, page=selectors)
    assert result_of(PAGE, asked=asked, kind="text/html").outcome is Outcome.UNCHANGED
    second = result_of(PAGE.replace("More.", "Much more."), asked=asked, kind="text/html")
    assert [(article.url, article.summary) for article in second.articles] == [(SECOND, "Much more.")]
    nothing = result_of("<p>Under maintenance</p>", asked=asked, kind="text/html")
    assert nothing.error == "the selector for link, 'article a', catches no link on this page"


def test_changed_settings_have_a_page_read_again_that_did_not_change() -> None:
    first = result_of(PAGE, asked=request(ADDRESS, page=PageSelectors(link="article a")), kind="text/html")
    first = replace(first, etag=b'"1"')
    same = request(ADDRESS, after=first, page=PageSelectors(link="article a"))
    assert as_remembered(same) == same
    for changed in (
        request(ADDRESS, after=first, page=PageSelectors(link="article a", summary="p")),
        replace(same, language="de"),
        replace(same, page=None),
    ):
        asked = as_remembered(changed)
        assert (asked.etag, asked.body_digest, asked.entry_digests) == (None, None, first.entry_digests)
    second = result_of(PAGE, asked=request(ADDRESS, after=first, page=PageSelectors(link="article a", summary="p")))
    assert second.outcome is Outcome.ANSWERED
    assert [article.summary for article in second.articles] == ["After a year.", "More."]


def test_the_examples_of_pages_and_dates_are_true() -> None:
    assert doctest.testmod(crawler.page).failed == 0
    assert doctest.testmod(crawler.dates).failed == 0
