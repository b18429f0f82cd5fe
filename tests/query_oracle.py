"""An obviously right and slow answer to whether an article meets a query: no index, no stems kept, no anchors.

Only how a text is cut into words, and when two words are one, is taken from `stories.words`.
"""

import re
from collections.abc import Iterator
from itertools import product

from alerts.query import BODY, And, Exact, Form, Language, Near, Not, Or, Phrase, Query, Regex, Within, Word
from stories.boilerplate import without_boilerplate
from stories.model import Article
from stories.words import NO_LANGUAGE, as_written, exact, folded, places, stems, words

Place = tuple[str, int, int]  # field with the number of its piece between two breaks, first word, one after the last
_NAMES = ("outlet", "feed", "author")


def meets(  # noqa: PLR0911  one line for each kind of node
    query: Query, article: Article, feed: str = "", fields: tuple[str, ...] = BODY
) -> bool:
    """Whether `article`, listed by the feed of this name, meets `query`."""
    match query:
        case And(parts):
            return all(meets(part, article, feed, fields) for part in parts)
        case Or(parts):
            return any(meets(part, article, feed, fields) for part in parts)
        case Not(part):
            return not meets(part, article, feed, fields)
        case Within(field, part):
            return meets(part, article, feed, (field,))
        case Language(code):
            return f"{article.language or 'en'}-".lower().replace("_", "-").startswith(f"{code}-")
        case Regex(pattern, ignores_case):
            compiled = re.compile(pattern, re.ASCII | (re.IGNORECASE if ignores_case else 0))
            pieces = [piece for field in fields for piece in said(article, field, feed).split("\0")]
            return any(found[0] for piece in pieces for found in compiled.finditer(piece))
        case _:
            return any(found_at(query, article, feed, fields))


def found_at(  # noqa: C901  one case for each kind of node
    query: Query, article: Article, feed: str, fields: tuple[str, ...]
) -> Iterator[Place]:
    """Yield everywhere that words, or words near others, stand."""
    match query:
        case Or(parts):
            for part in parts:
                yield from found_at(part, article, feed, fields)
        case Within(field, part):
            yield from found_at(part, article, feed, (field,))
        case Near(left, right, distance):
            lefts = list(found_at(left, article, feed, fields))
            for one, other in product(lefts, found_at(right, article, feed, fields)):
                if are_near(one, other, distance):
                    yield from (one, other)
        case Phrase() | Exact():
            for field in fields:
                yield from standing(query, article, feed, field)


def standing(wanted: Phrase | Exact, article: Article, feed: str, field: str) -> Iterator[Place]:
    """Yield where the words of `wanted` stand in a field."""
    language = NO_LANGUAGE if field in _NAMES else article.language
    for number, piece in enumerate(said(article, field, feed).split("\0")):
        for start in range(len(words(piece))):
            if end := end_of(wanted, piece, start, language):
                yield f"{field} {number}", start, end


def are_near(one: Place, other: Place, distance: int) -> bool:
    """Whether two places are in one field, apart, and at most `distance` words from each other."""
    gap = max(other[1] - one[2], one[1] - other[2])
    return one[0] == other[0] and 0 <= gap < distance


def end_of(wanted: Phrase | Exact, text: str, start: int, language: str | None) -> int | None:
    """Return where `wanted` ends that begins with the word `start` of `text`, if it stands there."""
    if isinstance(wanted, Exact):
        written, cut = wanted.text, words(wanted.text)
        end = start + len(cut)
        if [exact(word) for word in words(text)[start:end]] != [exact(word) for word in cut]:
            return None
        return end if stands_so(written, text, start, end) else None
    end = start + len(wanted.words)
    there = words(text)[start:end]
    is_there = len(there) == len(wanted.words) and all(
        is_one(word, other, language) for word, other in zip(wanted.words, there, strict=True)
    )
    return end if is_there else None


def stands_so(written: str, text: str, start: int, end: int) -> bool:
    """Whether the words `start` to `end` of `text` are written as `written`, with the signs around them."""
    first, last = places(text)[start][0], places(text)[end - 1][1]
    before, there, after = as_written(f"{text[:first]}x")[:-1], as_written(text[first:last]), f"x{text[last:]}"
    written = as_written(f"x {written} x")[2:-2]
    begins, ends = places(written)[0][0], places(written)[-1][1]
    is_written = written[begins:ends] in (there, exact(there))
    return is_written and is_border(before, written[:begins], as_written(after)[1:], written[ends:])


def is_border(before: str, lead: str, after: str, trail: str) -> bool:
    """Whether the signs of an exact form stand around it, and are no part of another word."""
    return (
        before.endswith(lead)
        and after.startswith(trail)
        and not (lead and before[: -len(lead)][-1:].isalnum())
        and not (trail and after[len(trail) :][:1].isalnum())
    )


def is_one(wanted: Word, there: str, language: str | None) -> bool:
    """Whether a word of a text is the word of a query."""
    if wanted.form is Form.PREFIX:
        return folded(there).startswith(folded(wanted.text))
    return bool(set(stems(wanted.text, language)) & set(stems(there, language)))


def said(article: Article, field: str, feed: str) -> str:
    """Return what an article says in a field, without boilerplate."""
    if field == "feed":
        return feed
    text = getattr(article, field) or ""
    return without_boilerplate(text) if field == "text" else text
