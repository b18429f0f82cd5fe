"""What is told, and why something is not."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.deciding import Circumstances, Reason, Told, decide
from alerts.evidence import Evidence
from alerts.matching import Match
from stories.model import Article

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANTITRUST = Evidence("title", "antitrust", 0, 9)
GAME = Evidence("summary", "board game", 4, 14)


def decision(
    *,
    age: timedelta | None = timedelta(hours=1),
    excluded: tuple[Evidence, ...] = (),
    is_baseline: bool = False,
    is_story_told: bool = False,
    is_silent: bool = False,
) -> tuple[Reason, str]:
    made = decide(
        Match(topic="T", evidence=(ANTITRUST,), is_excluded=bool(excluded), excluded=excluded),
        Article(title="antitrust", published_at=None if age is None else NOW - age),
        Circumstances(
            now=NOW,
            told=Told(first_at=NOW, at=NOW) if is_story_told else None,
            is_baseline=is_baseline,
            is_silent=is_silent,
            alert_if_younger_than=timedelta(hours=24),
        ),
    )
    return made.reason, made.because


def test_a_match_is_told_with_its_words() -> None:
    assert decision() == (Reason.TOLD, "“antitrust” in the title")


def test_after_the_first_poll_age_does_not_matter() -> None:
    assert decision(age=timedelta(days=30))[0] is Reason.TOLD
    assert decision(age=None)[0] is Reason.TOLD


def test_of_a_baseline_only_the_young_is_told() -> None:
    assert decision(is_baseline=True)[0] is Reason.TOLD
    assert decision(is_baseline=True, age=timedelta(hours=24)) == (
        Reason.BASELINE,
        "on the feed's first poll, and older than 24 h",
    )
    assert decision(is_baseline=True, age=None) == (Reason.BASELINE, "on the feed's first poll, and undated")


@pytest.mark.parametrize("is_story_told", [True, False])
def test_an_excluded_word_is_the_first_reason(is_story_told: bool) -> None:
    assert decision(excluded=(GAME,), is_story_told=is_story_told) == (
        Reason.EXCLUDED,
        "excluded by “board game” in the summary",
    )


def test_a_story_is_told_once() -> None:
    assert decision(is_story_told=True)[0] is Reason.ALREADY_TOLD


def test_an_import_is_silent_unless_asked() -> None:
    assert decision(is_silent=True) == (Reason.SILENT, "imported without --alert")
