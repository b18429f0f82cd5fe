"""What an article brings that its story did not have: names, numbers, acts.

No language is assumed: names are words in capitals inside a sentence, acts are long words, and where a script has
neither capitals nor spaces each word that no known article has is new.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from math import sqrt

from alerts.doubts import doubts_of
from alerts.lead import Said, lead_of
from alerts.snippet import sentences_of
from stories.model import Article
from stories.text import clean
from stories.words import folded, is_unspaced, places, stems

MOST_KNOWN = 75  # articles
LONGEST_QUOTE = 300
_SENTENCES = 4
_CHARACTERS = 900  # of a lead
_KNOWN_TEXT = 6000  # characters of a known article's text
_TITLE = 500
_SHOWN = 6  # terms
_LONGEST_TERM = 60
# Of the weight of all weighty terms the new ones must have this share, and more where few articles are known: one of
# them cannot have had everything. Measured on judged events, of which three outlets each told the same.
_SHARE = 0.35
_SHARE_OF_ONE = 0.25
_LEAST = 3.0  # weight of the new ones
_NAME, _NUMBER, _ACT = 1.0, 1.0, 0.5  # weights
_LONG_WORD = 7  # letters of a word that may tell an act
_SHORT_WORD = 3  # of one in a script without capitals
_TITLE_CASE = 0.8  # share of capitals from which on they tell no names
_NUMBER_WORD = re.compile(r"[$€£¥₹]?\d+(?:[.,]\d+)*(?:%|[^\W\d_]{1,3}\b)?")
_NO_NUMBER = re.compile(r"[^\d.]|\.(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The new terms as they are written, the sentence with most of them, and their share of the weighty terms."""

    terms: tuple[str, ...]
    quote: str
    share: float


@dataclass(frozen=True, slots=True)
class _Term:
    """A word that may be news: what it is compared by, its weight, its sentence and its place there (characters)."""

    key: str
    weight: float
    sentence: int
    start: int
    end: int


def news_in(article: Article, known: Sequence[Article]) -> News | None:
    """Return what `article` brings that none of the articles `known` of its story had, or None: not enough.

    Headline and lead are asked. Of `known` the last MOST_KNOWN count, of each the beginning.
    """
    if not known:
        return None
    terms, sentences = _terms(article)
    had = _keys(known[-MOST_KNOWN:], article.language)
    new = {key: term for key, term in terms.items() if key not in had}
    weight, whole = _weight(new.values()), _weight(terms.values())
    if weight < _LEAST or weight < (_SHARE + _SHARE_OF_ONE / sqrt(len(known))) * whole:
        return None
    weights = [sum(term.weight for term in new.values() if term.sentence == place) for place in range(len(sentences))]
    best = weights.index(max(weights))
    return News(
        terms=tuple(islice(_written(new.values(), sentences), _SHOWN)),
        quote=clean(sentences[best], LONGEST_QUOTE),
        share=round(weight / whole, 2),
    )


def _written(new: Iterable[_Term], sentences: Sequence[str]) -> Iterator[str]:
    """Yield new terms as they are written, the weightiest first; those side by side, such as full names, as one."""
    runs: list[list[_Term]] = []
    for term in sorted(new, key=lambda term: (term.sentence, term.start)):
        if runs and runs[-1][-1].sentence == term.sentence and term.start - runs[-1][-1].end <= 1:
            runs[-1].append(term)
        else:
            runs.append([term])
    runs.sort(key=_weight, reverse=True)
    for run in runs:
        yield clean(sentences[run[0].sentence][run[0].start : run[-1].end], _LONGEST_TERM)


def _weight(terms: Iterable[_Term]) -> float:
    return sum(term.weight for term in terms)


def _terms(article: Article) -> tuple[dict[str, _Term], list[str]]:
    """Return the weighty terms of headline and lead, by what they are compared by, and the sentences they stand in."""
    terms: dict[str, _Term] = {}
    sentences: list[str] = []
    leads = lead_of(article, sentences=_SENTENCES, characters=_CHARACTERS)
    for said in (*leads, Said("title", article.title[:_TITLE])):
        for start, end in sentences_of(said.text):
            sentence = said.text[start:end].strip()
            for key, weight, place in _weighty(sentence, article.language):
                known = terms.get(key)
                if known is None or known.weight < weight:
                    terms[key] = _Term(key, weight, len(sentences), *place)
            sentences.append(sentence)
    return terms, sentences


def _weighty(sentence: str, language: str | None) -> Iterator[tuple[str, float, tuple[int, int]]]:
    """Yield each weighty word of a sentence: what it is compared by, its weight, its place."""
    for number in _NUMBER_WORD.finditer(sentence):
        yield _key_of_number(number[0]), _NUMBER, number.span()
    found = places(sentence)
    words = [sentence[start:end] for start, end in found]
    tells_names = _tells_names(words)
    dates = doubts_of(language).dates
    for position, (word, place) in enumerate(zip(words, found, strict=True)):
        if word[0].isalpha() and not is_unspaced(word) and folded(word) not in dates:
            weight = _weight_of(word, tells_names=tells_names and (position > 0 or word.isupper()))
            if weight:
                yield _key(word, language), weight, place
    for pair, place in _pairs(words, found):
        yield pair, _ACT, place


def _weight_of(word: str, *, tells_names: bool) -> float:
    """Return what a word weighs if it is new, 0 for nothing; `tells_names` says whether a capital would."""
    has_case = word[0].isupper() or word[0].islower()
    if tells_names and word[0].isupper() and (len(word) >= _SHORT_WORD or word.isupper()):
        return _NAME
    return _ACT if len(word) >= (_LONG_WORD if has_case else _SHORT_WORD) else 0


def _tells_names(words: Sequence[str]) -> bool:
    """Whether capitals tell names: not where most words have them, as in many headlines."""
    cased = [word for word in words[1:] if len(word) > _SHORT_WORD and word[0].isalpha() and not is_unspaced(word)]
    return sum(word[0].isupper() for word in cased) < _TITLE_CASE * max(len(cased), 1)


def _pairs(words: Sequence[str], found: Sequence[tuple[int, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each two letters side by side of a script without spaces: most of its words have two."""
    for (left, (start, _)), (right, (_, end)) in pairwise(zip(words, found, strict=True)):
        if is_unspaced(left) and is_unspaced(right):
            yield left + right, (start, end)


def _keys(known: Iterable[Article], language: str | None) -> set[str]:
    """Return what all words and numbers of known articles are compared by, as words of a `language`."""
    keys: set[str] = set()
    for article in known:
        for text in (article.title[:_TITLE], article.summary[:_KNOWN_TEXT], article.text[:_KNOWN_TEXT]):
            found = places(text)
            words = [text[start:end] for start, end in found]
            keys.update(_key(word, language) for word in words)
            keys.update(map(_key_of_number, _NUMBER_WORD.findall(text)))
            keys.update(pair for pair, _ in _pairs(words, found))
    return keys


def _key_of_number(number: str) -> str:
    return _NO_NUMBER.sub("", number)


@lru_cache(maxsize=20_000)
def _key(word: str, language: str | None) -> str:
    return stems(word, language)[0]
