"""Topics and articles to measure matching with: from the archive of headlines, or, where it is not there, invented.

A topic has five phrases of two or three content words that stand side by side somewhere. Content words are those of at
least three letters but the 500 that occur in most texts. Articles are texts of the newer half of the archive, one after
the other: a title and a summary of 60 words together, and from there on paragraphs.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice, pairwise
from pathlib import Path

from alerts.settings import TopicSettings
from stories.model import Article
from tests.corpus import DATA, missing

FILE = DATA / "archive" / "headlines_2025.jsonl"

_PHRASES = 5  # of a topic
_COMMON = 500  # words that say too little to stand in a phrase
_TITLE, _SUMMARY = 10, 50  # words
_WORDS = re.compile(r"[a-z]+(?: [a-z]+)*")  # side by side, without punctuation between them


def read_texts(file: Path = FILE) -> tuple[str, list[str]]:
    """Return where the texts are from, and the texts (headline and summary), oldest first."""
    if why := missing("archive"):
        return f"invented texts ({why})", list(invented_texts(38_000))
    with file.open(encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: str(row["published_at"]))
    return file.name, [f"{row['title']}. {row['summary']}" for row in rows]


def invented_texts(count: int) -> Iterator[str]:
    """Yield texts of 34 invented words; as in a language, the second commonest word is half as common as the first."""
    chance = random.Random(1)
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    words = [first + second + third for first in syllables[:7] for second in syllables for third in syllables]
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    for _ in range(count):
        yield " ".join(chance.choices(words, cum_weights=weights, k=34))


def make_topics(texts: Sequence[str], count: int) -> list[TopicSettings]:
    """Return topics of different phrases, each phrase taken by chance from all that occur in `texts`."""
    lowered = [text.lower() for text in texts]
    occurring = Counter(word for text in lowered for word in set(text.split()))
    common = {word for word, _ in occurring.most_common(_COMMON)}
    phrases = sorted({phrase for text in lowered for phrase in _phrases(text, common)})
    chosen = iter(random.Random(1).sample(phrases, count * _PHRASES))
    return [
        TopicSettings(name=f"topic {number}", keywords=tuple(islice(chosen, _PHRASES)), channels=("none",))
        for number in range(count)
    ]


def backwards(topics: Iterable[TopicSettings]) -> list[TopicSettings]:
    """Return the topics with the words of each phrase in reverse order: in articles they hardly ever stand so."""
    return [
        topic.model_copy(update={"keywords": tuple(" ".join(reversed(each.split())) for each in topic.keywords)})
        for topic in topics
    ]


def make_articles(texts: Iterable[str], length: int, count: int) -> list[Article]:
    """Return articles of `length` words, from another start each time."""
    words = [text.split() for text in texts]
    starts = random.Random(1).sample(range(len(words)), count)
    return [_article(words[start:] + words[:start], length) for start in starts]


def _article(texts: Iterable[Sequence[str]], length: int) -> Article:
    paragraphs: list[Sequence[str]] = []
    missing_words = length
    for text in texts:
        paragraphs.append(text[:missing_words])
        missing_words -= len(paragraphs[-1])
        if not missing_words:
            break
    words = [word for paragraph in paragraphs for word in paragraph]
    borders = [_TITLE + _SUMMARY, *(end for end in accumulate(map(len, paragraphs)) if end > _TITLE + _SUMMARY)]
    return Article(
        title=" ".join(words[:_TITLE]),
        summary=" ".join(words[_TITLE : _TITLE + _SUMMARY]),
        text="\n".join(" ".join(words[start:end]) for start, end in pairwise(borders)),
    )


def _phrases(text: str, common: set[str]) -> Iterator[str]:
    for piece in _WORDS.findall(text):
        words = piece.split()
        for length in (2, 3):
            for start in range(len(words) - length + 1):
                phrase = words[start : start + length]
                if all(len(word) > 2 and word not in common for word in phrase):
                    yield " ".join(phrase)
