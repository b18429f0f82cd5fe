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


def test_no_letter_carries_more_than_four_marks() -> None:
    assert clean("z" + "\u0301" * 1000 + "algo", 2000) == "z" + "\u0301" * 4 + "algo"


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
