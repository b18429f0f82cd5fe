"""What is to be done with a match: tell it, tell an update, or why not. A decision over values; nothing is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.facts import Update
from alerts.matching import Match
from alerts.news import News
from alerts.stages import Stage
from alerts.update_rule import NEVER, UpdateKind, UpdateRule
from alerts.wording import in_words, quoted, time_in_words
from stories.account import Role
from stories.durations import write_duration
from stories.model import Article
from stories.text import clean

_MOST_CREDITED = 3  # outlets named in a sentence
_HEADLINE = 150  # characters of an earlier headline in a sentence


class Reason(StrEnum):
    """Why a match was told or not; stored with the match as its outcome."""

    TOLD = "told"
    UPDATE = "update"
    EXCLUDED = "excluded"
    ALREADY_TOLD = "already told"
    BASELINE = "baseline"
    SILENT = "silent import"
    MUTED = "muted"
    RESTORED = "older than the backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told of a story under a topic: when first and last, the highest stage, and the last headline."""

    first_at: datetime
    at: datetime
    stage: str | None = None
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a match, and the sentence that says why.

    `stage` is the highest stage of the story under this topic that counts as known from now on: kept with an alert, and
    with what a baseline or a silent import brought, so that it is not told as new later.
    """

    reason: Reason
    because: str
    stage: str | None = None
    update: Update | None = None

    @property
    def is_told(self) -> bool:
        """Whether an alert is to be made: a first report or an update."""
        return self.reason in (Reason.TOLD, Reason.UPDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """All that a decision depends on beside the match itself.

    `is_baseline`: the article came with the first answer of its feed. `is_silent`: it came with an import that was
    asked to alert nobody. `is_before_backup`: a backup was restored since its feed answered last, and it is older than
    that. `muted`: which mute is over it, in a sentence. `alert_if_younger_than`: what is told of a baseline.

    `told`: what was told of the story under this topic, None for nothing. `updates` and `stages` (their names, rising)
    are the topic's. `stage` is what the article tells, `reached` the highest stage that is known of the story without
    having been told: `Decision.stage` of what a baseline or a silent import brought. `role` is what the article is to
    the story, `origin` whom the story is credited to, `copied` the outlet of the article that it is a copy of. For a
    retelling or a copy, `credited` are the outlets that the article credits, and `is_stage_here` says that what it
    retells or copies is in the story and tells the stage itself. `news` is asked for only where `asks_for_news` says
    so.
    """

    now: datetime
    is_baseline: bool
    is_silent: bool = False
    is_before_backup: bool = False
    muted: str | None = None
    alert_if_younger_than: timedelta
    told: Told | None = None
    updates: UpdateRule = NEVER
    stages: tuple[str, ...] = ()
    stage: Stage | None = None
    reached: str | None = None
    role: Role = Role.INDEPENDENT
    origin: str | None = None
    copied: str | None = None
    credited: tuple[str, ...] = ()
    is_stage_here: bool = False
    news: News | None = None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Whether a story that was told is told again, and why or why not."""

    is_update: bool
    because: str


def highest(names: Iterable[str | None], stages: tuple[str, ...]) -> str | None:
    """Return which of `names` is the highest of `stages`; names that are no stage do not count."""
    ranks = [stages.index(name) for name in names if name in stages]
    return stages[max(ranks)] if ranks else None


def asks_for_news(updates: UpdateRule, role: Role, *, is_told: bool) -> bool:
    """Whether a decision wants to know what an article brings that is new; finding out takes time."""
    if not is_told or role is Role.COPY:
        return False
    return updates.kind is UpdateKind.EVERY or (updates.kind is UpdateKind.NEWS and role is not Role.RETELLING)


def decide(match: Match, article: Article, at: Circumstances) -> Decision:
    """Return whether `match` is to be told, first or as an update, with the reason."""
    known = _known_stage(at)
    if match.is_excluded:
        return Decision(Reason.EXCLUDED, f"excluded by {in_words(match.excluded)}", known)
    again = _verdict(at, at.told, known) if at.told else None
    if again and not again.is_update:
        return Decision(Reason.ALREADY_TOLD, again.because, known)
    risen = highest((known, at.stage.name if at.stage else None), at.stages)
    if only_learnt := _only_learnt(article, at):
        return Decision(*only_learnt, risen)
    if at.muted:  # a stage that it tells is told when the mute is over and another article tells it
        return Decision(Reason.MUTED, at.muted, known)
    if at.told and again:
        update = Update(
            stage=risen if risen != known else None,
            news=at.news,
            because=again.because,
            known=_said_before(at.told),
        )
        return Decision(Reason.UPDATE, again.because, risen, update)
    return Decision(Reason.TOLD, in_words(match.evidence), risen)


def _only_learnt(article: Article, at: Circumstances) -> tuple[Reason, str] | None:
    """Return why nobody is told of what comes in this way, or None when it is told like everything else."""
    if at.is_silent:
        return Reason.SILENT, "imported without --alert"
    if at.is_before_backup:
        return Reason.RESTORED, "first seen after a backup was restored, and older than that"
    if at.is_baseline and not _is_younger(article, at):
        return Reason.BASELINE, _baseline(article, at)
    return None


def is_risen(at: Circumstances) -> bool:
    """Whether the article tells a higher stage than is known of its story."""
    known = _known_stage(at)
    return at.stage is not None and highest((known, at.stage.name), at.stages) != known


def _known_stage(at: Circumstances) -> str | None:
    return highest((at.reached, at.told.stage if at.told else None), at.stages)


def _verdict(at: Circumstances, told: Told, known: str | None) -> _Verdict:
    by_stage = _by_stage(at, told, known) if at.updates.kind is UpdateKind.STAGES else None
    if at.role is Role.COPY:
        copy = f"a near copy of {f'the article in {at.copied}' if at.copied else 'an earlier article'}"
        return _at_second_hand(at, by_stage, f"otherwise {copy}") or _Verdict(False, copy)
    if at.updates.kind is UpdateKind.EVERY:
        return _by_time(at, told)
    if at.role is Role.RETELLING:
        told_by = " and ".join(at.credited[:_MOST_CREDITED]) or at.origin or "others"
        only = f"only retells {at.origin or 'what others reported'}"
        return _at_second_hand(at, by_stage, f"as {told_by} reported") or _Verdict(False, only)
    if by_stage:
        return by_stage
    if at.updates.kind is UpdateKind.NEWS:
        return _by_news(at)
    return _Verdict(False, "the story was already told under this topic")


def _by_time(at: Circumstances, told: Told) -> _Verdict:
    every = at.updates.every or timedelta()
    passed = max(at.now - told.at, timedelta())
    if passed < every:
        return _Verdict(False, f"the story was told {write_duration(passed)} ago, and updates are {at.updates}")
    new = f"; {_new(at.news)}" if at.news else ""
    return _Verdict(True, f"{write_duration(passed)} after the last alert{new}")


def _by_stage(at: Circumstances, told: Told, known: str | None) -> _Verdict:
    stage = at.stage
    if stage is None or stage.name not in at.stages:
        return _Verdict(False, f"its headline and lead tell no stage{f' above {known}' if known else ''}")
    if known and at.stages.index(stage.name) <= at.stages.index(known):
        was = "was told already" if known == told.stage else "was known already"
        return _Verdict(False, f"stage {stage.name}; {known if stage.name != known else 'it'} {was}")
    before = f"was {known}" if known else "none was told before"
    return _Verdict(True, f"stage {stage.name} ({quoted(each.words for each in stage.evidence)}), {before}")


def _at_second_hand(at: Circumstances, by_stage: _Verdict | None, beside: str) -> _Verdict | None:
    """Return that a stage is told though its first report is not here, or None: it is not new, or that is here."""
    if by_stage is None or not by_stage.is_update or at.is_stage_here:
        return None
    return _Verdict(True, f"{by_stage.because}; {beside}")


def _by_news(at: Circumstances) -> _Verdict:
    if at.news is None:
        return _Verdict(False, "brings nothing substantially new")
    return _Verdict(True, _new(at.news))


def _new(news: News) -> str:
    return f"new: {', '.join(news.terms)}"


def _said_before(told: Told) -> str:
    stage = f" at stage {told.stage}" if told.stage else ""
    headline = f": “{clean(told.headline, _HEADLINE)}”" if told.headline else ""
    return f"told {time_in_words(told.at)}{stage}{headline}"


def _is_younger(article: Article, at: Circumstances) -> bool:
    return article.published_at is not None and at.now - article.published_at < at.alert_if_younger_than


def _baseline(article: Article, at: Circumstances) -> str:
    if article.published_at is None:
        return "on the feed's first poll, and undated"
    hours = at.alert_if_younger_than.total_seconds() / 3600
    return f"on the feed's first poll, and older than {hours:g} h"
