"""What is compared of an article: terms, where they stand, which of them are names and numbers."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.model import Article
from stories.terms import LEAD, NAME, NUMBER, TITLE, Features, features_of
from stories.weighing import Weights


def features(
    title: str = "", text: str = "", *, language: str | None = None, outlet: str | None = None, url: str | None = None
) -> Features:
    return features_of(Article(title=title, text=text, language=language, outlet=outlet, url=url))


def written(features: Features, mark: int) -> set[str]:
    """Return the words of an article that have a mark."""
    return {features.written[term] for term, marks in features.marks.items() if marks & mark}


def test_inflections_of_a_word_are_one_term() -> None:
    terms = {next(iter(features(word).counts)) for word in ("fine", "fines", "fined", "Fining")}
    assert len(terms) == 1


def test_an_article_is_stemmed_in_its_own_language() -> None:
    one, other = features("Strafe", language="de"), features("Strafen", language="de")
    assert one.counts.keys() == other.counts.keys()
    assert features("Strafe", language="en").counts.keys() != features("Strafen", language="en").counts.keys()


def test_an_article_in_no_language_we_know_has_terms_all_the_same() -> None:
    assert len(features("Zorblat quexi mivan", language="tlh").counts) == 3


def test_accents_and_case_make_no_other_term() -> None:
    assert features("CAFÉ MONTRÉAL").counts.keys() == features("Café Montreal").counts.keys()


def test_a_term_of_the_title_counts_more_than_one_of_the_lead_and_that_more_than_one_of_the_text() -> None:
    told = features("Norvex fined", "The watchdog spoke. " + "Filler words follow here. " * 30 + "Calder laughed.")
    counts = {told.written[term]: count for term, count in told.counts.items()}
    assert (counts["Norvex"], counts["watchdog"], counts["Calder"]) == (2, 2, 1)


def test_a_headline_said_again_at_the_beginning_of_the_text_counts_once() -> None:
    said_again = features("Norvex fined again", "Norvex fined again. The watchdog spoke.")
    assert said_again.counts == features("Norvex fined again", ". The watchdog spoke.").counts


def test_a_headline_that_is_all_there_is_has_no_text() -> None:
    assert not features("Norvex fined", "Norvex fined").has_text
    assert not features("Norvex fined").has_text
    assert features("Norvex fined", "The watchdog spoke.").has_text


def test_the_summary_stands_for_a_text_that_is_not_there() -> None:
    summary = features_of(Article(title="Norvex fined", summary="The watchdog spoke."))
    assert summary.counts == features("Norvex fined", "The watchdog spoke.").counts


def test_boilerplate_counts_for_nothing() -> None:
    story = "The watchdog fined Norvex on Tuesday. Norvex accepted the findings."
    box = "\n\nSign up for our newsletter to get the best of our journalism in your inbox.\n\nAll rights reserved."
    assert "newsletter" not in features("Norvex fined", story + box).written.values()


def test_names_are_capitals_where_no_sentence_begins() -> None:
    told = features("Watchdog fines Norvex", "Shares fell. Yesterday the chairman of Calder spoke to Reuters.")
    assert written(told, NAME) >= {"Norvex", "Calder", "Reuters"}
    assert written(told, NAME).isdisjoint({"Watchdog", "Shares", "Yesterday", "chairman"})


def test_a_headline_all_in_capitals_tells_names_only_with_its_text() -> None:
    told = features("Watchdog Fines Norvex Bank Over Weak Controls", "The watchdog fined the lender Norvex on Tuesday.")
    assert "Norvex" in written(told, NAME)
    assert written(told, NAME).isdisjoint({"Over", "Weak", "Controls"})


def test_numbers_of_title_and_lead_are_marked() -> None:
    told = features("Norvex fined $40 million", "It had 3,400 customers.")
    assert written(told, NUMBER) == {"40", "3", "400"}


def test_marks_say_where_a_term_stands() -> None:
    told = features("Norvex fined", "Norvex paid. " + "Filler words follow here. " * 30 + "Calder laughed.")
    assert written(told, TITLE) == {"Norvex", "fined"}
    assert "Norvex" in written(told, LEAD)
    assert "Calder" not in written(told, LEAD)


@pytest.mark.parametrize("title", ["青岭啤酒被罚款", "白峰ビールに課徴金", "บริษัทถูกปรับ"])
def test_scripts_without_spaces_have_pairs_of_letters_as_terms(title: str) -> None:
    told = features(title)
    assert len(told.counts) >= len(title) // 2
    assert all(len(pair) <= 4 for pair in told.written.values())


def test_words_of_another_script_part_the_pairs() -> None:
    assert "岭啤" in features("青岭啤酒").written.values()
    assert "岭啤" not in features("青岭 IBM 啤酒").written.values()


def test_two_headlines_that_differ_in_their_date_have_one_number() -> None:
    assert features("Answers for 7 July").headline == features("ANSWERS for 28 July!").headline
    assert features("Answers for Monday").headline == features("Answers for Tue, 7 June").headline
    assert features("Answers for Monday").headline != features("Questions for Monday").headline


def test_an_outlet_is_its_name_or_the_host_of_its_page() -> None:
    assert features("A", outlet="The Ledger").outlet == features("B", outlet="the ledger").outlet
    assert features("A", url="https://ledger.example/1").outlet == features("B", url="https://ledger.example/2").outlet
    assert features("A").outlet == 0


HOSTILE = {
    "one word": "a" * 200_000,
    "all different words": " ".join(f"w{number}" for number in range(30_000)),
    "one word again and again": "buffalo " * 25_000,
    "capitals": "BUFFALO " * 25_000,
    "numbers": "1 " * 100_000,
    "Chinese": "啤" * 200_000,
    "signs": "!?.:;" * 40_000,
    "accents": "e" + "\u0301" * 200_000,
    "control characters": "".join(map(chr, range(32))) * 6_000,
    "lone surrogates": "\ud800 \udfff" * 50_000,
    "directions": "\u202e\u2066\u200f" * 60_000,
    "emoji": "👩‍👩‍👧‍👦" * 20_000,
    "noise": "".join(random.Random(4).choices(string.printable + "äßçñжה漢かท", k=200_000)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_costs_no_more_than_a_long_one(text: str) -> None:
    for article in (Article(title=text), Article(title="A", text=text), Article(title=text, text=text, outlet=text)):
        told = features_of(article)
        assert len(told.counts) <= 700
        assert len(told.sketch.runs) <= 64
        assert len(Weights().weigh(told).terms) <= 64


@given(st.builds(Article, title=st.text(max_size=300), text=st.text(max_size=2000), outlet=st.none() | st.text()))
def test_any_article_has_features(article: Article) -> None:
    told = features_of(article)
    assert told.counts.keys() == told.marks.keys() == told.written.keys()
    assert all(count > 0 for count in told.counts.values())
    assert features_of(article) == told
