"""What articles of a story are compared with: the sum of those that it has, and the last of them by themselves."""

import math
from dataclasses import dataclass, field

from stories.weighing import Vector, Vectors, product

_COMPARED = 10  # articles of a story that are compared each by itself


@dataclass(slots=True)
class Shape:
    """A story as the sum of its articles. `recent` are the last of them, each by itself, `latest` their ids.

    `naming` and `in_title` count the articles that tell a name and have a term in their title; of one they say nothing.
    """

    size: int = 0
    title: Vector = field(default_factory=dict)
    lead: Vector = field(default_factory=dict)
    names: Vector = field(default_factory=dict)
    whole: Vector = field(default_factory=dict)
    naming: dict[int, int] = field(default_factory=dict)
    in_title: dict[int, int] = field(default_factory=dict)
    weights: dict[int, int] = field(default_factory=dict)
    numbers: frozenset[int] = frozenset()
    has_text: bool = False
    recent: list[Vectors] = field(default_factory=list)
    latest: list[str] = field(default_factory=list)
    _squares: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    _core: tuple[dict[int, int], int] | None = None
    _title_core: dict[int, int] | None = None

    def add(self, article_id: str, article: Vectors, *, has_text: bool) -> None:
        """Add an article."""
        if self.size:
            self._grow(article)
        else:
            self._begin(article)
        self.size += 1
        self.has_text = self.has_text or has_text
        self.recent = [*self.recent[1 - _COMPARED :], article]
        self.latest = [*self.latest[1 - _COMPARED :], article_id]
        self._core = self._title_core = None

    def _begin(self, article: Vectors) -> None:
        """Be the sum of one article, as most stories are: its own vectors, which nobody may change."""
        vectors = (article.title, article.lead, article.names, article.whole)
        self.title, self.lead, self.names, self.whole = vectors
        self._squares = [sum([weight * weight for weight in vector.values()]) for vector in vectors]
        self.weights = {term: article.weights[term] for term in article.title}
        self.numbers = article.numbers

    def _grow(self, article: Vectors) -> None:
        if self.size == 1:
            self.naming, self.in_title = dict.fromkeys(self.names, 1), dict.fromkeys(self.title, 1)
            self.title, self.lead = dict(self.title), dict(self.lead)
            self.names, self.whole = dict(self.names), dict(self.whole)
        sums = (self.title, self.lead, self.names, self.whole)
        for number, vector in enumerate((article.title, article.lead, article.names, article.whole)):
            self._squares[number] += _grow(sums[number], vector)
        for told, terms in ((self.naming, article.names), (self.in_title, article.title)):
            for term in terms:
                told[term] = told.get(term, 0) + 1
        self.weights.update((term, article.weights[term]) for term in article.title)
        self.numbers |= article.numbers

    def with_one_more(self, article: Vectors, *, has_text: bool) -> "Shape":
        """Return the shape as it would be with another article; this one stays as it is."""
        grown = Shape(
            size=self.size,
            title=dict(self.title),
            lead=dict(self.lead),
            names=dict(self.names),
            whole=dict(self.whole),
            naming=dict(self.naming),
            in_title=dict(self.in_title),
            weights=dict(self.weights),
            numbers=self.numbers,
            has_text=self.has_text,
            recent=self.recent,
            latest=self.latest,
            _squares=list(self._squares),
        )
        grown.add("", article, has_text=has_text)
        return grown

    def lengths(self) -> tuple[float, float, float, float]:
        """Return the lengths of title, lead, names and whole; 1 where nothing is."""
        title, lead, names, whole = (math.sqrt(square) or 1.0 for square in self._squares)
        return title, lead, names, whole

    def core(self) -> tuple[dict[int, int], int]:
        """Return the names that at least half of the articles tell, with their weights, and the sum of these."""
        if self._core is None:
            core = self.names
            if self.size > 1:
                core = {term: self.names[term] for term, told in self.naming.items() if 2 * told >= self.size}
            self._core = core, sum(core.values())
        return self._core

    def title_core(self) -> dict[int, int]:
        """Return the terms that stand in at least half of the titles, with their latest weights."""
        if self.size == 1:
            return self.weights
        if self._title_core is None:
            self._title_core = {t: self.weights[t] for t, titles in self.in_title.items() if 2 * titles >= self.size}
        return self._title_core

    def nearest(self, article: Vectors) -> str:
        """Return the id of the recent article that is most like another one."""
        alike = [product(article.whole, each.whole) for each in self.recent]
        return self.latest[alike.index(max(alike))]


def _grow(sums: Vector, vector: Vector) -> int:
    """Add a vector to a sum, and return by how much the square of its length grows."""
    grown = 0
    for term, weight in vector.items():
        before = sums.get(term, 0)
        sums[term] = before + weight
        grown += weight * (2 * before + weight)
    return grown
