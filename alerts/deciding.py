"""What is to be done with a match: tell it, or why not. A decision over values; nothing is sent or stored here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.matching import Match
from alerts.wording import in_words
from stories.model import Article


class Reason(StrEnum):
    """Why a match was told or not; stored with the match as its outcome."""

    TOLD = "told"
    EXCLUDED = "excluded"
    ALREADY_TOLD = "already told"
    BASELINE = "baseline"
    SILENT = "silent import"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a match, and the sentence that says why."""

    reason: Reason
    because: str

    @property
    def is_told(self) -> bool:
        """Whether an alert is to be made."""
        return self.reason is Reason.TOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """All that a decision depends on beside the match itself.

    `is_baseline`: the article came with the first answer of its feed. `is_silent`: it came with an import that was
    asked to alert nobody. `alert_if_younger_than`: what is told of a baseline.
    """

    now: datetime
    is_story_told: bool
    is_baseline: bool
    is_silent: bool = False
    alert_if_younger_than: timedelta


def decide(match: Match, article: Article, at: Circumstances) -> Decision:
    """Return whether `match` is to be told, with the reason."""
    if match.is_excluded:
        return Decision(Reason.EXCLUDED, f"excluded by {in_words(match.excluded)}")
    if at.is_story_told:
        return Decision(Reason.ALREADY_TOLD, "the story was already told under this topic")
    if at.is_silent:
        return Decision(Reason.SILENT, "imported without --alert")
    if at.is_baseline and not _is_younger(article, at):
        return Decision(Reason.BASELINE, _baseline(article, at))
    return Decision(Reason.TOLD, in_words(match.evidence))


def _is_younger(article: Article, at: Circumstances) -> bool:
    return article.published_at is not None and at.now - article.published_at < at.alert_if_younger_than


def _baseline(article: Article, at: Circumstances) -> str:
    if article.published_at is None:
        return "on the feed's first poll, and undated"
    hours = at.alert_if_younger_than.total_seconds() / 3600
    return f"on the feed's first poll, and older than {hours:g} h"
