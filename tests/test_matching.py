"""Which topics an article meets, by which words."""

import re

from hypothesis import given
from hypothesis import strategies as st

from alerts.evidence import from_json, to_json
from alerts.matching import Match, TopicIndex
from alerts.settings import TopicSettings
from stories.model import Article
from stories.text import fold


def topic(name: str = "T", **words: list[str]) -> TopicSettings:
    return TopicSettings.model_validate({"name": name, "channels": ["console"], **words})


def match(settings: TopicSettings, **fields: str) -> Match | None:
    found = TopicIndex([settings]).match(Article(**{"title": "", **fields}))  # type: ignore[arg-type]
    return found[0] if found else None


def words_of(found: Match | None) -> list[tuple[str, str]]:
    assert found is not None
    return [(each.field, each.words) for each in found.evidence]


def test_a_keyword_is_a_whole_word() -> None:
    assert match(topic(keywords=["art"]), title="Antitrust starts here") is None
    assert words_of(match(topic(keywords=["art"]), title="State of the art.")) == [("title", "art")]


def test_case_and_accents_do_not_matter() -> None:
    found = match(topic(keywords=["Société générale"]), summary="the SOCIETE GÉNÉRALE case")
    assert words_of(found) == [("summary", "SOCIETE GÉNÉRALE")]


def test_accents_written_apart_are_accents() -> None:
    assert words_of(match(topic(keywords=["café"]), title="cafe\u0301 noir")) == [("title", "cafe\u0301")]


def test_hidden_characters_hide_nothing() -> None:
    assert match(topic(keywords=["antitrust"]), title="anti\u00adtr\u200bust ｐrobe") is not None
    assert match(topic(keywords=["probe"]), title="ｐｒｏｂｅ") is not None


def test_a_phrase_needs_its_words_side_by_side() -> None:
    wanted = topic(keywords=["antitrust complaint"])
    assert match(wanted, title="Antitrust: a complaint") is None
    assert words_of(match(wanted, title="An antitrust-complaint is filed")) == [("title", "antitrust-complaint")]


def test_a_phrase_does_not_reach_over_the_end_of_a_field() -> None:
    assert match(topic(keywords=["antitrust complaint"]), title="antitrust", summary="complaint") is None


def test_any_keyword_is_enough_and_all_of_all_are_needed() -> None:
    wanted = topic(keywords=["stake", "contract"], all=["OpenAI", "Microsoft"])
    assert match(wanted, title="OpenAI signs a contract") is None
    assert match(wanted, title="Microsoft and OpenAI meet") is None
    found = match(wanted, title="Microsoft and OpenAI", text="sign a contract")
    assert set(words_of(found)) == {("text", "contract"), ("title", "OpenAI"), ("title", "Microsoft")}


def test_all_alone_is_a_topic() -> None:
    assert match(topic(all=["OpenAI"]), title="OpenAI") is not None


def test_an_excluded_word_is_told_with_the_match() -> None:
    found = match(topic(keywords=["monopoly"], exclude=["board game"]), title="Monopoly, the board game")
    assert found is not None
    assert [each.words for each in found.excluded] == ["board game"]


def test_every_topic_is_asked_in_one_pass_and_told_in_its_order() -> None:
    index = TopicIndex([topic("B", keywords=["stake"]), topic("A", keywords=["stake", "deal"]), topic("C", all=["no"])])
    assert [found.topic for found in index.match(Article(title="A deal for a stake"))] == ["B", "A"]


def test_evidence_survives_being_stored() -> None:
    found = match(topic(keywords=["“Größe” matters"]), title="größe matters")
    assert found is not None
    assert from_json(to_json(found.evidence)) == found.evidence


_TEXT = st.text(st.sampled_from("aAbBéß ·-.\u00ad\u0301½ﬁ"), max_size=40)


@given(_TEXT, _TEXT, st.text(st.sampled_from("abé "), min_size=1, max_size=6).filter(str.strip))
def test_evidence_cuts_out_what_folds_to_the_keyword(title: str, summary: str, keyword: str) -> None:
    found = match(topic(keywords=[keyword]), title=title, summary=summary)
    for each in found.evidence if found else ():
        text = title if each.field == "title" else summary
        assert text[each.start : each.end] == each.words
        assert re.findall(r"\w+", fold(each.words)) == re.findall(r"\w+", fold(keyword))


@given(
    st.lists(st.sampled_from(["anti", "trust", "open", "ai"]), max_size=8),
    st.sampled_from(["anti trust", "ai", "open ai"]),
)
def test_a_phrase_is_found_exactly_where_a_slow_search_finds_it(words: list[str], phrase: str) -> None:
    found = match(topic(keywords=[phrase]), title=" ".join(words))
    assert bool(found) == (f" {phrase} " in f" {' '.join(words)} ")
