"""Near copies: whether one text is another, cut, under another headline, or with something added.

Of all runs of five words of a text those with the smallest numbers are kept (Broder's resemblance and containment,
1997). Two texts are compared over the part of the numbers that both keep, so a cut copy is contained in the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_RUN = 5  # words
_KEPT = 64
_LEAST = 8  # runs in common; fewer may be a phrase of the trade
_CONTAINED = 0.8
_FACTORS = tuple(pow(0x9E3779B1, power, 1 << 32) for power in range(1, _RUN + 1))
_ALL = 1 << 32


@dataclass(frozen=True, slots=True)
class Sketch:
    """The runs of a text whose numbers are below `limit`."""

    limit: int
    runs: frozenset[int]


NOTHING = Sketch(_ALL, frozenset())


def sketch_of(terms: Sequence[int]) -> Sketch:
    """Return the sketch of a text, given as the numbers of its words in their order."""
    if len(terms) < _RUN + _LEAST:
        return NOTHING
    a, b, c, d, e = _FACTORS
    runs = {
        (first * a + second * b + third * c + fourth * d + fifth * e) % _ALL
        for first, second, third, fourth, fifth in zip(terms, terms[1:], terms[2:], terms[3:], terms[4:], strict=False)
    }
    limit = _ALL
    while len(runs) > _KEPT:
        limit //= 2
        runs = {run for run in runs if run < limit}
    return Sketch(limit, frozenset(runs))


def is_near_copy(one: Sketch, other: Sketch) -> bool:
    """Whether the shorter of two texts is, but for a fifth, contained in the other."""
    if len(one.runs) < _LEAST or len(other.runs) < _LEAST or one.runs.isdisjoint(other.runs):
        return False
    limit = min(one.limit, other.limit)
    runs = {run for run in one.runs if run < limit}
    others = {run for run in other.runs if run < limit}
    common = len(runs & others)
    return common >= _LEAST and common >= _CONTAINED * min(len(runs), len(others))
