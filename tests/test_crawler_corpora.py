"""Feeds that others collected, read from beside the project when they are there."""

from pathlib import Path

import pytest

from crawler.answer import Answer, read_answer
from crawler.limits import CrawlLimits
from crawler.poll import Outcome, PollRequest, PollResult

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
REQUEST = PollRequest(feed_id=1, address="https://news.example/feed", name="feed")


def read(file: Path) -> PollResult:
    answer = Answer(
        address=REQUEST.address, status=200, headers={"content-type": b"application/xml"}, body=file.read_bytes()
    )
    result = read_answer(REQUEST, answer, CrawlLimits())
    assert isinstance(result, PollResult)
    return result


@pytest.mark.skipif(not (DATA / "feeds").exists(), reason="../shared/data/feeds is not there")
def test_every_feed_other_parsers_are_tested_with_is_read_or_refused_with_a_reason() -> None:
    files = [
        file for file in (DATA / "feeds").rglob("*.*") if file.suffix in (".xml", ".rss", ".atom", ".html", ".json")
    ]
    for file in files:
        result = read(file)
        assert (result.outcome is Outcome.ANSWERED) != bool(result.error), file
        assert all(article.title for article in result.articles), file
    assert files


@pytest.mark.skipif(not (DATA / "replay").exists(), reason="../shared/data/replay is not there")
def test_what_publishers_really_served_is_read() -> None:
    files = sorted((DATA / "replay").rglob("*.xml"))[::20]
    errors = {result.error for file in files if (result := read(file)).error}
    assert {error.split(";")[0].split(":")[0] for error in errors} <= {"empty body", "not a feed (an HTML page)"}
