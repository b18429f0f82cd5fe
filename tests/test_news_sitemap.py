"""News sitemaps and their indexes."""

import gzip
from datetime import UTC, datetime

import pytest

from crawler.answer import read_leaves
from crawler.limits import CrawlLimits
from crawler.news_sitemap import LEAVES
from crawler.poll import Outcome
from stories.model import Article
from tests.listing_feeds import answer, leaves_of, request, result_of

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
INDEX = "https://courier.example/sitemap.xml"


def urlset(*urls: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACES}>{"".join(urls)}</urlset>'


def url(path: str, title: str = "", at: str = "2026-11-21T10:00:00Z", host: str = "www.courier.example") -> str:
    news = (
        "<news:news><news:publication><news:name>Courier Online</news:name><news:language>en</news:language>"
        f"</news:publication><news:publication_date>{at}</news:publication_date><news:title>{title}</news:title>"
        "</news:news>"
    )
    return f"<url><loc>https://{host}/{path}</loc>{news if title else ''}<lastmod>{at}</lastmod></url>"


def index(**sitemaps: str) -> str:
    listed = "".join(
        f"<sitemap><loc>https://courier.example/{name}.xml</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>"
        for name, at in sitemaps.items()
    )
    return f"<sitemapindex {SPACES}>{listed}</sitemapindex>"


def test_the_news_in_a_sitemap_become_articles() -> None:
    picture = (
        "<image:image><image:loc>https://x.example/1.png</image:loc><image:title>A picture</image:title></image:image>"
    )
    body = urlset(url("1", "Dairies &amp;amp; rails").replace("<lastmod>", picture + "<lastmod>"))
    result = result_of(body)
    assert result.articles == (
        Article(
            title="Dairies & rails",
            url="https://www.courier.example/1",
            outlet="The Courier",
            language="en",
            published_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
        ),
    )
    assert (result.kind, result.warning) == ("news sitemap", None)


def test_on_pages_of_others_the_outlet_is_the_one_that_is_named() -> None:
    (article,) = result_of(urlset(url("1", "Dairies merge", host="ledger.example"))).articles
    assert article.outlet == "Courier Online"


def test_addresses_seen_before_are_left_out() -> None:
    first = result_of(urlset(url("1", "One"), url("2", "Two")))
    second = result_of(urlset(url("3", "New"), url("1", "One"), url("2", "Two")), asked=request(after=first))
    assert [article.title for article in second.articles] == ["New"]
    assert (second.entries, len(second.entry_digests)) == (3, 3)


def test_a_sitemap_without_titles_is_refused_with_what_to_do() -> None:
    error = result_of(urlset(url("dairies-weigh-merger"), url("2"))).error or ""
    assert error.startswith("a sitemap without titles: give the address of the site's news sitemap")


def test_addresses_without_a_title_among_others_are_told() -> None:
    result = result_of(urlset(url("about"), url("1", "One")))
    assert ([article.title for article in result.articles], result.warning) == (
        ["One"],
        "1 of the entries cannot be read",
    )


def test_a_news_sitemap_may_be_empty() -> None:
    assert result_of(urlset()).outcome is Outcome.ANSWERED


def test_of_a_long_sitemap_the_newest_are_read() -> None:
    days = [url(str(n), f"News of day {n}", at=f"2026-11-21T{n // 60 % 24:02}:{n % 60:02}:00Z") for n in range(1440)]
    body = urlset(*days, *days[:600])
    result = result_of(body.replace("2026-11-21T00", "2020-11-21T00"))
    assert (result.entries, len(result.articles)) == (2040, 2000)
    assert result.warning == "2040 entries listed, the first 2000 read"
    assert result.articles[0].title == "News of day 1439"


def test_a_packed_sitemap_is_unpacked_within_limits() -> None:
    packed = gzip.compress(urlset(url("1", "One")).encode())
    assert len(result_of(packed, kind="application/x-gzip").articles) == 1
    assert result_of(gzip.compress(packed)).error == "not a feed (a gzip archive)"
    assert result_of(gzip.compress(b" " * 20_000_000)).error == "unpacked, the answer is larger than 10 MiB"
    assert result_of(b"\x1f\x8bnothing").error == "not a feed (a gzip archive that is damaged)"


def test_a_broken_sitemap_is_an_error() -> None:
    assert result_of(urlset(url("1", "One"))[:-9]).error == "a sitemap that cannot be read (broken XML)"


@pytest.mark.parametrize(
    ("sitemaps", "asked"),
    [
        # the newest first, no more than three
        ({"a": "2026-01-01", "b": "2026-11-21", "c": "2026-11-22", "d": "2025-01-01", "e": ""}, ["c", "b", "a"]),
        # those that say they are of news, and no others
        ({"a": "2026-11-22", "news-1": "2026-11-01", "b/news": "2026-11-02"}, ["b/news", "news-1"]),
        (dict.fromkeys("abcd", ""), ["a", "b", "c"]),
    ],
)
def test_an_index_leads_to_its_newest_sitemaps(sitemaps: dict[str, str], asked: list[str]) -> None:
    leaves = leaves_of(index(**sitemaps), address=INDEX)
    assert leaves.addresses == tuple(f"https://courier.example/{name}.xml" for name in asked)
    assert len(leaves.addresses) <= LEAVES


def test_sitemaps_on_other_sites_are_not_asked() -> None:
    foreign = index(a="2026-11-22").replace("courier.example", "127.0.0.1")
    assert result_of(foreign, asked=request(INDEX)).error == "a sitemap index that lists no sitemap of its own site"


def test_the_sitemaps_of_an_index_make_one_result() -> None:
    at = "2026-11-22T10:00:00Z"
    leaves = leaves_of(index(a=at, b=at), address=INDEX, etag='"1"')
    bodies = [urlset(url("1", "One")), urlset(url("2", "Two"), url("3", "Three"))]
    answers = [answer(body, address=address) for body, address in zip(bodies, leaves.addresses, strict=True)]
    result = read_leaves(request(INDEX), leaves, answers, CrawlLimits())
    assert [article.title for article in result.articles] == ["One", "Two", "Three"]
    assert (result.outcome, result.entries, len(result.entry_digests)) == (Outcome.ANSWERED, 3, 3)
    assert (result.etag, result.warning) == (b'"1"', None)
    again = read_leaves(request(INDEX, after=result), leaves, answers, CrawlLimits())
    assert (again.articles, again.entry_digests) == ((), result.entry_digests)


def test_while_a_sitemap_of_an_index_is_missing_the_index_is_asked_for_again() -> None:
    at = "2026-11-22T10:00:00Z"
    leaves = leaves_of(index(a=at, b=at), address=INDEX, etag='"1"')
    answers = [
        answer(urlset(url("1", "One")), address=leaves.addresses[0]),
        answer("<rss/>", address=leaves.addresses[1]),
    ]
    result = read_leaves(request(INDEX), leaves, answers, CrawlLimits())
    assert (result.outcome, result.etag, result.body_digest) == (Outcome.ANSWERED, None, None)
    assert result.warning == "https://courier.example/b.xml: not a sitemap"


def test_without_any_of_its_sitemaps_an_index_is_an_error() -> None:
    leaves = leaves_of(index(a=""), address=INDEX)
    nested = answer(index(a=""), address=leaves.addresses[0])
    assert read_leaves(request(INDEX), leaves, (), CrawlLimits()).error == (
        "no sitemap of the index can be read (none of them answered)"
    )
    assert read_leaves(request(INDEX), leaves, [nested], CrawlLimits()).error == (
        "no sitemap of the index can be read (https://courier.example/a.xml: another index, which is not followed)"
    )


@pytest.mark.parametrize(("at", "etag"), [("2026-11-22T10:00:00Z", b'"1"'), ("2026-11-22", None), ("", None)])
def test_an_index_that_does_not_tell_when_its_sitemaps_change_is_always_asked_for(at: str, etag: bytes | None) -> None:
    heard = leaves_of(index(a=at), address=INDEX, etag='"1"').heard
    assert heard.etag == etag
    assert (heard.body_digest is None) == (etag is None)
