"""The plain way to group articles: one pass, TF-IDF, cosine to the centroid of each group, one threshold.

What one writes in an afternoon and what papers call the baseline: the words of headline, summary and text in lower
case, of two letters at least, weighted by (1 + log tf) and the idf that scikit-learn has by default; an article joins
the group with the nearest centroid if that is near enough, and starts one otherwise. A group that was not told for as
long as our window is over, so that time helps both.

Its idf is of the *whole* set, read before the first article is placed, which no stream can offer; or *streaming*, of
the articles so far.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.story_corpora import Item, Stream
from stories.grouping import WINDOW

Vector = Mapping[str, float]

_WORD = re.compile(r"\w\w+")


@dataclass(slots=True)
class Idf:
    """In how many articles each word occurs, of those counted so far."""

    articles: int = 0
    occurring: Counter[str] = field(default_factory=Counter)

    def count(self, words: Iterable[str]) -> None:
        """Count the words of one more article."""
        self.articles += 1
        self.occurring.update(set(words))

    def vector(self, words: Iterable[str]) -> Vector:
        """Return the words of an article with their weights, of length 1 (or nothing at all)."""
        weights = {
            word: (1 + math.log(times)) * (1 + math.log((1 + self.articles) / (1 + self.occurring[word])))
            for word, times in Counter(words).items()
        }
        length = math.sqrt(sum(weight**2 for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()} if length else {}


@dataclass(slots=True)
class SinglePass:
    """Groups so far: of each the sum of its vectors, word by word, its length, and when it was last told."""

    threshold: float
    window: timedelta = WINDOW
    sums: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    squares: list[float] = field(default_factory=list)
    last_at: list[datetime] = field(default_factory=list)

    def place(self, vector: Vector, at: datetime) -> int:
        """Put an article into the group with the nearest centroid, or a new one, and return the number of the group."""
        products = self._products(vector)
        near = [
            (product / math.sqrt(self.squares[group]), -group)
            for group, product in products.items()
            if at - self.last_at[group] <= self.window
        ]
        nearness, number = max(near, default=(-1.0, 0))
        if nearness < self.threshold:
            return self._start(vector, at)
        self._join(-number, vector, products[-number], at)
        return -number

    def _products(self, vector: Vector) -> dict[int, float]:
        products: dict[int, float] = defaultdict(float)
        for word, weight in vector.items():
            for group, summed in self.sums.get(word, {}).items():
                products[group] += weight * summed
        return products

    def _start(self, vector: Vector, at: datetime) -> int:
        group = len(self.squares)
        self.squares.append(1.0)
        self.last_at.append(at)
        for word, weight in vector.items():
            self.sums[word][group] = weight
        return group

    def _join(self, group: int, vector: Vector, product: float, at: datetime) -> None:
        self.squares[group] += 2 * product + 1
        self.last_at[group] = max(at, self.last_at[group])
        for word, weight in vector.items():
            of_word = self.sums[word]
            of_word[group] = of_word.get(group, 0.0) + weight


def words_of(item: Item) -> list[str]:
    """Return the words of an article in lower case."""
    article = item.article
    return _WORD.findall(f"{article.title}\n{article.summary}\n{article.text}".lower())


def whole_vectors(items: Sequence[Item], before: Sequence[Item] = ()) -> list[Vector]:
    """Return the vectors of `items` by the idf of all of them (and of what was read `before`)."""
    idf = Idf()
    for item in before:
        idf.count(words_of(item))
    words = [words_of(item) for item in items]
    for each in words:
        idf.count(each)
    return [idf.vector(each) for each in words]


def streaming_vectors(items: Iterable[Item]) -> Iterator[Vector]:
    """Yield the vector of each of `items` by the idf of those up to it."""
    idf = Idf()
    for item in items:
        words = words_of(item)
        idf.count(words)
        yield idf.vector(words)


def group(stream: Stream, vectors: Iterable[Vector], threshold: float, *, window: timedelta = WINDOW) -> dict[str, int]:
    """Return the group of each article of `stream`."""
    groups = SinglePass(threshold, window)
    return {item.id: groups.place(vector, item.at) for item, vector in zip(stream.items, vectors, strict=True)}
