"""Whether a text says that something happened, or only that it may, will, did not or should: small lists of words.

A language without a list has none of this; there only the words of a lower stage tell what is not done yet.
"""

import re
import tomllib
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alerts.keywords import phrase_of
from alerts.phrases import PhraseIndex
from stories.text import plain_punctuation
from stories.words import folded, is_unspaced, parted

_LISTS = Path(__file__).with_name("doubts.toml")
_REACH = 6  # words before what happened
_BEHIND = 2  # words after it
_GOVERNS = 3  # words between a word and what it governs
_LETTERS = 2  # as many times further where each letter is a word
_PAUSES = frozenset('\n,;:!?()[]{}"|/«»„“”‹›、。，；：！？（）「」『』《》…')
_DASH = " - "
_ABBREVIATED = 2  # letters: U.S., Mr., No.
_MONTH = "may"
_YEAR = re.compile("(19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What a phrase of the lists does."""

    before: frozenset[int]
    beside: frozenset[int]
    after: frozenset[int]
    borders: frozenset[int]
    past: frozenset[int]


class Doubts:
    """The lists of one language, ready to be asked."""

    def __init__(self, code: str, lists: dict[str, list[str]]) -> None:
        self._language = code
        self._phrases = PhraseIndex()
        self._kinds = _Kinds(
            **{name: frozenset(self._taken_in(lists.get(name, ()))) for name in _Kinds.__dataclass_fields__}
        )
        self._verbs = tuple(lists.get("verbs", ()))
        self._free = tuple(lists.get("free", ()))
        self.dates = frozenset(map(folded, lists.get("dates", ())))

    def _taken_in(self, phrases: Sequence[str]) -> list[int]:
        return [self._phrases.add(phrase_of(phrase).words) for phrase in phrases]

    def read(self, text: str) -> "Clauses":
        """Return a text, opened for asking what in it is doubted."""
        parts = parted(text)
        words = parts[1::2]
        found = self._phrases.find(words, self._language)
        before = [(start, end) for phrase, start, end in found if phrase in self._kinds.before]
        return Clauses(
            words=words,
            pauses=_pauses(parts),
            borders=frozenset(start + 1 for phrase, start, _ in found if phrase in self._kinds.borders),
            before=frozenset(end for start, end in before if not _is_month(words, start, end)),
            beside=frozenset(end for phrase, _, end in found if phrase in self._kinds.beside),
            after=frozenset(start for phrase, start, _ in found if phrase in self._kinds.after),
            past=frozenset(end for phrase, _, end in found if phrase in self._kinds.past)
            | {number + 1 for number, word in enumerate(words) if _YEAR.fullmatch(word)},
            verbs=self._verbs,
            free=self._free,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """The words of a text, where its clauses begin, and where its doubts stand (by the numbers of the words).

    `before`, `beside` and `past` are where such words end, `after` where they begin; `pauses` are where clauses begin
    by punctuation, `borders` by a word.
    """

    words: Sequence[str]
    pauses: frozenset[int]
    borders: frozenset[int]
    before: frozenset[int]
    beside: frozenset[int]
    after: frozenset[int]
    past: frozenset[int]
    verbs: tuple[str, ...]
    free: tuple[str, ...]

    def doubts(self, start: int, end: int) -> bool:
        """Whether what the words from `start` to `end` tell has not happened, as far as the text says."""
        if start in self.beside and start not in self.pauses:
            return True
        stretch = self._stretch(start)
        begins = self._clause_from(start, _REACH * stretch, self.pauses | self.borders)
        if any(place in self.before for place in range(start, begins, -1)):
            return True
        behind = min(end + _BEHIND * stretch, len(self.words))
        for place in range(end, behind):
            if place in self.pauses:
                return False
            if place in self.after:
                return True
        return False

    def is_past(self, start: int) -> bool:
        """Whether what stands at `start` was so before, as far as the text says: a lead tells that, too."""
        begins = self._clause_from(start, _REACH * self._stretch(start), self.pauses)
        return any(place in self.past for place in range(start, begins, -1))

    def governs(self, governor: int, start: int) -> bool:
        """Whether the words that end before word `governor` may say what is yet to be done with that at `start`."""
        reach = (_GOVERNS + 1) * self._stretch(start)
        if not self._clause_from(start, reach, self.pauses | self.borders) < governor <= start:
            return False
        if self.verbs and not folded(self.words[governor - 1]).endswith(self.verbs):
            return False
        return not (self.free and folded(self.words[start]).endswith(self.free))

    def _clause_from(self, start: int, reach: int, borders: Set[int]) -> int:
        """Return the number before which nothing belongs to what stands at `start`."""
        at = start
        while at > 0 and start - at < reach and at not in borders:
            at -= 1
        return at

    def _stretch(self, start: int) -> int:
        return _LETTERS if is_unspaced(self.words[start]) else 1


def _pauses(parts: Sequence[str]) -> frozenset[int]:
    """Return the numbers of the words before which a clause begins by punctuation."""
    words, gaps = parts[1::2], parts[0::2]
    pauses = {number for number, gap in enumerate(gaps) if _parts_clauses(gap, words[number - 1] if number else "")}
    pauses |= {number + 1 for number, word in enumerate(words) if "\0" in word}
    return frozenset(pauses)


def _parts_clauses(gap: str, word: str) -> bool:
    """Whether a clause ends in the `gap` behind a word; the full stop of a short word may be one that is left out."""
    if not _PAUSES.isdisjoint(gap) or _DASH in plain_punctuation(gap):
        return True
    return gap[:1] == "." and gap[1:2].isspace() and len(word) > _ABBREVIATED


def _is_month(words: Sequence[str], start: int, end: int) -> bool:
    return words[start] == _MONTH.capitalize() and words[end : end + 1] != [] and words[end][0].isdigit()


@cache
def doubts_of(language: str | None) -> Doubts:
    """Return the lists of a language code ("en-US"); those of English where no language is given."""
    code = (language or "en").lower().replace("_", "-").partition("-")[0]
    return Doubts(code, _all_lists().get(code, {}))


@cache
def _all_lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_LISTS.read_text(encoding="utf-8"))
