"""What articles of a story are compared with: the sum of those that it has, and the last of them by themselves."""

from collections import Counter
from dataclasses import dataclass, field

from stories.sketch import Sketch
from stories.weighing import Vector, Vectors, length, product

_COMPARED = 10  # articles of a story that are compared each by itself
_TOLD = 30  # of which headline, outlet and sketch are compared
_ANOTHER_DAY = 12 * 3600  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One article of a story: when it came (in seconds), the numbers of outlet, headline and all words, its sketch."""

    article_id: str
    at: float
    outlet: int
    headline: int
    identity: int
    sketch: Sketch


@dataclass(slots=True)
class Shape:
    """A story as the sum of its articles. `recent` and `tellings` are the last of them, each by itself."""

    size: int = 0
    title: Vector = field(default_factory=dict)
    lead: Vector = field(default_factory=dict)
    names: Vector = field(default_factory=dict)
    whole: Vector = field(default_factory=dict)
    telling: Counter[int] = field(default_factory=Counter)
    in_title: Counter[int] = field(default_factory=Counter)
    weights: dict[int, int] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)
    has_text: bool = False
    recent: list[Vectors] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)
    _lengths: tuple[float, float, float, float] | None = None
    _core: tuple[dict[int, int], int] | None = None
    _title_core: dict[int, int] | None = None

    def add(self, article: Vectors, telling: Telling, *, has_text: bool) -> None:
        """Add an article."""
        self.size += 1
        for sums, vector in (
            (self.title, article.title),
            (self.lead, article.lead),
            (self.names, article.names),
            (self.whole, article.whole),
        ):
            for term, weight in vector.items():
                sums[term] = sums.get(term, 0) + weight
        self.telling.update(article.names.keys())
        self.in_title.update(article.title.keys())
        self.weights.update((term, article.weights[term]) for term in article.title)
        self.numbers |= article.numbers
        self.has_text = self.has_text or has_text
        self.recent = [*self.recent[1 - _COMPARED :], article]
        self.tellings = [*self.tellings[1 - _TOLD :], telling]
        self._lengths = self._core = self._title_core = None

    def lengths(self) -> tuple[float, float, float, float]:
        """Return the lengths of title, lead, names and whole; 1 where nothing is."""
        if self._lengths is None:
            title, lead, names, whole = (
                length(each) or 1.0 for each in (self.title, self.lead, self.names, self.whole)
            )
            self._lengths = title, lead, names, whole
        return self._lengths

    def core(self) -> tuple[dict[int, int], int]:
        """Return the names that at least half of the articles tell, with their weights, and the sum of these."""
        if self._core is None:
            core = {term: self.names[term] for term, told in self.telling.items() if 2 * told >= self.size}
            self._core = core, sum(core.values())
        return self._core

    def title_core(self) -> dict[int, int]:
        """Return the terms that stand in at least half of the titles, with their latest weights."""
        if self._title_core is None:
            self._title_core = {t: self.weights[t] for t, titles in self.in_title.items() if 2 * titles >= self.size}
        return self._title_core

    def nearest(self, article: Vectors) -> str:
        """Return the id of the recent article that is most like another one."""
        latest = self.tellings[-_COMPARED:]
        alike = [product(article.whole, each.whole) for each in self.recent]
        return latest[alike.index(max(alike))].article_id

    def is_told_by(self, outlet: int) -> bool:
        """Whether an outlet, and no other, has told the story."""
        return bool(outlet) and all(told.outlet == outlet for told in self.tellings)

    def recurs(self, outlet: int, headline: int, at: float) -> bool:
        """Whether the outlet has told the story under the same headline, numbers apart, but not on the same day.

        What is printed every day ("Stock market today", "Answers for 7 July") tells another story each time.
        """
        return any(
            told.outlet == outlet and told.headline == headline and not is_same_day(told.at, at)
            for told in self.tellings
        )


def is_same_day(one: float, other: float) -> bool:
    """Whether two instants (in seconds) are less than half a day apart."""
    return abs(one - other) < _ANOTHER_DAY
