"""Whether what was found in an article meets a query, and by which of it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from alerts.query import BODY, And, Exact, Language, Near, Not, Or, Phrase, Query, Regex, Within

Wanted = Phrase | Exact | Regex | Language  # what the leaves of a query are


@dataclass(frozen=True, slots=True)
class Atom:
    """What can be looked for without knowing the rest of a query: something, and the fields in which it counts."""

    wanted: Wanted
    fields: tuple[str, ...]


# Where an atom was found: its number, the field's number, the first word, and the one after the last. (Of a regular
# expression and a language: characters.)
Span = tuple[int, int, int, int]
Found = Mapping[int, Sequence[Span]]  # by the number of the atom
# The spans by which a query is met (none, when it is met by what is not there), or None when it is not met.
Evaluator = Callable[[Found], Sequence[Span] | None]


def evaluator(query: Query, number_of: Callable[[Atom], int], fields: tuple[str, ...] = BODY) -> Evaluator:
    """Return a function that says whether what was found meets `query`; `number_of` gives each atom its number."""

    def part(query: Query) -> Evaluator:
        return evaluator(query, number_of, fields)

    match query:
        case And(parts):
            return _all([part(each) for each in parts])
        case Or(parts):
            atoms = [number_of(Atom(each, fields)) for each in parts if isinstance(each, Wanted)]
            return _any(atoms, [part(each) for each in parts if not isinstance(each, Wanted)])
        case Not(inner):
            return _none(part(inner))
        case Near(left, right, distance):
            return _near(part(left), part(right), distance)
        case Within(field, inner):
            return evaluator(inner, number_of, (field,))
        case _:
            number = number_of(Atom(query, fields))
            return lambda found: found.get(number)


def anchors(query: Query, weight: Callable[[Atom], float], fields: tuple[str, ...] = BODY) -> frozenset[Atom] | None:
    """Return atoms of which at least one occurs wherever `query` is met, or None when it may be met without any.

    Of several such sets the one with the least `weight` is returned: the rarer its atoms, the less often is asked.
    """

    def of(query: Query) -> frozenset[Atom] | None:
        return anchors(query, weight, fields)

    match query:
        case And(parts):
            return _lightest([of(each) for each in parts], weight)
        case Near(left, right):
            return _lightest([of(left), of(right)], weight)
        case Or(parts):
            sets = [of(each) for each in parts]
            return None if None in sets else frozenset(atom for each in sets if each for atom in each)
        case Not():
            return None
        case Within(field, inner):
            return anchors(inner, weight, (field,))
        case _:
            return frozenset([Atom(query, fields)])


def _lightest(sets: Sequence[frozenset[Atom] | None], weight: Callable[[Atom], float]) -> frozenset[Atom] | None:
    known = [each for each in sets if each is not None]
    return min(known, key=lambda atoms: sum(map(weight, atoms)), default=None)


def _all(parts: Sequence[Evaluator]) -> Evaluator:
    def evaluate(found: Found) -> Sequence[Span] | None:
        spans: list[Span] = []
        for part in parts:
            met = part(found)
            if met is None:
                return None
            spans += met
        return spans

    return evaluate


def _any(atoms: Sequence[int], parts: Sequence[Evaluator]) -> Evaluator:
    def evaluate(found: Found) -> Sequence[Span] | None:
        met = [found[atom] for atom in atoms if atom in found]
        met += [spans for part in parts if (spans := part(found)) is not None]
        return [span for spans in met for span in spans] if met else None

    return evaluate


def _none(part: Evaluator) -> Evaluator:
    return lambda found: () if part(found) is None else None


def _near(left: Evaluator, right: Evaluator, distance: int) -> Evaluator:
    def evaluate(found: Found) -> Sequence[Span] | None:
        lefts, rights = left(found), right(found)
        if not lefts or not rights:
            return None
        return _close(lefts, rights, distance) or None

    return evaluate


def _close(lefts: Sequence[Span], rights: Sequence[Span], distance: int) -> list[Span]:
    """Return the spans of either side that have one of the other side within `distance` words of them."""
    of_left, of_right = _Places(lefts), _Places(rights)
    return [
        *(span for span in lefts if of_right.have_one_near(span, distance)),
        *(span for span in rights if of_left.have_one_near(span, distance)),
    ]


class _Places:
    """Where spans begin and end, field by field, in order."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._starts: dict[int, list[int]] = {}
        self._ends: dict[int, list[int]] = {}
        for _, field, start, end in spans:
            self._starts.setdefault(field, []).append(start)
            self._ends.setdefault(field, []).append(end)
        for places in (*self._starts.values(), *self._ends.values()):
            places.sort()

    def have_one_near(self, span: Span, distance: int) -> bool:
        """Whether one begins within `distance` words after the end of `span`, or ends as closely before it."""
        _, field, start, end = span
        return _has_between(self._starts.get(field, ()), end, end - 1 + distance) or _has_between(
            self._ends.get(field, ()), start + 1 - distance, start
        )


def _has_between(places: Sequence[int], least: int, most: int) -> bool:
    return bisect_left(places, least) < bisect_right(places, most)
