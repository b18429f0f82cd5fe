"""Near copies: a text that is cut, lengthened or changed here and there is still seen to be one; another one is not."""

from hypothesis import given
from hypothesis import strategies as st

from stories.model import Article
from stories.sketch import NOTHING, Sketch, is_near_copy, sketch_of
from stories.terms import features_of

STORY = """\
The harbour authority of Port Maren will close two of its seven container terminals from February because its \
cranes no longer meet the safety rules that took effect in autumn. Inspectors had found cracks in the steel of four \
cranes after one of them dropped an empty container in September. Nobody was hurt. Replacing the cranes will take \
fourteen months and cost 92 million crowns, of which the region pays a third. Shipping lines were told on Monday that \
they must land elsewhere; two of them have already moved to Ostrava Bay. The dockers' union fears for six hundred jobs \
and wants a guarantee that nobody is dismissed before the new cranes stand. The mayor called the closure painful but \
unavoidable. She said that the authority had been warned in three reports since 2019 and had put the work off each \
time. Traders expect higher prices for fruit and timber, most of which arrive at the northern terminal. A court will \
decide in December whether the maker of the cranes has to bear part of the cost."""
OTHER = """\
A choir of retired miners from the Velden valley has won the national singing contest at its first try. The thirty-one \
men, the eldest of them ninety, had practised for a year in an unheated washhouse, and sang two songs that they had \
written themselves. The jury praised their breath and their jokes. They won a trip to the sea, which most of them have \
never seen, and a piano for the washhouse. Their conductor, a former shift foreman, said that he had expected to come \
home on the same evening. A record company has asked for a recording, but the choir wants to vote on that first."""
BOX = """

Read more: Five places to see before summer. The best walks of the north. How we chose the walks.

Sign up to the Morning Letter, our free newsletter with the best stories of the day, sent to you at six o'clock.

The Evening Courier is published by Courier Press Ltd. Write to the editor at letters@courier.example."""


def sketch(text: str) -> Sketch:
    return features_of(Article(title="", text=text)).sketch


def halves(text: str) -> tuple[str, str]:
    middle = text.index(". ", len(text) // 2) + 2
    return text[:middle], text[middle:]


def test_a_text_is_a_near_copy_of_itself() -> None:
    assert is_near_copy(sketch(STORY), sketch(STORY))


def test_a_text_cut_to_its_first_half_is_a_near_copy() -> None:
    assert is_near_copy(sketch(halves(STORY)[0]), sketch(STORY))
    assert is_near_copy(sketch(STORY), sketch(halves(STORY)[0]))


def test_a_text_with_a_box_under_it_is_a_near_copy() -> None:
    assert is_near_copy(sketch(STORY + BOX), sketch(STORY))


def test_a_text_cut_to_half_with_a_box_under_it_is_a_near_copy_of_the_whole() -> None:
    assert is_near_copy(sketch(halves(STORY)[0] + BOX), sketch(STORY))


def test_a_text_edited_here_and_there_is_a_near_copy() -> None:
    edited = (
        STORY.replace("fourteen months", "14 months").replace("will close", "is to close").replace("mayor", "Mayor")
    )
    assert is_near_copy(sketch(edited), sketch(STORY))


def test_a_text_under_a_dateline_and_a_byline_is_a_near_copy() -> None:
    assert is_near_copy(sketch("PORT MAREN (Wire) - By Ada Quill. " + STORY), sketch(STORY))


def test_another_text_is_none() -> None:
    assert not is_near_copy(sketch(OTHER), sketch(STORY))


def test_the_two_halves_of_a_text_are_no_copies_of_each_other() -> None:
    first, second = halves(STORY)
    assert not is_near_copy(sketch(first), sketch(second))


def test_two_reports_with_one_box_under_them_are_no_copies() -> None:
    assert not is_near_copy(sketch(OTHER + BOX), sketch(STORY + BOX))


def test_one_quoted_sentence_makes_no_copy() -> None:
    quote = " The mayor called the closure painful but unavoidable."
    assert not is_near_copy(sketch(OTHER + quote), sketch(STORY))


def test_short_texts_are_never_copies() -> None:
    short = sketch("The office said so on Friday in a statement.")
    assert short == NOTHING
    assert not is_near_copy(short, short)


terms = st.lists(st.integers(0, (1 << 32) - 1), min_size=60, max_size=600, unique=True)


@given(terms)
def test_a_text_in_which_no_word_comes_twice_is_found_again_in_whatever_it_is_cut_from(words: list[int]) -> None:
    assert is_near_copy(sketch_of(words), sketch_of(words))
    assert is_near_copy(sketch_of(words[: len(words) * 2 // 3]), sketch_of(words))


@given(st.lists(st.integers(0, 50), max_size=300), st.lists(st.integers(0, 50), max_size=300))
def test_whether_two_texts_are_copies_does_not_depend_on_who_is_asked_first(one: list[int], other: list[int]) -> None:
    first, second = sketch_of(one), sketch_of(other)
    assert is_near_copy(first, second) == is_near_copy(second, first)


@given(terms)
def test_a_sketch_keeps_no_more_than_64_runs(words: list[int]) -> None:
    assert len(sketch_of(words).runs) <= 64
