"""The terms by which articles are compared: what an article says, in numbers, whatever its language."""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from stories.boilerplate import without_boilerplate
from stories.model import Article
from stories.outlets import outlet_of
from stories.sketch import Sketch, sketch_of
from stories.text import fold
from stories.words import algorithm_of, is_unspaced, parted, stems

_TITLE_WORDS = 60
_TEXT_WORDS = 600  # the news stands at the beginning
_LEAD_WORDS = 60
_NAME_WORDS = 120
_LETTERS_PER_WORD = 12  # of a text so many letters for each word are looked at
_SENTENCE_END = frozenset('.!?:;"\n“”')
_TITLE_CASE = 0.15  # share of small words below which a headline has all words in capitals
_SMALL_WORD = 3
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july")
_LATE_MONTHS = ("august", "september", "october", "november", "december")
_DATES = frozenset(form for name in (*_DAYS, *_MONTHS, *_LATE_MONTHS) for form in (name, name[:3]))
_TELLING_WORDS = 5  # fewer may be the same by chance

# Where a term stands, and what it looks like: the bits of its mark.
TITLE, LEAD, NAME, NUMBER, SHORT = 1, 2, 4, 8, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What is compared of an article: how often each term counts, where it stands, and a sketch of the text.

    A term is the 32-bit number of a stem; `written` has the word for it. Terms of the title count twice more than in
    the text, those of the lead once more. `headline` is the number of the headline without numbers, days and months,
    `outlet` that of the outlet, `identity` that of all words in their order (0: too few to tell). `credited` are the
    numbers of the outlets whose report the article tells.
    """

    counts: Mapping[int, int]
    marks: Mapping[int, int]
    written: Mapping[int, str]
    has_text: bool
    outlet: int
    headline: int
    identity: int
    sketch: Sketch
    credited: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """A word where it stands; `looks` are the marks NUMBER, and SHORT for what is as short as the words are, in
    languages with letters, that hold sentences together.

    It `is_name` or a number by its looks, too: in capitals where no sentence begins.
    """

    term: int
    written: str
    is_capital: bool
    is_number: bool
    is_name: bool
    looks: int


def features_of(article: Article, credited: Iterable[str] = ()) -> Features:
    """Return what is compared of `article`, which tells reports of the outlets `credited`.

    Boilerplate in its text counts for nothing.
    """
    algorithm = algorithm_of(article.language)
    title = _words(article.title, _TITLE_WORDS, algorithm)
    text = _words(_body(article), _TEXT_WORDS, algorithm)
    terms, in_title = [word.term for word in text], [word.term for word in title]
    counts = Counter(terms)
    counts.update(terms[:_LEAD_WORDS])
    counts.update(in_title + in_title)
    return Features(
        counts=counts,
        marks=_marks(title, text),
        written={word.term: word.written for word in (*reversed(text), *reversed(title))},
        has_text=bool(text),
        outlet=_outlet(outlet_of(article)),
        headline=_number(" ".join(_lasting(word.written.lower() for word in title if not word.is_number))),
        identity=_identity(title, text),
        sketch=sketch_of(terms),
        credited=frozenset(map(_outlet, credited)),
    )


def _lasting(words: Iterable[str]) -> Iterator[str]:
    """Yield the words of a headline that stay when it is printed again on another day."""
    return (word for word in words if word not in _DATES)


def _marks(title: list[_Word], text: list[_Word]) -> dict[int, int]:
    """Return the mark of each term."""
    marks: dict[int, int] = {}
    for words, mark in ((title, TITLE), (text[:_LEAD_WORDS], LEAD)):
        for word in words:
            marks[word.term] = marks.get(word.term, 0) | mark | word.looks
    for word in text[_LEAD_WORDS:]:
        marks[word.term] = marks.get(word.term, 0) | (word.looks & SHORT)
    for term in _names(title, text):
        marks[term] |= NAME
    return marks


def _identity(title: list[_Word], text: list[_Word]) -> int:
    """Return a number that only the same words in the same order have; 0 for too few of them."""
    if len(title) + len(text) < _TELLING_WORDS:
        return 0
    return _number(" ".join(word.written for word in (*title, *text)).lower())


def _body(article: Article) -> str:
    """Return what the article says beside its headline, without boilerplate and without the headline said again."""
    text = (article.text or article.summary)[: _TEXT_WORDS * _LETTERS_PER_WORD]
    if article.title and text.startswith(article.title):
        text = text[len(article.title) :]
    return without_boilerplate(text)


def _words(text: str, limit: int, algorithm: str | None) -> list[_Word]:
    """Return the words of a text; of scripts without spaces every two letters that stand side by side."""
    words: list[_Word] = []
    parts = parted(text[: limit * _LETTERS_PER_WORD])
    before = ""
    for number in range(1, min(len(parts), 2 * limit), 2):
        word, gap = parts[number], parts[number - 1]
        if word[0] == "\0":
            before = ""
            continue
        begins = number == 1 or (gap != " " and not _SENTENCE_END.isdisjoint(gap))
        if not word.isascii() and is_unspaced(word):
            pair = before + word if before and not gap else word
            before = word
            words.append(_letters(pair))
            continue
        before = ""
        words.append(_word(word, algorithm, begins_sentence=begins))
    return words


def _names(title: list[_Word], text: list[_Word]) -> set[int]:
    """Return the terms that look like names or numbers: in capitals where no sentence begins.

    A headline that has all its words in capitals tells names only together with the text.
    """
    in_text = {word.term for word in text[:_NAME_WORDS] if word.is_name}
    in_small = {word.term for word in text if not word.is_capital}
    if title and title[0].term in {word.term for word in text if word.is_capital} - in_small:
        in_text.add(title[0].term)  # the headline begins with it, and nowhere it is written small
    small = sum(not word.is_capital and len(word.written) > _SMALL_WORD for word in title)
    if small > _TITLE_CASE * len(title):
        in_title = {word.term for word in title if word.is_name or (not text and word.is_capital)}
    elif text:
        anywhere = {word.term for word in text if word.is_name}
        in_title = {word.term for word in title if word.term in anywhere}
    else:
        in_title = {word.term for word in title if word.is_capital or word.is_number}
    return in_text | in_title


def _outlet(name: str | None) -> int:
    return _number(fold(name or ""))


@lru_cache(maxsize=1 << 15)
def _word(written: str, algorithm: str | None, *, begins_sentence: bool) -> _Word:
    # An algorithm's name is one of the codes that `stems` knows; None stands for no language.
    term = _number(stems(written, algorithm or "zxx")[0])
    return _word_of(term, written, is_capital=written[0].isupper(), begins_sentence=begins_sentence)


def _letters(pair: str) -> _Word:
    """Return what two letters of a script without spaces are: a word of it as likely as not."""
    return _word_of(_number(pair), pair, is_capital=False, begins_sentence=False)


def _word_of(term: int, written: str, *, is_capital: bool, begins_sentence: bool) -> _Word:
    is_number = written[0].isdigit()
    is_short = len(written) <= _SMALL_WORD and not written.isupper() and not is_number
    return _Word(
        term=term,
        written=written,
        is_capital=is_capital,
        is_number=is_number,
        is_name=is_number or (is_capital and not begins_sentence),
        looks=(NUMBER if is_number else 0) | (SHORT if is_short else 0),
    )


def _number(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))
