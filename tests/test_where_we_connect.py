"""Where requests go, whatever names, redirects and surroundings say: F21, F28, B50-B62."""

import asyncio
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace

import pycurl
import pytest

from crawler.arriving import Arriving, Room
from crawler.guard import RefusedError
from crawler.limits import CrawlLimits
from crawler.poll import FullText, Outcome
from tests.hostile_crawl import LIMITS, asking, host_of_case, ok, one, polls, titles
from tests.known_names import NEVER, NOBODY_ANSWERS, KnownNames
from tests.raw_server import RawServer, Script, in_turn, running_raw_server, sends

INSIDE = "127.8.0.1"  # a host that is not public
INSIDE_TOO = "127.8.0.2"


def can_listen_on_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as tried:
        try:
            tried.bind(("::1", 0))
        except OSError:
            return False
    return True


@pytest.fixture
def server() -> Iterator[RawServer]:
    with running_raw_server() as server:
        for host in ("127.0.0.1", INSIDE, INSIDE_TOO):
            server.at(host, sends(ok()))
        yield server


def redirect(to: str, status: bytes = b"302 Found") -> Script:
    return sends(ok(b"", b"Location: " + to.encode(), status=status))


def knowing(**answers: list[tuple[str, ...] | str]) -> CrawlLimits:
    """Return limits with name servers that know these names below .example."""
    return replace(LIMITS, resolve=KnownNames({f"{name}.example": answer for name, answer in answers.items()}))


def visited_inside(server: RawServer) -> set[str]:
    return {host for host, connections in server.connections.items() if connections and not host.startswith("127.9.")}


# By case: hosts of which none is public, in spellings that some parser takes for one that is inside.
SPELLINGS = {
    "B50": ("127.0.0.1", "localhost", "localhost.", "127.1", "0.0.0.0", "[::1]", "[::]", "127.8.0.1"),
    "B51": ("2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.0.1"),
    "B52": ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]"),
    "B53": ("①②⑦.⓪.⓪.①", "127。0。0。1"),
    "B54": ("169.254.169.254", "10.0.0.1", "[fe80::1%25lo]", "255.255.255.255", "metadata.google.internal"),
    "B57": ("a.b\\@127.0.0.1", "good@127.0.0.1", "127.0.0.1#@good", "127.0.\t0.1"),
}
NAMES: dict[str, list[tuple[str, ...] | str]] = {
    "localhost": [("127.0.0.1", "::1")],
    "metadata.google.internal": [("169.254.169.254",)],
    "a.b": [(INSIDE,)],
}


def test_no_spelling_of_a_host_leads_inside_neither_directly_nor_by_a_redirect(server: RawServer) -> None:
    """B50-B54, B57: each spelling as the feed's own address, and as where a public feed redirects to."""
    spelled = [host for hosts in SPELLINGS.values() for host in hosts]
    addresses = [f"http://{host}:{server.port}/rss" for host in spelled]
    addresses += [server.at(host_of_case(number), redirect(address)) for number, address in enumerate(list(addresses))]
    results = polls(
        (asking(address, number) for number, address in enumerate(addresses)),
        replace(LIMITS, resolve=KnownNames(NAMES)),
    )
    told = {addresses[number]: result.error for number, result in results.items()}
    assert visited_inside(server) == set()
    assert all(told.values()), told
    assert {result.outcome for result in results.values()} == {Outcome.FAILED}


def test_an_address_inside_is_told_with_what_to_do(server: RawServer) -> None:
    """B50."""
    assert one(asking(server.address("127.0.0.1"))).error == (
        "leads to 127.0.0.1, which is not a public address; if you mean it, set `allow_private: true` for this feed"
    )


def test_a_name_that_leads_inside_is_told_with_its_number(server: RawServer) -> None:
    """B54."""
    result = one(asking(f"http://nas.example:{server.port}/rss"), knowing(nas=[(INSIDE,)]))
    assert result.error is not None
    assert result.error.startswith(f"leads to nas.example ({INSIDE}), which is not a public address; if you mean it")


def test_a_redirect_inside_is_told_without_advice_that_would_not_help(server: RawServer) -> None:
    """B59."""
    address = server.at(host_of_case(0), redirect(server.address(INSIDE)))
    assert one(asking(address)).error == f"redirects to {INSIDE}, which is not a public address"


def test_a_name_with_a_private_address_is_never_connected_to(server: RawServer) -> None:
    """B55: not even at its public one."""
    server.at(host_of_case(0), sends(ok()))
    result = one(asking(f"http://both.example:{server.port}/rss"), knowing(both=[(host_of_case(0), INSIDE)]))
    assert result.outcome is Outcome.FAILED
    assert not server.connections


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(server: RawServer) -> None:
    """B56: public when looked at, private a moment later."""
    server.at(host_of_case(0), sends(ok()))
    answers: list[tuple[str, ...] | str] = [(host_of_case(0),), (INSIDE,)]
    request = asking(f"http://rebinding.example:{server.port}/rss")
    assert titles(one(request, knowing(rebinding=answers))) == ["News"]
    assert server.connections == {host_of_case(0): 1}


def test_a_name_that_leads_inside_at_the_next_poll_is_refused_then(server: RawServer) -> None:
    """B56."""
    server.at(host_of_case(0), sends(ok()))
    request = asking(f"http://later.example:{server.port}/rss")
    assert titles(one(request, knowing(later=[(host_of_case(0),)]))) == ["News"]
    assert one(request, knowing(later=[(INSIDE,)])).outcome is Outcome.FAILED
    assert visited_inside(server) == set()


def test_a_socket_is_opened_only_to_a_number_that_was_checked() -> None:
    """B56: the second look, should libcurl ever go by another address than ours."""

    async def opened_to(host: str, family: int = socket.AF_INET) -> bool:
        arriving = Arriving(LIMITS, Room(), (ip_address("192.0.2.1"), ip_address("2001:db8::1")))
        to = SimpleNamespace(family=family, socktype=socket.SOCK_STREAM, protocol=0, addr=(host, 80))
        made = arriving.open_socket(0, to)
        assert (made == pycurl.SOCKET_BAD) is isinstance(arriving.fault, RefusedError)
        return bool(made != pycurl.SOCKET_BAD)

    assert asyncio.run(opened_to("192.0.2.1"))
    assert asyncio.run(opened_to("2001:0DB8:0::1", socket.AF_INET6))
    assert not asyncio.run(opened_to("192.0.2.2"))
    assert not asyncio.run(opened_to("/run/docker.sock", socket.AF_UNIX))


def test_a_name_is_tried_at_all_of_its_addresses(server: RawServer) -> None:
    server.at(host_of_case(1), sends(ok()))
    limits = replace(knowing(two=[("::ffff:0:1", host_of_case(1))]), public=(*LIMITS.public, "::ffff:0:0/96"))
    assert titles(one(asking(f"http://two.example:{server.port}/rss"), limits)) == ["News"]


@pytest.mark.skipif(not can_listen_on_ipv6(), reason="this machine has no IPv6")
def test_a_host_is_asked_over_ipv6_too() -> None:
    with running_raw_server(host="::1") as server:
        server.at("::1", sends(ok()))
        own = replace(asking(f"http://[::1]:{server.port}/rss", 1), allow_private=True)
        named = asking(f"http://six.example:{server.port}/rss", 2)
        results = polls([own, named], replace(knowing(six=[("::1",)]), public=("::1/128",)))
    assert (titles(results[1]), titles(results[2])) == (["News"], ["News"])


def test_an_address_of_another_scheme_is_never_asked_nor_read() -> None:
    """B58, as a feed's address."""
    addresses = [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "s3://b/k",
        "data:,x",
        "gopher://127.0.0.1/",
        "javascript:x()",
    ]
    results = polls(asking(address, number) for number, address in enumerate(addresses))
    for number, address in enumerate(addresses):
        assert results[number].error == f"{address.split(':')[0]}: is not asked, only http and https are"


def test_redirects_that_lead_to_no_address_of_the_web_are_told(server: RawServer) -> None:
    """B57, B58, B60, F28: by a redirect."""
    somewhere = server.at(host_of_case(90), sends(ok()))
    locations = {
        "file:///etc/passwd": "redirects to an address that is not asked: file: is none of the web",
        "ftp://127.0.0.1/": "redirects to an address that is not asked: ftp: is none of the web",
        "gopher://127.0.0.1:6379/_x": "redirects to an address that is not asked: gopher: is none of the web",
        "data:text/xml,<rss/>": "redirects to an address that is not asked: data: is none of the web",
        "javascript:alert(1)": "redirects to an address that is not asked: javascript: is none of the web",
        "http://a.b\\@127.0.0.1/": "redirects to an address that is not asked: a character in it is not allowed",
        "http://u:p@example.org/": "redirects to an address that is not asked: an address must not carry a user name",
        "http://127.9.1.1:6379/": "redirects to an address that is not asked: port 6379 is not one of a web server",
        "http://127.9.1.1:99999/": "redirects to an address that is not asked: it is not well formed",
        "http://[::1/": "redirects to an address that is not asked: it is not well formed",
        "": "redirected more than 5 times",
        somewhere: None,
    }
    addresses = [server.at(host_of_case(number), redirect(to)) for number, to in enumerate(locations)]
    locations["no Location"] = "the server answered 302 Found without an address to go to"
    addresses.append(server.at(host_of_case(80), sends(ok(b"", status=b"302 Found"))))
    results = polls(asking(address, number) for number, address in enumerate(addresses))
    for number, (location, expected) in enumerate(locations.items()):
        assert (results[number].error or "").startswith(expected or ""), location
        assert bool(results[number].error) is bool(expected), location
    assert visited_inside(server) == set()


def test_redirects_end_after_five(server: RawServer) -> None:
    """F28: a loop of one, a loop of two, and an address that grows; a redirect without an address, and a refresh."""
    one_host, two_hosts, other, growing = (host_of_case(number) for number in range(4))
    server.at(one_host, redirect("/rss"))
    server.at(two_hosts, redirect(server.address(other)))
    server.at(other, redirect(server.address(two_hosts)))
    hops = [redirect("/rss?" + "x" * number) for number in range(1, 30)]
    server.at(growing, in_turn(hops))
    refreshing = b'<html><head><meta http-equiv="refresh" content="0; url=/other"></head></html>'
    server.at(host_of_case(4), sends(ok(refreshing, b"Content-Type: text/html")))
    hosts = (one_host, two_hosts, growing, host_of_case(4))
    results = polls(asking(server.address(host), number) for number, host in enumerate(hosts))
    last = [
        f"{server.address(one_host).removesuffix('/rss')}/rss",
        server.address(other),
        server.address(growing) + "?xxxxx",
    ]
    assert [results[number].error for number in range(3)] == [
        f"redirected more than 5 times, the last time to {address}" for address in last
    ]
    assert (results[3].error or "").startswith("not a feed (an HTML page)")
    assert [server.connections[host] for host in (one_host, growing, host_of_case(4))] == [6, 6, 1]
    assert server.connections[two_hosts] + server.connections[other] == 6


def test_a_redirect_gets_no_time_of_its_own(server: RawServer) -> None:
    """F25: hop after hop, each in time, and all together not."""

    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.6)
        await redirect("/rss")(writer)

    assert one(asking(server.at(host_of_case(0), late))).error == "no answer within 1.5 s"
    assert 1 < server.connections[host_of_case(0)] <= 3


def test_an_allowed_host_may_be_private_and_no_other(server: RawServer) -> None:
    """B62, B59: the feed's own host is opened, on a redirect too; another private one is not."""
    own = server.at(INSIDE, in_turn([redirect("/again"), sends(ok()), redirect(server.address(INSIDE_TOO))]))
    request = replace(asking(own), allow_private=True)
    assert titles(one(request)) == ["News"]
    assert one(request).error == f"redirects to {INSIDE_TOO}, which is not a public address"
    assert server.connections[INSIDE_TOO] == 0


def test_what_one_feed_may_do_another_may_not(server: RawServer) -> None:
    """B62."""
    allowed = replace(asking(server.address(INSIDE), 1), allow_private=True)
    leading_there = asking(server.at(host_of_case(0), redirect(server.address(INSIDE))), 2)
    results = polls([allowed, leading_there])
    assert titles(results[1]) == ["News"]
    assert results[2].error == f"redirects to {INSIDE}, which is not a public address"
    assert server.connections[INSIDE] == 1


def test_what_a_feed_makes_us_ask_for_leads_nowhere_inside(server: RawServer) -> None:
    """B50-B62 for pages of articles, robots.txt, and the leaves of a sitemap index."""
    inside = server.address(INSIDE)
    direct, by_robots, by_page, by_name = (host_of_case(number) for number in range(4))
    server.at(by_robots, redirect(inside))
    nothing_there = sends(ok(b"", status=b"404 Not Found"))
    server.at(by_page, in_turn([nothing_there, redirect(inside)]))
    linked = [inside, server.address(by_robots), server.address(by_page), f"http://nas.example:{server.port}/rss"]
    items = "".join(
        f"<item><guid>{number}</guid><title>Number {number}</title><link>{link}/{number}</link></item>"
        for number, link in enumerate(linked)
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
    requests = [replace(asking(server.at(direct, sends(ok(feed.encode()))), 1), full_text=FullText.ALWAYS)]
    index = f"<sitemap><loc>{server.address(by_name)}/leaf</loc></sitemap>"
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{index}</sitemapindex>'
    requests.append(asking(server.at(by_name, in_turn([sends(ok(index.encode())), redirect(inside)])), 2))
    results = polls(requests, knowing(nas=[(INSIDE,)]))
    assert len(results[1].articles) == len(linked)
    assert (results[1].warning or "").startswith(f"no full text of {len(linked)} articles: ")
    assert server.connections[by_robots] == 1
    assert (server.connections[by_page], server.connections[by_name]) == (2, 2)
    assert visited_inside(server) == set()


def test_headers_of_a_feed_go_to_its_own_server_and_nowhere_else(server: RawServer) -> None:
    """B59: neither to another host nor to another port, whatever the status of the redirect."""
    secret = (("Authorization", "Bearer s3cret"), ("X-Key", "s3cret"))
    with running_raw_server() as other_port:
        elsewhere = host_of_case(1)
        server.at(elsewhere, sends(ok()))
        other_port.at(host_of_case(0), redirect(server.address(elsewhere)))
        hops = [redirect("/again"), redirect(other_port.address(host_of_case(0)), b"307 Temporary Redirect")]
        address = server.at(host_of_case(0), in_turn(hops))
        result = one(replace(asking(address), headers=secret))
    assert titles(result) == ["News"]
    own = server.requests[host_of_case(0)]
    assert [(b"Authorization: Bearer s3cret" in request, b"X-Key: s3cret" in request) for request in own] == [
        (True, True)
    ] * 2
    assert b"s3cret" not in b"".join(server.requests[elsewhere] + other_port.requests[host_of_case(0)])
    assert b"\r\nReferer:" not in b"".join(server.requests[elsewhere])


def test_a_header_takes_the_place_of_ours(server: RawServer) -> None:
    address = server.at(host_of_case(0), sends(ok()))
    one(replace(asking(address), headers=(("accept", "application/x-mine"),)))
    assert server.requests[host_of_case(0)][0].lower().count(b"\r\naccept:") == 1


def test_a_header_of_two_lines_is_not_sent(server: RawServer) -> None:
    address = server.at(host_of_case(0), sends(ok()))
    result = one(replace(asking(address), headers=(("X-Key", "a\r\nHost: b"),)))
    assert result.error == "a header of this feed has more than one line"
    assert not server.connections


def test_names_that_nobody_knows_hang_or_fail_cost_only_their_own_feeds(server: RawServer) -> None:
    """F21: no such name, no name server, one that never answers, no or 100 addresses, and healthy ones."""
    many = tuple(f"127.9.{n // 250}.{1 + n % 250}" for n in range(100))
    answers: dict[str, list[tuple[str, ...] | str]] = {
        "servfail": [NOBODY_ANSWERS],
        "hangs": [NEVER],
        "empty": [()],
        "private": [("10.0.0.1", "192.168.0.1")],
        "hundred": [many],
        "hundredandone": [(*many, "10.0.0.1")],
        "healthy": [(host_of_case(0),)],
    }
    for host in (*many, host_of_case(0)):
        server.at(host, sends(ok()))
    names = ["nobody", *answers]
    results = polls(
        (asking(f"http://{name}.example:{server.port}/rss", number) for number, name in enumerate(names)),
        knowing(**answers),
    )
    errors = {name: results[number].error or "" for number, name in enumerate(names)}
    assert errors["nobody"] == "host name nobody.example not found"
    assert errors["empty"] == "host name empty.example not found"
    assert errors["servfail"].startswith("host name servfail.example not found ([Errno -3]")
    assert errors["hangs"] == "host name hangs.example not found (no name server answered within 1 s)"
    assert errors["private"].startswith("leads to private.example (10.0.0.1)")
    assert errors["hundredandone"].startswith("leads to hundredandone.example (10.0.0.1)")
    assert (errors["hundred"], errors["healthy"]) == ("", "")
    healthy = results[names.index("healthy")]
    assert healthy.seconds < results[names.index("hangs")].seconds
    assert [results[number].is_unreached for number in range(4)] == [True] * 4


def test_many_names_that_hang_do_not_hold_up_others(server: RawServer) -> None:
    """F21, F26: threads that wait for name servers are no queue."""
    healthy = asking(server.at(host_of_case(0), sends(ok())), 1)
    by_name = asking(f"http://healthy.example:{server.port}/rss", 2)
    hanging = [asking(f"http://hangs{number}.example/rss", number) for number in range(3, 103)]
    answers: dict[str, list[tuple[str, ...] | str]] = {f"hangs{number}": [NEVER] for number in range(3, 103)}
    results = polls([*hanging, healthy, by_name], knowing(**answers, healthy=[(host_of_case(0),)]))
    slowest = max(results[1].seconds, results[2].seconds)
    assert slowest < min(results[number].seconds for number in range(3, 103))


def test_proxies_and_passwords_of_the_surroundings_have_no_say(server: RawServer, tmp_path: Path) -> None:
    """B61."""
    address = server.at(host_of_case(0), sends(ok()))
    proxy = f"http://{INSIDE}:{server.port}"
    (tmp_path / ".netrc").write_text(f"machine {host_of_case(0)} login somebody password s3cret\n")
    script = """
        import sys
        from tests.hostile_crawl import asking, one, titles
        if __name__ == "__main__":
            print(titles(one(asking(sys.argv[1]))))
    """
    names = ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), address],
        env={**os.environ, **dict.fromkeys(names, proxy), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.stdout, done.stderr) == ("['News']\n", "")
    assert visited_inside(server) == set()
    assert b"Authorization" not in server.requests[host_of_case(0)][0]
