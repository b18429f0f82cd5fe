import json
from datetime import UTC, datetime
from typing import Any

import pytest

from scheduler.json_lines import LineError, article_of, line_of
from stories.store_articles import Found
from tests.building import NOON, archived, article


def line(**fields: Any) -> str:
    return json.dumps({"id": "1", "title": "A harbour is sold", **fields})


def test_what_leaves_comes_back_with_its_source_and_links() -> None:
    kept = article(source="Reuters", links=("https://other.example/1", "https://third.example/2"))
    written = json.dumps(line_of(Found(archived=archived(kept, seen_at=NOON), topics=(), labels={})))
    read, note = article_of(written)
    assert (read.source, read.links, note) == (kept.source, kept.links, None)
    assert read.seen_at == NOON


def test_the_source_of_the_feed_is_not_the_outlet() -> None:
    read, _ = article_of(line(source="The Harbour Gazette", feed_source="AFP"))
    assert (read.outlet, read.source) == ("The Harbour Gazette", "AFP")


def test_only_safe_links_come_in_each_once_and_few() -> None:
    links = ["javascript:x()", "https://other.example/1", "https://other.example/1", "", "file:///etc/passwd"]
    assert article_of(line(links=links))[0].links == ("https://other.example/1",)
    assert len(article_of(line(links=[f"https://other.example/{n}" for n in range(99)]))[0].links) == 10
    assert article_of(line(links=None))[0].links == ()


@pytest.mark.parametrize("links", ["https://other.example/1", [1], {"a": "b"}])
def test_links_are_a_list_of_addresses(links: object) -> None:
    with pytest.raises(LineError, match="links: expected a list of addresses"):
        article_of(line(links=links))


def test_when_a_line_was_first_seen() -> None:
    assert article_of(line(seen_at="2026-11-22T12:00:00+02:00"))[0].seen_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert article_of(line())[0].seen_at is None
    assert article_of(line(seen_at="yesterday"))[0].seen_at is None
    assert article_of(line(seen_at=None))[0].seen_at is None


def test_a_line_that_is_none_says_so() -> None:
    with pytest.raises(LineError, match="not JSON"):
        article_of('{"seen_at"')
