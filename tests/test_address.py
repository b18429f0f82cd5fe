"""Which addresses are safe to show, and which lead to the same article."""

import doctest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stories.address
from stories.address import canonical_address, canonical_by_library, safe_address

_LINKS = Path(__file__).parents[2] / "shared/data/urls/bbc_link_permalink.tsv"


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(stories.address).failed == 0


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "smb://host/share",
        "http://a.b\\@127.0.0.1/",
        "https://host:99999/",
        "https://ho\x00st/",
        "https:///nohost",
        "",
        "https://example.org/" + "a" * 2100,
    ],
)
def test_an_unsafe_link_is_no_address(link: str) -> None:
    assert safe_address(link) is None


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://e.org/\u202egpj.exe", "https://e.org/%E2%80%AEgpj.exe"),
        ('https://e.org/a|b<c>"d"', "https://e.org/a%7Cb%3Cc%3E%22d%22"),
        ("https://e.org/größe?ü=%C3%BC", "https://e.org/gr%C3%B6%C3%9Fe?%C3%BC=%C3%BC"),
        ("https://e.org/\ud800", "https://e.org/"),
        ("https://аpple.com/", "https://xn--pple-43d.com/"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ],
)
def test_what_is_not_plain_in_an_address_is_quoted(link: str, address: str) -> None:
    assert safe_address(link) == address
    assert safe_address(address) == address


def test_credentials_are_left_out() -> None:
    assert safe_address("https://user:secret@example.org/a") == "https://example.org/a"


def test_a_link_is_resolved_against_its_feed() -> None:
    assert safe_address("//cdn.example.org/a b", "https://example.org/rss") == "https://cdn.example.org/a%20b"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://example.org/news/1",
        "http://www.example.org/news/1/",
        "https://example.org:443/news/1?utm_source=rss&utm_medium=feed",
        "https://m.example.org/news/1#comments",
        "https://example.org/news/1/amp/",
        "https://amp.example.org/news/1?ref=rss",
        "https://example.org/news/1?at_medium=RSS&at_campaign=KARANGA",
        "https://example.org/news/1?ns_mchannel=rss&ito=1490",
        "https://example.org/news/1?fbclid=abc&outputType=amp",
    ],
)
def test_all_spellings_of_an_address_are_one(spelling: str) -> None:
    assert canonical_address(spelling) == "example.org/news/1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?123", "https://example.org/a?124"),
        ("https://example.org/watch?v=a", "https://example.org/watch?v=b"),
        ("https://example.org/A", "https://example.org/a"),
    ],
)
def test_what_names_an_article_is_kept(one: str, other: str) -> None:
    assert canonical_address(one) != canonical_address(other)


def test_a_front_page_names_no_article() -> None:
    assert canonical_address("https://www.example.org/?utm_source=rss") is None


_LETTERS = st.text("abcXYZ019-_.~%é /", max_size=12)


@given(_LETTERS, st.dictionaries(st.sampled_from(["id", "p", "utm_source", "ref", "é"]), _LETTERS), _LETTERS)
def test_a_canonical_address_is_its_own(path: str, query: dict[str, str], fragment: str) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    once = canonical_address(f"https://www.example.org/{path}?{asked}#{fragment}")
    assert once is None or canonical_address(f"https://{once}") == once


@pytest.mark.skipif(not _LINKS.exists(), reason="the collected links (../shared/data) are not here")
def test_feed_links_and_permalinks_of_one_outlet_are_one() -> None:
    rows = [line.split("\t") for line in _LINKS.read_text("utf-8").splitlines()[1:]]
    differing = [(link, guid) for _, link, guid in rows if canonical_address(link) != canonical_address(guid)]
    assert not differing


_HOSTS = st.sampled_from(
    [
        "e.org",
        "www.e.org",
        "m.e.org",
        "amp.e.org",
        "amp-e.org",
        "www2.e.org",
        "wwwe.org",
        "a.mobile.e.org",
        "t.co",
        "x-m.e.org",
    ]
)
_STEPS = st.sampled_from(
    [
        "news",
        "amp",
        "Amp",
        "index",
        "index.html",
        "Default.aspx",
        "x.amp",
        "x.amp.html",
        "m",
        "www",
        "..",
        ".",
        "a.b",
        "-",
        "_",
    ]
)
_QUERIES = st.sampled_from(["", "/", "?utm_source=a&utm_medium=b", "?utm_x=", "?utm_source=a&id=1", "#top"])


@given(_HOSTS, st.lists(_STEPS, max_size=4), _QUERIES)
def test_the_short_way_to_a_canonical_address_leads_to_the_same(host: str, steps: list[str], query: str) -> None:
    address = "/".join([f"https://{host}", *steps]) + query
    assert canonical_address(address) == canonical_by_library(address)
