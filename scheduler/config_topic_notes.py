"""What a topic may say and yet may not mean."""

import re
import string
from collections.abc import Iterable, Iterator, Sequence

from alerts.brackets import mixes_and_with_or
from alerts.evaluating import Atom, anchors
from alerts.keywords import keyword_query
from alerts.matching import TopicIndex
from alerts.query import And, Exact, Language, Near, Not, Or, Phrase, Query, Regex, Within, write
from alerts.query_parsing import parse_query
from alerts.regexes import RegexSet
from alerts.settings import TopicSettings
from alerts.topic_query import query_of
from scheduler.config_covering import Excluded
from scheduler.config_keyword_notes import notes_on_keywords
from stories.model import Article
from stories.text import clean, fold, plain_punctuation

_SHOWN = 300  # characters of a query in a note
_SMALL_OPERATOR = re.compile(r"or|and|not|near(/\d+)?", re.I)
_NO_WORDS = re.compile(r'"[^"]*"|(?<![^\s(:!-])/(?:[^/\\\n]|\\.)+/')
_SINGLE_QUOTES = re.compile(r"""(?<![^\s(:!-])'(\w(?:[^'()"]|(?<=\w)'(?=\w))*\s(?:[^'()"]|(?<=\w)'(?=\w))+)'(?!\w)""")


def notes_on_topic(topic: TopicSettings, feeds: Sequence[str] = ()) -> Iterator[str]:
    """Yield one sentence for each thing in `topic` to think about; `feeds` are the names of those that are asked."""
    yield from _on_query(topic, feeds)
    yield from notes_on_keywords(topic)
    yield from _on_reach(topic)
    if "stages" in topic.model_fields_set and not topic.stages:
        yield "its list of `stages` is empty, so no stage is ever told; write some, in rising order, or leave it out"


def notes_on_brackets(topic: TopicSettings) -> Iterator[str]:
    """Yield how the query of `topic` is read, if it leaves that to the rules of precedence."""
    if topic.query and mixes_and_with_or(topic.query):
        read = clean(write(parse_query(topic.query)), _SHOWN)
        yield f"its query has AND beside OR without brackets; it is read as {read}"


def _on_query(topic: TopicSettings, feeds: Sequence[str]) -> Iterator[str]:
    if not topic.query:
        return
    query = parse_query(topic.query)
    yield from _on_writing(topic.query, query)
    for part in query.parts if isinstance(query, Or) else (query,):
        yield from _on_single_letters(part.part if isinstance(part, Within) else part)
    for part in dict.fromkeys(_feeds_asked_for(query)) if feeds else ():
        if not _is_met_by_any(feeds, part):
            yield f"no feed of this file has a name that meets {clean(write(part), _SHOWN)} in its query"
    yield from _on_exclusion(query, topic.exclude)


def _on_writing(written: str, query: Query) -> Iterator[str]:
    for word in dict.fromkeys(_small_operators(query)):
        yield f"{word!r} in its query is a word to look for; an operator is written {word.upper()}"
    for quoted in _SINGLE_QUOTES.findall(_NO_WORDS.sub('"', plain_punctuation(written))):
        phrase = clean(quoted, _SHOWN)
        yield f'the single quotes around {phrase} in its query mean nothing; a phrase is written "{phrase}"'


def _on_exclusion(query: Query, keywords: Iterable[str]) -> Iterator[str]:
    parts = query.parts if isinstance(query, And) else (query,)
    unwanted = [part.part for part in parts if isinstance(part, Not)]
    excluded = Excluded([*unwanted, *map(keyword_query, keywords)])
    for part in parts:
        if not isinstance(part, Not) and excluded.covers(part):
            yield f"all that {clean(write(part), _SHOWN)} in its query finds is excluded, so it can never be told"


def _on_single_letters(part: Query) -> Iterator[str]:
    if isinstance(part, Phrase | Exact) and len(fold(write(part).strip('="'))) == 1:
        yield f"{write(part)!r} in its query is a single letter and will be found often"
    if isinstance(part, Regex) and _finds_a_letter(part):
        yield f"{clean(write(part), _SHOWN)} in its query finds a single letter or digit, and so nearly every article"


def _finds_a_letter(regex: Regex) -> bool:
    asked = RegexSet()
    asked.add(regex.pattern, ignores_case=regex.ignores_case)
    return any(next(asked.find(letter), None) for letter in string.ascii_letters + string.digits)


def _feeds_asked_for(query: Query) -> Iterator[Within]:
    match query:
        case Within("feed", _):
            yield query
        case And(parts) | Or(parts):
            for part in parts:
                yield from _feeds_asked_for(part)
        case Not(part):
            yield from _feeds_asked_for(part)
        case Near(left, right):
            yield from _feeds_asked_for(left)
            yield from _feeds_asked_for(right)


def _is_met_by_any(names: Iterable[str], wanted: Within) -> bool:
    index = TopicIndex([TopicSettings(name="feed", query=write(wanted), channels=("nobody",))])
    return any(index.match(Article(title=""), feed=name) for name in names)


def _on_reach(topic: TopicSettings) -> Iterator[str]:
    needed = anchors(query_of(topic), _weight)
    if needed is None:
        yield "it can be met by an article that has none of its words, and so by nearly every article"
    elif all(isinstance(atom.wanted, Language) for atom in needed):
        yield "a language is all that it asks for, so it finds every article in it"


def _weight(atom: Atom) -> float:
    return 1000 if isinstance(atom.wanted, Language) else 1


def _small_operators(query: Query) -> Iterator[str]:
    match query:
        case And(parts):
            for part in parts:
                if isinstance(part, Phrase) and _SMALL_OPERATOR.fullmatch(part.written):
                    yield part.written
                yield from _small_operators(part)
        case Or(parts):
            for part in parts:
                yield from _small_operators(part)
        case Not(part) | Within(_, part):
            yield from _small_operators(part)
        case Near():  # no AND stands in it
            return
