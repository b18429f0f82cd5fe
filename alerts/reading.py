"""An article opened for matching: the words of its fields, and the places where something was found in them."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from alerts.evaluating import Span
from alerts.evidence import Evidence
from alerts.query import FIELDS, MAX_DISTANCE
from stories.boilerplate import without_boilerplate
from stories.model import Article
from stories.words import NO_LANGUAGE, as_written, exact, parted, places, places_in

LANGUAGE_FIELD = len(FIELDS)
_NAMES = (*FIELDS, "language")
_TEXT = FIELDS.index("text")
_MARGIN = 8  # characters in which those may be hidden that stand beside a word
_CLOSE = 40  # words that a reader takes in at once
_MOST = 40  # pieces of evidence that a match keeps
_CONSIDERED = 200  # places of one atom in one field; only a text made to be costly has more


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
        self._parts: dict[int, list[str]] = {}
        self._known_places: dict[int, Sequence[tuple[int, int]]] = {}

    def text(self, field: int) -> str:
        """Return what a field says; boilerplate is cut out, and a break stands for each of its characters."""
        return self._texts[field]

    def words(self, field: int) -> list[str]:
        """Return the words of a field."""
        return self._parted(field)[1::2]

    def language_of(self, field: int) -> str | None:
        """Return the language of a field's words; names have none."""
        return self.language if field <= _TEXT else NO_LANGUAGE

    def says(self, wanted: str, field: int, start: int, end: int) -> bool:
        """Whether `wanted` stands at the words `start` to `end` of a field, character by character.

        What it has before its first or after its last word must not go on in another word.
        """
        inner = places(wanted)
        lead, trail = as_written(f"{wanted[: inner[0][0]]}x")[:-1], as_written(f"x{wanted[inner[-1][1] :]}")[1:]
        written = as_written(wanted[inner[0][0] : inner[-1][1]])
        text, (first, last) = self._texts[field], (self._places(field)[start][0], self._places(field)[end - 1][1])
        said = as_written(text[first:last])
        if written not in (said, exact(said)):
            return False
        # With a letter beside it, so that white space there stays.
        before = as_written(f"{text[max(0, first - len(lead) - _MARGIN) : first]}x")[:-1]
        after = as_written(f"x{text[last : last + len(trail) + _MARGIN]}")[1:]
        return (
            before.endswith(lead)
            and after.startswith(trail)
            and not (lead and before[: -len(lead)][-1:].isalnum())
            and not (trail and after[len(trail) :][:1].isalnum())
        )

    def evidence(self, spans: Sequence[Span], in_characters: Container[int]) -> tuple[Evidence, ...]:
        """Return the places of `spans` that tell most: of each atom one in each field, those of a field together.

        The places of the atoms `in_characters` are characters, all others are words.
        """
        if len(spans) == 1:
            return (self._cut(spans[0], spans[0][0] in in_characters),)
        telling = _telling(spans, in_characters)
        return tuple(dict.fromkeys(self._cut(span, span[0] in in_characters) for span in telling[:_MOST]))

    def _cut(self, span: Span, is_in_characters: bool) -> Evidence:
        _, field, start, end = span
        if not is_in_characters:
            words = self._places(field)
            start, end = words[start][0], words[end - 1][1]
        return Evidence(_NAMES[field], self._said[field][start:end], start, end)

    def _places(self, field: int) -> Sequence[tuple[int, int]]:
        if field not in self._known_places:
            self._known_places[field] = places_in(self._parted(field))
        return self._known_places[field]

    def _parted(self, field: int) -> list[str]:
        if field not in self._parts:
            parts = parted(self._texts[field])
            self._parts[field] = _with_gaps(parts) if "\0" in self._texts[field] else parts
        return self._parts[field]


def _with_gaps(parts: Sequence[str]) -> list[str]:
    """Return the parts of a text with so many empty words after each break that nothing is near what is beyond it."""
    gap = ["", ""] * MAX_DISTANCE
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return [each for no_word, word in pairs for each in (no_word, word, *(gap if "\0" in word else ()))] + [parts[-1]]


def _telling(spans: Sequence[Span], in_characters: Container[int]) -> list[Span]:
    """Return one span of each atom in each field: where most atoms stand together, or else the nearest to there."""
    telling: list[Span] = []
    in_order = sorted(set(_considered(spans)), key=itemgetter(1, 2, 3))
    for _, group in groupby(in_order, key=itemgetter(1)):
        in_field = list(group)
        counted = [span for span in in_field if span[0] not in in_characters]
        nearest: dict[int, Span] = {}
        centre = _densest(counted) if len(counted) > 1 else 0
        for span in in_field:
            known = nearest.get(span[0])
            if known is None or (span[0] not in in_characters and abs(span[2] - centre) < abs(known[2] - centre)):
                nearest[span[0]] = span
        telling += nearest.values()
    return telling


def _considered(spans: Sequence[Span]) -> Iterator[Span]:
    if len(spans) <= _CONSIDERED:
        yield from spans
        return
    counted = Counter[tuple[int, int]]()
    for span in spans:
        counted[span[:2]] += 1
        if counted[span[:2]] <= _CONSIDERED:
            yield span


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
