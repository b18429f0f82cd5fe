"""Laws of the watch language: whatever the query and the article, the index finds what a slow search finds."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.brackets import mixes_and_with_or
from alerts.explaining import explain
from alerts.matching import Match, TopicIndex
from alerts.query import And, Exact, Language, Near, Not, Or, Phrase, Query, Regex, Within, write
from alerts.query_parsing import QueryError, joined, parse_query
from alerts.settings import TopicSettings
from alerts.topic_query import query_of
from stories.model import Article
from stories.text import fold
from stories.words import NO_LANGUAGE, exact, folded, words
from tests.query_oracle import is_one, meets

BOX = "Sign up for our newsletter to get the best of our reporting every morning!"

# What a text is made of: a few words, so that queries find something, in every disguise.
WORDS = [
    "sue",
    "sues",
    "Suing",
    "sued",
    "US",
    "us",
    "US's",
    "U.S.",
    "AT&T",
    "at t",
    "société",
    "SOCIETE",
    "socie\u0301te",
]
WORDS += [
    "complaint",
    "Complaints’",
    "comp\u00adlaint",
    "ｃｏｍｐｌａｉｎｔ",
    "com\u200bplain",
    "反垄断法",
    "断",
    "ไม่ได้",
    "ガ",
    "ｶﾞ",
]
WORDS += [
    "Untersuchung",
    "Untersuchungen",
    "l’enquête",
    "3.5",
    "C++",
    "@us",
    "a-b",
    "x_y",
    "½",
    "İ",
    "ﬁne",
    "\ud800",
    "ـ",
]
GLUE = [" ", " ", " ", " ", ", ", "-", "’s ", "\u00a0", "\n", ". ", f". {BOX} ", f"\n{BOX}\n", "\u200b", "\0", ""]
TEXT = st.lists(st.sampled_from(WORDS) | st.sampled_from(GLUE), max_size=14).map("".join)
SPACED = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GLUE)), max_size=8).map(
    lambda pairs: "".join(word + glue for word, glue in pairs)
)
LANGUAGES = st.sampled_from([None, None, "en", "en-GB", "de", "fr", "th", "xx", ""])
ARTICLES = st.builds(
    Article,
    title=SPACED,
    summary=TEXT,
    text=SPACED,
    outlet=st.none() | SPACED,
    author=st.none() | TEXT,
    language=LANGUAGES,
)

# What a query is made of: mostly words that stand in those texts.
PHRASES = (
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2)
    .map(" ".join)
    .filter(lambda said: any(folded(word) for word in words(said)))
)
TERMS = st.one_of(
    PHRASES.map(lambda said: f'"{said}"'),
    PHRASES.map(lambda said: f'"{said}"'),
    PHRASES.map(lambda said: f'="{said}"'),
    st.sampled_from(
        ["su*", "comp*", "societe*", "unters*", "断*", '"us comp*"', "/s[uo]/", "/US|断/", r"/\bcomplaint$/i"]
    ),
)
PLACED = st.recursive(
    st.one_of(
        PHRASES.map(lambda said: f'"{said}"'),
        PHRASES.map(lambda said: f'="{said}"'),
        st.sampled_from(["su*", "comp*", "title:us", "text:sue", "(title:us OR sue)"]),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.integers(1, 12), inner).map(lambda near: f"({near[0]} NEAR/{near[1]} {near[2]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
    ),
    max_leaves=4,
)
FIELDS = st.sampled_from(["title", "summary", "text", "outlet", "feed", "author"])
QUERIES = st.recursive(
    st.one_of(
        TERMS,
        TERMS,
        PLACED,
        st.tuples(FIELDS, TERMS).map(lambda pair: f"{pair[0]}:{pair[1]}"),
        st.sampled_from(["lang:de", "lang:en", "lang:(fr OR en-GB)"]),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
        inner.map(lambda part: f"NOT {part}"),
    ),
    max_leaves=6,
)
FEEDS = st.sampled_from(["", "US AT&T", "sue complaints"])


def index(*queries: str) -> TopicIndex:
    return TopicIndex(
        TopicSettings(name=f"T{number}", query=query, channels=("console",)) for number, query in enumerate(queries)
    )


def is_found(query: str, article: Article, feed: str = "") -> bool:
    return any(not match.is_excluded for match in index(query).match(article, feed=feed))


@settings(max_examples=400, deadline=None)
@given(QUERIES, ARTICLES, FEEDS)
def test_the_index_finds_what_a_slow_search_finds(query: str, article: Article, feed: str) -> None:
    assert is_found(query, article, feed) == meets(parse_query(query), article, feed)


@settings(max_examples=200, deadline=None)
@given(PLACED, ARTICLES)
def test_nearness_is_what_a_slow_search_finds_near(query: str, article: Article) -> None:
    assert is_found(query, article) == meets(parse_query(query), article)


@settings(max_examples=100, deadline=None)
@given(st.lists(QUERIES, min_size=2, max_size=8), ARTICLES, FEEDS)
def test_many_topics_in_one_index_find_what_each_finds_alone(queries: list[str], article: Article, feed: str) -> None:
    alone = {f"T{number}": index(query).match(article, feed=feed) for number, query in enumerate(queries)}
    together = {match.topic: [match] for match in index(*queries).match(article, feed=feed)}
    for name, matches in alone.items():
        assert [unnamed(match) for match in together.get(name, [])] == [unnamed(match) for match in matches]


def unnamed(match: Match) -> tuple[object, ...]:
    return match.is_excluded, set(match.evidence), set(match.excluded)


@settings(max_examples=80, deadline=None)
@given(QUERIES, QUERIES, QUERIES, ARTICLES)
def test_brackets_and_not_obey_de_morgan(one: str, other: str, third: str, article: Article) -> None:
    for left, right in [
        (f"NOT ({one} OR {other})", f"NOT {one} NOT {other}"),
        (f"NOT ({one} AND {other})", f"NOT {one} OR NOT {other}"),
        (f"{one} ({other} OR {third})", f"{one} {other} OR {one} {third}"),
        (f"NOT NOT {one}", one),
        (f"{one} OR {other} {third}", f"({third} {other}) OR {one}"),
    ]:
        assert is_found(left, article) == is_found(right, article)


@settings(max_examples=150, deadline=None)
@given(QUERIES)
def test_a_query_that_was_written_out_is_the_same_query(query: str) -> None:
    tree = parse_query(query)
    assert parse_query(write(tree)) == tree
    assert not mixes_and_with_or(write(tree))


@settings(max_examples=200, deadline=None)
@given(QUERIES, ARTICLES, FEEDS)
def test_evidence_cuts_out_what_the_query_looks_for(query: str, article: Article, feed: str) -> None:
    for match in index(query).match(article, feed=feed):
        for each in (*match.evidence, *match.excluded):
            if each.field == "language":
                continue
            text = feed if each.field == "feed" else getattr(article, each.field)
            assert each.words == text[each.start : each.end] != ""
            assert any(is_what_was_meant(leaf, each.words, article.language) for leaf in leaves(parse_query(query)))


def leaves(query: Query) -> list[Query]:
    match query:
        case And(parts) | Or(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part) | Within(_, part):
            return leaves(part)
        case Near(left, right):
            return [*leaves(left), *leaves(right)]
        case _:
            return [query]


def is_what_was_meant(wanted: Query, found: str, language: str | None) -> bool:
    cut = words(found)
    match wanted:
        case Phrase(words=wanted_words):
            return len(cut) == len(wanted_words) and all(
                is_one(word, there, language) or is_one(word, there, NO_LANGUAGE)
                for word, there in zip(wanted_words, cut, strict=True)
            )
        case Exact(text):
            return list(map(exact, cut)) == list(map(exact, words(text)))
        case Regex(pattern):
            return re.search(pattern, found, re.IGNORECASE | re.ASCII) is not None
        case _:
            return False


@settings(max_examples=150, deadline=None)
@given(QUERIES, ARTICLES, FEEDS)
def test_an_explanation_says_what_the_index_says(query: str, article: Article, feed: str) -> None:
    topic = TopicSettings(name="T", query=query, channels=("console",))
    said = explain(topic, article, feed=feed)
    assert said.is_met == is_found(query, article, feed)
    assert parse_query(" AND ".join(f"({part.wanted})" for part in said.parts)) == parse_query(query)


KEYWORDS = st.lists(PHRASES | st.sampled_from(["su*", '="US"', "=AT&T", "comp* us"]), max_size=3)


@settings(max_examples=150, deadline=None)
@given(KEYWORDS, KEYWORDS, KEYWORDS, st.none() | QUERIES, ARTICLES)
def test_keywords_are_the_query_that_they_are_short_for(
    keywords: list[str], all_of: list[str], exclude: list[str], query: str | None, article: Article
) -> None:
    parts = [f"({query})"] if query else []
    parts += [f"({' OR '.join(map(quoted, keywords))})"] if keywords else []
    parts += map(quoted, all_of)
    if not parts:
        return
    parts += [f"NOT ({' OR '.join(map(quoted, exclude))})"] if exclude else []
    topic = TopicSettings(
        name="T0",
        query=query,
        keywords=tuple(keywords),
        all_of=tuple(all_of),
        exclude=tuple(exclude),
        channels=("console",),
    )
    assert TopicIndex([topic]).match(article) == index(" AND ".join(parts)).match(article)


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=12)
    | st.lists(st.sampled_from([*WORDS, *GLUE, '"', "=", "“", "*", "/", ":"]), max_size=6).map("".join)
)
def test_any_keyword_is_refused_or_can_be_written_as_a_query(keyword: str) -> None:
    try:
        topic = TopicSettings(name="T", keywords=(keyword, "other"), channels=("console",))
    except ValueError:
        return
    assert parse_query(write(query_of(topic))) == query_of(topic)


def quoted(keyword: str) -> str:
    return keyword if keyword.startswith("=") else f'"{keyword}"'


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20), st.none() | st.text(max_size=8))
def test_no_article_makes_it_raise(title: str, text: str, outlet: str, language: str | None) -> None:
    article = Article(title=title, text=f"{text} sue {BOX} {title}", outlet=outlet, language=language)
    assert ALL_KINDS.match(article, feed=outlet)


ALL_KINDS = index('"a b"', "sue", "=sue", "su*", "/s.e/", "lang:en", "NOT feed:a", "title:a NEAR b", '="断 +"', "断")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_a_text_is_found_by_itself(text: str) -> None:
    article = Article(title=f"… {text} …")
    try:
        query = parse_query(f'"{text}"')
    except QueryError:
        return
    assert meets(query, article) == is_found(write(query), article)
    if isinstance(query, Phrase) and "*" not in text and "\0" not in text:
        assert is_found(write(query), article)


@settings(max_examples=200, deadline=None)
@given(TEXT | st.text(max_size=30))
def test_normalising_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for word in words(text):
        assert folded(folded(word)) == folded(word)
        assert exact(exact(word)) == exact(word)


@pytest.mark.parametrize("query", ["a", "NOT b", '"a b" OR c', "a NEAR/2 c", "title:(a OR b) -d"])
def test_joining_a_query_with_itself_changes_nothing(query: str) -> None:
    tree = parse_query(query)
    assert parse_query(f"({query}) ({query})") == joined(And, [tree]) == tree or isinstance(tree, And)
    assert parse_query(f"({query}) OR ({query})") == tree


def test_a_language_is_part_of_a_tree_like_any_other() -> None:
    assert meets(Language("de"), Article(title="", language="de-AT"))
    assert not meets(Language("de"), Article(title="", language="den"))
