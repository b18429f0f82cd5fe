"""From a query to its tree and back, and what is said of a query that cannot be understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.keywords import MAX_WORDS
from alerts.matching import TopicIndex
from alerts.query import And, Exact, Form, Language, Near, Not, Or, Phrase, Query, Regex, Within, Word, write
from alerts.query_parsing import MAX_DEPTH, MAX_QUERY, QueryError, parse_query
from alerts.settings import TopicSettings
from stories.model import Article


def phrase(*words: str) -> Phrase:
    return Phrase(tuple(map(Word, words)), " ".join(words))


A, B, C, D = map(phrase, "abcd")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a", A),
        ("price-fixing", phrase("price", "fixing")),
        ("AT&T", phrase("AT", "T")),
        ("don't", phrase("don", "t")),
        ("OpenAI’s", phrase("OpenAI's")),
        ('"a b"', phrase("a", "b")),
        ("“a b” „c“", And((phrase("a", "b"), C))),
        ('"AND"', phrase("AND")),
        ("ANDROID", phrase("ANDROID")),
        ("反垄断", phrase("反", "垄", "断")),
        ("monopol*", Phrase((Word("monopol", Form.PREFIX),), "")),
        ('"a compl* b"', Phrase((Word("a"), Word("compl", Form.PREFIX), Word("b")), "")),
        ("café*", Phrase((Word("café", Form.PREFIX),), "")),
        ("cafe\u0301*", Phrase((Word("cafe\u0301", Form.PREFIX),), "")),
        ("कंपनी*", Phrase((Word("कंपनी", Form.PREFIX),), "")),
        ("断*", phrase("断")),
        ('="US"', Exact("US")),
        ("=US", Exact("US")),
        ('="AT&T  Inc."', Exact("AT&T Inc.")),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a && b || !c", Or((And((A, B)), Not(C)))),
        ("a OR b", Or((A, B))),
        ("a OR b OR c", Or((A, B, C))),
        ("a b OR c -d", Or((And((A, B)), And((C, Not(D)))))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a (b c)", And((A, B, C))),
        ("a AND NOT b", And((A, Not(B)))),
        ("NOT a b", And((Not(A), B))),
        ("NOT (a b)", Not(And((A, B)))),
        ("-(a OR b)", Not(Or((A, B)))),
        ("NOT(a) AND(b)", And((Not(A), B))),
        ("NOT NOT a", A),
        ("--a", A),
        ("a a", A),
        ("a OR a OR b", Or((A, B))),
        ("not a", And((phrase("not"), A))),
        ("a NEAR b", Near(A, B, 10)),
        ("a NEAR/3 b", Near(A, B, 3)),
        ("NOT a NEAR/3 b", Not(Near(A, B, 3))),
        ("a NEAR/3 b c", And((Near(A, B, 3), C))),
        ("a NEAR/5 b NEAR/3 c", Near(Near(A, B, 5), C, 3)),
        ("a NEAR/5 (b OR c)", Near(A, Or((B, C)), 5)),
        ("title:a NEAR title:b", Near(Within("title", A), Within("title", B), 10)),
        ("title:a b", And((Within("title", A), B))),
        ("TITLE: a", Within("title", A)),
        ("title:(a OR b)", Within("title", Or((A, B)))),
        ("title:(a NEAR b)", Within("title", Near(A, B, 10))),
        ("-title:a", Not(Within("title", A))),
        ("title:(NOT a)", Within("title", Not(A))),
        ('feed:"a b"', Within("feed", phrase("a", "b"))),
        ("outlet:=a", Within("outlet", Exact("a"))),
        ("lang:de", Language("de")),
        ("lang:PT_br", Language("pt-br")),
        ('lang:"de-AT"', Language("de-at")),
        ("lang:(de OR fr OR DE)", Or((Language("de"), Language("fr")))),
        ("/a b/", Regex("a b")),
        (r"/a\/b/i", Regex(r"a\/b", ignores_case=True)),
        ("title:/^a/ b", And((Within("title", Regex("^a")), B))),
        ("10:30", phrase("10", "30")),
        ("http://a.b", phrase("http", "a", "b")),
        ("and/or", phrase("and", "or")),
        ("a\n  OR b", Or((A, B))),
    ],
)
def test_a_query_is_understood_as_this_tree(query: str, tree: Query) -> None:
    assert parse_query(query) == tree
    assert parse_query(write(parse_query(query))) == tree


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("a b OR c -d", "(a AND b) OR (c AND NOT d)"),
        ("NOT (a OR b) c", "NOT (a OR b) AND c"),
        ('title:(a b) =US "a  b" -/x/i', 'title:(a AND b) AND ="US" AND "a b" AND NOT /x/i'),
        ("a NEAR b NEAR/3 c", "(a NEAR/10 b) NEAR/3 c"),
        ("lang:(de OR fr) price-fixing", '(lang:de OR lang:fr) AND "price-fixing"'),
    ],
)
def test_a_tree_is_written_with_the_brackets_that_show_how_it_is_read(query: str, written: str) -> None:
    assert write(parse_query(query)) == written


QUOTES = "To find the word itself, put quotes around it"
END = "expected a word, a phrase or a bracket"
FIELDS = f"there are title, summary, text, outlet, feed, author, lang. {QUOTES}"


@pytest.mark.parametrize(
    ("query", "caret", "sentence"),
    [
        ("", "^", "the query is empty; it needs at least one word"),
        (" \0 \ud800", "^", "the query is empty; it needs at least one word"),
        ("a OR", "    ^", f"the query ends too early; {END}"),
        ("a NOT", "     ^", f"the query ends too early; {END}"),
        ("title:", "      ^", f"the query ends too early; {END}"),
        ("AND a", "^", f"found AND, {END}"),
        ("a OR OR b", "     ^", f"found OR, {END}"),
        ("a NEAR -b", "       ^", f"found -, {END}"),
        ("title:NOT a", "      ^", f"found NOT, {END}"),
        ("()", " ^", f"found ), {END}"),
        ("(a OR (b c)", "^", "this bracket is never closed; expected )"),
        (r"(a /\(/", "^", "this bracket is never closed; expected )"),
        ("a) b", " ^", "this bracket was never opened"),
        ('a "b c', "  ^", "this quote is never closed"),
        ('a ="b', "   ^", "this quote is never closed"),
        ("a ... b", "  ^", "there is no letter and no digit to look for"),
        ('a "!" b', "  ^", "there is no letter and no digit to look for"),
        ("a ـ", "  ^", "there is no letter and no digit to look for"),
        ('a ="-"', "  ^", "an exact form needs a letter or a digit"),
        ("a OR *", "     ^", "a * stands at the end of a word, for all words that begin so"),
        ("a OR *b", "     ^", "a * stands at the end of a word, for all words that begin so"),
        ("a OR b*c", "     ^", "a * stands at the end of a word, for all words that begin so"),
        ("ab**", "^", "a * stands at the end of a word, for all words that begin so"),
        ('"ab *"', "^", "a * stands at the end of a word, for all words that begin so"),
        ("a*", "^", "a * needs at least 2 letters before it, or it finds nearly everything"),
        ("a +b", "  ^", "a + is not needed: all words must occur unless OR stands between them"),
        ("a b~2", "  ^", "a ~ means nothing here; write NEAR/10 between words that must stand near each other"),
        ("a^2", "^", "a ^ means nothing here; no word weighs more than another"),
        ("wom?n", "^", "a ? is no wildcard; `word*` finds all words that begin so, /w.rd/ is a regular expression"),
        ("a - b", "  ^", "a - stands directly before what must not be there, as in -word"),
        ("title :a", "      ^", "a : stands directly after the name of a field, as in title:word"),
        ("a titel:b", "  ^", f"no field is called titel; did you mean title:? {QUOTES}"),
        ("re: a", "^", f"no field is called re; {FIELDS}"),
        ("title:(a outlet:b)", "       ^", "a field cannot stand within the field title"),
        ("title:lang:de", "      ^", "a field cannot stand within the field title"),
        ("lang:german", "     ^", "lang: takes a code of a language, as in lang:de or lang:(de OR fr)"),
        ("lang:(de fr)", "      ^", "lang: takes a code of a language, as in lang:de or lang:(de OR fr)"),
        ("a NEAR/5 (b c)", "          ^", "NEAR joins words, phrases, and brackets with OR; this is none of them"),
        ("/a/ NEAR b", "^", "NEAR joins words, phrases, and brackets with OR; this is none of them"),
        ("lang:de NEAR b", "^", "NEAR joins words, phrases, and brackets with OR; this is none of them"),
        ("a NEAR/0 b", "  ^", "NEAR takes a number of words from 1 to 100"),
        ("a NEAR/101 b", "  ^", "NEAR takes a number of words from 1 to 100"),
        ("a /b*/", "  ^", "the regular expression finds the empty text, and so every article"),
        ("a /b/x", "  ^", "a regular expression may end in /i, for any case, and not in /x"),
        (
            "a /(b/",
            "  ^",
            "the regular expression cannot be used: a bracket is never closed (missing ): (b)",
        ),
        ("反垄断 titel:b", "       ^", f"no field is called titel; did you mean title:? {QUOTES}"),
    ],
)  # fmt: skip
def test_a_fault_is_named_above_the_query_with_a_caret_under_it(query: str, caret: str, sentence: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(query)
    said, shown, pointed = str(refused.value).split("\n")
    assert said == refused.value.sentence == sentence
    assert shown.strip() == query.replace("\0", " ").replace("\ud800", " ").strip()
    assert pointed == "  " + caret


def test_of_a_long_query_the_part_around_the_fault_is_shown() -> None:
    with pytest.raises(QueryError) as refused:
        parse_query("antitrust OR " * 50 + "titel:merger" + " OR monopoly" * 50)
    _, shown, pointed = str(refused.value).split("\n")
    assert shown[pointed.index("^") :].startswith("titel:merger")
    assert shown.strip()[0] == shown[-1] == "…"
    assert len(shown) < 80


def test_of_a_query_of_several_lines_the_line_with_the_fault_is_shown() -> None:
    with pytest.raises(QueryError) as refused:
        parse_query("antitrust\nOR titel:merger\nOR monopoly")
    assert str(refused.value).split("\n")[1:] == ["  OR titel:merger", "     ^"]


@pytest.mark.parametrize(
    "query",
    [
        "x" * (MAX_QUERY + 1),
        '"' + "a " * (MAX_WORDS + 1) + '"',
        '="' + "a-" * (MAX_WORDS + 1) + '"',
        " NEAR ".join("a" * (MAX_DEPTH + 2)),
        "(a OR b (" * MAX_DEPTH + "c" + "))" * MAX_DEPTH,
        "-" * 10_000 + "a",
        "(" * 10_000,
        ")" * 10_000,
        '"' * 9_999,
        "/" * 9_999,
        "title:" * 1_000 + "a",
    ],
    ids=lambda query: query[:12],
)
def test_what_is_too_long_or_too_deep_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        parse_query(query)


def test_the_longest_phrase_is_found() -> None:
    longest = "a " * MAX_WORDS
    index = TopicIndex([TopicSettings(name="T", query=f'"{longest}"', channels=("console",))])
    assert index.match(Article(title=longest))
    assert not index.match(Article(title=longest[2:]))


def test_brackets_around_brackets_add_no_depth() -> None:
    assert parse_query("(" * 1_000 + "a" + ")" * 1_000) == A


ODD = [
    *("*", "**", "-", "--", "- -", "!", "!!", "?", "+", "&", "&&", "|", "||", "=", "==", '=""', "'", "''", '"', "'a'"),
    *("/", "//", "///", "/a", "a/", "/a/b/c/", "\\", "\\a", "a:", ":", "::", ":a", "a::b", "title::a", "title:title"),
    *("NEAR", "NEAR/", "NEAR/x", "a NEAR/99999999999999999999 b", "NEAR(a b)", "a NEAR/2 AND", "W/5", "a AND/OR b"),
    *("{}", "[a]", "a;b", "$title", "%(x)s", "{0}", "'; drop table", "<a>", "a\tb", "a\x85b"),
    *("\u2028", "\ufeff", "\u202e", "a\ud800\udc00"),
    *("\udcff", "a\udcff", "/\udcff/", '="\udcff"', "½", "①", "ﬁ", "𝐚", "İ", "ß", "ـ"),
    *("ﾞ", "\u0301", "👩‍💻", "ไม่", "カ゛*"),
]  # fmt: skip


@pytest.mark.parametrize("query", ODD, ids=ascii)
def test_any_odd_query_is_a_tree_or_a_query_error(query: str) -> None:
    is_a_tree_or_an_error(query)


def is_a_tree_or_an_error(query: str) -> None:
    try:
        tree = parse_query(query)
    except QueryError as error:
        str(error).encode()  # it can be shown
        assert str(error).count("\n") == 2
        return
    write(tree).encode()
    assert parse_query(write(tree)) == tree
    TopicIndex([TopicSettings(name="T", query=query, channels=("console",))]).match(Article(title=query, text="a b"))


@given(st.text(max_size=30))
def test_any_text_is_a_tree_or_a_query_error(query: str) -> None:
    is_a_tree_or_an_error(query)


PIECES = ["a", "b*", "co*", " ", " ", "-", "(", ")", '"', "=", "/", "title:", "lang:", "de", " OR ", " NEAR/3 "]
PIECES += ["AND", "NOT", "\ud800", "\n", "’", "é", "断", "*", "?", "\\", "i"]


@given(st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
def test_any_scraps_of_the_language_are_a_tree_or_a_query_error(query: str) -> None:
    is_a_tree_or_an_error(query)
