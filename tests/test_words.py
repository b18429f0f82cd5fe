"""The words of a text, where they stand, and the forms under which they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.words import exact, folded, places, stems, words

_TEXT = st.text(st.sampled_from("aAsS'’éß ·-._½ﬁ反ガｶﾞไม่\u00ad\u0301\u200b\uff41\0"), max_size=40) | st.text(max_size=40)


def share_a_stem(one: str, other: str, language: str | None = None) -> bool:
    return bool(set(stems(one, language)) & set(stems(other, language)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("OpenAI's anti-trust complaint.", ["OpenAI's", "anti", "trust", "complaint"]),
        ("MICROSOFT’S £1.5bn AT&T x_y", ["MICROSOFT'S", "1", "5bn", "AT", "T", "x", "y"]),
        ("l’enquête don't", ["l", "enquête", "don", "t"]),
        ("反垄断法 OpenAI", ["反", "垄", "断", "法", "OpenAI"]),
        ("ไม่ได้", ["ไ", "ม่", "ไ", "ด้"]),
        ("न्याय आयोग", ["न्याय", "आयोग"]),
        ("anti\u00adtr\u200bust cafe\u0301", ["anti\u00adtr\u200bust", "cafe\u0301"]),
        ("before\0after", ["before", "\0", "after"]),
    ],
)
def test_a_text_has_these_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("complaint", "COMPLAINTS", None),
        ("sue", "sued", "en-GB"),
        ("suing", "sues", "en"),
        ("Microsoft", "Microsoft’s", "de"),
        ("Société", "SOCIETES", "fr"),
        ("investigacion", "investigaciones", "es"),
        ("Untersuchung", "Untersuchungen", "de-AT"),
        ("antitrust", "ａｎｔｉ\u00adtr\u200bust", None),
        ("ガ", "ｶﾞ", "ja"),
    ],
)
def test_these_are_one_word(one: str, other: str, language: str | None) -> None:
    assert share_a_stem(one, other, language)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [("news", "new", None), ("カ", "ガ", "ja"), ("complaint", "complaints", "zh"), ("trust", "antitrust", None)],
)
def test_these_are_two(one: str, other: str, language: str | None) -> None:
    assert not share_a_stem(one, other, language)


def test_exact_forms_keep_case_and_accents() -> None:
    assert [exact(word) for word in ("US", "us", "Société", "Ａpple’s", "e\u0301")] == [
        "US",
        "us",
        "Société",
        "Apple",
        "é",
    ]


@given(_TEXT)
def test_places_cut_out_the_words(text: str) -> None:
    cut = [text[start:end] for start, end in places(text)]
    assert [folded(each) for each in cut] == [folded(word) for word in words(text)]


@given(_TEXT)
def test_folding_a_word_changes_nothing_the_second_time(text: str) -> None:
    for word in words(text):
        assert folded(folded(word)) == folded(word)


@given(_TEXT, st.sampled_from(["en", "de", "fr", "ja", None, "no such", ""]))
def test_every_word_shares_a_stem_with_its_folded_self(text: str, language: str | None) -> None:
    for word in words(text):
        assert share_a_stem(word, folded(word), language)
