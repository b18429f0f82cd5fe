"""Text as people see it: cleaned of what cannot be seen, and folded for comparison."""

import re
import unicodedata
from functools import lru_cache

from stories.graphemes import with_few_marks

# Controls (but tab, line feed and carriage return, which count as space), lone surrogates, non-characters,
# directional overrides and isolates, zero-width characters, tag characters. Joiners inside emoji go too: an emoji
# taken apart is still an emoji, while a hidden joiner inside a word is a trick.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\ufffc\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
# Letters and signs that show as nothing: of Hangul, and of Braille.
_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
# What makes most texts more than ASCII. One after another, because `translate` takes ten times as long.
_TYPOGRAPHIC = tuple(zip("‘’ʼ“”–—\u2010\u00a0", "'''\"\"--- ", strict=True))
# Accents, and the points that Hebrew and Arabic mostly leave out. Other marks are more: a vowel in Thai, the voice of
# a consonant in Japanese.
_ACCENT = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
_LINE = re.compile(r"\r\n?|[\n\u2028\u2029]")


def clean(text: str, limit: int) -> str:
    r"""Return `text` on one line without unseen characters, at most `limit` characters, cut with an ellipsis.

    >>> clean("Regulator\x00 opens\n  a\u202e probe", 100)
    'Regulator opens a probe'
    >>> clean("A long headline", 7)
    'A long…'
    """
    if len(text) <= limit and text.isascii():  # half of all texts, ten times as fast
        return " ".join((text if text.isprintable() else _UNSEEN.sub("", text)).split())
    # Cut roughly before the expensive part, exactly after it: white space may shrink the text, never grow it.
    shown = " ".join(_BLANK.sub(" ", _UNSEEN.sub("", text[: limit * 4 + 1000])).split())
    shown = with_few_marks(shown)
    if len(shown) <= limit:
        return shown
    cut = shown[: limit - 1]
    while cut and unicodedata.combining(shown[len(cut)]):
        cut = cut[:-1]
    return cut.rstrip() + "…"


@lru_cache(maxsize=32)  # a headline is folded for each of its keys
def fold(text: str) -> str:
    r"""Return `text` for comparing: without case, accents, compatibility forms, hidden characters, and with plain
    quotes and dashes.

    >>> fold("Société\u00a0GÉNÉRALE – “OpenAI’s”")
    'societe generale - "openai\'s"'
    """
    text = plain_punctuation(text)
    if text.isascii():  # nothing is left of all this but case and hidden controls: ten times as fast
        return " ".join((text if text.isprintable() else _UNSEEN.sub("", text)).lower().split())
    decomposed = unicodedata.normalize("NFKD", _UNSEEN.sub("", text)).casefold()
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", decomposed))
    return " ".join(plain_punctuation(unicodedata.normalize("NFC", bare)).split())


def plain_punctuation(text: str) -> str:
    r"""Return `text` with plain quotes, dashes and spaces in the place of typographic ones; each stays in its place.

    >>> plain_punctuation("OpenAI’s\u00a0“deal”")
    'OpenAI\'s "deal"'
    """
    for written, plain in _TYPOGRAPHIC:
        text = text.replace(written, plain)
    return text


def clean_paragraphs(text: str, limit: int) -> str:
    r"""Return `text` like `clean`, but with its paragraphs: one to a line, empty ones left out.

    >>> clean_paragraphs("First  line.\n\n\nSecond\tline.", 100)
    'First line.\nSecond line.'
    """
    shown = "\n".join(line for each in _LINE.split(text[: limit * 2 + 1000]) if (line := clean(each, limit)))
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"
