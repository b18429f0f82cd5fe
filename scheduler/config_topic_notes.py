"""What a topic may say and yet may not mean."""

import re
from collections.abc import Iterator

from alerts.brackets import mixes_and_with_or
from alerts.evaluating import Atom, anchors
from alerts.keywords import keyword_query
from alerts.query import FIELDS, And, Exact, Language, Near, Not, Or, Phrase, Query, Within, write
from alerts.query_parsing import parse_query
from alerts.settings import TopicSettings
from alerts.topic_query import query_of
from stories.text import clean, fold
from stories.words import stems

_SHOWN = 300  # characters of a query in a note
_SMALL_OPERATOR = re.compile(r"or|and|not|near(/\d+)?", re.I)
_OPERATOR = re.compile(
    rf"(?:^|\s)(?:AND|OR|NOT|NEAR(?:/\d+)?)(?:\s|$)|^(?:{'|'.join(FIELDS)}|lang):\S|^/.+/i?$", re.MULTILINE
)

_Forms = tuple[object, ...]


def notes_on_topic(topic: TopicSettings) -> Iterator[str]:
    """Yield one sentence for each thing in `topic` to think about."""
    for sentence in (*_on_query(topic), *_on_keywords(topic), *_on_repetition(topic), *_on_reach(topic)):
        yield f"topic {topic.name}: {sentence}"


def _on_query(topic: TopicSettings) -> Iterator[str]:
    if not topic.query:
        return
    query = parse_query(topic.query)
    for word in dict.fromkeys(_small_operators(query)):
        yield f"{word!r} in its query is a word to look for; an operator is written {word.upper()}"
    if mixes_and_with_or(topic.query):
        yield f"its query has AND beside OR without brackets; it is read as {clean(write(query), _SHOWN)}"
    for part in query.parts if isinstance(query, Or) else (query,):
        if isinstance(part, Phrase | Exact) and len(fold(write(part).strip('="'))) == 1:
            yield f"{write(part)!r} in its query is a single letter and will be found often"


def _on_keywords(topic: TopicSettings) -> Iterator[str]:
    for keyword in (*topic.keywords, *topic.all_of, *topic.exclude):
        if _OPERATOR.search(keyword):
            yield f"the keyword {keyword!r} is looked for word by word; what joins words belongs into its `query`"
    for keyword in (*topic.keywords, *topic.all_of):
        if len(fold(keyword)) == 1:
            yield f"the keyword {keyword!r} is a single letter and will be found often"


def _on_repetition(topic: TopicSettings) -> Iterator[str]:
    lists = {"keywords": topic.keywords, "all": topic.all_of, "exclude": topic.exclude}
    for name, keywords in lists.items():
        first: dict[_Forms, str] = {}
        for keyword in keywords:
            known = first.setdefault(_forms(keyword), keyword)
            if known is not keyword:
                yield f"{keyword!r} in its {name} finds what {known!r} finds: a word matches in any inflection"
    excluded = set(map(_forms, topic.exclude))
    for keyword in (*topic.keywords, *topic.all_of):
        if any(_holds(_forms(keyword), each) for each in excluded):
            yield f"{keyword!r} is excluded as well and can never be told"


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


def _forms(keyword: str) -> _Forms:
    """Return what a keyword is compared by in English: two keywords with the same forms find the same."""
    query = keyword_query(keyword)
    if isinstance(query, Exact):
        return (query,)
    return tuple((word.form, *stems(word.text, None)) for word in query.words)


def _holds(whole: _Forms, part: _Forms) -> bool:
    return any(whole[start : start + len(part)] == part for start in range(len(whole)))
