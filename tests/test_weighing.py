"""How much terms tell: learnt from what is remembered, in whole numbers, so that no order matters."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from stories.model import Article
from stories.terms import features_of
from stories.weighing import Weighed, Weights, product, unit, unpack
from tests.hearing import newsroom_articles


def weighed(weights: Weights, title: str, text: str = "") -> Weighed:
    return weights.weigh(features_of(Article(title=title, text=text)))


def learnt(*titles: str) -> Weights:
    weights = Weights()
    for title in titles:
        weights.learn(weighed(weights, title).learnt())
    return weights


def weight_of(weights: Weights, word: str) -> int:
    return weighed(weights, word).weights[0]


def test_the_rarer_a_term_the_more_it_tells() -> None:
    others = [article.title for article in newsroom_articles()]
    weights = learnt(*others, *["Norvex shares fall"] * 3, *["Shares fall again"] * 9, *["Shares"] * 15)
    assert weight_of(weights, "Calder") > weight_of(weights, "Norvex") > weight_of(weights, "fall")
    assert weight_of(weights, "fall") > weight_of(weights, "Shares")


def test_a_term_that_nearly_everything_has_tells_nothing() -> None:
    assert weight_of(learnt(*["the"] * 500), "the") == 0


def test_the_heaviest_terms_stand_first() -> None:
    weights = learnt(*["shares fall"] * 50)
    told = weighed(weights, "shares fall at Norvex")
    assert sorted(told.weights, reverse=True) == list(told.weights)


def test_what_is_forgotten_was_never_learnt() -> None:
    articles = [features_of(article) for article in newsroom_articles()[:30]]
    weights, before = Weights(), Weights()
    for each in articles[:10]:
        before.learn(before.weigh(each).learnt())
        weights.learn(weights.weigh(each).learnt())
    later = [weights.weigh(each) for each in articles[10:]]
    for learnt_one in later:
        weights.learn(learnt_one.learnt())
    for learnt_one in random.sample(later, len(later)):
        weights.forget(Counter(learnt_one.learnt()))
    assert [weights.weigh(each) for each in articles] == [before.weigh(each) for each in articles]


def test_the_order_of_what_is_learnt_does_not_matter() -> None:
    articles = [features_of(article) for article in newsroom_articles()[:30]]
    one, other = Weights(), Weights()
    remembered = [one.weigh(each) for each in articles]
    for told in remembered:
        one.learn(told.learnt())
    for told in random.sample(remembered, len(remembered)):
        other.learn(told.learnt())
    assert [one.weigh(each) for each in articles] == [other.weigh(each) for each in articles]


@given(st.text(max_size=400), st.text(max_size=4000))
def test_what_is_packed_is_unpacked_as_it_was(title: str, text: str) -> None:
    told = weighed(learnt("Norvex shares fall", "The office said so"), title, text)
    assert unpack(told.pack()) == told
    assert unpack(told.pack()).vectors() == told.vectors()


def test_what_is_remembered_of_a_full_text_is_small() -> None:
    text = " ".join(f"word{number} of the" for number in range(2_000))
    assert len(weighed(Weights(), "A long text", text).pack()) < 2_000


@given(st.text(max_size=200), st.text(max_size=2000))
def test_every_vector_has_the_same_length_or_none(title: str, text: str) -> None:
    vectors = weighed(learnt("Norvex shares fall"), title, text).vectors()
    for each in (vectors.title, vectors.lead, vectors.names, vectors.whole):
        assert not each or abs(product(each, each) / unit() ** 2 - 1) < 0.01


def test_a_word_weighs_no_more_for_being_seen_once_more_than_the_table_goes() -> None:
    for word in ("ox", "regulator"):
        features = features_of(Article(title=word))
        (term,) = features.counts
        fewer, more = Weights(), Weights()
        fewer.learn([term] * 4095 + [term + 1])
        more.learn([term] * 4096)
        for _ in range(2000):  # up to where the steps of a weight lie between the two
            for weights in (fewer, more):
                weights.learn([term + 1] * 50)
            assert fewer.weigh(features).weights >= more.weigh(features).weights
