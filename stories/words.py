"""The words of a text: where they stand, and the forms under which they are compared."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate

import Stemmer

from stories.text import fold, plain_punctuation

# Scripts without spaces between words: Thai to Khmer, Chinese, Japanese. Each of their letters is a word of its own,
# so that a phrase of them is found wherever its letters stand side by side.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3040-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_HIDDEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_MARKED = ((0x0300, 0x1E00), (0x20D0, 0x2100), (0x302A, 0x3030), (0x3099, 0x309B), (0xA66F, 0xAC00), (0xFE20, 0xFE30))
_MARKS = "".join(
    chr(code) for first, end in _MARKED for code in range(first, end) if unicodedata.category(chr(code))[0] == "M"
)
_INSIDE = f"[{_MARKS}\uff9e\uff9f{_HIDDEN}]"
_LETTER = f"[^\\W_{_UNSPACED}]"
_BREAK = "\0+"  # stands where something was cut out; nothing that is found reaches over it
_POSSESSIVE = r"['\uff07][sS\uff53\uff33]"
# Even where not all is ASCII most words are: what is one up to a plain border is taken before the rest is tried.
_PLAIN = r"[A-Za-z0-9]++(?=[\0-&(-/:-@\[-`{-\x7f]|\Z)"
_WORD = re.compile(
    f"({_PLAIN}|{_LETTER}+(?:{_INSIDE}+{_LETTER}*)*(?:{_POSSESSIVE}(?![^\\W_]))?"
    f"|(?=\\w)[{_UNSPACED}]{_INSIDE}*|{_BREAK})"
)
_ASCII_WORD = re.compile(f"([A-Za-z0-9]+(?:'[sS](?![A-Za-z0-9]))?|{_BREAK})")
_UNSPACED_WORD = re.compile(f"[{_UNSPACED}]")
_POSSESSIVE_END = re.compile(f"{_POSSESSIVE}$")
_HIDDEN_CHARACTERS = re.compile(f"[{_HIDDEN}]")

NO_LANGUAGE = "zxx"  # ISO 639 for what is in no language, such as names

# The languages of Snowball by ISO 639-1. What is not listed is compared without stemming.
_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
# Snowball leaves words of three letters alone, and so parts "sue" from "sued": the verb of this trade.
_EXCEPTIONS = {"english": {"sued": "sue", "suing": "sue"}}


def words(text: str) -> list[str]:
    r"""Return the words of `text` as they stand there; a break (one ``\0`` or more) is one, too.

    >>> words("OpenAI’s anti-trust complaint")
    ["OpenAI's", 'anti', 'trust', 'complaint']
    """
    return parted(text)[1::2]


def places(text: str) -> list[tuple[int, int]]:
    """Return where each of the `words` of `text` stands: its first character, and the one after its last."""
    return places_in(parted(text))


def parted(text: str) -> list[str]:
    """Return all of `text`, with plain punctuation: what is no word and a word by turns, no word first and last.

    >>> parted("anti-trust!")
    ['', 'anti', '-', 'trust', '!']
    """
    text = plain_punctuation(text)
    return (_ASCII_WORD if text.isascii() else _WORD).split(text)


def places_in(parts: Iterable[str]) -> list[tuple[int, int]]:
    """Return the `places` of the words of a text that is `parted`."""
    ends = list(accumulate(map(len, parts)))
    return list(zip(ends[::2], ends[1::2], strict=False))


def exact(written: str) -> str:
    """Return words with case and accents as they are, but without hidden characters, forms of print, possessive s.

    >>> exact("Ａpple's")
    'Apple'
    """
    if written.isascii():
        return written[:-2] if written[-2:] in ("'s", "'S") else written
    return _POSSESSIVE_END.sub("", as_written(written))


def as_written(text: str) -> str:
    r"""Return `text` with case and accents as they are, but without hidden characters, forms of print, double spaces.

    >>> as_written("ＡＴ&Ｔ  in\u200bc.")
    'AT&T inc.'
    """
    plain = unicodedata.normalize("NFKC", plain_punctuation(_HIDDEN_CHARACTERS.sub("", text)))
    return " ".join(plain_punctuation(plain).split())


def folded(word: str) -> str:
    """Return a word without case, accents, forms of print, hidden characters and possessive s.

    >>> folded("Société's")
    'societe'
    """
    return exact(word).lower() if word.isascii() else fold(exact(word))


def stems(word: str, language: str | None) -> tuple[str, ...]:
    """Return the forms under which a word of `language` is one with its inflections: two words match if they share one.

    There are two where accents matter to the stemmer: whoever leaves them out is understood as well.

    >>> stems("Complaints", "en"), stems("investigación", "es-MX")
    (('complaint',), ('investig',))
    """
    plain = folded(word)
    algorithm = algorithm_of(language)
    if algorithm is None or is_unspaced(word):
        return (plain,)
    return tuple(dict.fromkeys(_stems(word, plain, algorithm)))


def is_unspaced(word: str) -> bool:
    """Whether a word is a letter of a script without spaces."""
    return _UNSPACED_WORD.match(word) is not None


def algorithm_of(language: str | None) -> str | None:
    """Return Snowball's name of a language code ("en-US"): English for None, None for what it does not know."""
    if not language:
        return "english"
    code = re.split("[-_]", language.strip().lower(), maxsplit=1)[0]
    return code if code in _ALGORITHMS.values() else _ALGORITHMS.get(code)


def _stems(word: str, plain: str, algorithm: str) -> Iterator[str]:
    yield _EXCEPTIONS.get(algorithm, {}).get(plain) or _stemmer(algorithm).stemWord(plain)
    if not word.isascii():
        yield fold(_stemmer(algorithm).stemWord(exact(word).lower()))


@lru_cache(maxsize=len(_ALGORITHMS))
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm, 0)  # its own cache takes longer than stemming does
