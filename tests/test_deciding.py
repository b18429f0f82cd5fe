"""What is told, and why something is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.deciding import Circumstances, Decision, Reason, Told, asks_for_news, decide, highest
from alerts.evidence import Evidence
from alerts.facts import Update, from_json, to_json
from alerts.matching import Match
from alerts.news import News
from alerts.stages import Stage
from alerts.update_rule import NEVER, STAGES, UpdateRule, parse_updates
from stories.account import Role
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


NAMES = ("considering", "filed", "decided")
SUES = Evidence("title", "sues", 7, 11)
BROUGHT = News(terms=("Bolt", "$4bn"), quote="Bolt pays $4bn.", share=0.7)
FIRST_AT = NOW - timedelta(hours=30)
TOLD_AT = NOW - timedelta(hours=3)
DAILY = parse_updates("every 24h")


def stage(name: str) -> Stage:
    return Stage(rank=NAMES.index(name), name=name, evidence=(SUES,))


TOLD = Told(first_at=FIRST_AT, at=TOLD_AT, stage="considering", headline="OpenAI weighs it")


def again(updates: UpdateRule = STAGES, **at: Any) -> Decision:
    """Return what is decided on an article of a story that was told at its first stage."""
    given: dict[str, Any] = {
        "now": NOW,
        "is_baseline": False,
        "alert_if_younger_than": timedelta(hours=24),
        "told": TOLD,
        "updates": updates,
        "stages": NAMES,
        **at,
    }
    return decide(Match(topic="T", evidence=(ANTITRUST,)), Article(title="antitrust"), Circumstances(**given))


def test_the_first_report_remembers_its_stage() -> None:
    first = again(told=None, stage=stage("filed"))
    assert (first.reason, first.stage, first.update) == (Reason.TOLD, "filed", None)


def test_a_higher_stage_is_an_update_that_says_what_was_known() -> None:
    made = again(stage=stage("filed"))
    assert made.is_told
    assert made.reason is Reason.UPDATE
    assert made.because == "stage filed (“sues”), was considering"
    assert made.stage == "filed"
    assert made.update == Update(
        stage="filed",
        because=made.because,
        known="told 22 Nov 2026, 09:00 UTC at stage considering: “OpenAI weighs it”",
    )


def test_any_stage_is_higher_than_none() -> None:
    assert (
        again(told=replace(TOLD, stage=None), stage=stage("considering")).because
        == "stage considering (“sues”), none was told before"
    )


@pytest.mark.parametrize(
    ("at", "because"),
    [
        ({"stage": None}, "its headline and lead tell no stage above considering"),
        ({"stage": stage("considering")}, "stage considering; it was told already"),
        (
            {"stage": stage("considering"), "told": replace(TOLD, stage="filed")},
            "stage considering; filed was told already",
        ),
        ({"stage": stage("filed"), "reached": "filed"}, "stage filed; it was known already"),
        (
            {"stage": stage("filed"), "role": Role.COPY, "copied": "The Ledger", "is_stage_here": True},
            "a near copy of the article in The Ledger",
        ),
        ({"stage": stage("considering"), "role": Role.COPY}, "a near copy of an earlier article"),
        (
            {"stage": stage("filed"), "role": Role.RETELLING, "origin": "The Ledger", "is_stage_here": True},
            "only retells The Ledger",
        ),
        (
            {"stage": stage("considering"), "role": Role.RETELLING, "credited": ("Reuters",)},
            "only retells what others reported",
        ),
        ({"stage": stage("filed"), "updates": NEVER}, "the story was already told under this topic"),
        ({"updates": parse_updates("news")}, "brings nothing substantially new"),
        ({"updates": DAILY}, "the story was told 3h ago, and updates are every 1d"),
    ],
)
def test_what_is_no_update_says_why(at: dict[str, Any], because: str) -> None:
    made = again(**at)
    assert (made.reason, made.because, made.update) == (Reason.ALREADY_TOLD, because, None)


@pytest.mark.parametrize("role", [Role.ORIGIN, Role.INDEPENDENT, Role.PRIMARY])
def test_who_found_out_alone_can_lift_a_story(role: Role) -> None:
    assert again(role=role, stage=stage("decided")).reason is Reason.UPDATE


def test_a_stage_known_only_from_who_retells_it_is_an_update_that_names_who_reported_it() -> None:
    retelling = again(role=Role.RETELLING, stage=stage("filed"), origin="The Ledger", credited=("Reuters",))
    assert retelling.reason is Reason.UPDATE
    assert retelling.because == "stage filed (“sues”), was considering; as Reuters reported"
    several = again(role=Role.RETELLING, stage=stage("filed"), credited=("Reuters", "The Ledger"))
    assert several.because.endswith("; as Reuters and The Ledger reported")
    assert again(role=Role.RETELLING, stage=stage("filed")).because.endswith("; as others reported")


def test_a_copy_whose_headline_tells_a_higher_stage_than_what_it_copies_is_an_update() -> None:
    copy = again(role=Role.COPY, stage=stage("filed"), copied="The Ledger")
    assert copy.reason is Reason.UPDATE
    assert copy.because == "stage filed (“sues”), was considering; otherwise a near copy of the article in The Ledger"


def test_news_is_an_update_that_quotes_it() -> None:
    made = again(parse_updates("news"), news=BROUGHT)
    assert (made.reason, made.because) == (Reason.UPDATE, "new: Bolt, $4bn")
    assert made.update
    assert made.update.news == BROUGHT


def test_after_the_time_the_next_article_that_is_no_copy_is_an_update() -> None:
    told = replace(TOLD, at=FIRST_AT)
    assert again(DAILY, told=told, role=Role.RETELLING).because == "1d6h after the last alert"
    assert again(DAILY, told=told, role=Role.COPY).reason is Reason.ALREADY_TOLD


def test_an_update_that_nobody_asked_for_is_known_and_not_told() -> None:
    silent = again(stage=stage("filed"), is_silent=True)
    assert (silent.reason, silent.stage) == (Reason.SILENT, "filed")
    baseline = again(stage=stage("filed"), is_baseline=True)
    assert (baseline.reason, baseline.stage) == (Reason.BASELINE, "filed")
    assert again(stage=stage("filed"), reached=silent.stage).reason is Reason.ALREADY_TOLD
    assert again(stage=stage("decided"), reached=silent.stage).because == "stage decided (“sues”), was filed"


def test_a_stage_that_the_topic_has_no_more_does_not_count() -> None:
    assert again(told=replace(TOLD, stage="weighed"), stage=stage("considering")).reason is Reason.UPDATE
    assert highest(["weighed", None, "filed", "considering"], NAMES) == "filed"
    assert highest(["weighed"], NAMES) is None


def test_news_is_asked_for_only_where_it_matters() -> None:
    assert asks_for_news(parse_updates("news"), Role.INDEPENDENT, is_told=True)
    assert asks_for_news(DAILY, Role.RETELLING, is_told=True)
    assert not asks_for_news(parse_updates("news"), Role.RETELLING, is_told=True)
    assert not asks_for_news(DAILY, Role.COPY, is_told=True)
    assert not asks_for_news(STAGES, Role.INDEPENDENT, is_told=True)
    assert not asks_for_news(parse_updates("news"), Role.INDEPENDENT, is_told=False)


@pytest.mark.parametrize(
    "update", [None, Update(because="b", known="k"), Update(stage="s", news=BROUGHT, because="b", known="k")]
)
def test_an_update_comes_back_from_the_archive_as_it_was(update: Update | None) -> None:
    assert from_json(to_json(update)) == update


MAYBE_NAMES = st.none() | st.sampled_from([*NAMES, "gone"])
AT = st.fixed_dictionaries(
    {
        "now": st.datetimes(timezones=st.just(UTC), min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)),  # noqa: DTZ001
        "updates": st.sampled_from([NEVER, STAGES, DAILY, parse_updates("news")]),
        "stage": st.none() | st.sampled_from(NAMES).map(stage),
        "reached": MAYBE_NAMES,
        "role": st.sampled_from(Role),
        "origin": st.none() | st.just("The Ledger"),
        "is_stage_here": st.booleans(),
        "news": st.none() | st.just(BROUGHT),
        "is_baseline": st.booleans(),
        "is_silent": st.booleans(),
    }
)


@given(AT, MAYBE_NAMES, st.booleans())
def test_everything_is_decided_with_a_sentence(at: dict[str, Any], told: str | None, is_told: bool) -> None:
    made = again(told=replace(TOLD, stage=told) if is_told else None, **at)
    assert made.because
    assert (made.update is not None) == (made.reason is Reason.UPDATE)
    assert not (made.is_told and at["is_silent"])
    assert is_told or made.reason is not Reason.UPDATE
    is_second_hand = at["role"] is Role.COPY or (at["role"] is Role.RETELLING and at["updates"] is not DAILY)
    assert made.reason is not Reason.UPDATE or not (is_second_hand and at["is_stage_here"])


@given(st.lists(AT))
def test_the_known_stage_of_a_story_never_falls(articles: list[dict[str, Any]]) -> None:
    told: Told | None = None
    reached: str | None = None
    rank = -1
    for at in articles:
        made = again(**{**at, "told": told, "reached": reached})
        now = NAMES.index(made.stage) if made.stage else -1
        assert now >= rank
        assert made.update is None or made.update.stage is None or NAMES.index(made.update.stage) > rank
        rank = now
        if made.is_told:
            told = Told(first_at=told.first_at if told else at["now"], at=at["now"], stage=made.stage)
        else:
            reached = made.stage
