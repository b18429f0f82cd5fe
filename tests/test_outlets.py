import doctest
import tomllib
from pathlib import Path

import pytest

import stories.outlets
from stories.outlets import (
    OutletKind,
    all_outlets,
    are_of_one_site,
    is_primary,
    outlet_at,
    outlet_named,
    outlet_of,
    site_of,
)
from tests.building import article

TABLE = Path(__file__).parents[1] / "stories/outlets.toml"


def test_the_examples_hold() -> None:
    assert doctest.testmod(stories.outlets).failed == 0


def test_an_outlet_has_one_name_whatever_it_is_called() -> None:
    names = ("The Wall Street Journal", "WSJ", "wall street journal", "www.wsj.com", "THE WALL STREET JOURNAL")
    assert {outlet_of(article(outlet=name, url=None)) for name in names} == {"The Wall Street Journal"}


def test_the_address_decides_before_the_name() -> None:
    assert outlet_of(article(outlet="Our technology feed", url="https://www.ft.com/content/1")) == "Financial Times"
    assert outlet_of(article(outlet="Reuters", url="https://money.cnn.com/1")) == "CNN"


def test_pages_that_list_what_others_publish_leave_it_to_the_name() -> None:
    assert outlet_of(article(outlet="Reuters", url="https://news.google.com/articles/1")) == "Reuters"
    assert outlet_of(article(outlet=None, url="https://news.google.com/articles/1")) == "news.google.com"


def test_an_outlet_that_is_not_in_the_table_keeps_its_name_or_is_its_host() -> None:
    assert outlet_of(article(outlet="The Harbour Gazette", url="https://harbour.example/1")) == "The Harbour Gazette"
    assert outlet_of(article(outlet=None, url="https://www.harbour.example/1")) == "harbour.example"
    assert outlet_of(article(outlet=None, url=None)) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.justice.gov/opa/pr/1", True),
        ("https://oag.ca.gov/news/1", True),
        ("https://www.gov.uk/cma-cases/1", True),
        ("https://competition-policy.ec.europa.eu/1", True),
        ("https://openai.com/index/1", True),
        ("https://www.apple.com/newsroom/2026/1", True),
        ("https://www.apple.com/newsrooms", False),
        ("https://www.apple.com/shop", False),
        ("https://www.prnewswire.com/news-releases/1", True),
        ("https://www.reuters.com/1", False),
        ("https://notjustice.gov.example/1", False),
        ("https://openai.com.example/1", False),
        ("https://[", False),
    ],
)
def test_a_document_is_primary_on_the_pages_of_an_authority_or_a_company(url: str, expected: bool) -> None:
    assert is_primary(article(url=url, outlet="OpenAI")) is expected


def test_without_an_address_the_name_tells_what_is_primary() -> None:
    assert is_primary(article(url=None, outlet="Federal Trade Commission"))
    assert not is_primary(article(url=None, outlet="Reuters"))
    assert not is_primary(article(url=None, outlet=None))


def test_a_longer_path_or_host_is_nearer() -> None:
    by_address = {url: outlet_at(url) for url in ("https://nytimes.com/athletic/1", "https://finance.yahoo.com/1")}
    assert [found and found.name for found in by_address.values()] == ["The Athletic", "Yahoo Finance"]


def test_the_table_is_large_and_says_nothing_twice() -> None:
    outlets = all_outlets()
    domains = [domain for outlet in outlets for domain in outlet.domains]
    assert len(outlets) > 500
    assert len(domains) == len(set(domains))
    assert {outlet.kind for outlet in outlets} == set(OutletKind)
    assert all(domain == domain.lower() and "://" not in domain for domain in domains)


def test_every_outlet_is_found_by_its_name_and_at_its_address() -> None:
    for outlet in all_outlets():
        assert outlet_named(outlet.name) == outlet
        for domain in outlet.domains:
            assert outlet_at(f"https://www.{domain}") == outlet


def test_the_table_holds_no_setting_that_nobody_reads() -> None:
    table = tomllib.loads(TABLE.read_text("utf-8"))
    settings = {setting for kind in OutletKind for said in table[kind].values() for setting in said}
    assert settings == {"domains", "also", "strict", "short"}


def test_hosts_of_one_site_are_told_from_neighbours() -> None:
    assert are_of_one_site("news.example.org", "www.example.org")
    assert not are_of_one_site("one.example.co.uk", "two.other.co.uk")
    assert site_of("https://m.example.org:8080/a") == "example.org"
