"""JSON Feed, honest and hostile (B20)."""

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.poll import Outcome, PollResult
from stories.model import Article
from tests.listing_feeds import request, result_of

VERSION = "https://jsonfeed.org/version/1.1"


def feed(*items: Any, **said: Any) -> str:
    return json.dumps({"version": VERSION, "title": "t", "items": items, **said})


def read(body: str, after: PollResult | None = None) -> PollResult:
    return result_of(body, asked=request(after=after), kind="application/feed+json")


def test_an_item_becomes_an_article() -> None:
    item = {
        "id": "tag:1",
        "url": "/1",
        "external_url": "https://other.example/report",
        "title": "Court &amp; market",
        "content_html": "<p>A short one.</p><p>And <a href='https://third.example/x'>more</a>.</p>",
        "summary": "A short one.",
        "date_published": "2026-11-21T12:00:00+02:00",
        "authors": [{"name": "Ann Author"}],
        "language": "en-GB",
        "tags": ["x"],
    }
    assert read(feed(item)).articles == (
        Article(
            title="Court & market",
            url="https://courier.example/1",
            summary="A short one.",
            text="A short one.\nAnd more.",
            outlet="The Courier",
            author="Ann Author",
            language="en-GB",
            published_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
            guid="tag:1",
            links=("https://other.example/report", "https://third.example/x"),
        ),
    )


def test_the_older_version_and_what_is_left_out_are_understood() -> None:
    old = {"id": 7, "content_text": "Words of a post.\nMore.", "author": {"name": "Ann"}, "date_modified": "2026-11-21"}
    result = read(feed(old, version="https://jsonfeed.org/version/1", language="de"))
    (article,) = result.articles
    assert (article.title, article.guid, article.author) == ("Words of a post. More.", "7", "Ann")
    assert (article.summary, article.language) == ("Words of a post. More.", "de")
    assert article.published_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert result.kind == "JSON Feed 1"


def test_items_seen_before_are_left_out_and_edited_ones_are_read() -> None:
    one, two = {"id": "1", "title": "One"}, {"id": "2", "title": "Two"}
    first = read(feed(one, two))
    second = read(feed({"id": "3", "title": "New"}, one, {**two, "title": "Two, edited"}), first)
    assert [article.title for article in second.articles] == ["New", "Two, edited"]
    assert (second.entries, len(second.entry_digests)) == (3, 3)


def test_the_same_body_is_not_read_again() -> None:
    first = read(feed({"id": "1", "title": "One"}))
    assert read(feed({"id": "1", "title": "One"}), first).outcome is Outcome.UNCHANGED


def test_a_feed_without_items_is_no_fault() -> None:
    assert (read(feed()).outcome, read(feed()).warning) == (Outcome.ANSWERED, None)


def test_what_is_no_item_is_told_and_the_others_are_read() -> None:
    result = read(feed({"id": "1", "title": "One"}, 7, None, {"title": ["x"], "url": {"a": 1}, "authors": 5}))
    assert [article.title for article in result.articles] == ["One"]
    assert result.warning == "3 of the entries cannot be read"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ('{"items": [', "not a feed (broken JSON: Expecting value in line 1)"),
        ("[" * 10_000 + "]" * 10_000, "not a feed (JSON that is nested too deep)"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "not a feed (JSON that is nested too deep)"),
        (
            feed({"id": "1"})[:-1] + ', "items": []}',
            "not a feed (JSON that says 'items' twice in one place)",
        ),
        (feed(version=7), "not a feed (JSON, but no JSON Feed: it names no version of jsonfeed.org)"),
        ('{"items": []}', "not a feed (JSON, but no JSON Feed: it names no version of jsonfeed.org)"),
        ("[1, 2]", "not a feed (JSON, but no JSON Feed: it names no version of jsonfeed.org)"),
        (feed(items={"id": 1}), "not a feed (a JSON Feed without a list of items)"),
        ('{"version": "https://jsonfeed.org/version/1"}', "not a feed (a JSON Feed without a list of items)"),
        ('{"version": "\x01"}', "not a feed (broken JSON: Invalid control character at in line 1)"),
    ],
    ids=range(10),
)  # fmt: skip
def test_b20_what_is_no_json_feed_is_an_error_and_never_no_news(body: str, error: str) -> None:
    assert read(body).error == error


def test_b20_numbers_of_any_length_are_text() -> None:
    body = feed({"id": "1", "title": "One"})[:-1] + f', "x": {"9" * 1_000_000}, "y": 1e{"9" * 1000}, "z": NaN}}'
    assert [article.title for article in read(body).articles] == ["One"]


def test_pages_that_a_feed_refers_to_are_not_asked_for() -> None:
    result = read(feed({"id": "1", "title": "One"}, next_url="http://127.0.0.1/2", hubs=[{"url": "http://10.0.0.1/"}]))
    assert (len(result.articles), result.moved_to, result.found) == (1, None, ())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)
NAMES = st.sampled_from(["id", "url", "title", "content_html", "content_text", "summary", "authors", "date_published"])


@given(st.lists(st.dictionaries(NAMES, VALUES) | VALUES, max_size=4))
def test_any_items_give_articles_or_a_reason(items: list[Any]) -> None:
    result = read(feed(*items))
    assert result.outcome is Outcome.ANSWERED or result.error
    assert pickle.loads(pickle.dumps(result)) == result
