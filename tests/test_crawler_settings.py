from datetime import timedelta

import pytest
from pydantic import ValidationError

from crawler.limits import CrawlLimits
from crawler.poll import FullText, PageSelectors, PollRequest
from crawler.private_hosts import is_loopback
from crawler.scrapy_settings import scrapy_settings
from crawler.settings import FeedSettings, asked_as_set


def mistake(**settings: object) -> str:
    with pytest.raises(ValidationError) as caught:
        FeedSettings.model_validate({"address": "https://news.example/rss", "name": "x", **settings})
    (error,) = caught.value.errors()
    return f"{'.'.join(map(str, error['loc']))}: {error['msg'].removeprefix('Value error, ')}"


def test_a_feed_needs_an_address_and_a_name() -> None:
    feed = FeedSettings.model_validate({"address": "https://news.example/rss", "name": "Example"})
    assert feed.every is None


@pytest.mark.parametrize("address", ["ftp://news.example/", "news.example/rss", "file:///etc/passwd", "javascript:1"])
def test_only_web_addresses_are_feeds(address: str) -> None:
    assert mistake(address=address) == "address: expected an address that begins with http:// or https://"


@pytest.mark.parametrize("address", ["http://", "http://[x/", "http://news.example:99999/", "http://a\\b/"])
def test_an_address_nobody_can_ask_is_refused(address: str) -> None:
    assert mistake(address=address).startswith("address: not a usable address")


def test_an_address_must_not_carry_a_password() -> None:
    assert "must not carry a user name or password" in mistake(address="https://ann:secret@news.example/")


def test_a_feed_is_asked_every_five_minutes_at_most_unless_its_host_is_ones_own() -> None:
    assert mistake(every="1m") == "every: 1m is too often for this server, the least is 5m"
    assert mistake(every="0s", address="http://localhost/", allow_private=True) == (
        "every: 0s is too often for this server, the least is 1s"
    )
    mine = {"address": "http://127.3.2.1:80/", "name": "x", "every": "1s", "allow_private": True}
    assert FeedSettings.model_validate(mine).every == timedelta(seconds=1)


def test_a_private_number_is_ones_own_host_and_a_name_is_not() -> None:
    own = {"address": "http://10.0.0.5/", "name": "x", "every": "1m", "allow_private": True}
    assert FeedSettings.model_validate(own).every == timedelta(minutes=1)
    assert "1m is too often" in mistake(every="1m", address="http://nas.example/", allow_private=True)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://localhost:8000/", True),
        ("http://127.0.0.9/", True),
        ("http://[::1]/", True),
        ("http://localhost.example/", False),
        ("http://10.0.0.1/", False),
        ("http://127.0.0.1.example/", False),
    ],
)
def test_loopback_is_known_by_its_names(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


def test_a_secret_header_is_in_the_request_and_nowhere_else() -> None:
    feed = FeedSettings.model_validate(
        {"address": "https://news.example/rss", "name": "x", "headers": {"Authorization": "s3cr3t"}}
    )
    request = asked_as_set(PollRequest(feed_id=1, address=feed.address, name=feed.name), feed)
    assert request.headers == (("Authorization", "s3cr3t"),)
    assert "s3cr3t" not in f"{feed!r} {feed} {feed.model_dump_json()} {request!r}"


def test_what_is_set_for_a_feed_is_what_it_is_asked_with() -> None:
    page = {"link": "h2 a", "date": "time"}
    feed = FeedSettings.model_validate(
        {
            "address": "http://127.0.0.1/news",
            "name": "x",
            "language": "en",
            "full_text": "when-short",
            "page": page,
            "allow_private": True,
            "allow_insecure": True,
        }
    )
    request = asked_as_set(PollRequest(feed_id=1, address=feed.address, name=feed.name), feed)
    assert request.page == PageSelectors(link="h2 a", date="time")
    assert (request.language, request.full_text) == ("en", FullText.WHEN_SHORT)
    assert request.allow_private
    assert request.allow_insecure


def test_unknown_keys_and_wrong_kinds_are_mistakes() -> None:
    assert mistake(evry="5m").startswith("evry: ")
    assert mistake(name=5).startswith("name: ")
    assert (
        mistake(language="no language") == "language: expected a language tag such as en or pt-BR, found 'no language'"
    )


def test_a_crawl_opens_no_port() -> None:
    settings = scrapy_settings(CrawlLimits())
    assert settings["EXTENSIONS_BASE"] == {}  # the consoles on a port are extensions
