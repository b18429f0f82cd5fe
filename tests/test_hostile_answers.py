"""What servers may send instead of a feed: B36-B47, F23-F26. One crawl asks all of them, and healthy ones beside."""

import gzip
import re
import socket
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import brotli
import pytest
from backports import zstd

from crawler.poll import Outcome, PollResult
from tests.hostile_crawl import FEED, LIMITS, asking, host_of_case, ok, polls, titles
from tests.raw_server import RawServer, Script, drips, hangs, repeats, resets, running_raw_server, sends

MIB = 1024 * 1024
NOTHING = bytes(16 * MIB)
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"%x\r\n%s\r\n" % (len(FEED), FEED)

FAILED = "the connection failed"
TOO_LARGE = "the answer is larger than 10 MiB"
BREAKS_OFF = "the answer breaks off"
NO_HTTP = f"{FAILED}: what came is no HTTP"
HEADERS = f"{FAILED}: the answer has more than 64 KiB or 200 lines of headers"
UNPACK = f"{FAILED}: the answer cannot be unpacked"
PACKED = f"{FAILED}: the answer is packed"
IN_TIME = "no answer within 3 s"
READ = None  # no error: the feed is read


def packed(body: bytes, encoding: bytes) -> Script:
    return sends(ok(body, b"Content-Encoding: " + encoding))


def sized(length: bytes) -> Script:
    return sends(HEAD, b"Content-Length: " + length + b"\r\n\r\n", FEED)


def with_headers(*lines: bytes) -> Script:
    return sends(ok(FEED, *lines))


def raw_deflate(body: bytes) -> bytes:
    squeezer = zlib.compressobj(wbits=-15)
    return squeezer.compress(body) + squeezer.flush()


CASES: dict[str, tuple[Script, str | None]] = {
    "B36 a gigabyte in gzip": (packed(gzip.compress(NOTHING, 1) * 64, b"gzip"), TOO_LARGE),
    "B37 64 MB in brotli": (packed(brotli.compress(NOTHING * 4, quality=1), b"br"), TOO_LARGE),
    "B37 a gigabyte in zstd": (packed(zstd.compress(NOTHING) * 64, b"zstd"), TOO_LARGE),
    "B38 a bomb in deflate with zlib's head": (packed(zlib.compress(NOTHING, 1), b"deflate"), TOO_LARGE),
    "B38 a bomb in raw deflate": (packed(raw_deflate(NOTHING), b"deflate"), TOO_LARGE),
    "B39 packed 200 times": (packed(FEED, b", ".join([b"gzip"] * 200)), PACKED),
    "B39 packed in 3 headers": (packed(FEED, b"gzip\r\nContent-Encoding: gzip, gzip"), PACKED),
    "B39 packed twice": (packed(gzip.compress(gzip.compress(FEED)), b"gzip, gzip"), READ),
    "B40 plain, but called gzip": (packed(FEED, b"gzip"), UNPACK),
    "B40 plain, but called brotli": (packed(FEED, b"br"), UNPACK),
    "B40 plain, but called zstd": (packed(FEED, b"zstd"), UNPACK),
    "B40 plain, in an encoding nobody knows": (packed(FEED, b"rot13"), READ),
    "B40 gzip of nothing": (packed(b"", b"gzip"), "empty body"),
    "B41 longer than said": (sends(ok(FEED), b"and more"), READ),
    "B41 shorter than said": (sized(b"9000"), BREAKS_OFF),
    "B41 a negative length": (sized(b"-1"), FAILED),
    "B41 two lengths": (sized(b"10\r\nContent-Length: 11"), FAILED),
    "B41 two lengths in one header": (sized(b"10, 11"), FAILED),
    "B41 a length of 10^20": (sized(b"1" + b"0" * 20), FAILED),
    "B41 a length of 100 MB": (sized(b"100000000"), TOO_LARGE),
    "B42 a chunk's size that is none": (sends(CHUNKED, b"zz\r\n", FEED), FAILED),
    "B42 chunks that end too soon": (sends(CHUNKED, b"fff\r\n", FEED), BREAKS_OFF),
    "B42 a trailer that looks like a header": (sends(CHUNKED, CHUNK, b"0\r\nETag: x\r\n\r\n"), READ),
    "B42 an endless trailer": (repeats(CHUNKED + b"0\r\n", b"X-Trailer: x\r\n" * 100), FAILED),
    "B42 an endless extension of a chunk": (drips(CHUNKED + b"1;" + b"x" * 100_000, b"x"), IN_TIME),
    "B43 endless headers": (repeats(HEAD, b"X-Header: x\r\n" * 100), HEADERS),
    "B43 an endless header": (repeats(HEAD + b"X-Header: ", b"x" * 1000), FAILED),
    "B43 10,000 cookies": (sends(HEAD, b"Set-Cookie: a=b\r\n" * 10_000, b"\r\n", FEED), HEADERS),
    "B43 201 lines of headers": (sends(HEAD, b"A: b\r\n" * 200, b"\r\n", FEED), HEADERS),
    "B43 a header of 65 KB": (sends(HEAD, b"A: " + b"b" * 66_000 + b"\r\n\r\n", FEED), HEADERS),
    "B44 headers without a name, or without ASCII": (with_headers(b"N\xc3\xa4me: x", b"X: \xff\xfe", b": x"), READ),
    "B44 a header without a colon": (with_headers(b"no colon"), NO_HTTP),
    "B44 a header with NUL": (with_headers(b"X: a\0b"), FAILED),
    "B44 a header with a bare CR": (with_headers(b"X: a\rY: b"), NO_HTTP),
    "B45 a Referrer-Policy that names code": (with_headers(b"Referrer-Policy: os.system"), READ),
    "B46 an ETag of 2 KB and a date that is none": (with_headers(b"ETag: " + b"e" * 2000, b"Last-Modified: x"), READ),
    "B46 an ETag of 100 KB": (with_headers(b"ETag: " + b"e" * 100_000), FAILED),
    "B47 304 to a first question": (sends(ok(b"", status=b"304 Not Modified")), "the server answered 304 Not Modified"),
    "B47 206 to a question for all": (sends(ok(FEED, status=b"206 Partial Content")), "the server answered 206"),
    "B47 a flood of 100 Continue": (repeats(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 20), HEADERS),
    "B47 103 before the answer": (sends(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nETag: \"x\"\r\n\r\n", ok()), READ),
    "B47 101 that nobody asked for": (sends(ok(FEED, status=b"101 Switching Protocols")), "the "),
    "B47 HTTP/0.9": (sends(FEED), NO_HTTP),
    "B47 ICY": (sends(b"ICY 200 OK\r\n\r\n", FEED), NO_HTTP),
    "F23 reset at once": (resets(), FAILED),
    "F23 reset in the head": (resets(HEAD), FAILED),
    "F23 reset in the body": (resets(ok()[:-20]), FAILED),
    "F23 closed without a word": (sends(), NO_HTTP),
    "F24 gone in mid-body": (hangs(ok()[:-20]), IN_TIME),
    "F25 a byte at a time in the body": (drips(ok(FEED * 100)[:200], b"x"), IN_TIME),
    "F25 a byte at a time in the head": (drips(HEAD, b"X-Header: x\r\n"), IN_TIME),
    "F25 an endless size of a chunk": (drips(CHUNKED + b"0" * 14, b"0"), FAILED),
    "F25 an endless body without a length": (repeats(HEAD + b"\r\n", b"x" * 65536), TOO_LARGE),
    "F25 an endless body in chunks": (repeats(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"), TOO_LARGE),
}  # fmt: skip
PATIENT = replace(LIMITS, connect_seconds=3, request_seconds=3)  # bombs take a while to unpack, on a busy machine
SLOW = 50
HEALTHY = 20


@pytest.fixture(scope="module")
def server() -> Iterator[RawServer]:
    with running_raw_server() as server:
        yield server


@pytest.fixture(scope="module")
def results(server: RawServer) -> dict[str, PollResult]:
    """What became of every case, of slow servers (F26) and of healthy ones, asked in one crawl."""
    scripts = {name: script for name, (script, _) in CASES.items()}
    scripts |= {f"slow {number}": drips(HEAD, b"X-Header: x\r\n") for number in range(SLOW)}
    scripts |= {f"healthy {number}": sends(ok()) for number in range(HEALTHY)}
    requests = [asking(server.at(host_of_case(n), script), n) for n, script in enumerate(scripts.values())]
    results = polls(requests, PATIENT)
    return {name: results[number] for number, name in enumerate(scripts)}


@pytest.mark.parametrize("name", CASES)
def test_whatever_a_server_sends_is_read_or_told_in_a_sentence(name: str, results: dict[str, PollResult]) -> None:
    expected = CASES[name][1]
    result = results[name]
    if expected is None:
        assert (result.error, titles(result)) == (None, ["News"])
        return
    assert result.outcome is Outcome.FAILED
    assert result.error is not None
    assert re.match(re.escape(expected), result.error), result.error
    assert len(result.error) < 300


def test_f26_healthy_feeds_do_not_wait_for_slow_ones(results: dict[str, PollResult]) -> None:
    assert {results[f"slow {number}"].error for number in range(SLOW)} == {IN_TIME}
    healthy = [results[f"healthy {number}"] for number in range(HEALTHY)]
    assert {result.outcome for result in healthy} == {Outcome.ANSWERED}


def test_b46_a_validator_that_is_too_long_is_not_kept(results: dict[str, PollResult]) -> None:
    result = results["B46 an ETag of 2 KB and a date that is none"]
    assert (result.etag, result.last_modified) == (None, b"x")


@pytest.mark.parametrize("name", ["B47 103 before the answer", "B42 a trailer that looks like a header"])
def test_headers_before_and_after_the_answer_are_not_its_own(name: str, results: dict[str, PollResult]) -> None:
    assert results[name].etag is None


def test_each_server_was_asked_once_and_politely(server: RawServer, results: dict[str, PollResult]) -> None:
    """M8, M9, M10: no cookies, no Referer, nothing added to the address; who asks, and how answers may be packed."""
    assert set(map(len, server.requests.values())) == {1}
    for (request,) in server.requests.values():
        assert request.startswith(b"GET /rss HTTP/1.1\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in request.split(b"\r\n")[1:] if line)
        assert headers[b"user-agent"] == LIMITS.user_agent.encode()
        assert headers[b"accept-encoding"] == b"gzip, deflate, br, zstd"
        assert headers.keys() == {b"host", b"user-agent", b"accept", b"accept-encoding"}


def test_f25_many_endless_bodies_at_once_leave_room_for_a_small_one(server: RawServer) -> None:
    """Together they may hold a limited number of bytes; the large ones give way."""
    limits = replace(PATIENT, bodies_bytes=4 * MIB, at_once=64)
    endless = [server.at(host_of_case(number), repeats(HEAD + b"\r\n", b"x" * 65536)) for number in range(400, 420)]
    healthy = server.at(host_of_case(420), sends(ok()))
    results = polls((asking(address, number) for number, address in enumerate([*endless, healthy])), limits)
    errors = [results[number].error for number in range(len(endless))]
    assert set(errors) <= {f"{FAILED}: too many large answers came at once", TOO_LARGE}
    assert f"{FAILED}: too many large answers came at once" in errors
    assert titles(results[len(endless)]) == ["News"]


def test_f24_a_host_that_takes_no_connection_is_left_after_the_time_for_that() -> None:
    with ExitStack() as opened:
        full = opened.enter_context(socket.socket())
        full.bind((host_of_case(1), 0))
        full.listen(0)
        for _ in range(3):  # what waits to be taken is more than it lets wait; the system answers no further ones
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        address = f"http://{host_of_case(1)}:{full.getsockname()[1]}/rss"
        result = polls([asking(address)], replace(LIMITS, connect_seconds=0.5))[1]
    assert result.error is not None
    assert result.error.startswith("the connection failed: no connection came about")
    assert result.is_unreached
