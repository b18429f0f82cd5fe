"""What five other parsers are tested with: every file read or refused, and read as they expect."""

from collections import Counter

import pytest

from bench.corpora import FIELDS, Reading, compare, read_all
from crawler.poll import Outcome
from tests.corpus import missing

pytestmark = pytest.mark.skipif(bool(reason := missing("feeds")), reason=str(reason))

# The shares found when this was written, rounded down. What is missing to 1 in the first line is all by choice: a title
# made from the text where there is none, addresses made absolute, no invented ids. `python -m bench.corpora` names it.
EXPECTED = {"title": 0.93, "link": 0.90, "id": 0.78, "date": 0.95}
PLAINLY_THERE = {"title": 0.98, "link": 0.76, "id": 0.93, "date": 0.99}
EXPLAINED = 0.999  # of all fields, with the known reasons counted in


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return list(read_all())


def test_every_file_is_read_or_refused_with_a_reason(readings: list[Reading]) -> None:
    assert len(readings) > 300
    for reading in readings:
        result = reading.result
        assert result.outcome in (Outcome.ANSWERED, Outcome.FAILED), reading.file.file
        assert bool(result.error) == (result.outcome is Outcome.FAILED), reading.file.file
        assert "Error" not in (result.error or ""), reading.file.file  # feedparser tripped and was caught


@pytest.mark.parametrize(("is_expected", "least"), [(True, EXPECTED), (False, PLAINLY_THERE)])
def test_fields_agree_as_far_as_they_did(readings: list[Reading], is_expected: bool, least: dict[str, float]) -> None:
    total, agreeing, unexplained = Counter[str](), Counter[str](), []
    for reading in readings:
        if bool(reading.file.expected) is not is_expected or reading.result.outcome is Outcome.FAILED:
            continue
        for field, difference in compare(reading):
            total[field] += 1
            agreeing[field] += difference is None
            if difference and difference.cause is None:
                unexplained.append((reading.file.file.name, difference))
    shares = {field: round(agreeing[field] / total[field], 3) for field in FIELDS}
    assert {field: share for field, share in shares.items() if share < least[field]} == {}
    assert len(unexplained) <= (1 - EXPLAINED) * total.total(), unexplained


def test_feeds_that_others_read_are_not_refused(readings: list[Reading]) -> None:
    assert not [reading.file.file.name for reading in readings if reading.file.expected and reading.result.error]
