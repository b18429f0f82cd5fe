"""The words that made a match: where they stand, and how they are stored."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a topic's words were found: the field, the words as they are there, their place in it (characters)."""

    field: str
    words: str
    start: int
    end: int


def to_json(evidence: Iterable[Evidence]) -> str:
    """Return evidence as it is stored."""
    return json.dumps([asdict(each) for each in evidence], ensure_ascii=False)


def from_json(stored: str) -> tuple[Evidence, ...]:
    """Return what `to_json` stored."""
    return tuple(Evidence(**each) for each in json.loads(stored))
