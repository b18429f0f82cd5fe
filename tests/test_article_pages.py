import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.crawl import crawl
from crawler.limits import CrawlLimits
from crawler.poll import FullText, Outcome, PollRequest, PollResult
from tests.article_pages import HTML, NOON, feed, page, serve_articles, text_of
from tests.feed_server import FeedServer, answer, running_feed_server

LIMITS = CrawlLimits(
    user_agent="wirewatch-test/1.0 (+https://example.org/)",
    seconds=30,
    page_seconds=10,
    page_pause=0.05,
    public=("127.0.0.0/8",),
)
FREE = answer(status=404)  # no robots.txt: all is allowed


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with running_feed_server() as server:
        server.serve("/robots.txt", FREE)
        yield server


@pytest.fixture
def other() -> Iterator[FeedServer]:
    """A server with a robots.txt of its own: another port is another site."""
    with running_feed_server() as server:
        server.serve("/robots.txt", FREE)
        yield server


def asking(address: str, feed_id: int = 1, full_text: FullText = FullText.ALWAYS) -> PollRequest:
    return PollRequest(feed_id=feed_id, address=address, name=f"feed {feed_id}", full_text=full_text)


def polls(requests: list[PollRequest], limits: CrawlLimits = LIMITS) -> dict[int, PollResult]:
    async def all_of_them() -> dict[int, PollResult]:
        return {result.feed_id: result async for result in crawl(requests, limits=limits)}

    found = asyncio.run(all_of_them())
    assert all(result.outcome is Outcome.ANSWERED for result in found.values()), found
    return found


def poll(request: PollRequest, limits: CrawlLimits = LIMITS) -> PollResult:
    return polls([request], limits)[request.feed_id]


def texts(result: PollResult) -> list[str]:
    return [article.text for article in result.articles]


def test_m14_a_feed_is_asked_for_whatever_robots_txt_says_and_without_asking_for_it(server: FeedServer) -> None:
    server.serve("/robots.txt", answer(b"User-agent: *\nDisallow: /"))
    result = poll(asking(serve_articles(server, ["alpha"]), full_text=FullText.NEVER))
    assert len(result.articles) == 1
    assert [asked.path for asked in server.asked] == ["/rss"]


def test_m14_a_page_is_asked_for_only_where_robots_txt_lets_us(server: FeedServer) -> None:
    rules = b"User-agent: other\nDisallow: /\n\nUser-agent: wirewatch-test\nDisallow: /rss/alpha\n"
    server.serve("/robots.txt", answer(rules))
    result = poll(asking(serve_articles(server, ["alpha", "beta"])))
    assert texts(result) == ["", text_of("beta")]
    assert result.warning == "no full text of 1 article: 127.0.0.1: robots.txt does not allow it"
    assert [asked.path for asked in server.asked] == ["/rss", "/robots.txt", "/rss/beta"]


def test_the_text_of_a_page_becomes_the_text_of_its_article(server: FeedServer) -> None:
    result = poll(asking(serve_articles(server, ["alpha"])))
    (article,) = result.articles
    assert article.text == text_of("alpha")
    assert article.summary == "A few words on alpha."
    assert result.warning is None
    (asked,) = server.asked_for("/rss/alpha")
    assert asked.headers["user-agent"] == LIMITS.user_agent.encode()
    assert asked.headers["accept"].startswith(b"text/html")
    assert not asked.headers.keys() & {"cookie", "referer", "if-none-match", "if-modified-since"}


ROBOTS = {  # what a host answers for its robots.txt, and whether pages are asked for then
    "not there": (answer(status=404), True),
    "forbidden": (answer(status=403), True),
    "empty": (answer(b""), True),
    "a page": (answer(b"<!DOCTYPE html><html><body>Not found</body></html>"), True),
    "for another program": (answer(b"User-agent: *\nDisallow: /\nUser-agent: wirewatch-test\nAllow: /\n"), True),
    "server error": (answer(status=503), False),
    "too many requests": (answer(status=429), False),
    "all forbidden": (answer(b"user-agent: *\ndisallow: /\n"), False),
    "by pattern": (answer(b"User-agent: *\nDisallow: /*/alpha$\n"), False),
    "a long pause": (answer(b"User-agent: *\nCrawl-delay: 30\n"), False),
    "the rule within half a megabyte": (answer(b"User-agent: *\n" + b"#\n" * 200_000 + b"Disallow: /\n"), False),
    "the rule beyond half a megabyte": (answer(b"User-agent: *\n" + b"#\n" * 300_000 + b"Disallow: /\n"), True),
    "leads to itself": (answer(status=301, headers={"Location": "/robots.txt"}), False),
    "leads to rules": (answer(status=301, headers={"Location": "/rules"}), False),
    "leads into a private network": (answer(status=301, headers={"Location": "http://10.0.0.1/"}), False),
    "made to take for ever": (answer(b"User-agent: *\nDisallow: /" + b"*a" * 40 + b"*b$\n"), None),
}


def test_robots_txt_is_read_as_rfc_9309_says(other: FeedServer) -> None:
    with_rules: list[tuple[str, bool | None, PollRequest]] = []
    answers: dict[str, bytes] = {}
    for number, (case, (robots, allowed)) in enumerate(ROBOTS.items(), start=1):
        host = f"127.0.3.{number}"
        answers[host] = robots
        with_rules.append(
            (case, allowed, asking(serve_articles(other, ["alpha"], host=host, name=f"f{number}"), number))
        )

    async def by_host(writer: asyncio.StreamWriter) -> None:
        writer.write(answers[writer.get_extra_info("sockname")[0]])

    other.serve("/robots.txt", by_host)
    other.serve("/rules", answer(b"User-agent: *\nDisallow: /"))
    found = polls([request for _, _, request in with_rules])

    for case, allowed, request in with_rules:
        result = found[request.feed_id]
        if allowed is not None:
            assert bool(result.articles[0].text) is allowed, case
            assert bool(other.asked_for(f"/f{request.feed_id}/alpha")) is allowed, case
        assert (result.warning is None) is bool(result.articles[0].text), case


def test_a_robots_txt_that_does_not_answer_allows_nothing(server: FeedServer) -> None:
    async def hang(_: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    server.serve("/robots.txt", hang)
    result = poll(asking(serve_articles(server, ["alpha", "beta"])), replace(LIMITS, request_seconds=0.5))
    assert texts(result) == ["", ""]
    assert result.warning == "no full text of 2 articles: 127.0.0.1: robots.txt cannot be read"
    assert len(server.asked_for("/robots.txt")) == 1


def test_the_pages_of_a_host_are_asked_for_one_at_a_time_with_the_pause_it_asks_for(server: FeedServer) -> None:
    asked_at: list[float] = []

    async def note(writer: asyncio.StreamWriter) -> None:
        asked_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.05)
        writer.write(answer(page("alpha"), headers=HTML))

    server.takes = 0.1
    server.serve("/robots.txt", answer(b"User-agent: *\nCrawl-delay: 0.6\n"))
    requests = [asking(serve_articles(server, ["alpha"], name=f"f{number}"), number) for number in (1, 2, 3)]
    for number in (1, 2, 3):
        server.serve(f"/f{number}/alpha", note)
    polls(requests)

    assert server.most_at_once["127.0.0.1"] == 1
    assert len(server.asked_for("/robots.txt")) == 1
    pauses = [later - earlier for earlier, later in pairwise(asked_at)]
    assert len(pauses) == 2
    assert all(pause >= 0.6 for pause in pauses)


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_has_enough_is_asked_for_no_more_pages(server: FeedServer, status: int) -> None:
    address = serve_articles(server, ["alpha", "beta", "gamma"])
    server.serve("/rss/alpha", answer(status=status, headers={"Retry-After": "60"}))
    result = poll(asking(address))
    assert [asked.path for asked in server.asked] == ["/rss", "/robots.txt", "/rss/alpha"]
    assert result.warning is not None
    assert result.warning.startswith(f"no full text of 3 articles: for its page the server answered {status}")


def test_never_more_pages_than_the_limits_say_and_the_newest_first(server: FeedServer) -> None:
    limits = replace(LIMITS, pages_per_feed=2, pages_per_crawl=3)
    requests = [
        asking(serve_articles(server, ["alpha", "beta", "gamma"], name=f"f{n}", host=f"127.0.4.{n}"), n) for n in (1, 2)
    ]
    found = polls(requests, limits)
    asked = [each.path for each in server.asked if each.path.count("/") == 2]
    assert len(asked) == 3
    assert {"/f1/alpha", "/f2/alpha"} < set(asked)
    assert not {"/f1/gamma", "/f2/gamma"} & set(asked)
    assert [bool(result.warning) for result in found.values()].count(True) == 1


def test_pages_that_do_not_come_hold_a_poll_up_no_longer_than_it_waits_for_them(server: FeedServer) -> None:
    async def hang(_: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    address = serve_articles(server, ["alpha", "beta"])
    server.serve("/rss/alpha", hang)
    result = poll(asking(address), replace(LIMITS, page_seconds=1))
    assert texts(result) == ["", ""]
    assert result.warning == "no full text of 2 articles: pages took more than 1 s"
    assert result.seconds < 3
    assert result.entry_digests


def test_only_what_is_wanted_is_asked_for(server: FeedServer) -> None:
    long_text = f"<description>{text_of('alpha')}</description>"
    entries = [("alpha", server.serve("/page", answer(page("alpha"), headers=HTML)))]
    told = server.serve(
        "/told", answer(feed(entries).replace(b"<description>A few words on alpha.</description>", long_text.encode()))
    )
    short = server.serve("/short", answer(feed(entries)))
    polls([asking(told, 1, FullText.WHEN_SHORT)])
    assert not server.asked_for("/page"), "the feed tells enough"
    polls([replace(asking(short), pages_since=NOON + timedelta(hours=1))])
    assert not server.asked_for("/page"), "published before the pages that are wanted"
    polls([asking(told, 1, FullText.ALWAYS), asking(short.replace("127.0.0.1", "127.0.0.2"), 2, FullText.WHEN_SHORT)])
    assert len(server.asked_for("/page")) == 2


def test_what_the_last_poll_listed_is_not_asked_for_again(server: FeedServer) -> None:
    address = serve_articles(server, ["alpha"])
    first = poll(asking(address))
    server.serve(
        "/rss",
        answer(
            feed(
                [("alpha", server.address("/rss/alpha"))],
            )
            + b"\n"
        ),
    )
    again = poll(replace(asking(address), entry_digests=first.entry_digests, body_digest=first.body_digest))
    assert again.entries == 1
    assert len(server.asked_for("/rss/alpha")) == 1


def test_a_page_that_articles_share_is_the_text_of_none(server: FeedServer) -> None:
    shared = server.serve("/notices", answer(page("alpha"), headers=HTML))
    document = feed([("alpha", shared), ("beta", shared)]).replace(b"<guid>", b"<guid>x", 1)
    result = poll(asking(server.serve("/rss", answer(document))))
    assert texts(result) == ["", ""]
    assert not server.asked_for("/notices")


def test_a_page_to_which_several_articles_lead_is_the_page_of_none_and_so_is_an_address_they_name(
    server: FeedServer,
) -> None:
    names = ["alpha", "beta", "gamma", "delta"]
    address = serve_articles(server, names)
    for name in names[:2]:  # by the words of their headlines it might be either's
        server.serve(f"/rss/{name}", answer(status=302, headers={"Location": "/inquiry"}))
    server.serve("/inquiry", answer(page("alpha beta"), headers=HTML))
    for name in names[2:]:
        named = page(name, head='<link rel="canonical" href="/latest">')
        server.serve(f"/rss/{name}", answer(named, headers=HTML))
    result = poll(asking(address))
    assert texts(result) == ["", "", text_of("gamma"), text_of("delta")]
    assert [article.canonical_url for article in result.articles] == [None] * 4
    assert result.warning == "no full text of 2 articles: its address leads to the page of others"


def test_a_page_may_be_shared_by_listings_of_one_headline(server: FeedServer) -> None:
    ways = [server.address(f"/way/{number}") for number in range(2)]
    server.serve("/rss", answer(feed([("alpha", way) for way in ways])))
    for number in range(2):
        server.serve(f"/way/{number}", answer(status=302, headers={"Location": "/alpha"}))
    server.serve("/alpha", answer(page("alpha"), headers=HTML))
    result = poll(asking(server.address("/rss")))
    assert texts(result) == [text_of("alpha")] * 2
    assert {article.canonical_url for article in result.articles} == {server.address("/alpha")}


def test_a_document_of_which_no_entry_is_remembered_has_no_pages_asked_for(server: FeedServer) -> None:
    broken = feed([("alpha", server.serve("/page", answer(page("alpha"), headers=HTML)))]).replace(b"</rss>", b"")
    result = poll(asking(server.serve("/broken", answer(broken))))
    assert len(result.articles) == 1
    assert not server.asked_for("/page")


def test_a_page_elsewhere_gets_none_of_the_feeds_headers(server: FeedServer, other: FeedServer) -> None:
    away = other.serve("/away", answer(page("alpha"), headers=HTML))
    here = server.serve("/here", answer(page("beta"), headers=HTML))
    address = server.serve("/rss", answer(feed([("alpha", away), ("beta", here)])))
    result = poll(replace(asking(address), headers=(("Authorization", "Bearer planted"),)))
    assert texts(result) == [text_of("alpha"), text_of("beta")]
    (asked,) = server.asked_for("/rss")
    assert asked.headers["authorization"] == b"Bearer planted"
    assert all("authorization" not in each.headers for each in other.asked)


def test_pages_are_followed_where_they_lead_as_far_as_each_host_allows(server: FeedServer, other: FeedServer) -> None:
    other.serve("/robots.txt", answer(b"User-agent: *\nDisallow: /shut"))
    other.serve("/open", answer(page("alpha"), headers=HTML))
    entries = []
    for subject, path in (
        ("alpha", other.address("/open")),
        ("beta", other.address("/shut")),
        ("gamma", "http://10.0.0.1/"),
        ("delta", "/delta"),
        ("epsilon", "ftp://example.org/"),
    ):
        entries.append((subject, server.serve(f"/{subject}", answer(status=302, headers={"Location": path}))))
    result = poll(asking(server.serve("/rss", answer(feed(entries)))))
    assert texts(result) == [text_of("alpha"), "", "", "", ""]
    assert not other.asked_for("/shut")
    assert result.warning is not None
    assert result.warning.startswith("no full text of 4 articles: 127.0.0.1: robots.txt does not allow it")
    assert len(server.asked_for("/delta")) == 6


def test_a_private_page_of_a_public_feed_is_not_asked_for(server: FeedServer) -> None:
    inside = server.address("/inside", host="127.0.9.9")
    address = server.serve("/rss", answer(feed([("alpha", inside)]))).replace("127.0.0.1", "127.0.5.1")
    result = poll(asking(address), replace(LIMITS, public=("127.0.5.0/24",)))
    assert texts(result) == [""]
    assert not server.asked_for("/inside")
    assert "not a public address" not in (result.warning or ""), "robots.txt could not be asked for either"


FAULTS = {  # pages that give no text
    "gone": answer(b"gone", status=410),
    "error": answer(page("alpha"), status=500, headers=HTML),
    "a document": answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}),
    "no type": answer(page("alpha")),
    "empty": answer(b"", headers=HTML),
    "too large": answer(page("alpha") + b" " * (6 * 2**20), headers=HTML),
    "nested": answer(b"<html><body>" + b"<div>" * 100_000 + page("alpha"), headers=HTML),
    "crowded": answer(page("alpha", body="<b>a</b> " * 50_000), headers=HTML),
    "slow to read": answer(
        page("alpha", head='<script type="application/ld+json">' + '{"@type":[' * 100_000 + "</script>"), headers=HTML
    ),
    "breaks off": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n<html>",
    "no HTTP": b"nonsense\r\n\r\n",
}  # fmt: skip


def test_whatever_a_page_is_its_article_keeps_what_the_feed_said(server: FeedServer) -> None:
    requests = []
    for number, given in enumerate(FAULTS.values(), start=1):
        request = asking(serve_articles(server, ["alpha"], name=f"f{number}", host=f"127.0.6.{number}"), number)
        server.serve(f"/f{number}/alpha", given)
        requests.append(request)
    found = polls(requests, replace(LIMITS, page_seconds=4, request_seconds=1))
    for number, case in enumerate(FAULTS, start=1):
        (article,) = found[number].articles
        assert article.title == "Inquiry into alpha opened", case
        assert article.summary == "A few words on alpha.", case
        assert article.text in ("", text_of("alpha")), case
        assert found[number].warning or article.text or case == "nested", case


def test_a_crawl_process_that_dies_with_a_page_costs_no_feed_its_poll(server: FeedServer, tmp_path: Path) -> None:
    async def hang(_: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    address = serve_articles(server, ["alpha"])
    server.serve("/rss/alpha", hang)
    result = poll(asking(address), replace(LIMITS, seconds=2, page_seconds=60))
    assert [article.title for article in result.articles] == ["Inquiry into alpha opened"]
    assert result.warning == "the crawl took more than 2 s before its articles' pages were read"
    assert len(server.asked_for("/rss")) == 1


def test_a_page_that_ends_the_crawl_process_costs_its_feed_the_pages_and_others_nothing(server: FeedServer) -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2)
        writer.write(answer(feed([("beta", "http://127.0.0.1/beta")])))

    address = serve_articles(server, ["alpha"])
    endless = ("<p>" + "<b>a</b> c " * 2900) * 6  # takes seconds, within all limits on its size
    server.serve("/rss/alpha", answer(page("alpha", body=endless), headers=HTML))
    requests = [asking(address), asking(server.serve("/late", late).replace("127.0.0.1", "127.0.7.1"), 2)]
    found = polls(requests, replace(LIMITS, document_seconds=1))
    assert [article.text for article in found[1].articles] == [""]
    assert found[1].warning == "took more than 1 s before its articles' pages were read"
    assert [article.title for article in found[2].articles] == ["Inquiry into beta opened"]
    assert len(server.asked_for("/rss")) == 1
