"""What a topic may say and yet may not mean is noted, and nothing else."""

import pytest

from alerts.settings import TopicSettings
from scheduler.config_topic_notes import notes_on_brackets, notes_on_topic

FEEDS = ("FTC competition", "The Courier")


def notes(**written: object) -> list[str]:
    topic = TopicSettings.model_validate({"name": "T", "channels": ["console"], **written})
    return [*notes_on_brackets(topic), *notes_on_topic(topic, FEEDS)]


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
        (
            "„apple“ pear OR fig",
            "its query has AND beside OR without brackets; it is read as (apple AND pear) OR fig",
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
        "fig -/a OR b/",
        "„apple OR pear“ fig",
        "!title:/a OR b/ fig",
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
        ("pear title:apple", True),
        ("lang:de", True),
        ("/apple/", True),
        ("apple and pear", False),
        ("ORANGE", False),
        ("and/or", False),
        ("monopol*", False),
    ],
)
def test_what_belongs_into_a_query_is_noted_of_a_keyword(keyword: str, belongs: bool) -> None:
    said = f"the keyword {keyword!r} is looked for word by word; operators, fields and regular expressions belong"
    said += " into its `query`"
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
    assert notes(keywords=['="Apple"', '="apple"', "apple pie", "appl* cake", "tarts", "tarte*"]) == []


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("monopolies", "monopol*"),
        ("monopolist*", "monopol*"),
        ("monopoly law", "monopol*"),
        ("rate cut", "rates"),
        ("the rate cuts of May", "rate cut"),
        ('="Apple"', "apple"),
        ('="Rate Cut"', "rates"),
    ],
)
def test_a_keyword_that_another_one_covers_is_noted(narrow: str, wide: str) -> None:
    said = f"{narrow!r} in its keywords finds nothing that {wide!r} does not find"
    assert notes(keywords=[wide, "pear", narrow]) == notes(keywords=[narrow, "pear", wide]) == [said]
    assert notes(all=[narrow, wide]) == []


@pytest.mark.parametrize("keywords", [["monopoly*", "monopolies"], ["rate", "rattle"], ["rate cut", "cut rate"]])
def test_a_keyword_that_finds_something_else_as_well_is_not_noted(keywords: list[str]) -> None:
    assert notes(keywords=keywords) == []


@pytest.mark.parametrize(
    ("keyword", "sign", "mend"),
    [
        ("-game", "-", "what must not occur belongs into `exclude`"),
        ("!game", "!", "what must not occur belongs into `exclude`"),
        ("+game", "+", "what must occur belongs into `all`"),
        ("board (game", "(", "brackets that group belong into its `query`"),
        ("fed,hike", ",", "if several keywords are meant, each is an entry of its own"),
        ("fed; hike", ";", "if several keywords are meant, each is an entry of its own"),
    ],
)
def test_a_sign_that_means_nothing_in_a_keyword_is_noted(keyword: str, sign: str, mend: str) -> None:
    assert notes(keywords=[keyword]) == [f"the {sign} in the keyword {keyword!r} means nothing; {mend}"]


@pytest.mark.parametrize("keyword", ["price-fixing", "AT&T", "1,000 jobs", '="Alphabet (Google), Inc."', "C++", "fed,"])
def test_a_sign_within_a_word_is_not_noted(keyword: str) -> None:
    assert notes(keywords=[keyword]) == []


@pytest.mark.parametrize(
    ("query", "excluded"),
    [
        ("fed -fed", "fed"),
        ("Complaint hike -(complaints OR pear)", "Complaint"),
        ("(fed OR hike) -fed -hikes", "fed OR hike"),
        ('"rate cut" -rate', '"rate cut"'),
        ("title:fed -fed", "title:fed"),
        ("title:(fed hike) -title:(hike OR pear)", "title:(fed AND hike)"),
        ("fed NEAR/5 hike -hike", "fed NEAR/5 hike"),
        ("monopoly -monopol*", "monopoly"),
        ('="Fed" -fed', '="Fed"'),
        ("/fe+d/ -/fe+d/", "/fe+d/"),
        ("lang:de fed -lang:de", "lang:de"),
    ],
)
def test_a_query_that_excludes_what_it_needs_is_noted(query: str, excluded: str) -> None:
    said = f"all that {excluded} in its query finds is excluded, so it can never be told"
    assert notes(query=query) == [said]


def test_what_the_query_needs_may_be_in_exclude() -> None:
    said = "all that fed in its query finds is excluded, so it can never be told"
    assert notes(query="fed", exclude=["pear", "Fed"]) == [said]


@pytest.mark.parametrize(
    "query",
    ['fed -"fed cup"', "fed -title:fed", "(fed OR hike) -fed", "fed -(fed hike)", "outlet:fed -fed", 'fed -="Fed"'],
)
def test_an_exclusion_that_leaves_something_is_not_noted(query: str) -> None:
    assert notes(query=query) == []


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ('feed:"FTC competitions"', 'feed:"FTC competitions"'),
        ("apple OR feed:(Curier OR Currier)", "feed:(Curier OR Currier)"),
        ("apple -feed:Times", "feed:Times"),
    ],
)
def test_a_feed_that_is_not_there_is_noted(query: str, part: str) -> None:
    assert notes(query=query) == [f"no feed of this file has a name that meets {part} in its query"]


def test_a_feed_that_is_there_is_not_noted() -> None:
    assert notes(query='feed:"ftc competition" OR feed:Cour* OR feed:/^The/') == []


@pytest.mark.parametrize(
    ("query", "phrase"),
    [
        ("'federal reserve' hike", "federal reserve"),
        ("(‘Moody’s cuts’ OR pear)", "Moody's cuts"),
        ("title:'federal reserve bank'", "federal reserve bank"),
    ],
)
def test_single_quotes_are_noted(query: str, phrase: str) -> None:
    (note,) = [note for note in notes(query=query) if "single quotes" in note]
    assert note == f'the single quotes around {phrase} in its query mean nothing; a phrase is written "{phrase}"'


@pytest.mark.parametrize(
    "query", ["workers' rights Moody's", "\"the 'federal reserve' hike\"", "/a 'b c' d/", "apple 'pear'", "'90s pear"]
)
def test_an_apostrophe_is_not_noted(query: str) -> None:
    assert notes(query=query) == []


@pytest.mark.parametrize("query", ["/./", r"/\w+/", "/[a-z ]/", "apple OR title:/e/i", r"/\d/", "/Q|apple/"])
def test_a_regular_expression_that_finds_nearly_everything_is_noted(query: str) -> None:
    (note,) = notes(query=query)
    assert note.endswith(" in its query finds a single letter or digit, and so nearly every article")


@pytest.mark.parametrize("query", ["/fed/", r"/\$\d+/", "/[a-z]{2}/", r"apple /\d/"])
def test_a_regular_expression_that_needs_more_is_not_noted(query: str) -> None:
    assert notes(query=query) == []


@pytest.mark.parametrize(("keyword", "excluded"), [("game", "Games"), ("board games", "game"), ("=Go", '="Go"')])
def test_what_is_always_excluded_is_noted(keyword: str, excluded: str) -> None:
    assert notes(keywords=[keyword], exclude=[excluded]) == [f"{keyword!r} is excluded as well and can never be told"]


def test_what_is_excluded_only_with_other_words_is_not_noted() -> None:
    assert notes(keywords=["board game"], exclude=["board game night", "go"]) == []


def test_an_empty_list_of_stages_is_worth_a_note() -> None:
    topic = {"name": "T", "keywords": ["antitrust"], "channels": ["console"]}
    (note,) = notes_on_topic(TopicSettings.model_validate({**topic, "stages": []}))
    assert note.startswith("its list of `stages` is empty")
    assert list(notes_on_topic(TopicSettings.model_validate(topic))) == []
