"""How an article came to its story, as it is written down beside it."""

import json
from dataclasses import fields

from stories.joining import Joining

_FIELDS = tuple(each.name for each in fields(Joining))
_DIGITS = 4  # of scores and weights: what anybody reads of them


def to_json(joining: Joining) -> str:
    """Return `joining` as it is stored."""
    values = {name: getattr(joining, name) for name in _FIELDS} | {
        "score": round(joining.score, _DIGITS),
        "threshold": round(joining.threshold, _DIGITS),
        "runner_up_score": round(joining.runner_up_score, _DIGITS),
        "terms": [(term, round(weight, _DIGITS)) for term, weight in joining.terms],
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Joining | None:
    """Return what `to_json` stored, or None when nothing is: the article came before joinings were written down."""
    if not text:
        return None
    values = json.loads(text)
    return Joining(
        **values
        | {
            "terms": tuple((str(term), float(weight)) for term, weight in values["terms"]),
            "against": tuple(values["against"]),
            "merges": tuple(values["merges"]),
        }
    )
