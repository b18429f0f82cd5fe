"""Which parts of a query hold for an article, and by which words."""

from alerts.explaining import Explanation, explain
from alerts.settings import TopicSettings
from stories.model import Article


def explained(query: str | None = None, feed: str = "", title: str = "", **written: list[str]) -> Explanation:
    topic = TopicSettings.model_validate({"name": "T", "channels": ["console"], "query": query, **written})
    return explain(topic, Article(title=title), feed=feed)


def parts(said: Explanation) -> list[tuple[str, bool, list[str]]]:
    return [(part.wanted, part.is_met, [each.words for each in part.evidence]) for part in said.parts]


def test_each_part_that_must_hold_is_told_with_its_words() -> None:
    said = explained("OpenAI (stake OR contract) -game", title="OpenAI’s contracts")
    assert said.is_met
    assert parts(said) == [
        ("OpenAI", True, ["OpenAI’s"]),
        ("stake OR contract", True, ["contracts"]),
        ("NOT game", True, []),
    ]


def test_the_part_that_fails_is_seen() -> None:
    said = explained("OpenAI Microsoft", title="OpenAI raises money")
    assert not said.is_met
    assert parts(said) == [("OpenAI", True, ["OpenAI"]), ("Microsoft", False, [])]


def test_what_stands_against_it_is_told() -> None:
    said = explained("monopoly -(game OR board)", title="Monopoly, the board game")
    assert (said.is_met, said.is_excluded) == (False, True)
    assert not explained("monopoly -(game OR board)", title="The board game").is_excluded
    assert not explained("NOT game", title="A game").is_excluded, "it wants nothing from which to exclude"
    assert parts(said) == [("monopoly", True, ["Monopoly"]), ("NOT (game OR board)", False, ["board", "game"])]


def test_a_query_that_is_one_part_is_one_part() -> None:
    assert parts(explained("a OR b", title="b")) == [("a OR b", True, ["b"])]
    assert parts(explained("NOT a", title="b")) == [("NOT a", True, [])]


def test_keywords_are_explained_as_the_query_they_are_short_for() -> None:
    said = explained(keywords=["stake", "equity"], all=["OpenAI"], exclude=["game"], title="A stake in OpenAI")
    assert [part.wanted for part in said.parts] == ["stake OR equity", "OpenAI", "NOT game"]
    assert said.is_met


def test_the_name_of_the_feed_counts() -> None:
    assert explained("feed:FTC merger", feed="FTC competition", title="Merger").is_met
    assert not explained("feed:FTC merger", title="FTC merger").is_met


def test_both_sides_of_a_nearness_are_shown() -> None:
    assert parts(explained("OpenAI NEAR/3 stake", title="OpenAI sells a stake")) == [
        ("OpenAI NEAR/3 stake", True, ["OpenAI", "stake"])
    ]
    assert parts(explained("OpenAI NEAR/2 stake", title="OpenAI sells a stake")) == [("OpenAI NEAR/2 stake", False, [])]
