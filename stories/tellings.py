"""The articles of a story by what they repeat: the same words, most of a text, a headline of other days."""

from collections import Counter
from dataclasses import dataclass, field

from stories.sketch import Sketch, is_near_copy

_ANOTHER_DAY = 12 * 3600  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One article of a story: when it came (in seconds), the numbers of outlet, headline and all words, its sketch."""

    article_id: str
    at: float
    outlet: int
    headline: int
    identity: int
    has_text: bool
    sketch: Sketch


@dataclass(slots=True)
class Tellings:
    """All articles of a story in the order of arrival, found by what another one may repeat of them."""

    told: list[Telling] = field(default_factory=list)
    outlets: set[int] = field(default_factory=set)
    _with_identity: dict[int, int] = field(default_factory=dict)
    _with_run: dict[int, int] = field(default_factory=dict)
    _looked_into: int = 0
    _headlines: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)

    def add(self, telling: Telling) -> None:
        """Add an article."""
        number = len(self.told)
        self.told.append(telling)
        self.outlets.add(telling.outlet)
        if telling.identity:
            self._with_identity.setdefault(telling.identity, number)
        key = telling.outlet, telling.headline
        first, last = self._headlines.get(key, (telling.at, telling.at))
        self._headlines[key] = min(first, telling.at), max(last, telling.at)

    def same_words(self, telling: Telling) -> Telling | None:
        """Return the first article that says the same words, or None. A headline alone may return on another day."""
        number = self._with_identity.get(telling.identity) if telling.identity else None
        if number is None or not (telling.has_text or _is_same_day(self.told[number].at, telling.at)):
            return None
        return self.told[number]

    def most_of_text(self, telling: Telling) -> Telling | None:
        """Return the first article of which an article repeats most of the text, or None."""
        if len(self.told) == 1:  # most stories
            return self.told[0] if is_near_copy(telling.sketch, self.told[0].sketch) else None
        for number in range(self._looked_into, len(self.told)):
            for run in self.told[number].sketch.runs:
                self._with_run.setdefault(run, number)
        self._looked_into = len(self.told)
        shared = Counter(self._with_run[run] for run in telling.sketch.runs if run in self._with_run)
        for number, _ in shared.most_common(1):
            if is_near_copy(telling.sketch, self.told[number].sketch):
                return self.told[number]
        return None

    def recurs(self, telling: Telling) -> bool:
        """Whether its outlet has told the story under the same headline, numbers apart, but not on the same day.

        What is printed every day ("Stock market today", "Answers for 7 July") tells another story each time.
        """
        days = self._headlines.get((telling.outlet, telling.headline), ())
        return any(not _is_same_day(each, telling.at) for each in days)

    def are_all_by(self, outlet: int) -> bool:
        """Whether an outlet, and no other, has told the story."""
        return self.outlets == {outlet}


def _is_same_day(one: float, other: float) -> bool:
    return abs(one - other) < _ANOTHER_DAY
