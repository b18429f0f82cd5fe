"""What matching is measured with: topics and articles as promised, and rivals that find the same."""

from collections.abc import Callable, Iterable

import pytest

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from bench.topic_corpus import backwards, invented_texts, make_articles, make_topics
from bench.topic_rivals import Finder, ahocorasick, hyperscan, regex

TEXTS = list(invented_texts(200))


def test_articles_are_as_long_as_asked_for() -> None:
    for article in make_articles(TEXTS, 60, 20):
        assert (len(article.title.split()), len(article.summary.split()), article.text) == (10, 50, "")
    for article in make_articles(TEXTS, 600, 20):
        assert len(f"{article.title} {article.summary} {article.text}".split()) == 600


def test_an_article_that_reaches_the_end_goes_on_from_the_beginning() -> None:
    assert all(len(article.text.split()) == 540 for article in make_articles(TEXTS[:20], 600, 20))


def test_every_phrase_stands_in_the_texts_and_in_one_topic_only() -> None:
    phrases = [phrase for topic in make_topics(TEXTS, 50) for phrase in topic.keywords]
    assert len(set(phrases)) == 250
    assert all(any(phrase in text for text in TEXTS) for phrase in phrases)


def test_backwards_the_words_of_a_phrase_are_the_same() -> None:
    (topic,) = make_topics(TEXTS, 1)
    (reversed_topic,) = backwards([topic])
    assert [each.split() for each in topic.keywords] == [each.split()[::-1] for each in reversed_topic.keywords]


def test_topics_are_met_by_articles_of_their_texts() -> None:
    index = TopicIndex(make_topics(TEXTS, 50))
    assert any(index.match(article) for article in make_articles(TEXTS, 600, 20))


@pytest.mark.parametrize("rival", [ahocorasick, hyperscan])
def test_the_rivals_find_as_much_as_an_expression(rival: Callable[[Iterable[TopicSettings]], Finder]) -> None:
    pytest.importorskip("ahocorasick_rs" if rival is ahocorasick else "hyperscan")
    topics = make_topics(TEXTS, 5)  # so few that no two phrases overlap, of which an expression finds one
    articles = make_articles(TEXTS, 600, 20)
    assert [rival(topics)(article) for article in articles] == [regex(topics)(article) for article in articles]
