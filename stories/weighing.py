"""What is remembered of an article while its story is open: its terms with their weights, packed."""

import math
import struct
from array import array
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from stories.sketch import Sketch
from stories.terms import LEAD, NAME, NUMBER, SHORT, TITLE, Features

_FLOOR = 2.5  # what a term must weigh more than, in natural logarithms: commoner ones tell nothing
_UNSEEN = 0.3  # how often a term counts that was never seen
_SHORT_UNSEEN = 3.0  # and a word of few letters: which of them tell something, a young stream does not know
_TERMS_AT_START = 50
_STEPS = 16  # of a weight, to the unit
_HEAVIEST = 255
FOUND_BY = 16  # terms of an article, the heaviest
_MOST_TERMS = 64  # of an article that are compared
_MOST_LEARNT = 64  # and of those beside them that are counted, the commonest first
_UNIT = 4096  # the length of a vector: whole numbers add up to the same in any order
_TITLE_NUMBER = TITLE | NUMBER
_LOGS = [0.0, *(1 + math.log(count) for count in range(1, 256))]
_COUNTS = range(1, 4097)
_COMMONNESS = [math.log(count + _UNSEEN) for count in _COUNTS]  # of terms seen so often, less one
_SHORT_COMMONNESS = [math.log(count + _SHORT_UNSEEN) for count in _COUNTS]
_HEAD = struct.Struct("<IIIQ?BBB")

Vector = dict[int, int]


@dataclass(frozen=True, slots=True)
class Vectors:
    """An article as vectors of length 4,096 over its terms.

    `title`, `lead` (with the title) and `names` are parts of `whole`. `weights` has each term's weight, `numbers` are
    those in the title.
    """

    title: Vector
    lead: Vector
    names: Vector
    whole: Vector
    weights: Vector
    marks: dict[int, int]
    numbers: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The terms of an article, the heaviest first, with weights, marks and how often each counts.

    `common` are terms that tell too little to be compared; they are learnt.
    """

    terms: "array[int]"
    common: "array[int]"
    weights: bytes
    marks: bytes
    counts: bytes
    has_text: bool
    outlet: int
    headline: int
    identity: int
    sketch: Sketch

    def vectors(self) -> Vectors:
        """Return the article as vectors."""
        terms, marks = self.terms, self.marks
        whole = [weight * _LOGS[count] for weight, count in zip(self.weights, self.counts, strict=True)]
        rows = list(zip(terms, self.weights, marks, whole, strict=True))
        return Vectors(
            title=_unit([(term, weight) for term, weight, mark, _ in rows if mark & TITLE]),
            lead=_unit([(term, weight) for term, weight, mark, _ in rows if mark & (TITLE | LEAD)]),
            names=_unit([(term, told) for term, _, mark, told in rows if mark & NAME]),
            whole=_unit(list(zip(terms, whole, strict=True))),
            weights=dict(zip(terms, self.weights, strict=True)),
            marks=dict(zip(terms, marks, strict=True)),
            numbers=frozenset([term for term, _, mark, _ in rows if mark & _TITLE_NUMBER == _TITLE_NUMBER]),
        )

    def learnt(self) -> set[int]:
        """Return the terms from which weights are learnt."""
        return {*self.terms, *self.common}

    def strength(self) -> float:
        """Return the length of the heaviest weights as a vector: of those terms under which an article is found."""
        return math.sqrt(sum([weight * weight for weight in self.weights[:FOUND_BY]])) or 1.0

    def pack(self) -> bytes:
        """Return the bytes from which `unpack` makes the same again."""
        runs = array("I", sorted(self.sketch.runs))
        sizes = len(self.terms), len(self.common), len(runs)
        head = _HEAD.pack(self.outlet, self.headline, self.identity, self.sketch.limit, self.has_text, *sizes)
        packed = self.terms.tobytes(), self.common.tobytes(), runs.tobytes(), self.weights, self.marks, self.counts
        return b"".join([head, *packed])


def unpack(packed: bytes) -> Weighed:
    """Return what was packed."""
    outlet, headline, identity, limit, has_text, *sizes = _HEAD.unpack_from(packed)
    terms, common, runs = array("I"), array("I"), array("I")
    at = _HEAD.size
    for numbers, size in zip((terms, common, runs), sizes, strict=True):
        numbers.frombytes(packed[at : at + 4 * size])
        at += 4 * size
    many = len(terms)
    weights, marks, counts = (packed[at + part * many : at + (part + 1) * many] for part in range(3))
    return Weighed(
        terms=terms,
        common=common,
        weights=weights,
        marks=marks,
        counts=counts,
        has_text=has_text,
        outlet=outlet,
        headline=headline,
        identity=identity,
        sketch=Sketch(limit, frozenset(runs)),
    )


class Weights:
    """How much terms tell, learnt from the stories that are remembered: the rarer, the more."""

    def __init__(self) -> None:
        self._counted: Counter[int] = Counter()
        self._terms = 0

    def learn(self, terms: Collection[int]) -> None:
        """Count terms."""
        self._counted.update(terms)
        self._terms += len(terms)

    def forget(self, terms: Mapping[int, int]) -> None:
        """Count terms so many times less."""
        counted = self._counted
        for term, times in terms.items():
            if counted[term] > times:
                counted[term] -= times
            else:
                del counted[term]
            self._terms -= times

    def weigh(self, features: Features) -> Weighed:
        """Return the terms of an article that tell most, weighed as if it began a story."""
        many = min(len(features.counts), _MOST_TERMS + _MOST_LEARNT)
        counted, seen = self._counted, math.log(self._terms + many + _TERMS_AT_START) - _FLOOR
        weighed = []
        for term, count in features.counts.items():
            mark = features.marks[term]
            often = counted.get(term, 0)
            if often < len(_COUNTS):
                common = (_SHORT_COMMONNESS if mark & SHORT else _COMMONNESS)[often]
            else:
                common = math.log(often + 1 + (_SHORT_UNSEEN if mark & SHORT else _UNSEEN))
            weight = min(_HEAVIEST, max(0, int(_STEPS * (seen - common) + 0.5)))
            often_here = min(count, 255)
            told = weight * _LOGS[often_here] * (2 if mark & TITLE else 1)
            weighed.append((-told, term, weight, mark, often_here))
        weighed.sort()
        told_of = weighed[:_MOST_TERMS]
        rest = weighed[_MOST_TERMS:][-_MOST_LEARNT:]
        return Weighed(
            terms=array("I", [each[1] for each in told_of]),
            common=array("I", [each[1] for each in rest]),
            weights=bytes(each[2] for each in told_of),
            marks=bytes(each[3] for each in told_of),
            counts=bytes(each[4] for each in told_of),
            has_text=features.has_text,
            outlet=features.outlet,
            headline=features.headline,
            identity=features.identity,
            sketch=features.sketch,
        )


def product(one: Vector, other: Vector) -> int:
    """Return the inner product of two vectors."""
    if len(one) > len(other):
        one, other = other, one
    return sum([weight * other[term] for term, weight in one.items() if term in other])


def length(vector: Vector) -> float:
    """Return the length of a vector."""
    return math.sqrt(sum([weight * weight for weight in vector.values()]))


def unit() -> int:
    """Return the length of the vectors of one article."""
    return _UNIT


def _unit(told: list[tuple[int, float]]) -> Vector:
    long = math.sqrt(sum([weight * weight for _, weight in told]))
    if not long:
        return {}
    step = _UNIT / long
    return {term: int(step * weight + 0.5) for term, weight in told}
