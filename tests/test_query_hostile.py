"""Articles and queries that are made to be costly, and exact forms that are made to slip through."""

import pytest

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from stories.model import Article


def topic(query: str, name: str = "T") -> TopicSettings:
    return TopicSettings(name=name, query=query, channels=("console",))


def is_found(query: str, **said: str) -> bool:
    return bool(TopicIndex([topic(query)]).match(Article(**{"title": "", **said})))  # type: ignore[arg-type]


def test_a_long_phrase_of_words_with_two_stems_is_one_path() -> None:
    # Each of the words has a stem with its accent and one without: as paths these would be two to the hundredth.
    phrase = " ".join(["autorité"] * 100)
    assert is_found(f'"{phrase}"', text=f"une {phrase.replace('é', 'e')} nouvelle", language="fr")
    assert not is_found(f'"{phrase}"', text=phrase.removesuffix(" autorité"), language="fr")


@pytest.mark.parametrize("query", ["antitrust OR word{}", "antitrust NEAR/5 (word{} OR complaint)"])
def test_a_text_of_one_word_is_told_once_for_each_topic(query: str) -> None:
    topics = [topic(query.format(number), f"T{number}") for number in range(200)]
    text = "complaint antitrust " * 20_000
    matches = TopicIndex(topics).match(Article(title="", text=text))
    assert len(matches) == 200
    assert all(0 < len(match.evidence) <= 2 for match in matches)


@pytest.mark.parametrize(
    ("query", "written", "found"),
    [
        ('="anti-trust"', "an anti\u2011trust case", True),
        ('="anti-trust"', "an anti trust case", False),
        ('="(US)"', "the (\u200bUS\u200b) market", True),
        ('="(US)"', "the (US market)", False),
        ('=".NET"', "on .NET today", True),
        ('=".NET"', "on ASP.NET today", False),
        ('="C++"', "in C++, mostly", True),
        ('="C++"', "in C++11", False),
        ('="Moody\'s"', "Moody’s rates", True),
        ('="Moody\'s"', "a Moody day", False),
        ('="Moody"', "Moody's rates", True),
        ('="AT&T"', "AT&T's plans", True),
        ('="AT&T"', "at AT & T", False),
    ],
)
def test_an_exact_form_stands_character_by_character(query: str, written: str, found: bool) -> None:
    assert is_found(query, title=written) == found


def test_nothing_is_near_what_stands_beyond_a_cut() -> None:
    text = "OpenAI grows fast.\nAdvertisement\nA complaint was filed."
    assert is_found("OpenAI complaint", text=text)
    assert not is_found("OpenAI NEAR/100 complaint", text=text)
    assert not is_found("OpenAI NEAR/100 advertisement", text=text)
    assert is_found("complaint NEAR/3 filed", text=text)
    (match,) = TopicIndex([topic("complaint")]).match(Article(title="", text=text))
    assert [text[each.start : each.end] for each in match.evidence] == ["complaint"]
