"""The words that made a match are shown in their sentences, few and short."""

import doctest
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alerts.snippet
from alerts.evidence import Evidence
from alerts.snippet import LONGEST, MOST, Fragment, fragments, joined, marked
from stories.model import Article

FILLER = "Nothing of interest was said by anybody for the rest of that long and rainy afternoon at the office. "


def found(word: str, text: str, field: str = "text", *, after: int = 0) -> Evidence:
    start = text.index(word, after)
    return Evidence(field, word, start, start + len(word))


def shown(text: str, *words: str) -> list[str]:
    """Return the fragments of an article with `text`, its first `words` marked."""
    article = Article(title="A title", text=text)
    return [marked(each, "<", ">") for each in fragments(article, [found(word, text) for word in words])]


def test_the_sentence_around_a_word_is_shown_with_the_word_marked() -> None:
    text = "The board met. It opened an antitrust case on Monday! It will last."
    assert shown(text, "antitrust") == ["It opened an <antitrust> case on Monday!"]


def test_a_paragraph_ends_a_sentence() -> None:
    assert shown("A heading\nAn antitrust case\nIt will last.", "antitrust") == ["An <antitrust> case"]


def test_a_broken_line_does_not_end_a_sentence() -> None:
    assert shown("It opened an antitrust\ncase\non Monday.", "antitrust\ncase") == [
        "It opened an <antitrust case> on Monday."
    ]


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    text = "Yes. The U.S. Office told Mr. Sample of the antitrust case vs. Acme Inc. and others. No."
    assert shown(text, "antitrust") == [
        "The U.S. Office told Mr. Sample of the <antitrust> case vs. Acme Inc. and others."
    ]


def test_words_of_neighbouring_sentences_are_shown_together() -> None:
    text = FILLER + "It is an antitrust case. Acme made the complaint. " + FILLER
    assert shown(text, "antitrust", "complaint") == ["It is an <antitrust> case. Acme made the <complaint>."]


def test_words_far_apart_have_a_fragment_each_in_the_order_of_the_text() -> None:
    text = f"It is an antitrust case. {FILLER * 3}Acme made the complaint."
    assert shown(text, "complaint", "antitrust") == ["It is an <antitrust> case.", "Acme made the <complaint>."]


def test_at_most_three_fragments_are_shown_and_those_that_show_the_most_words() -> None:
    text = f"One. {FILLER * 3}Two. {FILLER * 3}Three four. {FILLER * 3}Five."
    assert shown(text, "One", "Two", "Three", "four", "Five") == ["<One>.", "<Two>.", "<Three> <four>."]


def test_a_sentence_that_shows_no_other_words_is_left_out() -> None:
    text = f"An antitrust case. {FILLER * 3}That Antitrust case."
    article = Article(title="A title", summary="More on the antitrust case.", text=text)
    evidence = [
        found("antitrust", article.summary, "summary"),
        found("antitrust", text),
        found("Antitrust", text),
    ]
    assert [marked(each, "<", ">") for each in fragments(article, evidence)] == ["More on the <antitrust> case."]


def test_a_long_sentence_is_cut_between_words_around_the_marked_one() -> None:
    (line,) = shown(f"Early {'word ' * 100}antitrust{' word' * 100} late.", "antitrust")
    assert line.startswith("… word word")
    assert line.endswith("word word …")
    assert "word <antitrust> word" in line
    assert 0.8 * LONGEST < len(line) <= LONGEST + 6


def test_a_long_sentence_with_words_at_both_ends_is_cut_in_the_middle() -> None:
    lines = shown(f"Early {'word ' * 100}late.", "Early", "late")
    assert [lines[0][:12], lines[0][-6:], lines[1][:6], lines[1][-12:]] == [
        "<Early> word",
        "word …",
        "… word",
        "word <late>.",
    ]


def test_words_in_one_another_are_marked_once() -> None:
    text = "The in-house AI model of Acme."
    assert shown(text, "in-house AI", "AI model") == ["The <in-house AI model> of Acme."]


def test_very_long_evidence_is_shown_by_its_beginning() -> None:
    text = "word " * 500
    (line,) = shown(text, text.strip())
    assert line.startswith("<word word")
    assert line.endswith("word> …")
    assert len(line) <= LONGEST + 4


def test_a_language_without_spaces_is_cut_too() -> None:
    (line,) = shown("前" * 300 + "独占" + "後" * 300, "独占")
    assert "前<独占>後" in line
    assert len(line) <= LONGEST + 6
    assert shown("前です。独占です。後です。", "独占") == ["<独占>です。"]


def test_joined_fragments_are_one_line_whose_marks_stay_on_their_words() -> None:
    text = f"An antitrust case{' and' * 200} a complaint. {FILLER * 3}Acme, it says."
    article = Article(title="A title", text=text)
    line = marked(
        joined(fragments(article, [found(word, text) for word in ("antitrust", "complaint", "Acme")])), "<", ">"
    )
    assert line.startswith("An <antitrust> case and and")
    assert line.endswith("and a <complaint>. … <Acme>, it says.")
    assert line.count("…") == 2
    assert joined([]) == Fragment("")


@pytest.mark.parametrize("start", [0, 4, 500])
def test_evidence_of_another_version_is_left_out(start: int) -> None:
    article = Article(title="A title", text="Its case begins.")
    assert fragments(article, [Evidence("text", "antitrust", start, start + 9)]) == (Fragment("Its case begins."),)


def test_the_title_is_shown_anyway_so_the_beginning_of_the_summary_is_shown() -> None:
    article = Article(title="An antitrust case", summary="It  began\non Monday.", text="A text.")
    assert fragments(article, [found("antitrust", article.title, "title")]) == (Fragment("It  began on Monday."),)


def test_a_long_beginning_is_cut_between_words() -> None:
    (fragment,) = fragments(Article(title="A title", text=FILLER * 3), [])
    assert fragment.text.startswith("Nothing of interest")
    assert fragment.text.endswith(" …")
    assert fragment.text.removesuffix(" …") + " " in FILLER * 3


def test_a_summary_that_only_repeats_the_title_is_not_shown() -> None:
    assert fragments(Article(title="A title", summary="a TITLE"), []) == ()
    assert fragments(Article(title="A title"), []) == ()


@st.composite
def _articles(draw: st.DrawFn) -> tuple[Article, list[Evidence]]:
    words = st.sampled_from(["a", "antitrust", "Acme", ". ", "\n", " ", "x" * 90, "word " * 30, "。", "… ", "!"])
    texts = {field: "".join(draw(st.lists(words, max_size=30))) for field in ("title", "summary", "text")}
    evidence = []
    for _ in range(draw(st.integers(0, 6))):
        field = draw(st.sampled_from(["title", "summary", "text"]))
        start = draw(st.integers(0, len(texts[field])))
        end = draw(st.integers(start, len(texts[field])))
        evidence.append(Evidence(field, texts[field][start:end], start, end))
    return Article(title=texts["title"], summary=texts["summary"], text=texts["text"]), evidence


@given(_articles())
def test_fragments_are_few_and_short_and_mark_only_words_of_the_evidence(made: tuple[Article, list[Evidence]]) -> None:
    article, evidence = made
    told = fragments(article, evidence)
    assert len(told) <= MOST
    words = " ".join(" ".join((article.summary, article.text)).split("\n"))
    for each in told:
        assert "\n" not in each.text
        assert len(each.text) <= 1.5 * LONGEST + 4
        assert each.text.removeprefix("… ").removesuffix(" …") in words
        assert [place for mark in each.marks for place in mark] == sorted(
            {place for mark in each.marks for place in mark}
        )
        for start, end in each.marks:
            assert 0 <= start < end <= len(each.text)


def test_many_words_of_a_long_text_are_no_burden() -> None:
    text = "An antitrust case. " * 10_000
    evidence = [Evidence("text", "antitrust", at, at + 9) for at in range(3, len(text) - 19, 19)]
    began = time.process_time()
    assert fragments(Article(title="A title", text=text), evidence)
    assert time.process_time() - began < 2


def test_the_example_in_the_docstring_is_true() -> None:
    assert doctest.testmod(alerts.snippet).failed == 0
