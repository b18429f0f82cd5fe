"""From a query as people write it to its tree, or to a sentence that points at the fault."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from alerts.keywords import exact_of, phrase_of
from alerts.pointing import pointed_at
from alerts.query import FIELDS, MAX_DISTANCE, And, Exact, Language, Near, Not, Or, Phrase, Query, Regex, Within
from alerts.regexes import RegexError, check_regex
from stories.text import plain_punctuation

MAX_QUERY = 20_000
MAX_DEPTH = 40  # joins within joins: what reads the tree goes down into it
_DISTANCE = 10  # words apart for a NEAR that does not say
_LANGUAGE = "lang"
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{1,8})*", re.I | re.A)

# AND binds tighter than OR, NOT tighter than AND, NEAR tighter than NOT, as in Lucene; two words without an operator
# are joined by AND.
_GRAMMAR = r"""
start: either
?either: both (OR both)*
?both: negated (AND? negated)*
?negated: (NOT | MINUS) negated -> negation
        | near
?near: single
     | near NEAR single -> nearness
?single: FIELD single -> within
       | "(" either ")"
       | PHRASE -> phrase
       | EXACT -> exact
       | REGEX -> regex
       | WORD -> word

OR.3: /(OR|\|\|)(?![^\s()"])/
AND.3: /(AND|&&)(?![^\s()"])/
NOT.3: /NOT(?![^\s()"])|!(?=[\w("])/
NEAR.3: /NEAR(\/\d*)?(?![^\s()"])/
MINUS.3: /-(?=[^\s)])/
FIELD.3: /[^\W\d_]\w*:(?!\/\/)/
PHRASE.3: /"[^"]*"/
EXACT.3: /="[^"]*"|=[^\s()"]+/
REGEX.3: /\/([^\/\\\n]|\\.)+\/\w*/
WORD.1: /[^\s()"]+/
%ignore /\s+/
"""
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_HINTS = {
    r"^\+": "a + is not needed: all words must occur unless OR stands between them",
    r"^~|\w~[\d.]*$": "a ~ means nothing here; write NEAR/10 between words that must stand near each other",
    r"^\^|\w\^[\d.]*$": "a ^ means nothing here; no word weighs more than another",
    r"^\?|\w\?\w*$": "a ? is no wildcard; `word*` finds all words that begin so, /w.rd/ is a regular expression",
    r"^/": "a / begins a regular expression, and another / ends it; put quotes around a word that begins so",
    r"^-$": "a - stands directly before what must not be there, as in -word",
    r"^:": "a : stands directly after the name of a field, as in title:word",
}


_Leaf = TypeVar("_Leaf", Phrase, Exact)


class QueryError(ValueError):
    """A query that cannot be understood: its text shows the query with a caret under the fault."""

    def __init__(self, sentence: str, query: str, position: int) -> None:
        self.sentence = sentence
        super().__init__(f"{sentence}\n{pointed_at(query, position)}")


class _PlacedError(Exception):
    """A fault that the tree's builder found, at a place of the query."""

    def __init__(self, sentence: str, position: int) -> None:
        self.sentence, self.position = sentence, position
        super().__init__(sentence)


class _Part(NamedTuple):
    """A part of the tree, where it begins in the query, and how deep it is."""

    query: Query
    position: int
    depth: int = 0


@lru_cache(maxsize=16_384)  # a configuration is checked and then compiled, and read again when it is edited
def parse_query(text: str) -> Query:
    """Return the tree of the query `text`.

    :raises QueryError: when it is no query; the error's text has a caret under the fault, and what was expected
    """
    plain = _NO_TEXT.sub(" ", plain_punctuation(text).replace("„", '"'))
    if not plain.strip():
        raise QueryError("the query is empty; it needs at least one word", plain, 0)
    if len(plain) > MAX_QUERY:
        raise QueryError(f"a query has at most {MAX_QUERY} characters, this one has {len(plain)}", plain, MAX_QUERY)
    try:
        part = _parser().parse(plain)
    except UnexpectedInput as error:
        raise _unexpected(error, plain) from None
    except _PlacedError as fault:
        raise QueryError(fault.sentence, plain, fault.position) from None
    except VisitError as error:
        if isinstance(error.orig_exc, _PlacedError):
            raise QueryError(error.orig_exc.sentence, plain, error.orig_exc.position) from None
        raise
    assert isinstance(part, _Part)
    return part.query


class _Tree(Transformer[Token, _Part]):
    """Builds the tree from the inside out, while the query is parsed."""

    @v_args(inline=True)
    def start(self, part: _Part) -> _Part:
        return part

    def either(self, children: list[Token | _Part]) -> _Part:
        parts = _parts(children)
        return _Part(joined(Or, (part.query for part in parts)), parts[0].position, _depth_of(parts))

    def both(self, children: list[Token | _Part]) -> _Part:
        parts = _parts(children)
        return _Part(joined(And, (part.query for part in parts)), parts[0].position, _depth_of(parts))

    @v_args(inline=True)
    def negation(self, sign: Token, part: _Part) -> _Part:
        inner = part.query
        return _Part(inner.part if isinstance(inner, Not) else Not(inner), _position(sign), _depth_of([part]))

    @v_args(inline=True)
    def nearness(self, left: _Part, operator: Token, right: _Part) -> _Part:
        for side in (left, right):
            if not _has_places(side.query):
                raise _PlacedError(
                    "NEAR joins words, phrases, and brackets with OR; this is none of them", side.position
                )
        number = operator.partition("/")[2]
        distance = int(number[:9]) if number else _DISTANCE
        if not 1 <= distance <= MAX_DISTANCE:
            raise _PlacedError(f"NEAR takes a number of words from 1 to {MAX_DISTANCE}", _position(operator))
        return _Part(Near(left.query, right.query, distance), left.position, _depth_of([left, right]))

    @v_args(inline=True)
    def within(self, name: Token, part: _Part) -> _Part:
        field = name[:-1].lower()
        if field == _LANGUAGE:
            return _Part(_language(part), _position(name))
        if field not in FIELDS:
            raise _PlacedError(_unknown_field(name[:-1]), _position(name))
        if _has_field(part.query):
            raise _PlacedError(f"a field cannot stand within the field {field}", part.position)
        return _Part(Within(field, part.query), _position(name), part.depth)

    @v_args(inline=True)
    def phrase(self, quoted: Token) -> _Part:
        return _Part(_checked(phrase_of, quoted[1:-1], _position(quoted)), _position(quoted))

    @v_args(inline=True)
    def exact(self, written: Token) -> _Part:
        return _Part(_checked(exact_of, written[1:].strip('"'), _position(written)), _position(written))

    @v_args(inline=True)
    def regex(self, written: Token) -> _Part:
        pattern, _, flag = written[1:].rpartition("/")
        if flag not in ("", "i"):
            raise _PlacedError(
                f"a regular expression may end in /i, for any case, and not in /{flag[:20]}", _position(written)
            )
        try:
            check_regex(pattern, ignores_case=bool(flag))
        except RegexError as error:
            raise _PlacedError(str(error), _position(written)) from error
        return _Part(Regex(pattern, ignores_case=bool(flag)), _position(written))

    @v_args(inline=True)
    def word(self, written: Token) -> _Part:
        for sign, hint in _HINTS.items():
            if re.search(sign, written):
                raise _PlacedError(hint, _position(written))
        return _Part(_checked(phrase_of, str(written), _position(written)), _position(written))


@lru_cache(maxsize=1)  # made when the first query is read: that takes as long as much that a command loads
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Tree(), maybe_placeholders=False)


def joined(join: type[And] | type[Or], queries: Iterable[Query]) -> Query:
    """Return `queries` joined, brackets of the same kind opened; one alone is itself."""
    parts: dict[Query, None] = {}  # in their order; what stands there twice is asked once
    for query in queries:
        parts.update(dict.fromkeys(query.parts if isinstance(query, join) else (query,)))
    return next(iter(parts)) if len(parts) == 1 else join(tuple(parts))


def _checked(read: Callable[[str], _Leaf], written: str, position: int) -> _Leaf:
    try:
        return read(written)
    except ValueError as error:
        raise _PlacedError(str(error), position) from error


def _parts(children: list[Token | _Part]) -> list[_Part]:
    return [child for child in children if isinstance(child, _Part)]


def _depth_of(parts: Sequence[_Part]) -> int:
    """Return the depth of what joins `parts`."""
    deepest = max(parts, key=lambda part: part.depth)
    if deepest.depth >= MAX_DEPTH:
        raise _PlacedError(f"the query is nested more than {MAX_DEPTH} deep", deepest.position)
    return deepest.depth + 1


def _position(token: Token) -> int:
    return token.start_pos or 0


def _has_places(query: Query) -> bool:
    """Whether what `query` finds stands at a place, so that something can be near it."""
    match query:
        case Phrase() | Exact() | Near():
            return True
        case Or(parts):
            return all(map(_has_places, parts))
        case Within(_, part):
            return _has_places(part)
        case _:
            return False


def _has_field(query: Query) -> bool:
    match query:
        case Within() | Language():
            return True
        case And(parts) | Or(parts):
            return any(map(_has_field, parts))
        case Not(part):
            return _has_field(part)
        case Near(left, right):
            return _has_field(left) or _has_field(right)
        case _:
            return False


def _language(part: _Part) -> Query:
    match part.query:
        case Phrase(written=code) if _LANGUAGE_CODE.fullmatch(code):
            return Language(code.lower().replace("_", "-"))
        case Or(parts):
            return joined(Or, (_language(_Part(each, part.position)) for each in parts))
        case _:
            raise _PlacedError("lang: takes a code of a language, as in lang:de or lang:(de OR fr)", part.position)


def _unknown_field(name: str) -> str:
    near = difflib.get_close_matches(name.lower(), (*FIELDS, _LANGUAGE), n=1)
    meant = f"did you mean {near[0]}:?" if near else f"there are {', '.join((*FIELDS, _LANGUAGE))}."
    return f"no field is called {name[:40]}; {meant} To find the word itself, put quotes around it"


def _unexpected(error: UnexpectedInput, query: str) -> QueryError:
    if isinstance(error, UnexpectedCharacters):  # anything but a quote begins a word
        return QueryError("this quote is never closed", query, error.pos_in_stream or 0)
    assert isinstance(error, UnexpectedToken)
    if error.token.type == "$END":
        opened = _opened(query)
        if opened is not None and "RPAR" in error.accepts:
            return QueryError("this bracket is never closed; expected )", query, opened)
        return QueryError(
            "the query ends too early; expected a word, a phrase or a bracket", query, len(query.rstrip())
        )
    written, position = str(error.token), _position(error.token)
    if written == ")":
        sentence = "found )"
        if "WORD" not in error.accepts:
            return QueryError("this bracket was never opened", query, position)
    else:
        sentence = f"found {written}"
    if "WORD" in error.accepts:
        return QueryError(f"{sentence}, expected a word, a phrase or a bracket", query, position)
    return QueryError(f"{sentence}, expected AND, OR or the end", query, position)


def _opened(query: str) -> int | None:
    """Return where the innermost bracket stands that is open at the end of `query`."""
    opened = []
    for token in _parser().lex(query):
        if token.type == "LPAR":
            opened.append(_position(token))
        elif token.type == "RPAR" and opened:
            opened.pop()
    return opened[-1] if opened else None
