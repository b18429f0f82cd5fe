import asyncio
import contextlib
import gzip
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.crawl import crawl
from crawler.limits import CrawlLimits
from crawler.poll import Outcome, PollRequest, PollResult
from tests.feed_server import FeedServer, answer, running_feed_server

LIMITS = CrawlLimits(user_agent="wirewatch-test/1.0 (+https://example.org/)", seconds=30)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with running_feed_server() as server:
        yield server


def rss(*titles: str) -> bytes:
    items = "".join(f"<item><title>{title}</title><guid>{title}</guid></item>" for title in titles)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


# As much honest text as fits into a body takes seconds to become plain.
_WORDS = b"<description><![CDATA[" + b"<p>some <b>words</b> &amp; more</p>" * 130 + b"]]></description></item>"
SLOW = rss(*map(str, range(2000))).replace(b"</item>", _WORDS)


def asking(address: str, feed_id: int = 1, **remembered: bytes) -> PollRequest:
    return PollRequest(feed_id=feed_id, address=address, name=f"feed {feed_id}", allow_private=True, **remembered)  # type: ignore[arg-type]


async def collect(requests: list[PollRequest], limits: CrawlLimits = LIMITS) -> dict[int, PollResult]:
    results = [result async for result in crawl(requests, limits=limits)]
    by_feed = {result.feed_id: result for result in results}
    assert len(by_feed) == len(results), "a feed was told twice"
    assert by_feed.keys() == {request.feed_id for request in requests}
    return by_feed


def poll(request: PollRequest, limits: CrawlLimits = LIMITS) -> PollResult:
    return asyncio.run(collect([request], limits))[request.feed_id]


ODD_ETAGS = [
    b'"abc"', b'W/"weak"', b"unquoted", b'""', b'"with space"', b'"comma, inside"', b"'single'", b'"\xe9\xfc"', b"0",
    b'"a"b"', b'W/"', b"*", b'"' + b"x" * 1000 + b'"', b"-1", b'"gzip;q"', b"w/\"lower\"", b'"back\\slash"', b"\xff",
    b'"semi;colon"', b'"two""quotes"',
]  # fmt: skip
ODD_DATES = [b"Sat, 21 Nov 2026 10:00:00 GMT", b"2026-11-21T10:00:00Z", b"0", b"yesterday", b"Sat, 21 Nov 26 1:00 PST"]


def test_validators_go_back_byte_for_byte_and_never_to_another_feed(server: FeedServer) -> None:
    requests = []
    for number, etag in enumerate(ODD_ETAGS):
        date = ODD_DATES[number % len(ODD_DATES)]
        document = answer(rss(f"t{number}"), headers={"ETag": etag, "Last-Modified": date})
        address = server.serve(f"/{number}", document, answer(status=304))
        requests.append(asking(address.replace("127.0.0.1", f"127.0.1.{number + 1}"), feed_id=number))

    first = asyncio.run(collect(requests))
    again = [
        asking(r.address, r.feed_id, etag=first[r.feed_id].etag, last_modified=first[r.feed_id].last_modified)  # type: ignore[arg-type]
        for r in requests
    ]
    second = asyncio.run(collect(again))

    for number, etag in enumerate(ODD_ETAGS):
        cold, warm = server.asked_for(f"/{number}")
        assert "if-none-match" not in cold.headers
        assert "if-modified-since" not in cold.headers
        assert warm.headers["if-none-match"] == etag
        assert warm.headers["if-modified-since"] == ODD_DATES[number % len(ODD_DATES)]
        assert second[number].outcome is Outcome.UNCHANGED


def test_a_feed_is_asked_with_good_manners(server: FeedServer) -> None:
    poll(asking(server.serve("/rss", answer(rss("t")))))
    (asked,) = server.asked
    assert asked.headers["user-agent"] == LIMITS.user_agent.encode()
    assert b"gzip" in asked.headers["accept-encoding"]
    assert b"application/rss+xml" in asked.headers["accept"]
    assert not asked.headers.keys() & {"cookie", "referer", "accept-language"}


def test_cookies_are_not_kept(server: FeedServer) -> None:
    address = server.serve("/rss", answer(rss("t"), headers={"Set-Cookie": "a=b"}))
    asyncio.run(collect([asking(address, 1), asking(address, 2)]))
    assert all("cookie" not in asked.headers for asked in server.asked)


def test_a_compressed_feed_is_read(server: FeedServer) -> None:
    body = answer(gzip.compress(rss("t")), headers={"Content-Encoding": "gzip"})
    result = poll(asking(server.serve("/rss", body)))
    assert [article.title for article in result.articles] == ["t"]


def test_a_redirect_is_followed_and_links_are_read_from_where_it_led(server: FeedServer) -> None:
    feed = rss("t").replace(b"</item>", b"<link>/story</link></item>")
    server.serve("/new/rss", answer(feed))
    result = poll(asking(server.serve("/rss", answer(status=301, headers={"Location": "/new/rss"}))))
    assert result.articles[0].url == server.address("/story")


def test_endless_redirects_are_an_error(server: FeedServer) -> None:
    result = poll(asking(server.serve("/rss", answer(status=302, headers={"Location": "/rss"}))))
    assert result.error == f"redirected more than 5 times, the last time to {server.address('/rss')}"
    assert len(server.asked) == 6


@pytest.mark.parametrize("status", [404, 410, 429, 500, 503])
def test_a_refusal_is_told_with_its_status_and_not_tried_again(server: FeedServer, status: int) -> None:
    result = poll(asking(server.serve("/rss", answer(b"no", status=status, headers={"Retry-After": "120"}))))
    assert result.outcome is Outcome.FAILED
    assert result.status == status
    assert result.error is not None
    assert result.error.startswith(f"the server answered {status} ")
    assert result.retry_after == timedelta(seconds=120)
    assert len(server.asked) == 1


def test_a_refused_connection_is_told(server: FeedServer) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        result = poll(asking(f"http://127.0.0.1:{closed.getsockname()[1]}/rss"))
    assert (result.outcome, result.error) == (Outcome.FAILED, "connection refused")


def test_a_name_that_nobody_has_is_told() -> None:
    assert poll(asking("http://nobody.invalid/rss")).error == "host name nobody.invalid not found"


def test_a_server_that_never_answers_is_left(server: FeedServer) -> None:
    async def never(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    request = asking(server.serve("/rss", never))
    assert poll(request, CrawlLimits(request_seconds=0.3)).error == "no answer within 0.3 s"


def test_an_answer_that_breaks_off_is_an_error(server: FeedServer) -> None:
    async def break_off(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(rss("t"))[:-10])
        writer.close()

    assert poll(asking(server.serve("/rss", break_off))).error == "the answer breaks off"


def test_an_answer_that_is_no_http_is_an_error(server: FeedServer) -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n\r\n")
        writer.close()

    error = poll(asking(server.serve("/rss", talk))).error
    assert error is not None
    assert error.startswith("the connection failed")


@pytest.mark.parametrize("compressed", [False, True])
def test_a_body_that_is_too_large_is_refused(server: FeedServer, compressed: bool) -> None:
    body = rss("t" * 3_000_000)
    sent = answer(gzip.compress(body), headers={"Content-Encoding": "gzip"}) if compressed else answer(body)
    result = poll(asking(server.serve("/rss", sent)), CrawlLimits(body_bytes=2 * 1024 * 1024))
    assert result.error == "the answer is larger than 2 MiB"


def test_a_host_has_one_connection_at_a_time_and_hosts_do_not_wait_for_each_other(server: FeedServer) -> None:
    everybody_is_here = asyncio.Event()
    waiting: set[str] = set()

    async def when_all_hosts_are_asked(writer: asyncio.StreamWriter) -> None:
        waiting.add(writer.get_extra_info("sockname")[0])
        if len(waiting) == 3:
            everybody_is_here.set()
        await everybody_is_here.wait()
        writer.write(answer(rss("t")))

    server.takes = 0.2
    server.serve("/rss", when_all_hosts_are_asked)
    hosts = [f"127.0.0.{n % 3 + 1}" for n in range(9)]
    results = asyncio.run(collect([asking(server.address("/rss", host), n) for n, host in enumerate(hosts)]))
    assert {result.outcome for result in results.values()} == {Outcome.ANSWERED}
    assert set(server.most_at_once.values()) == {1}


def test_a_document_that_takes_too_long_costs_only_its_own_feed(server: FeedServer) -> None:
    server.serve("/slow", answer(SLOW))
    server.serve("/rss", answer(rss("t")))
    requests = [asking(server.address("/rss", f"127.0.0.{n + 1}"), n) for n in range(8)]
    requests.insert(0, asking(server.address("/slow", "127.0.2.1"), 99))
    results = asyncio.run(collect(requests, CrawlLimits(document_seconds=1, seconds=30)))
    assert results.pop(99).error == "took more than 1 s while reading it"
    assert {result.outcome for result in results.values()} == {Outcome.ANSWERED}


def test_however_many_documents_take_too_long_none_but_their_own_feeds_fail(server: FeedServer) -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1.5)  # later than the first documents are given up
        writer.write(answer(rss("t")))

    server.serve("/slow", answer(SLOW))
    server.serve("/late", late)
    slow = [asking(server.address("/slow", f"127.0.2.{n}"), n) for n in range(1, 4)]
    honest = [asking(server.address("/late", f"127.0.3.{n}"), 10 + n) for n in range(3)]
    results = asyncio.run(collect([*slow, *honest], CrawlLimits(document_seconds=0.6, seconds=30)))
    for request in slow:
        assert results[request.feed_id].error == "took more than 0.6 s while reading it"
    assert {results[request.feed_id].outcome for request in honest} == {Outcome.ANSWERED}


def test_a_crawl_that_is_killed_while_reading_costs_only_the_feed_it_read(server: FeedServer) -> None:
    server.serve("/rss", answer(rss("t")))
    requests = [asking(server.serve("/slow", answer(SLOW)), 1), asking(server.address("/rss", "127.0.0.2"), 2)]

    async def kill_the_first() -> dict[int, PollResult]:
        results = asyncio.create_task(collect(requests))
        (first,) = await _crawl_processes()
        await _busy(first)
        os.kill(first, signal.SIGKILL)
        return await results

    results = asyncio.run(kill_the_first())
    assert results[1].error == "the crawl process died (signal 9) while reading it"
    assert results[2].outcome is Outcome.ANSWERED


def test_a_crawl_that_is_killed_while_waiting_costs_every_feed_that_was_asked_one_error(server: FeedServer) -> None:
    async def never(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    server.serve("/rss", never)
    requests = [asking(server.address("/rss", f"127.0.0.{number}"), number) for number in (1, 2)]

    async def kill_it() -> dict[int, PollResult]:
        results = asyncio.create_task(collect(requests))
        (process,) = await _crawl_processes()
        while len(server.asked) < len(requests):
            await asyncio.sleep(0.01)
        os.kill(process, signal.SIGKILL)
        return await results

    results = asyncio.run(kill_it())
    assert {result.error for result in results.values()} == {
        "the crawl process died (signal 9) before this feed was done"
    }


def test_a_crawl_that_takes_too_long_is_ended(server: FeedServer) -> None:
    async def never(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    server.serve("/never", never)
    server.serve("/rss", answer(rss("t")))
    requests = [asking(server.address("/never"), 1), asking(server.address("/rss", "127.0.0.2"), 2)]
    results = asyncio.run(collect(requests, CrawlLimits(seconds=2)))
    assert results[1].error == "the crawl took more than 2 s before this feed was done"
    assert results[2].outcome is Outcome.ANSWERED


def test_m13_a_host_that_others_redirect_to_has_one_connection_at_a_time(server: FeedServer) -> None:
    server.takes = 0.2
    server.serve("/rss", answer(rss("t")))
    server.serve("/old", answer(status=301, headers={"Location": server.address("/rss", "127.0.0.9")}))
    requests = [asking(server.address("/old", f"127.0.0.{n}"), n) for n in range(1, 4)]
    limits = CrawlLimits(public=("127.0.0.0/8",), seconds=30)
    results = asyncio.run(collect(requests, limits))
    assert {result.outcome for result in results.values()} == {Outcome.ANSWERED}
    assert set(server.most_at_once.values()) == {1}


@pytest.mark.parametrize(("host", "at_once"), [("127.0.0.3", 1), ("127.0.0.2", 9)], ids=["of all", "of its host"])
def test_feeds_whose_turn_had_not_come_do_not_pay_for_a_server_that_hangs(
    server: FeedServer, host: str, at_once: int
) -> None:
    async def hang(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    server.serve("/hangs", hang)
    server.serve("/rss", answer(rss("One")))
    requests = [asking(server.address("/hangs", "127.0.0.2"), 1), asking(server.address("/rss", host), 2)]
    results = asyncio.run(collect(requests, CrawlLimits(seconds=2, at_once=at_once)))
    assert results[1].error == "the crawl took more than 2 s before this feed was done"
    assert [article.title for article in results[2].articles] == ["One"]


def test_a_document_that_needs_too_much_memory_costs_only_its_own_feed(server: FeedServer) -> None:
    server.serve("/huge", answer(rss(*(str(n) for n in range(400_000)))))
    server.serve("/rss", answer(rss("t")))
    requests = [asking(server.address("/huge"), 1), asking(server.address("/rss", "127.0.0.2"), 2)]
    results = asyncio.run(collect(requests, CrawlLimits(memory=400 * 1024**2, body_bytes=64 * 1024**2)))
    assert results[1].error == "too much to read in 400 MiB of memory"
    assert results[2].outcome is Outcome.ANSWERED


def test_many_answers_that_are_large_when_unpacked_do_not_fill_the_memory(server: FeedServer) -> None:
    server.takes = 0.5  # so that all are under way at once
    packed = gzip.compress(rss("t").replace(b"<channel>", b"<channel>" + b" " * 8_000_000))
    server.serve("/large", answer(packed, headers={"Content-Encoding": "gzip"}))
    server.serve("/rss", answer(rss("t")))
    large = [asking(server.address("/large", f"127.0.2.{n}"), n) for n in range(1, 101)]
    honest = [asking(server.address("/rss", f"127.0.3.{n}"), 100 + n) for n in range(10)]
    limits = CrawlLimits(memory=700 * 1024**2, bodies_bytes=48 * 1024**2, seconds=30)
    results = asyncio.run(collect([*large, *honest], limits))
    assert {results[request.feed_id].error for request in large} <= {
        None,
        "the connection failed: too many large answers came at once",
    }
    assert {results[request.feed_id].outcome for request in honest} == {Outcome.ANSWERED}


def test_closing_a_crawl_ends_its_process(server: FeedServer) -> None:
    async def never(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    server.serve("/never", never)
    server.serve("/rss", answer(rss("t")))
    requests = [asking(server.address("/never"), 1), asking(server.address("/rss", "127.0.0.2"), 2)]

    async def stop_after_the_first() -> None:
        async with contextlib.aclosing(crawl(requests, limits=LIMITS)) as results:
            assert (await anext(results)).feed_id == 2
            (process,) = await _crawl_processes()
        assert not Path(f"/proc/{process}").exists()

    asyncio.run(stop_after_the_first())


def test_a_crawl_process_knows_no_secrets(server: FeedServer) -> None:
    async def hold(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    script = """
        import asyncio, contextlib, multiprocessing, os, pathlib, sys
        secret = os.environ.pop("SLACK_URL")
        from crawler.crawl import crawl, prepare
        from crawler.limits import CrawlLimits
        from crawler.poll import PollRequest

        async def look():
            request = PollRequest(feed_id=1, address=sys.argv[1], name="x", allow_private=True)
            task = asyncio.ensure_future(anext(crawl([request], limits=CrawlLimits())))
            while not multiprocessing.active_children():
                await asyncio.sleep(0.01)
            (child,) = multiprocessing.active_children()
            environment = pathlib.Path(f"/proc/{child.pid}/environ").read_bytes()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            return environment

        if __name__ == "__main__":
            prepare()
            environment = asyncio.run(look())
            print(b"PATH=" in environment, secret.encode() in environment)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), server.serve("/rss", hold)],
        env={**os.environ, "SLACK_URL": "slack://planted-secret"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.stdout, done.stderr) == ("True False\n", "")


def test_a_crawl_process_gives_up_what_it_does_not_need() -> None:
    script = """
        import os, resource
        from crawler.child import confine
        from crawler.limits import CrawlLimits
        confine(CrawlLimits(memory=2**30))
        print("SLACK_URL" in os.environ, "PATH" in os.environ)
        print(resource.getrlimit(resource.RLIMIT_AS)[1] == 2**30, resource.getrlimit(resource.RLIMIT_CORE)[1])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env={**os.environ, "SLACK_URL": "slack://planted-secret"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False True\nTrue 0\n"


async def _crawl_processes() -> list[int]:
    while not (processes := [child.pid for child in multiprocessing.active_children() if child.pid]):
        await asyncio.sleep(0.01)
    return processes


async def _busy(process: int) -> None:
    """Wait until `process` has been computing for a second of processor time."""
    ticks = os.sysconf("SC_CLK_TCK")
    while sum(map(int, Path(f"/proc/{process}/stat").read_text().split()[13:15])) < ticks:
        await asyncio.sleep(0.02)
