"""What a round of polls is said to have come to."""

import pytest

from crawler.poll import Outcome, PollResult
from scheduler.arrival import Counts
from scheduler.crawling import Polled
from scheduler.poll_wording import answer_of, summary_of
from stories.counted import counted
from tests.polling import feed


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (PollResult(feed_id=1, outcome=Outcome.ANSWERED), "answered"),
        (PollResult(feed_id=1, outcome=Outcome.UNCHANGED), "unchanged"),
        (PollResult(feed_id=1, outcome=Outcome.FAILED, error="empty body"), "empty body"),
        (
            PollResult(feed_id=1, outcome=Outcome.ANSWERED, warning="no full text of 3 articles: its page is gone"),
            "answered; no full text of 3 articles: its page is gone",
        ),
    ],
)
def test_an_answer_is_told_with_what_was_amiss(said: PollResult, expected: str) -> None:
    assert answer_of(said) == expected


def test_one_of_a_kind_is_told_as_one() -> None:
    one = Polled(
        feed=feed(),
        result=PollResult(feed_id=1, outcome=Outcome.ANSWERED),
        counts=Counts(new=1, matches=2, alerts=1),
    )
    assert summary_of([one]) == [
        "1 feed asked: 1 answered, 0 unchanged, 0 failed. 1 new article, 1 alert.",
        "1 match was not told; `wirewatch alerts --untold` says why.",
    ]
    assert summary_of([one, one]) == [
        "2 feeds asked: 2 answered, 0 unchanged, 0 failed. 2 new articles, 2 alerts.",
        "2 matches were not told; `wirewatch alerts --untold` says why.",
    ]


def test_a_feed_that_was_left_alone_counts_neither_as_asked_nor_as_failed() -> None:
    said = PollResult(feed_id=1, outcome=Outcome.FAILED, error="not asked: a.example said 429", is_unasked=True)
    assert summary_of([Polled(feed=feed(), result=said, counts=Counts())]) == [
        "0 feeds asked: 0 answered, 0 unchanged, 0 failed, 1 not asked. 0 new articles, 0 alerts."
    ]


@pytest.mark.parametrize(("count", "expected"), [(0, "0 matches"), (1, "1 match"), (2, "2 matches")])
def test_what_is_counted_is_named_as_one_or_as_many(count: int, expected: str) -> None:
    assert counted(count, "match", "matches") == expected
