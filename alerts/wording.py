"""The words that made a match, instants, and who reported a story, as people read them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from alerts.evidence import Evidence
from alerts.facts import StoryFacts
from stories.model import ArchivedArticle
from stories.told_address import name_in_words
from stories.words import folded

_SHOWN = 3  # words of one field; whoever wants all of them finds them in the archive
_PLACES = {
    "outlet": "as the outlet",
    "feed": "as the feed",
    "author": "as the author",
    "language": "as the language",
}
_ABSENCE = "what is not there"  # a query may ask for nothing else
_SAME_TIME = timedelta(minutes=15)


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


def begun(line: str) -> str:
    """Return a line with a capital letter at its beginning."""
    return f"{line[:1].upper()}{line[1:]}"


def published(shown: ArchivedArticle, *, is_short: bool = False) -> str:
    """Return whose article it is and when it was published, or seen where that is unknown; if short, without year."""
    at = shown.article.published_at or shown.seen_at
    seen = "" if shown.article.published_at else "seen "
    when = f"{seen}{f'{at:%d %b, %H:%M}' if is_short else time_in_words(at)}"
    return f"{name_in_words(shown.article.outlet)} · {when}" if shown.article.outlet else when


def spread(shown: ArchivedArticle, facts: StoryFacts) -> tuple[str, ...]:
    """Return who reported a story, how many tell it, and since when; and whose words are shown, if somebody else's."""
    outlet, at = shown.article.outlet, shown.article.published_at
    credit = credited(facts, teller=outlet)
    if outlet is None or outlet == facts.origin:
        if at is None or abs(at - facts.first_seen_at) < _SAME_TIME:
            return (begun(credit),)
        return (begun(f"{credit} · published {time_in_words(at)}"),)
    return begun(credit), published(shown)


def credited(facts: StoryFacts, *, teller: str | None = None) -> str:
    """Return who reported it, how many outlets tell it (or which `teller`, where it is one), and since when."""
    origin = name_in_words(facts.origin) if facts.origin else None
    told = f"told by {facts.outlets} outlets" if facts.outlets > 1 else ""
    first_seen = time_in_words(facts.first_seen_at)
    if facts.origin and not facts.is_credited and told:
        return f"first seen at {origin} {first_seen}, {told}"
    if not told and facts.origin and teller and teller != facts.origin:
        told = f"told by {name_in_words(teller)}"
    reported = f"reported by {origin}" if origin else ""
    credit = ", ".join(part for part in (reported, told) if part)
    return f"{credit} · first seen {first_seen}" if credit else f"first seen {first_seen}"


def _listed(words: Sequence[str]) -> str:
    quoted = ", ".join(f"“{word}”" for word in words[:_SHOWN])
    return f"{quoted} and {len(words) - _SHOWN} more" if len(words) > _SHOWN else quoted


def _is_inside(one: Evidence, others: Sequence[Evidence]) -> bool:
    return any(
        other.start <= one.start and one.end <= other.end and other.end - other.start > one.end - one.start
        for other in others
    )
