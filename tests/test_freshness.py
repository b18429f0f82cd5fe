"""M7, what is read for it: how long an answer stays good, by its headers and by its document."""

from datetime import timedelta

import pytest

from crawler.answer import Answer, read_answer
from crawler.freshness import MOST, fresh_for, moved_to
from crawler.limits import CrawlLimits
from crawler.poll import Outcome, PollRequest, PollResult
from tests.listing_feeds import result_of

NOON = b"Sun, 22 Nov 2026 12:00:00 GMT"
ONE = b"Sun, 22 Nov 2026 13:00:00 GMT"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("cache_control", "others", "expected"),
    [
        (b"max-age=3600", {}, HOUR),
        (b"public, MAX-AGE = 3600, must-revalidate", {}, HOUR),
        (b'max-age="3600"', {}, HOUR),
        (b"max-age=3600, max-age=7200", {}, HOUR),
        (b"max-age=3600", {"age": b"600"}, timedelta(minutes=50)),
        (b"max-age=3600", {"age": b"99999"}, timedelta(0)),
        (b"max-age=0", {}, timedelta(0)),
        (b"s-maxage=3600", {}, None),
        (b"s-maxage=10, max-age=3600", {}, HOUR),
        (b"max-age=3600, no-cache", {}, None),
        (b"no-store", {"expires": ONE, "date": NOON}, None),
        (b"max-age=60", {"expires": ONE, "date": NOON}, timedelta(minutes=1)),
        (b"", {"expires": ONE, "date": NOON}, HOUR),
        (b"", {"expires": NOON, "date": ONE}, None),
        (b"", {"expires": ONE}, None),
        (b"", {"expires": b"0", "date": NOON}, None),
        (b"", {"expires": b"Fri, 31 Dec 9999 23:59:59 GMT", "date": NOON}, MOST),
        (b"max-age=-5", {}, None),
        (b"max-age=1e9", {}, None),
        (b"max-age=" + b"9" * 5000, {}, MOST),
        ("max-age=٣".encode(), {}, None),
        (b"\xff\0,,=;max-age", {}, None),
        (b"", {}, None),
    ],
)
def test_m7_an_answer_is_fresh_as_long_as_its_headers_say(
    cache_control: bytes, others: dict[str, bytes], expected: timedelta | None
) -> None:
    headers = {**others, "cache-control": cache_control}
    assert fresh_for(headers) == expected
    answer = Answer(address="https://e.example/rss", status=304, headers=headers, body=b"")
    request = PollRequest(feed_id=1, address="https://e.example/rss", name="E", etag=b'"1"')
    unchanged = read_answer(request, answer, CrawlLimits())
    assert isinstance(unchanged, PollResult)
    assert (unchanged.outcome, unchanged.fresh_for) == (Outcome.UNCHANGED, expected)


def rss(channel: str) -> PollResult:
    item = "<item><title>One</title></item>"
    spaces = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    return result_of(f'<rss version="2.0" {spaces}><channel>{channel}{item}</channel></rss>')


@pytest.mark.parametrize(
    ("channel", "ttl"),
    [
        ("<ttl>60</ttl>", HOUR),
        ("<ttl> 90 </ttl>", timedelta(minutes=90)),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>an hour</ttl>", None),
        (f"<ttl>{'9' * 9}</ttl>", MOST),
        (f"<ttl>{'9' * 5000}</ttl>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", None),
        ("<ttl>15</ttl><sy:updatePeriod>daily</sy:updatePeriod>", timedelta(minutes=15)),
        ("", None),
    ],
)
def test_m7_a_document_says_how_long_to_leave_it(channel: str, ttl: timedelta | None) -> None:
    assert rss(channel).ttl == ttl


@pytest.mark.parametrize(
    ("channel", "hours", "days"),
    [
        ("<skipHours><hour>0</hour><hour>1</hour><hour>23</hour></skipHours>", {0, 1, 23}, set()),
        ("<skipHours><hour>24</hour><hour>25</hour><hour>-1</hour><hour>x</hour><!-- 3 --></skipHours>", {0}, set()),
        ("<skipDays><day>Saturday</day><day> sunday</day><day>Someday</day></skipDays>", set(), {5, 6}),
        ("<skipHours/><skipDays/>", set(), set()),
        ("", set(), set()),
    ],
)
def test_m7_a_document_names_the_hours_and_days_to_skip(channel: str, hours: set[int], days: set[int]) -> None:
    assert (set(rss(channel).skip_hours), set(rss(channel).skip_days)) == (hours, days)


@pytest.mark.parametrize(
    ("redirects", "expected"),
    [
        ((), None),
        (((301, "https://e.example/a"),), "https://e.example/a"),
        (((301, "https://e.example/a"), (308, "https://e.example/b")), "https://e.example/b"),
        (((301, "https://e.example/a"), (302, "https://e.example/b")), None),
        (((307, "https://e.example/a"), (301, "https://e.example/b")), None),
        (((303, "https://e.example/a"),), None),
    ],
)
def test_permanent_redirects_alone_move_a_feed(redirects: tuple[tuple[int, str], ...], expected: str | None) -> None:
    assert moved_to(redirects) == expected
