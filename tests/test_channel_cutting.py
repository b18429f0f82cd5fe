"""Long messages in parts: none is too long, and together they say what was said."""

import doctest

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


def test_a_cut_falls_between_stories_where_it_can() -> None:
    stories = [f"Story {number}\nand its link" for number in range(6)]
    assert all(part.startswith("Story") for part in cut("\n\n".join(stories), 60))
