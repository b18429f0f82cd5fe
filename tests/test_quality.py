"""How good a query is on labels: shares, what can be said of them, and which words are to blame."""

import doctest
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alerts.inflections
import alerts.quality
from alerts.quality import Judged, Share, WordCount, quality_of, wilson
from stories.store_labels import Label, Verdict


def judged(verdict: str, *words: str, is_found: bool | None = None) -> Judged:
    found = bool(words) if is_found is None else is_found
    return Judged(label=Label("a1", "Antitrust", Verdict(verdict)), is_found=found, words=words)


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    # Computed by hand from the formula with z = 1.959964.
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(successes: int, total: int, low: float, high: float) -> None:
    assert wilson(successes, total) == pytest.approx((low, high), abs=0.0001)


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert Share(0, 0).value is None


def test_one_label_is_no_certainty() -> None:
    quality = quality_of("Antitrust", [judged("good", "antitrust")])
    assert quality.precision.value == quality.recall.value == 1.0
    assert quality.precision.interval[0] < 0.25


@given(st.integers(1, 10_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_the_share_and_narrows_with_more_labels(counts: tuple[int, int]) -> None:
    successes, total = counts
    low, high = wilson(successes, total)
    assert 0 <= low <= successes / total + 1e-12
    assert successes / total - 1e-12 <= high <= 1
    narrower = wilson(successes * 10, total * 10)
    assert narrower[1] - narrower[0] < high - low


def test_precision_is_of_what_is_found_and_recall_of_what_is_relevant() -> None:
    quality = quality_of(
        "Antitrust",
        [
            judged("good", "antitrust"),
            judged("missed", "cartel"),
            judged("bad", "monopoly"),
            judged("missed"),
            judged("good"),
            judged("bad"),
        ],
    )
    assert (quality.labelled, quality.precision, quality.recall) == (6, Share(2, 3), Share(2, 4))
    assert [(each.label.verdict, each.is_found) for each in quality.disagreements] == [
        ("bad", True),
        ("missed", False),
        ("good", False),
    ]


def test_the_words_to_blame_are_counted_once_an_article_in_any_inflection_the_worst_first() -> None:
    quality = quality_of(
        "Antitrust",
        [
            *[judged("good", "Antitrust", "case")] * 20,
            *[judged("bad", "antitrust", "ANTITRUST")] * 4,
            *[judged("bad", "Monopoly", "antitrust")] * 2,
            judged("bad", "monopolies", "Antitrust’s"),
            judged("bad", "trust"),
            judged("good", "cartel"),
            judged("bad", is_found=False),
        ],
    )
    assert quality.words == (
        WordCount("monopoly", 3, 0),
        WordCount("trust", 1, 0),
        WordCount("antitrust", 7, 20),
    )


@pytest.mark.parametrize("module", [alerts.quality, alerts.inflections])
def test_the_examples_are_right(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
