"""Where the heaviest terms of the open stories' articles stand, so that few stories have to be compared."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from stories.weighing import FOUND_BY, Weighed

_MOST_POSTED = 24  # articles that are looked at for each term, the latest
_SWEEP = 0.25  # share of articles of closed stories at which they are left out
_LEAST_SWEPT = 1000


class Index:
    """The articles of the open stories by their terms, in the order of arrival; each has a number."""

    def __init__(self) -> None:
        # The story of each article that is posted, 0 where it is closed: numbers in a row, because looking up hundreds
        # of objects for each article takes longer than all that is done with them.
        self._story_of = array("Q")
        self._first = 0  # number of the article that is posted as 0
        self._open = 0
        self._closed = 0  # since the last sweep
        self._posted: dict[int, array[int]] = {}
        self._identical: dict[int, array[int]] = {}

    def __len__(self) -> int:
        """Return how many articles of open stories there are."""
        return self._open

    def add(self, story_id: int, weighed: Weighed) -> int:
        """Post an article of a story, and return its number."""
        posted = len(self._story_of)
        self._story_of.append(story_id)
        by_term = self._posted
        for term in weighed.terms[:FOUND_BY]:  # no call for each: a start does this half a million times
            if term in by_term:
                by_term[term].append(posted)
            else:
                by_term[term] = array("I", (posted,))
        if weighed.identity:
            self._identical.setdefault(weighed.identity, array("I")).append(posted)
        self._open += 1
        return self._first + posted

    def move(self, numbers: Iterable[int], story_id: int) -> None:
        """Let articles be those of another story."""
        for number in numbers:
            self._story_of[number - self._first] = story_id

    def close(self, numbers: Iterable[int]) -> None:
        """Find articles no more."""
        for number in numbers:
            self._story_of[number - self._first] = 0
            self._open -= 1
            self._closed += 1
        if self._closed > _LEAST_SWEPT and self._closed > _SWEEP * self._open:
            self._sweep()

    def shared(self, weighed: Weighed) -> dict[int, int]:
        """Return the stories that share some of the heaviest terms with an article, with the squares of these."""
        shared: dict[int, int] = defaultdict(int)
        story_of = self._story_of.__getitem__
        for term, weight in zip(weighed.terms[:FOUND_BY], weighed.weights, strict=False):
            posted = self._posted.get(term)
            if posted is None:
                continue
            square = weight * weight
            # Articles of closed stories must not count among the latest, or a restart would change what is found.
            latest = islice(filter(None, map(story_of, reversed(posted))), _MOST_POSTED)
            for story_id in dict.fromkeys(latest):
                shared[story_id] += square
        return shared

    def identical(self, weighed: Weighed) -> int | None:
        """Return the story of the latest article that says the same words, if there is one."""
        posted = self._identical.get(weighed.identity, ())
        return next(filter(None, map(self._story_of.__getitem__, reversed(posted))), None)

    def _sweep(self) -> None:
        """Leave the articles of closed stories out."""
        gone = next((number for number, story_id in enumerate(self._story_of) if story_id), len(self._story_of))
        self._posted = self._swept(self._posted, gone)
        self._identical = self._swept(self._identical, gone)
        del self._story_of[:gone]
        self._first += gone
        self._closed = 0

    def _swept(self, index: dict[int, "array[int]"], gone: int) -> dict[int, "array[int]"]:
        """Return an index without closed stories, counted from its article `gone` on."""
        story_of = self._story_of
        open_ones = {key: array("I", [n - gone for n in posted if story_of[n]]) for key, posted in index.items()}
        return {key: posted for key, posted in open_ones.items() if posted}
