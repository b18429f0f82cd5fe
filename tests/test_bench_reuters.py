"""The queries that are measured on Reuters' items, and the plain expressions beside them."""

import re
import tomllib

import pytest

from bench.reuters import QUERIES, Score, query_finder, regex_finder, words_of
from stories.model import Article

WRITTEN = tomllib.loads(QUERIES.read_text("utf-8"))


@pytest.mark.parametrize("topic", WRITTEN)
def test_a_query_is_understood_and_its_rivals_compile(topic: str) -> None:
    query, regex = WRITTEN[topic]["query"], WRITTEN[topic]["regex"]
    nothing = Article(title="A quiet day", text="Not much was seen of anything.")
    assert not query_finder(topic, query)(nothing)
    assert not regex_finder(regex)(nothing)
    assert re.compile(words_of(query))


def test_the_words_of_a_query_are_those_it_wants_without_what_joins_them() -> None:
    wanted = regex_finder(words_of('title:oil NEAR/5 (price OR refin*) AND ("crude  oil" OR ="OPEC") NOT olive'))
    assert all(map(wanted, (Article(title=title) for title in ("Oil up", "refinery", "CRUDE\noil", "Opec", "a price"))))
    assert not any(map(wanted, (Article(title=title) for title in ("olive", "oils", "crudely", "near", "prices"))))


def test_a_score_of_nothing_is_nought() -> None:
    nothing = Score(filed=0, found=0, right=0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (0.0, 0.0, 0.0)
    half = Score(filed=4, found=2, right=2)
    assert (half.precision, half.recall, round(half.f1, 3)) == (1.0, 0.5, 0.667)
