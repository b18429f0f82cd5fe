"""What a topic may say and yet may not mean is noted, and nothing else."""

import pytest

from alerts.settings import TopicSettings
from scheduler.config_topic_notes import notes_on_topic


def notes(**written: object) -> list[str]:
    topic = TopicSettings.model_validate({"name": "T", "channels": ["console"], **written})
    return [note.removeprefix("topic T: ") for note in notes_on_topic(topic)]


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("apple or pear", "'or' in its query is a word to look for; an operator is written OR"),
        ("(apple and pear) OR fig", "'and' in its query is a word to look for; an operator is written AND"),
        ("apple not pear", "'not' in its query is a word to look for; an operator is written NOT"),
        ("apple near/5 pear", "'near/5' in its query is a word to look for; an operator is written NEAR/5"),
        (
            "apple pear OR fig -plum",
            "its query has AND beside OR without brackets; it is read as (apple AND pear) OR (fig AND NOT plum)",
        ),
        (
            "apple NEARBY OR fig",
            "its query has AND beside OR without brackets; it is read as (apple AND NEARBY) OR fig",
        ),
        (
            "apple OR title:pear AND fig",
            "its query has AND beside OR without brackets; it is read as apple OR (title:pear AND fig)",
        ),
        ("x OR twitter", "'x' in its query is a single letter and will be found often"),
        ('="X"', "'=\"X\"' in its query is a single letter and will be found often"),
        ("NOT apple", "it can be met by an article that has none of its words, and so by nearly every article"),
        ("pear OR -apple", "it can be met by an article that has none of its words, and so by nearly every article"),
        ("lang:(en OR de)", "a language is all that it asks for, so it finds every article in it"),
    ],
)
def test_what_a_query_may_not_mean_is_noted(query: str, note: str) -> None:
    assert notes(query=query) == [note]


@pytest.mark.parametrize(
    "query",
    [
        "apple pear",
        "apple OR pear OR fig",
        "(apple pear) OR (fig -plum)",
        '(apple OR pear) title:fig -"plum cake" ="Kiwi"',
        "apple NEAR/5 (pear OR fig)",
        "apple NEAR/5 pear OR fig NEAR/3 plum",
        '"apple or pear"',
        "/a b|c OR d/ OR fig",
        "lang:de apple",
        "apple -lang:de",
        "apple (x OR twitter)",
        "title:(apple OR pear) OR outlet:fig OR plum",
    ],
)
def test_a_query_that_can_mean_one_thing_only_is_not_noted(query: str) -> None:
    assert notes(query=query) == []


@pytest.mark.parametrize(
    ("keyword", "belongs"),
    [
        ("apple AND pear", True),
        ("apple OR pear", True),
        ("NOT apple", True),
        ("apple NEAR/5 pear", True),
        ("title:apple", True),
        ("/apple/", True),
        ("apple and pear", False),
        ("ORANGE", False),
        ("and/or", False),
        ("monopol*", False),
    ],
)
def test_what_belongs_into_a_query_is_noted_of_a_keyword(keyword: str, belongs: bool) -> None:
    said = f"the keyword {keyword!r} is looked for word by word; what joins words belongs into its `query`"
    assert notes(keywords=[keyword]) == ([said] if belongs else [])


def test_a_single_letter_is_found_often() -> None:
    assert notes(all=["a"]) == ["the keyword 'a' is a single letter and will be found often"]
    assert notes(keywords=["断"]) == ["the keyword '断' is a single letter and will be found often"]
    assert notes(keywords=["apple"], exclude=["a"]) == []


@pytest.mark.parametrize(
    ("one", "other"), [("Fruit", "FRUIT"), ("complaint", "complaints"), ("price-fixing", "price fixing")]
)
def test_a_keyword_that_finds_what_another_finds_is_noted(one: str, other: str) -> None:
    said = f"{other!r} in its keywords finds what {one!r} finds: a word matches in any inflection"
    assert notes(keywords=[one, "pear", other]) == [said]
    assert notes(keywords=[one], all=["pear"]) == []


def test_different_forms_of_a_word_find_different_things() -> None:
    assert notes(keywords=["apple", "appl*", '="Apple"', '="apple"', "apple pie"]) == []


@pytest.mark.parametrize(("keyword", "excluded"), [("game", "Games"), ("board games", "game"), ("=Go", '="Go"')])
def test_what_is_always_excluded_is_noted(keyword: str, excluded: str) -> None:
    assert notes(keywords=[keyword], exclude=[excluded]) == [f"{keyword!r} is excluded as well and can never be told"]


def test_what_is_excluded_only_with_other_words_is_not_noted() -> None:
    assert notes(keywords=["board game"], exclude=["board game night", "go"]) == []
