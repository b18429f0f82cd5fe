"""How much an article is like a story: comparisons, and what they come to."""

import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.likeness import COMPARISONS, Judgement, compare, differing, judgement_of, learnt
from stories.model import Article
from stories.shape import Shape
from stories.terms import features_of
from stories.weighing import Vectors, Weights
from tests.hearing import newsroom_articles

WEIGHTS = Weights()
for each in newsroom_articles():
    WEIGHTS.learn(WEIGHTS.weigh(features_of(each)).learnt())

FINE = ("Regulator fines Norvex $40 million", "The regulator fined the lender Norvex $40 million, it said in Varde.")
SAME = ("Norvex to pay $40 million fine", "The lender Norvex has to pay $40 million, the regulator in Varde said.")
ALIKE = ("Regulator fines Calder $12 million", "The regulator fined the insurer Calder $12 million, it said in Oss.")


def vectors(title: str, text: str = "") -> Vectors:
    return WEIGHTS.weigh(features_of(Article(title=title, text=text))).vectors()


def shape(*articles: tuple[str, str]) -> Shape:
    made = Shape()
    for number, (title, text) in enumerate(articles):
        made.add(f"a{number}", vectors(title, text), has_text=bool(text))
    return made


def compared(
    article: tuple[str, str], *articles: tuple[str, str], gap: float = 0.0, crowd: int = 1000
) -> dict[str, float]:
    values = compare(vectors(*article), shape(*articles), gap=gap, crowd=crowd, experience=1000)
    return dict(zip(COMPARISONS, values, strict=True))


def test_an_article_is_wholly_like_itself() -> None:
    found = compared(FINE, FINE)
    for name in ("title_cosine", "lead_cosine", "whole_cosine", "nearest_title", "nearest_whole", "covered"):
        assert found[name] == pytest.approx(1, abs=0.01)
    assert (found["new_names"], found["missing_names"], found["numbers_agree"], found["numbers_differ"]) == (0, 0, 1, 0)


def test_other_names_and_numbers_are_seen() -> None:
    same, alike = compared(SAME, FINE), compared(ALIKE, FINE)
    assert same["new_names"] < alike["new_names"]
    assert same["missing_names"] < alike["missing_names"]
    assert (same["numbers_agree"], alike["numbers_agree"]) == (1, 0)
    assert (same["numbers_differ"], alike["numbers_differ"]) == (0, 1)


def test_an_article_without_names_says_nothing_about_them() -> None:
    found = compared(("weather stays mild", ""), FINE)
    assert (found["new_names"], found["missing_names"]) == (0.5, 0.5)


def test_the_names_that_differ_are_told_the_heaviest_first() -> None:
    weights = WEIGHTS.weigh(features_of(Article(title=ALIKE[0], text=ALIKE[1])))
    told = features_of(Article(title=ALIKE[0], text=ALIKE[1])).written
    assert {told[term] for term in differing(weights.vectors(), shape(FINE))} == {"Calder", "12", "Oss"}


def test_an_article_that_tells_all_and_more_does_not_differ() -> None:
    more = (FINE[0], f"{FINE[1]} It also fined Calder.")
    assert differing(vectors(*more), shape(FINE)) == []


def test_the_sums_of_a_story_do_not_depend_on_the_order_of_its_articles() -> None:
    for order in permutations((FINE, SAME, ALIKE)):
        one, other = shape(*order), shape(FINE, SAME, ALIKE)
        assert (one.title, one.lead, one.names, one.whole) == (other.title, other.lead, other.names, other.whole)
        assert (one.lengths(), one.core(), one.numbers) == (other.lengths(), other.core(), other.numbers)


def test_a_story_keeps_its_last_articles_only() -> None:
    told = shape(*[FINE] * 100)
    assert (len(told.recent), told.latest, told.size) == (10, [f"a{n}" for n in range(90, 100)], 100)


def test_what_was_learnt_weighs_each_comparison_for_headlines_and_for_texts() -> None:
    judgement = learnt()
    assert len(judgement.headlines) == len(judgement.texts) == len(COMPARISONS)
    assert 0 < judgement.threshold < 1


def test_a_table_that_lacks_a_comparison_is_refused() -> None:
    whole = {**dict.fromkeys(COMPARISONS, 1.0), "bias": 0.0}
    join = {"threshold": 0.5, "two_subjects": 0.9, "own_outlet": 0.7, "same_story": 0.6}
    assert isinstance(judgement_of({"headlines": whole, "texts": whole, "join": join}), Judgement)
    with pytest.raises(KeyError, match="crowd"):
        lacking = {name: weight for name, weight in whole.items() if name != "crowd"}
        judgement_of({"headlines": lacking, "texts": whole, "join": join})


@given(st.lists(st.floats(-1e9, 1e9), min_size=len(COMPARISONS), max_size=len(COMPARISONS)), st.booleans())
def test_a_likeness_lies_between_0_and_1_whatever_is_compared(comparisons: list[float], are_texts: bool) -> None:
    assert 0 <= learnt().likeness(comparisons, are_texts=are_texts) <= 1


@given(st.text(max_size=200), st.text(max_size=500), st.text(max_size=200), st.text(max_size=500))
def test_any_two_articles_can_be_compared(title: str, text: str, other_title: str, other_text: str) -> None:
    values = compared((title, text), (other_title, other_text), gap=random.random() * 1e6, crowd=0)
    assert learnt().likeness(list(values.values()), are_texts=True) <= 1


def test_a_shape_with_one_more_is_another_shape() -> None:
    one = shape(FINE)
    grown = one.with_one_more(vectors(*SAME), has_text=True)
    both = shape(FINE, SAME)
    assert (grown.whole, grown.lengths(), grown.core(), grown.size) == (both.whole, both.lengths(), both.core(), 2)
    assert (one.whole, one.lengths(), one.size) == (shape(FINE).whole, shape(FINE).lengths(), 1)
