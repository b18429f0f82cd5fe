"""What each part of the watch language finds in an article, and what it does not."""

import pytest

from alerts.matching import Match, TopicIndex
from alerts.query import write
from alerts.settings import TopicSettings
from alerts.topic_query import query_of
from stories.model import Article

BOX = "Sign up for our newsletter to get the best of our reporting every morning!"


def match(query: str, feed: str = "", **said: str) -> Match | None:
    """Return what a query finds in an article that says this."""
    topic = TopicSettings(name="T", query=query, channels=("console",))
    found = TopicIndex([topic]).match(Article(**{"title": "", **said}), feed=feed)  # type: ignore[arg-type]  # texts
    return found[0] if found else None


def finds(query: str, title: str = "", feed: str = "", **said: str) -> bool:
    found = match(query, feed, title=title, **said)
    return found is not None and not found.is_excluded


def words_of(found: Match | None) -> list[str]:
    return [each.words for each in found.evidence] if found else []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        # words, in any inflection and disguise
        ("complaint", "Two complaints filed"),
        ("complaints", "A COMPLAINT"),
        ("sue", "Startup sued"),
        ("sues", "Why they are suing"),
        ("monopolize", "It monopolized search"),
        ("Société", "SOCIETE GENERALE"),
        ("societe", "Soci\u00e9t\u00e9 G\u00e9n\u00e9rale"),
        ("cafe", "cafe\u0301"),
        ("antitrust", "anti\u00adtr\u200bust"),
        ("probe", "ｐｒｏｂｅ"),
        ("an\u200btitrust", "antitrust"),
        ("fine", "ﬁne of a billion"),
        ("Microsoft", "Microsoft’s cloud"),
        ("Microsoft's", "Microsoft and others"),
        ("merger", "pre\u00a0merger"),
        # phrases
        ('"antitrust complaint"', "Antitrust complaints pile up"),
        ("price-fixing", "price fixing"),
        ('"price fixing"', "price\u2011fixing, price-fixing"),
        ("AT&T", "AT&T's plan"),
        ('"antitrust compl*"', "The antitrust complaint"),
        ('"Microsoft\'s stake"', "a Microsoft stake"),
        # exact forms
        ('="US"', "The US sues"),
        ('="US"', "the US's case"),
        ('="US"', "the U\u00adS"),
        ('="AT&T"', "AT&T’s plan"),
        ("=U.S.", "the U.S. sues"),
        ('="Société"', "La Socie\u0301te\u0301"),
        ('="C++"', "in C++, and"),
        ('="@OpenAI"', "says @OpenAI"),
        # beginnings
        ("monopol*", "monopolists"),
        ("MONOPOL*", "Monopol"),
        ("societ*", "Sociétés"),
        # regular expressions
        (r"/\b(US|EU)\b/", "The EU sues"),
        ("/openai/i", "OpenAI"),
        # joins
        ("a b", "b then a"),
        ("a OR b", "b"),
        ("a b OR c -d", "a b d"),
        ("a b OR c -d", "c"),
        ("a -b", "a"),
        ("NOT x", "a"),
        # languages without spaces
        ("反垄断", "微软反垄断调查"),
        ("断法", "反垄断法"),
        ("การ", "การแข่งขัน"),
        ("ガス", "ｶﾞｽ会社"),
    ],
)
def test_this_query_finds_this_headline(query: str, title: str) -> None:
    assert finds(query, title)
    assert finds(query, text=title)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("art", "antitrust starts"),
        ("news", "a new deal"),
        ('"antitrust complaint"', "Antitrust: the complaint"),
        ('"antitrust complaint"', "complaint antitrust"),
        ('="US"', "they told us"),
        ('="US"', "Us versus them"),
        ('="US"', "the USA"),
        ('="Apple"', "an apple, apples and APPLE"),
        ('="complaint"', "complaints"),
        ('="Société"', "Societe"),
        ('="AT&T"', "AT T"),
        ('="AT&T"', "AT & T"),
        ('="C++"', "C#, C+"),
        ('="@OpenAI"', "says OpenAI"),
        ('="@OpenAI"', "OpenAI"),
        ("monopol*", "antimonopoly"),
        ("/US/", "us"),
        ("a b", "a"),
        ("a b OR c -d", "c d"),
        ("a (b OR c)", "b c"),
        ("a -b", "a b"),
        ("NOT x", "an x"),
        ("反断", "反垄断"),
        ("カ", "ガ"),
    ],
)
def test_this_query_does_not_find_this_headline(query: str, title: str) -> None:
    assert not finds(query, title)
    assert not finds(query, text=title)


@pytest.mark.parametrize(
    ("query", "title", "is_near"),
    [
        ("a NEAR/1 b", "a b", True),
        ("a NEAR/1 b", "b a", True),
        ("a NEAR/1 b", "a x b", False),
        ("a NEAR/2 b", "a x b", True),
        ("a NEAR b", "a 1 2 3 4 5 6 7 8 9 b", True),
        ("a NEAR b", "a 1 2 3 4 5 6 7 8 9 10 b", False),
        ("a NEAR/3 a", "a", False),
        ("a NEAR/3 a", "a x a", True),
        ('"a b" NEAR/1 c', "a b c", True),
        ('"a b" NEAR/1 c', "c a b", True),
        ('"a b" NEAR/1 c', "c x a b", False),
        ('"a b" NEAR/5 b', "a b", False),
        ('"a b" NEAR/1 b', "a b b", True),
        ("a NEAR/1 (b OR c)", "c a", True),
        ("a NEAR/1 b NEAR/1 c", "a b c", True),
        ("a NEAR/1 b NEAR/1 c", "b a c", True),
        ("a NEAR/1 b NEAR/1 c", "a b x c", False),
        ("a NEAR/1 b NEAR/1 c", "a c b c", False),
        ("=US NEAR/2 monopol*", "Monopolists and US", True),
        ("a NEAR/2 b", "a-x-b", True),
        ("反 NEAR/2 断", "反垄断", True),
    ],
)
def test_nearness_counts_words_and_neighbours_are_one_apart(query: str, title: str, is_near: bool) -> None:
    assert finds(query, title) == is_near


def test_words_of_two_fields_are_never_near_or_side_by_side() -> None:
    assert not finds("a NEAR/100 b", title="a", summary="b")
    assert not finds('"a b"', title="a", summary="b")
    assert not finds("title:a NEAR/100 text:b", title="a", text="b")
    assert finds("a NEAR b", title="a", summary="x", text="b then a")


def test_nothing_reaches_over_boilerplate() -> None:
    text = f"The regulator opened. {BOX} A merger review."
    assert finds("opened merger", text=text)
    assert not finds("opened NEAR/10 merger", text=text)
    assert not finds('"opened a merger"', text=text)
    assert not finds(r"/opened[^x]*merger/", text=text)
    assert not finds("newsletter", text=text)
    assert not finds("/newsletter/", text=text)


def test_boilerplate_is_looked_for_in_the_text_alone() -> None:
    assert finds("newsletter", title=BOX)
    assert finds("newsletter", summary=BOX)


def test_evidence_has_its_place_in_the_text_as_it_was_before_boilerplate_was_cut() -> None:
    text = f"{BOX} The merger review began."
    found = match("merger review", text=text)
    assert found is not None
    assert [(each.words, text[each.start : each.end]) for each in found.evidence] == [
        ("merger", "merger"),
        ("review", "review"),
    ]


@pytest.mark.parametrize("field", ["title", "summary", "text", "outlet", "author"])
def test_a_field_is_where_it_is_looked_for(field: str) -> None:
    assert finds(f"{field}:merger", **{field: "The mergers" if field in ("title", "summary", "text") else "Merger"})
    assert not finds(f"{field}:merger", **{other: "merger" for other in ("title", "summary", "text") if other != field})


def test_without_a_field_title_summary_and_text_are_looked_at_and_no_names() -> None:
    assert finds("merger", summary="merger")
    assert not finds("merger", outlet="Merger Daily", author="M. Merger", feed="Mergers")


def test_names_are_compared_without_inflection() -> None:
    assert finds('outlet:"the times"', outlet="The Times")
    assert not finds('outlet:"the time"', outlet="The Times")
    assert finds("outlet:=Times -outlet:york", outlet="The Times")


def test_the_feed_is_the_one_the_article_came_in() -> None:
    assert finds('feed:"FTC competition"', "Merger", feed="FTC Competition")
    assert not finds('feed:"FTC competition"', "Merger", feed="FTC")
    assert words_of(match('feed:"FTC competition"', "FTC Competition", title="Merger")) == ["FTC Competition"]


@pytest.mark.parametrize(
    ("query", "language", "is_found"),
    [
        ("lang:de", "de", True),
        ("lang:de", "de-AT", True),
        ("lang:de", "de_CH", True),
        ("lang:DE", "de", True),
        ("lang:de-AT", "de-AT", True),
        ("lang:de-AT", "de", False),
        ("lang:de", "den", False),
        ("lang:(de OR fr)", "fr", True),
        ("-lang:de", "de", False),
        ("lang:en", None, True),
        ("lang:de", None, False),
    ],
)
def test_a_language_is_a_code_and_an_article_without_one_is_english(
    query: str, language: str | None, is_found: bool
) -> None:
    topic = TopicSettings(name="T", query=query, channels=("console",))
    found = TopicIndex([topic]).match(Article(title="Merger", language=language))
    assert any(not each.is_excluded for each in found) == is_found


@pytest.mark.parametrize(
    ("query", "title", "language"),
    [
        ("Untersuchung", "Zwei Untersuchungen", "de"),
        ("enquête", "Les enquetes", "fr-CA"),
        ("investigación", "Investigaciones", "es"),
        ("investigaciones", "Una investigación", "es"),
        ("расследование", "о расследовании", "ru"),
        ("complaint", "complaints", "en-GB"),
        ("complaint", "complaints", ""),
    ],
)
def test_inflections_are_those_of_the_language_of_the_article(query: str, title: str, language: str) -> None:
    assert finds(query, title, language=language)


def test_in_a_language_without_a_stemmer_words_have_one_form() -> None:
    assert not finds("complaint", "complaints", language="xx")
    assert finds("complaint", "Complaint", language="xx")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"keywords": ["a", "b c", "de*", '="US"']}, 'a OR "b c" OR de* OR ="US"'),
        ({"keywords": ["a"]}, "a"),
        ({"all": ["a", "b"]}, "a AND b"),
        ({"all": ["a"], "exclude": ["b"]}, "a AND NOT b"),
        ({"keywords": ["a", "b"], "all": ["c"], "exclude": ["d", "e f"]}, '(a OR b) c NOT (d OR "e f")'),
        ({"query": "a OR b", "keywords": ["c", "d"]}, "(a OR b) (c OR d)"),
        ({"query": "a b", "exclude": ["c"]}, "a b -c"),
        ({"keywords": ["a", "A AND b", "say “b”"]}, 'a OR "A AND b" OR "say b"'),
    ],
)
def test_keywords_are_short_for_a_query(written: dict[str, object], meant: str) -> None:
    short = TopicSettings.model_validate({"name": "T", "channels": ["console"], **written})
    long = TopicSettings(name="T", query=meant, channels=("console",))
    assert query_of(short) == query_of(long)
    assert write(query_of(short)) == write(query_of(long))


def test_what_must_not_be_there_is_told_beside_what_was_found() -> None:
    found = match("monopoly -(board OR =Hasbro)", title="Monopoly, the board game")
    assert found is not None
    assert found.is_excluded
    assert words_of(found) == ["Monopoly"]
    assert [each.words for each in found.excluded] == ["board"]
    assert match("monopoly -board", title="A board") is None


def test_a_not_within_brackets_is_no_exclusion() -> None:
    assert match("(monopoly -board) OR hasbro", title="Monopoly, the board game") is None


def test_a_query_of_what_is_not_there_has_no_evidence() -> None:
    found = match("NOT a OR NOT b", title="a")
    assert found is not None
    assert found.evidence == ()


def test_evidence_shows_each_part_once_in_each_field_where_most_stand_together() -> None:
    text = f"merger {'x ' * 100} a review of the merger"
    found = match("merger review", title="Merger", text=text)
    assert found is not None
    assert {(each.field, each.start) for each in found.evidence} == {
        ("title", 0),
        ("text", text.rindex("merger")),
        ("text", text.index("review")),
    }
