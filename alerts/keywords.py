"""Keywords: the short form of a query. What may stand in the list is what may stand between quotes."""

import re

from alerts.query import Exact, Form, Phrase, Word
from stories.text import plain_punctuation
from stories.words import folded, is_unspaced, places, words

MAX_WORDS = 100  # side by side: the index goes down one level for each
_SHORTEST_PREFIX = 2
_STAR = re.compile(r"\*(?!\w)")
_MISPLACED = "a * stands at the end of a word, for all words that begin so"
_QUOTE = re.compile('["“”„]')


def keyword_query(keyword: str) -> Phrase | Exact:
    """Return what a keyword looks for: a phrase, or, written ``="US"`` or ``=US``, an exact form.

    :raises ValueError: when there is nothing to look for; the text says so
    """
    if not keyword.startswith("="):
        return phrase_of(keyword)
    return exact_of(plain_punctuation(keyword[1:]).strip('" '))


def exact_of(written: str) -> Exact:
    """Return exactly the characters `written`.

    :raises ValueError: when no word stands in them, or too many; the text says so
    """
    text = " ".join(written.split())
    if _QUOTE.search(text):
        raise ValueError("an exact form has no quotes within it")
    count = sum("\0" not in word for word in words(text))
    if not count:
        raise ValueError("an exact form needs a letter or a digit")
    if count > MAX_WORDS:
        raise ValueError(f"an exact form has at most {MAX_WORDS} words, this one has {count}")
    return Exact(text)


def phrase_of(written: str) -> Phrase:
    """Return what may stand between quotes as a phrase: words, each of which may end in ``*``.

    :raises ValueError: when there is no word in it, or a ``*`` stands elsewhere; the text says so
    """
    found: list[Word] = []
    *beginnings, rest = _STAR.split(plain_punctuation(written))
    for piece in beginnings:
        ends = [end for _, end in places(piece)]
        if not ends or ends[-1] != len(piece):
            raise ValueError(_MISPLACED)
        *whole, last = _words(piece)
        found += [*whole, _beginning(last)]
    found += _words(rest)
    if len(found) > MAX_WORDS:
        raise ValueError(f"a phrase has at most {MAX_WORDS} words, this one has {len(found)}")
    if not any(folded(word.text) for word in found):  # some letters only stretch others
        raise ValueError("there is no letter and no digit to look for")
    return Phrase(tuple(found), " ".join(_QUOTE.sub(" ", written).split()))


def _words(piece: str) -> list[Word]:
    if "*" in piece:
        raise ValueError(_MISPLACED)
    return [Word(word) for word in words(piece) if "\0" not in word]


def _beginning(word: Word) -> Word:
    if is_unspaced(word.text):
        return word  # a letter that is a word of its own
    if len(folded(word.text)) < _SHORTEST_PREFIX:
        raise ValueError(f"a * needs at least {_SHORTEST_PREFIX} letters before it, or it finds nearly everything")
    return Word(word.text, Form.PREFIX)
