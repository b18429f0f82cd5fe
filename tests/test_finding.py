"""What is said on the command line leads to one article and one topic, or to a sentence."""

from dataclasses import replace

import pytest

from alerts.settings import TopicSettings
from scheduler.finding import NothingFound, find_article, find_topic
from stories.identity import sighting_of
from stories.store import Store
from stories.store_articles import add_article, remember_sighting, start_story
from tests.building import NOON, archived, article


def keep(store: Store, id: str, **said: str) -> None:
    with store.writing():
        kept = archived(article(**said), id=id, story_id=start_story(store, at=NOON))
        add_article(store, kept, feed_id=None)
        seen = sighting_of(kept.article, feed_id=None)
        remember_sighting(store, replace(seen, article_id=id), now=NOON)


def refusal(store: Store, said: str) -> str:
    with pytest.raises(NothingFound) as refused:
        find_article(store, said)
    return refused.value.message


@pytest.mark.parametrize(
    "said",
    [
        "abcdef12",
        "abcd",
        " abcde ",
        "https://news.example.org/one",
        "http://www.news.example.org/one/?utm_source=x#top",
        "news.example.org/one",
    ],
)
def test_an_article_is_found_by_id_beginning_and_any_spelling_of_its_address(store: Store, said: str) -> None:
    keep(store, "abcdef12", url="https://news.example.org/one")
    keep(store, "ab99", url="https://news.example.org/two")
    assert find_article(store, said).id == "abcdef12"


def test_an_article_is_found_by_the_address_under_which_another_feed_lists_it(store: Store) -> None:
    keep(store, "abcdef12", url="https://news.example.org/one")
    elsewhere = sighting_of(article(url="https://aggregator.example.org/one"), feed_id=None)
    with store.writing():
        remember_sighting(store, replace(elsewhere, article_id="abcdef12"), now=NOON)
    assert find_article(store, "https://aggregator.example.org/one").id == "abcdef12"


def test_a_whole_id_is_meant_even_when_others_begin_with_it(store: Store) -> None:
    keep(store, "abcd")
    keep(store, "abcdef")
    assert find_article(store, "abcd").id == "abcd"


def test_what_may_be_several_articles_lists_five_of_them(store: Store) -> None:
    for number in range(7):
        keep(store, f"abcd{number}", title=f"Headline {number}", url=f"https://news.example.org/{number // 2}")
    sentence = refusal(store, "abcd")
    assert [line.split()[0] for line in sentence.splitlines()[1:]] == [*(f"abcd{n}" for n in range(5)), "and"]
    assert "name one by its id" in sentence
    assert "Headline 1" in refusal(store, "news.example.org/0")


@pytest.mark.parametrize(
    "said", ["", "x", "abc", "nothing", "https://news.example.org/", "%", "abcd%", "http://[", "\0/", "\udcff" * 5]
)
def test_what_is_no_article_is_a_sentence(store: Store, said: str) -> None:
    keep(store, "abcdef12")
    assert "no article has the id" in refusal(store, said)


def test_an_article_that_is_gone_is_said_to_be(store: Store) -> None:
    keep(store, "abcdef12", url="https://news.example.org/one")
    with store.writing():
        store.db.execute("DELETE FROM articles")
    for said in ("abcdef12", "https://news.example.org/one"):
        assert "not kept any more" in refusal(store, said)


def topic(name: str) -> TopicSettings:
    return TopicSettings(name=name, keywords=("a",), channels=("console",))


def test_a_topic_is_found_by_its_name_or_the_nearest_one_is_suggested() -> None:
    topics = [topic("Antitrust"), topic("Économie")]
    assert find_topic(topics, "Antitrust") is topics[0]
    assert find_topic(topics, "antitrust") is topics[0]
    assert find_topic(topics, "economie") is topics[1]
    with pytest.raises(NothingFound, match="did you mean `Antitrust`"):
        find_topic(topics, "Antitrst")
    with pytest.raises(NothingFound, match="there are: Antitrust, Économie"):
        find_topic(topics, "Zzz")
