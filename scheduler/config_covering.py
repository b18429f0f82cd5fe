"""Which of two queries finds all that the other finds. Inflections are those of English."""

from collections.abc import Hashable, Iterable, Iterator
from os.path import commonprefix

from alerts.query import BODY, And, Exact, Form, Near, Or, Phrase, Query, Within, Word
from stories.words import folded, stems, words

_SHORTEST_PREFIX = 2

# What two keywords are compared by: the same keys find the same.
Key = tuple[Hashable, ...]


def key_of(keyword: Phrase | Exact) -> Key:
    """Return what a keyword is compared by."""
    return (keyword,) if isinstance(keyword, Exact) else tuple(map(_key_of_word, keyword.words))


def covering(keyword: Phrase | Exact) -> Iterator[Key]:
    """Yield the keys of the keywords that find all that `keyword` finds; its own is the first."""
    yield key_of(keyword)
    found = [Word(word) for word in words(keyword.text)] if isinstance(keyword, Exact) else keyword.words
    keys = tuple(map(_key_of_word, found))
    for start in range(len(keys)):
        yield from (keys[start:end] for end in range(start + 1, len(keys) + 1))
    for word in found:
        beginning = folded(word.text)
        if word.form is Form.INFLECTED:  # a beginning of all its inflections, as far as the stem tells
            beginning = commonprefix([beginning, *stems(word.text, None)])  # noqa: RUF071  of letters
        yield from ((_beginning(beginning[:end]),) for end in range(_SHORTEST_PREFIX, len(beginning) + 1))


class Excluded:
    """What must not be there, to ask whether that leaves anything of what is looked for."""

    def __init__(self, queries: Iterable[Query]) -> None:
        self._known = {(field, key) for query in queries for field, key in _parts(query)}

    def covers(self, query: Query, field: str | None = None) -> bool:  # noqa: PLR0911  one line for each kind of node
        """Whether all that `query` finds in `field` is excluded."""
        if (field, query) in self._known:
            return True
        match query:
            case Or(parts):
                return all(self.covers(part, field) for part in parts)
            case And(parts):
                return any(self.covers(part, field) for part in parts)
            case Near(left, right):
                return self.covers(left, field) or self.covers(right, field)
            case Within(name, part):
                return self.covers(part, name)
            case Phrase() | Exact():
                fields = {field, None} if field in BODY else {field}
                return any((each, key) in self._known for key in covering(query) for each in fields)
            case _:
                return False


def _parts(query: Query, field: str | None = None) -> Iterator[tuple[str | None, Hashable]]:
    """Yield each thing that `query` finds, with the field in which."""
    match query:
        case Or(parts):
            for part in parts:
                yield from _parts(part, field)
        case Within(name, part):
            yield from _parts(part, name)
        case Phrase() | Exact():
            yield field, key_of(query)
        case _:
            yield field, query


def _key_of_word(word: Word) -> Hashable:
    return _beginning(folded(word.text)) if word.form is Form.PREFIX else (word.form, *stems(word.text, None))


def _beginning(text: str) -> Hashable:
    return (Form.PREFIX, text)
