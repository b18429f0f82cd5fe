"""Long messages in parts: none is too long, and together they say what was said."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alerts.channel_addresses
import alerts.channel_cutting
import alerts.channel_secrets
from alerts.channel_cutting import cut


def test_the_examples_are_true() -> None:
    for module in (alerts.channel_addresses, alerts.channel_cutting, alerts.channel_secrets):
        assert doctest.testmod(module).failed == 0


@given(text=st.text(alphabet="ab字😀 \n"), room=st.integers(4, 40))
def test_no_part_is_too_long_and_no_word_is_lost(text: str, room: int) -> None:
    parts = cut(text, room, lambda part: len(part.encode()))
    assert all(len(part.encode()) <= room for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part.strip() for part in parts) or not text.strip()


@pytest.mark.parametrize("sign", ["👩🏽\u200d🚒", "🇩🇪", "e\u0301", "ก\u0e33"])
@pytest.mark.parametrize("room", [20, 21, 22, 23])
def test_no_part_begins_inside_what_people_see_as_one_character(sign: str, room: int) -> None:
    parts = cut(sign * 30, room)
    assert all(part == sign * (len(part) // len(sign)) for part in parts)


def test_a_character_that_is_longer_than_a_part_is_cut_all_the_same() -> None:
    assert cut("e" + "\u0301" * 30, 10) == ["e" + "\u0301" * 9, "\u0301" * 10, "\u0301" * 10, "\u0301"]


def test_a_cut_falls_between_stories_where_it_can() -> None:
    stories = [f"Story {number}\nand its link" for number in range(6)]
    assert all(part.startswith("Story") for part in cut("\n\n".join(stories), 60))
