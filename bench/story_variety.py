"""Any number of articles to fill a window with: real ones, and variants of them that tell other stories.

The archive is gone through again and again. The last round is the archive as it is; in each round before it the words
are others, throughout the round the same for the same:

* the 300 commonest words stay: a language's grammar and what news is always made of;
* a word that at most three articles have is a name or the like: every second one becomes a word that never was (it
  gets two syllables in front), for a real stream goes on to bring new ones;
* any other word becomes one about as common: neighbours in the order of frequency, thirty by thirty, change places;
* numbers get other digits.

So articles that tell one story still do, and stories of different rounds share what any two stories do. The words that
are known grow as they do within the archive: 24,000 after 10,000 articles, 45,000 after 38,000, 74,000 after 114,000
(as the square root, roughly). A full text is one of basil's, varied in the same way, under another headline.
"""

import math
import random
import re
import string
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice

from bench.story_corpora import SEED, STORIES, archive, read_stream
from stories.model import Article

_COMMON, _RARE = 300, 3  # the rank up to which words stay; the number of articles up to which a word is a name
_NEIGHBOURS = 30
_WORD = re.compile(r"[^\W\d_]+|\d+")
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What variants are made of: articles, whole texts for some of them, and all words by how common they are."""

    articles: Sequence[Article]
    texts: Sequence[str]
    words: Sequence[str]
    occurring: Mapping[str, int]


def material() -> Material:
    """Return the archive of headlines, the texts of basil, and their words."""
    articles = [item.article for item in archive()]
    texts = [item.article.text for item in read_stream(STORIES / "basil.jsonl").items]
    return material_of(articles, texts)


def material_of(articles: Sequence[Article], texts: Sequence[str]) -> Material:
    """Return what is needed to vary `articles` and `texts`."""
    occurring: Counter[str] = Counter()
    for each in [f"{article.title} {article.summary}" for article in articles] + list(texts):
        occurring.update(set(_WORD.findall(each.lower())))
    words = sorted(word for word in occurring if word.isalpha())
    random.Random(SEED).shuffle(words)  # or words as rare as each other would change places with their own inflections
    words.sort(key=occurring.__getitem__, reverse=True)
    return Material(articles=articles, texts=texts, words=words, occurring=occurring)


def varied(source: Material, wanted: int, *, text_every: int = 0) -> Iterator[Article]:
    """Yield `wanted` articles, the last of them real; every `text_every`-th has a full text, no two texts alike."""
    rounds = math.ceil(wanted / len(source.articles))
    skipped = rounds * len(source.articles) - wanted
    texts = _texts(source)
    every = (
        _changed(article, change)
        for turn in range(rounds - 1, -1, -1)
        for change in [changer(source, turn)]
        for article in islice(source.articles, skipped if turn == rounds - 1 else 0, None)
    )
    for number, article in enumerate(every):
        has_text = text_every and number % text_every == 0
        yield replace(article, text=next(texts)) if has_text else article


def changer(source: Material, turn: int) -> Callable[[str], str]:
    """Return what turns a text into that of another round; in round 0 it stays."""
    if turn == 0:
        return str
    others = _others(source, turn)
    digits = str.maketrans(string.digits, "".join(random.Random(f"{SEED} digits {turn}").sample(string.digits, 10)))

    def changed(found: re.Match[str]) -> str:
        word = found[0]
        if word[0].isdigit():
            return word.translate(digits)
        other = others.get(word.lower(), word)
        return other.upper() if word.isupper() and len(word) > 1 else other.title() if word[0].isupper() else other

    return lambda text: _WORD.sub(changed, text)


def _others(source: Material, turn: int) -> dict[str, str]:
    """Return the word that stands for each in a round, for all that change."""
    chance = random.Random(f"{SEED} words {turn}")
    others, moving = {}, []
    for word in source.words[_COMMON:]:
        if source.occurring[word] <= _RARE and chance.random() < 0.5:
            others[word] = "".join(chance.choices(_SYLLABLES, k=2)) + word
        else:
            moving.append(word)
    for start in range(0, len(moving), _NEIGHBOURS):
        neighbours = moving[start : start + _NEIGHBOURS]
        others.update(zip(neighbours, chance.sample(neighbours, len(neighbours)), strict=True))
    return others


def _changed(article: Article, change: Callable[[str], str]) -> Article:
    return replace(article, title=change(article.title), summary=change(article.summary), url=None, given_id=None)


def _texts(source: Material) -> Iterator[str]:
    for turn in count():
        change = changer(source, turn)
        yield from map(change, source.texts)
