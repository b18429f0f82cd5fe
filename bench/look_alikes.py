"""Look-alikes made from real articles: the same sentence of other names and numbers, so certainly another story."""

import random
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import replace

from bench.story_variety import Material
from stories.model import Article

_RARE = 150  # of 38,190 headlines have a word up to which it may be a name
_WORD = re.compile(r"[^\W\d_]+|\d+")
_SHORTEST = 4


def name_changer(source: Material, names: Sequence[str], seed: object) -> Callable[[Article], Article]:
    """Return what exchanges the names and numbers of articles, in each of them the same for the same."""
    chance = random.Random(str(seed))
    digits = str.maketrans(string.digits[1:], "".join(chance.sample(string.digits[1:], 9)))
    others: dict[str, str] = {}

    def changed(found: re.Match[str]) -> str:
        word = found[0]
        if word[0].isdigit():
            return word.translate(digits)
        if len(word) < _SHORTEST or not word[0].isupper() or source.occurring.get(word.lower(), 0) > _RARE:
            return word
        other = others.setdefault(word.lower(), chance.choice(names))
        return other.upper() if word.isupper() else other.title()

    return lambda article: replace(
        article,
        title=_WORD.sub(changed, article.title),
        summary=_WORD.sub(changed, article.summary),
        text=_WORD.sub(changed, article.text),
        url=None,
    )


def names_of(source: Material) -> list[str]:
    """Return words that may stand for a name."""
    return [word for word in source.words if source.occurring[word] <= _RARE and len(word) >= _SHORTEST]
