"""The words that made a match, as people read them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from alerts.evidence import Evidence
from stories.words import folded

_SHOWN = 3  # words of one field; whoever wants all of them finds them in the archive
_PLACES = {
    "outlet": "as the outlet",
    "feed": "as the feed",
    "author": "as the author",
    "language": "as the language",
}
_ABSENCE = "what is not there"  # a query may ask for nothing else


def in_words(evidence: Sequence[Evidence]) -> str:
    """Return evidence as a phrase, field by field, without words that stand inside others or were said before.

    >>> in_words([Evidence("title", "antitrust", 3, 12), Evidence("text", "OpenAI", 0, 6)])
    '“antitrust” in the title; “OpenAI” in the text'
    """
    said: set[str] = set()
    phrases = []
    for field in dict.fromkeys(each.field for each in evidence):
        standing = sorted((each for each in evidence if each.field == field), key=lambda each: each.start)
        words = [each.words for each in standing if not _is_inside(each, standing)]
        new: dict[str, str] = {}
        for word in words:
            if folded(word) not in said:
                new.setdefault(folded(word), word)
        said.update(new)
        if new:
            phrases.append(f"{_listed(tuple(new.values()))} {_PLACES.get(field, f'in the {field}')}")
    return "; ".join(phrases) or _ABSENCE


def quoted(words: Iterable[str]) -> str:
    """Return words between quotes, each once, and how many more there are.

    >>> quoted(["sues", "Sues", "files"])
    '“sues”, “files”'
    """
    different = {folded(word): word for word in reversed(tuple(words))}
    return _listed(tuple(reversed(different.values())))


def time_in_words(at: datetime) -> str:
    """Return an instant as people read it.

    >>> from datetime import UTC
    >>> time_in_words(datetime(2026, 11, 22, 17, 3, tzinfo=UTC))
    '22 Nov 2026, 17:03 UTC'
    """
    return f"{at:%d %b %Y, %H:%M} UTC"


def _listed(words: Sequence[str]) -> str:
    quoted = ", ".join(f"“{word}”" for word in words[:_SHOWN])
    return f"{quoted} and {len(words) - _SHOWN} more" if len(words) > _SHOWN else quoted


def _is_inside(one: Evidence, others: Sequence[Evidence]) -> bool:
    return any(
        other.start <= one.start and one.end <= other.end and other.end - other.start > one.end - one.start
        for other in others
    )
