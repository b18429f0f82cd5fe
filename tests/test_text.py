"""What people see, and what is compared."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stories.text
from stories.text import clean, clean_paragraphs, fold


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(stories.text).failed == 0


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\x00b\x1fc\x7f", "abc"),
        ("title\r\nBcc: x@y.example", "title Bcc: x@y.example"),
        ("\ud800broken", "broken"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("anti\u00adtrust com\u200bplaint", "antitrust complaint"),
        ("\x1b]0;owned\x07title", "]0;ownedtitle"),
        ("  many \t spaces\u00a0here ", "many spaces here"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(written: str, shown: str) -> None:
    assert clean(written, 100) == shown


@pytest.mark.parametrize(
    "mark", ["\u0301", "\u0e47", "\u0651", "\ua670", "\u094d", "\u0f71", "\ufe20", "\ufe0f", "\U000e0100", "\U0001da00"]
)
def test_no_letter_carries_more_than_four_marks_of_any_script(mark: str) -> None:
    assert clean("z" + mark * 1000 + "algo", 2000) == "z" + mark * 4 + "algo"


@pytest.mark.parametrize("text", ["क्ष्म्य", "หน้าที่", "שָׁלוֹם", "ཧཱུྃ", "tiếng Việt", "❤\ufe0f"])
def test_words_of_scripts_with_many_marks_stay_as_they_are(text: str) -> None:
    assert clean(text, 100) == text


@pytest.mark.parametrize("text", ["\u3164\u3164", "\u2800", "\uffa0 \u115f\u1160", "\u200b\u202e", "\u2800\u00a0\n"])
def test_what_shows_as_nothing_is_nothing(text: str) -> None:
    assert clean(text, 100) == ""
    assert clean(f"a{text}b", 100) in ("ab", "a b")


@given(st.text(), st.integers(1, 50))
def test_cleaning_keeps_the_limit_and_changes_nothing_the_second_time(text: str, limit: int) -> None:
    once = clean(text, limit)
    assert len(once) <= limit
    assert clean(once, limit) == once
    once.encode("utf-8")


@given(st.text())
def test_folding_changes_nothing_the_second_time(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.integers(1, 50))
def test_paragraphs_are_lines_that_are_clean(text: str, limit: int) -> None:
    shown = clean_paragraphs(text, limit)
    assert len(shown) <= limit
    assert "" not in shown.split("\n") or not shown
    assert all(clean(line, limit) == line for line in shown.split("\n"))
