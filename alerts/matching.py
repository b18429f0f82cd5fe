"""Which topics an article meets, and by which words: one pass over its words, however many topics there are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from alerts.evidence import Evidence
from alerts.settings import TopicSettings
from stories.model import Article
from stories.text import fold

# A letter or digit, then more of them, with accents written apart and characters that hide inside a word.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+[^\W_]*)*")


class Side(StrEnum):
    """On which of a topic's lists a keyword stands."""

    ANY = "keywords"
    ALL = "all"
    NONE = "exclude"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An article meets a topic, by the words of `evidence`, or would if it had no `excluded` word."""

    topic: str
    evidence: tuple[Evidence, ...]
    excluded: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A keyword of a topic: its words after the first, and the list it stands on with its place there."""

    rest: list[str]
    topic: int
    side: Side
    place: int


class TopicIndex:
    """All topics in one structure: the first word of each keyword leads to the keywords that begin with it."""

    def __init__(self, topics: Iterable[TopicSettings]) -> None:
        self._topics = tuple(topics)
        by_first: dict[str, list[_Phrase]] = {}
        for number, topic in enumerate(self._topics):
            for side, keywords in (
                (Side.ANY, topic.keywords),
                (Side.ALL, topic.all_of),
                (Side.NONE, topic.exclude),
            ):
                for place, keyword in enumerate(keywords):
                    first, *rest = _words(fold(keyword))
                    by_first.setdefault(first, []).append(_Phrase(rest, number, side, place))
        self._by_first = by_first

    def match(self, article: Article) -> list[Match]:
        """Return the topics that `article` meets, in their order, each with its evidence."""
        found: dict[int, dict[tuple[Side, int], Evidence]] = {}
        for field in ("title", "summary", "text"):
            for phrase, evidence in self._found_in(field, getattr(article, field)):
                found.setdefault(phrase.topic, {}).setdefault((phrase.side, phrase.place), evidence)
        matches = (_match(self._topics[number], keywords) for number, keywords in sorted(found.items()))
        return [match for match in matches if match]

    def _found_in(self, field: str, text: str) -> Iterator[tuple[_Phrase, Evidence]]:
        words = _words(text)
        found = [
            (phrase, position)
            for position, word in enumerate(words)
            if word in self._by_first
            for phrase in self._by_first[word]
            if words[position + 1 : position + 1 + len(phrase.rest)] == phrase.rest
        ]
        places = _places(text) if found else []  # most texts meet nothing, and nobody asks where their words stand
        for phrase, position in found:
            start, end = places[position][0], places[position + len(phrase.rest)][1]
            yield phrase, Evidence(field, text[start:end], start, end)


def _match(topic: TopicSettings, found: Mapping[tuple[Side, int], Evidence]) -> Match | None:
    def on(side: Side) -> tuple[Evidence, ...]:
        return tuple(evidence for (at, _), evidence in found.items() if at is side)

    any_of, all_of = on(Side.ANY), on(Side.ALL)
    if (topic.keywords and not any_of) or len(all_of) < len(topic.all_of):
        return None
    return Match(topic=topic.name, evidence=any_of + all_of, excluded=on(Side.NONE))


def _words(text: str) -> list[str]:
    """Return the words of `text`, folded; a word that folds to several (½, ㎏) stays one."""
    words = _WORD.findall(text.lower())
    if text.isascii() or "".join(words).isascii():  # most texts have only quotes and dashes beyond ASCII
        return words
    return [folded for word in words if (folded := _folded(word))]


def _places(text: str) -> list[tuple[int, int]]:
    """Return where each of the words stands in `text`: first character, and the one after the last."""
    return [found.span() for found in _WORD.finditer(text) if _folded(found[0])]


def _folded(word: str) -> str:
    return word.lower() if word.isascii() else fold(word)
