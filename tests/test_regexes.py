"""Regular expressions: what RE2 cannot do is refused, and what it can do is quick on any text."""

import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.regexes import MAX_PATTERN, RegexError, RegexSet, check_regex

LONG = "a" * 20_000  # a hostile title; the time limits of this page are those of a stuck program, not of a benchmark


def found(text: str, *patterns: str, ignores_case: bool = False) -> list[tuple[str, str]]:
    """Return each pattern that occurs in a text, with the characters it finds."""
    together = RegexSet()
    numbers = {together.add(pattern, ignores_case=ignores_case): pattern for pattern in patterns}
    return [(numbers[number], text[start:end]) for number, start, end in together.find(text)]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?<=a)b", "RE2 has no look-behind"),
        ("(?<!a)b", "RE2 has no look-behind"),
        ("a(?=b)", "RE2 has no look-ahead"),
        ("a(?!b)", "RE2 has no look-ahead"),
        (r"(a)\1", "back-references such as \\1 are not possible"),
        ("(?{die})", "RE2 knows no bracket that begins so"),
        ("(?R)", "RE2 knows no bracket that begins so"),
        ("(?P=a)", "RE2 knows no bracket that begins so"),
        ("a{1000}{1000}", "a repetition of a repetition"),
        ("(a{1000}){1000}", "a repetition of more than 1000"),
        ("a{1001}", "a repetition of more than 1000"),
        (r"(\pL{500}){2}", "it takes too much memory"),
        ("a++", "a repetition of a repetition"),
        ("(a", "a bracket is never closed"),
        ("a)", "a bracket was never opened"),
        ("[a", "a [ is never closed"),
        ("*", "no argument for repetition operator: *"),
        (r"\p{Klingon}", "invalid character class range"),
        ("\ud800", "half of a character stands in it"),
        ("|".join(f"w{number}" for number in range(100_000)), f"at most {MAX_PATTERN} characters"),
    ],
    ids=lambda value: value[:20],
)
def test_what_cannot_be_done_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(RegexError, match=re.escape(reason)) as refused:
        check_regex(pattern)
    assert "\n" not in str(refused.value)
    str(refused.value).encode()


@pytest.mark.parametrize("pattern", ["", "a*", "^", "$", r"\b", "(a|)", r"x?\b"])
def test_what_finds_the_empty_text_finds_every_article_and_is_refused(pattern: str) -> None:
    with pytest.raises(RegexError, match="finds the empty text, and so every article"):
        check_regex(pattern)


def test_what_is_too_large_only_without_case_is_refused_only_then() -> None:
    pattern = "[a-z]{1000}" * 20
    check_regex(pattern)
    with pytest.raises(RegexError, match="it takes too much memory"):
        check_regex(pattern, ignores_case=True)


def test_a_text_is_searched_as_it_is_written() -> None:
    assert found("The US and us", r"\bUS\b") == [(r"\bUS\b", "US")]
    assert found("The US and us", r"\bus\b", ignores_case=True) == [(r"\bus\b", "US"), (r"\bus\b", "us")]
    assert found("Microsoft", "OpenAI") == []


def test_places_are_characters_and_not_bytes() -> None:
    assert found("Ä反垄断 – antitrust, ß", "antitrust|断") == [("antitrust|断", "断"), ("antitrust|断", "antitrust")]


def test_each_pattern_has_its_own_case() -> None:
    both = RegexSet()
    strict, loose = both.add("eu", ignores_case=False), both.add("eu", ignores_case=True)
    assert list(both.find("EU")) == [(loose, 0, 2)]
    assert {number for number, _, _ in both.find("eu")} == {strict, loose}


@pytest.mark.parametrize("pattern", ["a|b", r"\Qa", "(?i)a", "a(?-i:b)?", "(?P<name>a)"])
def test_ignoring_case_means_the_whole_pattern(pattern: str) -> None:
    assert [words for _, words in found("A", pattern, ignores_case=True)] == ["A"]


def test_nothing_found_reaches_over_a_break_or_is_empty() -> None:
    assert found("a\0\0b", "a.*b", "a[^x]b", r"b?\b", "b") == [("b?\\b", "b"), ("b", "b")]


def test_half_characters_in_a_text_do_no_harm() -> None:
    assert found("a\ud800 merger \udfff", "merger", "a.") == [("merger", "merger"), ("a.", "a\ud800")]


def test_a_pattern_that_is_found_everywhere_is_told_five_times() -> None:
    assert len(found(LONG, "a")) == 5


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|a)*b", r"^(\w+\s?)*$", r".*.*.*=", r"(.*)*=", r"(a?){500}a{500}b"])
def test_what_hangs_other_engines_ends_at_once(pattern: str) -> None:
    assert found(LONG + "!", pattern) in ([], [(pattern, LONG)])


def test_a_thousand_patterns_are_asked_in_one_pass() -> None:
    patterns = [rf"^(\w+\s?)*{number}$" for number in range(500)] + [rf".*.*.*={number};" for number in range(500)]
    assert found(f"{LONG} =77;", *patterns) == [(".*.*.*=77;", f"{LONG} =77;")]


def test_patterns_that_are_too_large_together_are_asked_in_turn() -> None:
    patterns = [f"{number:02}" + "[a-z]{1000}" * 20 for number in range(60)]
    assert found(f"07{LONG}", *patterns) == [(patterns[7], f"07{LONG}")]
    assert found(f"59{LONG}", *patterns) == [(patterns[59], f"59{LONG}")]


@given(
    st.lists(st.sampled_from(["a", "b+", "(?i)c", "a.c", "^b", "ab|ca", r"\bb", r"\w{2,3}", "é"]), unique=True),
    st.text(st.sampled_from("abcABC é\n"), max_size=20),
)
def test_together_they_find_what_each_finds_alone(patterns: list[str], text: str) -> None:
    alone = [each for pattern in patterns for each in found(text, pattern)]
    assert found(text, *patterns) == alone
    assert [
        (pattern, found[0]) for pattern in patterns for found in islice(re.finditer(pattern, text, re.ASCII), 5)
    ] == alone
