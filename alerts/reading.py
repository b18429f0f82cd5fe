"""An article opened for matching: the words of its fields, and the places where something was found in them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from alerts.evaluating import Span
from alerts.evidence import Evidence
from alerts.query import FIELDS
from stories.boilerplate import without_boilerplate
from stories.model import Article
from stories.words import NO_LANGUAGE, as_written, places, words

LANGUAGE_FIELD = len(FIELDS)
_NAMES = (*FIELDS, "language")
_TEXT = FIELDS.index("text")
_CLOSE = 40  # words that a reader takes in at once
_MOST = 40  # pieces of evidence that a match keeps


class Reading:
    """One article with the name of its feed."""

    def __init__(self, article: Article, feed: str) -> None:
        self.language = article.language
        language = (article.language or "en").lower().replace("_", "-")
        self._said = (
            *(article.title, article.summary, article.text, article.outlet or "", feed, article.author or ""),
            language,
        )
        self._texts = list(self._said)
        if article.text:
            self._texts[_TEXT] = without_boilerplate(article.text)
        self._places = lru_cache(maxsize=None)(self._find_places)

    def text(self, field: int) -> str:
        """Return what a field says; boilerplate is cut out, and a break stands for each of its characters."""
        return self._texts[field]

    def words(self, field: int) -> list[str]:
        """Return the words of a field."""
        return words(self._texts[field])

    def language_of(self, field: int) -> str | None:
        """Return the language of a field's words; names have none."""
        return self.language if field <= _TEXT else NO_LANGUAGE

    def says(self, wanted: str, field: int, start: int, end: int) -> bool:
        """Whether `wanted` stands at the words `start` to `end` of a field, character by character."""
        inner = places(wanted)
        first, last = self._places(field)[start][0], self._places(field)[end - 1][1]
        lead, trail = inner[0][0], len(wanted) - inner[-1][1]
        return as_written(self._texts[field][max(0, first - lead) : last + trail]).startswith(as_written(wanted))

    def evidence(self, spans: Iterable[Span], *, is_in_characters: Callable[[int], bool]) -> tuple[Evidence, ...]:
        """Return the places of `spans` that tell most: of each atom one in each field, those of the text together."""
        evidence = []
        by_field = groupby(sorted(set(spans), key=lambda span: span[1:]), key=lambda span: span[1])
        for field, group in by_field:
            in_field = list(group)
            for span in _telling([span for span in in_field if not is_in_characters(span[0])]):
                start, end = self._places(field)[span[2]][0], self._places(field)[span[3] - 1][1]
                evidence.append(self._cut(field, start, end))
            for span in _first_of_each(span for span in in_field if is_in_characters(span[0])):
                evidence.append(self._cut(field, span[2], span[3]))
        return tuple(dict.fromkeys(evidence))[:_MOST]

    def _cut(self, field: int, start: int, end: int) -> Evidence:
        return Evidence(_NAMES[field], self._said[field][start:end], start, end)

    def _find_places(self, field: int) -> Sequence[tuple[int, int]]:
        return places(self._texts[field])


def _telling(spans: Sequence[Span]) -> list[Span]:
    """Return one span of each atom: where most atoms stand together, or else the nearest to there."""
    if not spans:
        return []
    centre = _densest(spans)
    nearest: dict[int, Span] = {}
    for span in spans:
        known = nearest.get(span[0])
        if known is None or abs(span[2] - centre) < abs(known[2] - centre):
            nearest[span[0]] = span
    return sorted(nearest.values(), key=lambda span: span[2])


def _densest(spans: Sequence[Span]) -> int:
    """Return the first of the words among which the most atoms stand together; `spans` are in their order."""
    most, best, inside, last = 0, spans[0][2], Counter[int](), 0
    for span in spans:
        while last < len(spans) and spans[last][2] - span[2] <= _CLOSE:
            inside[spans[last][0]] += 1
            last += 1
        if len(inside) > most:
            most, best = len(inside), span[2]
        inside[span[0]] -= 1
        if not inside[span[0]]:
            del inside[span[0]]
    return best


def _first_of_each(spans: Iterable[Span]) -> list[Span]:
    first: dict[int, Span] = {}
    for span in spans:
        first.setdefault(span[0], span)
    return list(first.values())
