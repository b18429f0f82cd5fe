"""Everything that any topic looks for, found in one pass over an article."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from alerts.evaluating import Atom, Found, Span
from alerts.evidence import Evidence
from alerts.phrases import PhraseIndex
from alerts.query import FIELDS, Exact, Form, Language, Phrase, Regex, Word
from alerts.reading import LANGUAGE_FIELD, Reading
from alerts.regexes import RegexSet
from stories.words import exact, words

_MOST_PLACES = 1000  # of one atom in an article; only a text made to be costly has more
_FIELD_NUMBERS = {name: number for number, name in enumerate(FIELDS)}

# For what was found: the fields in which it counts as the atom of this number, and, when the words alone do not tell,
# the characters that must stand there.
_Use = tuple[frozenset[int], int, str | None]


class AtomIndex:
    """The atoms of all topics, numbered; first all are added, then articles are searched for them."""

    def __init__(self) -> None:
        self._numbers: dict[Atom, int] = {}
        self._uses: list[int] = []  # of each atom: how often the topics speak of it
        self._phrases = PhraseIndex()
        self._of_phrase: dict[int, list[_Use]] = defaultdict(list)
        self._languages: list[tuple[str, int]] = []
        self._regexes = RegexSet()
        self._of_pattern: dict[int, list[_Use]] = defaultdict(list)
        self._fields: set[int] = set()
        self._in_characters: set[int] = set()

    def add(self, atom: Atom) -> int:
        """Return the number of `atom`, which is taken in when it is new."""
        number = self._numbers.get(atom)
        if number is None:
            number = self._numbers[atom] = len(self._numbers)
            self._uses.append(0)
            self._take_in(atom, number)
        self._uses[number] += 1
        return number

    def weight(self, atom: Atom) -> float:
        """Return how often `atom` may be found, to compare: what many topics speak of, and single words, often."""
        uses = self._uses[self._numbers[atom]]
        match atom.wanted:
            case Phrase(words=found_words) if len(found_words) > 1:
                return uses
            case Phrase() | Exact():
                return 4 * uses
            case _:
                return 1000 * uses

    def number_of(self, atom: Atom) -> int:
        """Return the number of an atom that was added."""
        return self._numbers[atom]

    def find(self, reading: Reading) -> Found:
        """Return where each atom that occurs in an article was found, by its number."""
        found: dict[int, list[Span]] = defaultdict(list)
        for field in self._fields:
            if reading.text(field):
                self._find_in(field, reading, found)
        language = reading.text(LANGUAGE_FIELD)
        for code, atom in self._languages:
            if language == code or language.startswith(f"{code}-"):
                found[atom].append((atom, LANGUAGE_FIELD, 0, len(language)))
        return found

    def evidence(self, reading: Reading, spans: Sequence[Span]) -> tuple[Evidence, ...]:
        """Return the words at `spans` that tell most."""
        return reading.evidence(spans, self._in_characters)

    def _find_in(self, field: int, reading: Reading, found: dict[int, list[Span]]) -> None:
        for phrase, start, end in self._phrases.find(reading.words(field), reading.language_of(field)):
            for fields, atom, wanted in self._of_phrase[phrase]:
                if field not in fields or len(found.get(atom, ())) >= _MOST_PLACES:
                    continue
                if wanted is None or reading.says(wanted, field, start, end):
                    found[atom].append((atom, field, start, end))
        for pattern, start, end in self._regexes.find(reading.text(field)):
            for fields, atom, _ in self._of_pattern[pattern]:
                if field in fields:
                    found[atom].append((atom, field, start, end))

    def _take_in(self, atom: Atom, number: int) -> None:
        fields = _numbers_of(atom.fields)
        match atom.wanted:
            case Phrase(words=found_words):
                self._of_phrase[self._phrases.add(found_words)].append((fields, number, None))
            case Exact(text):
                cut = words(text)
                wanted = None if cut == [text] and exact(text) == text else text
                phrase = self._phrases.add(Word(word, Form.EXACT) for word in cut)
                self._of_phrase[phrase].append((fields, number, wanted))
            case Regex() as regex:
                self._in_characters.add(number)
                self._of_pattern[self._regexes.add(regex.pattern, ignores_case=regex.ignores_case)].append(
                    (fields, number, None)
                )
            case Language(code):
                self._in_characters.add(number)
                self._languages.append((code, number))
                return
        self._fields |= fields


@cache  # one set for all atoms that count in the same fields
def _numbers_of(fields: tuple[str, ...]) -> frozenset[int]:
    return frozenset(_FIELD_NUMBERS[name] for name in fields)
