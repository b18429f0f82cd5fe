"""What an article lacks to meet a query, in words: of a long query the part that comes nearest."""

from collections.abc import Callable, Sequence

from alerts.evaluating import Wanted
from alerts.evidence import Evidence
from alerts.query import BODY, And, Near, Not, Or, Query, Within, write
from alerts.wording import in_words
from stories.text import clean

_LISTED = 5  # alternatives that are named
_LONGEST = 80  # characters of an alternative

# The evidence by which a part of a query, looked for in these fields, is met, or None when it is not.
Look = Callable[[Query, tuple[str, ...]], Sequence[Evidence] | None]


def shortfall(query: Query, look: Look, fields: tuple[str, ...] = BODY) -> str:  # noqa: PLR0911  one for each kind
    """Return why `query` is not met; it must not be.

    >>> from alerts.query_parsing import parse_query
    >>> shortfall(parse_query("cartel (fine OR probe)"), lambda part, _: () if write(part) == "cartel" else None)
    'none of fine, probe is there'
    """
    match query:
        case And(parts):
            return shortfall(next(part for part in parts if look(part, fields) is None), look, fields)
        case Or(parts):
            return _none_of(parts, look, fields)
        case Not(part):
            against = look(part, fields)
            return f"{in_words(against)} must not be there" if against else f"{write(part)} holds, and must not"
        case Within(field, part):
            return shortfall(part, look, (field,))
        case Near(left, right, distance):
            lacking = [side for side in (left, right) if look(side, fields) is None]
            if lacking:
                return " and ".join(shortfall(side, look, fields) for side in lacking)
            return _apart(look(left, fields) or (), look(right, fields) or (), distance)
        case _:
            return f"{write(query)} is not there{_where(fields)}"


def _none_of(parts: Sequence[Query], look: Look, fields: tuple[str, ...]) -> str:
    if all(isinstance(part, Wanted) for part in parts):
        more = f" and {len(parts) - _LISTED} more" if len(parts) > _LISTED else ""
        return f"none of {', '.join(map(write, parts[:_LISTED]))}{more} is there{_where(fields)}"
    nearest = max(parts, key=lambda part: _nearness(part, look, fields))
    if not _nearness(nearest, look, fields) and not any(isinstance(part, Not) for part in parts):
        return f"nothing of its {len(parts)} alternatives is there"
    which = clean(write(nearest), _LONGEST)
    return f"{shortfall(nearest, look, fields)} (in {which}, the nearest of {len(parts)} alternatives)"


def _nearness(query: Query, look: Look, fields: tuple[str, ...]) -> float:
    """Return how much of `query` is met, from 0 to 1."""
    match query:
        case And(parts):
            wanted = [part for part in parts if not isinstance(part, Not)]
            return sum(_nearness(part, look, fields) for part in wanted) / max(1, len(wanted))
        case Not():
            return 0.0  # what is not there brings nothing nearer
        case Or(parts):
            return max(_nearness(part, look, fields) for part in parts)
        case Within(field, part):
            return _nearness(part, look, (field,))
        case Near(left, right):
            both = (_nearness(left, look, fields) + _nearness(right, look, fields)) / 2
            return both if look(query, fields) is not None else 0.9 * both
        case _:
            return float(look(query, fields) is not None)


def _apart(left: Sequence[Evidence], right: Sequence[Evidence], distance: int) -> str:
    if {each.field for each in left} & {each.field for each in right}:
        return f"{_words(left)} and {_words(right)} are not within {distance} words"
    return f"{in_words(left[:1])} and {in_words(right[:1])} are not in one field"


def _words(evidence: Sequence[Evidence]) -> str:
    words = dict.fromkeys(each.words for each in evidence)
    return " or ".join(f"“{word}”" for word in list(words)[:2])


def _where(fields: tuple[str, ...]) -> str:
    return f" in the {fields[0]}" if len(fields) == 1 else ""
