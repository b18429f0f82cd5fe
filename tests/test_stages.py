"""How far a story has come, as an article says it: headline before lead, deeds before intentions."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.settings import TopicSettings
from alerts.stages import Stage, StageIndex
from stories.model import Article

PAGE = (Path(__file__).parent.parent / "docs" / "topics.md").read_text(encoding="utf-8")
EXAMPLES = [
    line for block in re.findall(r"```stages\n(.*?)```", PAGE, re.S) for line in block.splitlines() if line.strip()
]
STAGES = (
    {"considering": ["weighs", "considers", "threatens", "prepares", "in talks"]},
    {"filed": ["files", "sues", "lawsuit", "lodges a complaint"]},
    {"decided": ["rules", "fines", "clears", "settles"]},
)


def index(*stages: dict[str, list[str]]) -> StageIndex:
    topic = {"name": "T", "keywords": ("a",), "channels": ("c",), "stages": stages or STAGES}
    return StageIndex([TopicSettings.model_validate(topic)])


INDEX = index()


def stage(title: str, **fields: str) -> Stage | None:
    return INDEX.stage_of(Article(title=title, **fields), "T")  # type: ignore[arg-type]


def name(title: str, **fields: str) -> str:
    found = stage(title, **fields)
    return found.name if found else "none"


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_stage_is_what_the_page_says(example: str) -> None:
    expected, _, said = example.partition(": ")
    title, *others = said.split(" | ")
    assert name(title, **dict(other.split(": ", 1) for other in others)) == expected


def test_a_stage_has_its_rank_and_the_words_that_tell_it() -> None:
    found = stage("Office sues Acme", summary="It sues again.")
    assert found
    assert (found.rank, found.name) == (1, "filed")
    assert [(each.field, each.words, each.start, each.end) for each in found.evidence] == [("title", "sues", 7, 11)]


def test_words_of_a_lead_stand_where_the_evidence_says() -> None:
    title, text = "Trouble at Acme", "Trouble at Acme\nSign up for our newsletter!\nAn office sued Acme on Friday."
    found = stage(title, text=text)
    assert found
    (evidence,) = found.evidence
    assert (evidence.field, text[evidence.start : evidence.end]) == ("text", "sued")


def test_a_topic_without_stages_and_an_unknown_one_have_none() -> None:
    without = StageIndex([TopicSettings(name="T", keywords=("a",), channels=("c",))])
    assert without.stage_of(Article(title="Office sues Acme"), "T") is None
    assert INDEX.stage_of(Article(title="Office sues Acme"), "U") is None


@pytest.mark.parametrize(
    "title",
    [
        "Office may sue Acme",
        "Office might soon file a case",
        "Could the office sue?",
        "Office won't sue Acme",
        "Office doesn't plan to file",
        "Office denies that it filed",
        "Acme to sue office",
        "Judge yet to rule on Acme",
        "Judge is expected to rule on Friday",
        "Acme faces fine risk",
        "Acme lawsuit looms",
        "Office drops lawsuit",
        "Whether the judge ruled is unclear",
        "Senators urge office to sue Acme",
        "Settlement talks: Acme hopes to settle",
        "Fine averted",
    ],
)
def test_what_may_will_or_did_not_happen_is_no_stage(title: str) -> None:
    assert name(title) == "none"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("In May 5 offices sued Acme", "filed"),
        ("Acme may keep its shops after judge rules", "decided"),
        ("Acme did not know, judge rules", "decided"),
        ("If you missed it: office fines Acme", "decided"),
        ("Office, weighing more, sues Acme", "filed"),
        ("Lawsuit settled", "decided"),
        ("Office weighs charges and lawsuit", "considering"),
    ],
)
def test_a_doubt_counts_in_its_clause_only(title: str, expected: str) -> None:
    assert name(title) == expected


def test_what_a_headline_doubts_no_lead_tells() -> None:
    assert name("Acme could be fined", summary="The office fined Acme in spring.") == "none"
    assert name("Acme could be fined", summary="The office sues Acme.") == "filed"


def test_an_abbreviation_ends_no_clause() -> None:
    assert name("Acme could face U.S. fines") == "none"


def test_the_longest_words_count() -> None:
    found = index({"outlined": ["preliminary deal"]}, {"agreed": ["deal"]})
    outlined = found.stage_of(Article(title="Acme and Bolt sign preliminary deal"), "T")
    assert outlined
    assert outlined.name == "outlined"


@pytest.mark.parametrize(
    ("language", "words", "said", "doubted"),
    [
        ("de", "klagt", "OpenAI klagt gegen Microsoft", "OpenAI könnte klagen"),
        ("fr", "condamné", "Google condamné à Paris", "Google pourrait être condamné"),
        ("es", "demanda", "OpenAI demanda a Microsoft", "OpenAI podría demandar a Microsoft"),
        ("it", "multa", "L'Antitrust multa Google", "Google rischia una multa"),
        ("nl", "beboet", "Toezichthouder beboet Google", "Google kan worden beboet"),
        ("pt", "processa", "OpenAI processa a Microsoft", "OpenAI pode processar a Microsoft"),
        ("ja", "提訴", "オープンＡＩがマイクロソフトを提訴", "オープンＡＩがマイクロソフトの提訴を検討"),
        ("zh", "起诉", "OpenAI起诉微软", "OpenAI考虑起诉微软"),
        ("ru", "оштрафовала", "ФАС оштрафовала Google", None),
    ],
)
def test_other_languages_go_by_the_same_rules(language: str, words: str, said: str, doubted: str | None) -> None:
    found = index({"done": [words]})
    assert found.stage_of(Article(title=said, language=language), "T")
    if doubted:
        assert not found.stage_of(Article(title=doubted, language=language), "T")


def test_without_a_list_the_words_of_the_first_stage_govern() -> None:
    found = index({"считает": ["рассматривает"]}, {"подала": ["иск"]})
    russian = found.stage_of(Article(title="OpenAI рассматривает иск", language="ru"), "T")
    assert russian
    assert russian.rank == 0


DOUBTS = ["may", "not", "to", "after", "—", "out", "2019", "検討", ",", ".", ";", "\0"]
WORDS = st.sampled_from([*DOUBTS, "OpenAI", "sues", "weighs", "fines", "rules", "ruled", "files", "'the'", "judge"])


@given(st.lists(WORDS).map(" ".join), st.lists(WORDS).map(" ".join), st.lists(WORDS).map(" ".join))
def test_any_text_has_a_stage_of_the_topic_or_none_and_evidence_that_stands_there(
    title: str, summary: str, text: str
) -> None:
    article = Article(title=title, summary=summary, text=text)
    found = INDEX.stage_of(article, "T")
    if found:
        assert list(STAGES[found.rank]) == [found.name]
        assert found.evidence
        assert all(getattr(article, each.field)[each.start : each.end] == each.words for each in found.evidence)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_a_negation_directly_before_it_never_raises_a_stage(title: str) -> None:
    plain, doubted = stage(f"{title}; office sues"), stage(f"{title}; office never sues")
    assert (doubted.rank if doubted else -1) <= (plain.rank if plain else -1)


def test_a_text_made_to_be_costly_is_read_in_part() -> None:
    hostile = ("may not sue " * 20_000)[:200_000]
    assert name(hostile, summary=hostile, text=hostile) == "none"
