"""Keywords: the short form of a query. What may stand in the list is what may stand between quotes."""

import re

from alerts.query import Exact, Form, Phrase, Word
from stories.text import plain_punctuation
from stories.words import folded, is_unspaced, words

_SHORTEST_PREFIX = 2


def keyword_query(keyword: str) -> Phrase | Exact:
    """Return what a keyword looks for: a phrase, or, written ``="US"`` or ``=US``, an exact form.

    :raises ValueError: when there is nothing to look for; the text says so
    """
    if not keyword.startswith("="):
        return phrase_of(keyword)
    text = plain_punctuation(keyword[1:]).strip('" ')
    phrase_of(text.replace("*", ""))
    return Exact(text)


def phrase_of(written: str) -> Phrase:
    """Return what may stand between quotes as a phrase: words, each of which may end in ``*``.

    :raises ValueError: when there is no word in it, or a ``*`` stands elsewhere; the text says so
    """
    found: list[Word] = []
    pieces = re.split(r"(?<=\w)\*(?!\w)", plain_punctuation(written))
    for number, piece in enumerate(pieces):
        if "*" in piece:
            raise ValueError("a * stands at the end of a word, for all words that begin so")
        found += [Word(word) for word in words(piece) if word != "\0"]
        if number < len(pieces) - 1:
            found[-1] = _beginning(found[-1])
    if not found:
        raise ValueError("there is no letter and no digit to look for")
    return Phrase(tuple(found), " ".join(written.split()))


def _beginning(word: Word) -> Word:
    if is_unspaced(word.text):
        return word  # a letter that is a word of its own
    if len(folded(word.text)) < _SHORTEST_PREFIX:
        raise ValueError(f"a * needs at least {_SHORTEST_PREFIX} letters before it, or it finds nearly everything")
    return Word(word.text, Form.PREFIX)
