"""All phrases of all topics in one structure, found in one pass over the words of a text."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, pairwise

from alerts.query import Form, Word
from stories.words import algorithm_of, exact, folded, stems

_REMEMBERED = 100_000  # words whose symbol is kept: each is looked up once, and then again and again
_BITS = 32  # more symbols than memory could hold

Place = tuple[int, int, int]  # the number of a phrase, its first word, and the one after its last


class PhraseIndex:
    """Phrases by their words: what a text costs depends on its words, not on how many phrases there are.

    There is a trie for each language that is met, made when it is met first: words are told apart by their stems.
    """

    def __init__(self) -> None:
        self._phrases: dict[tuple[Word, ...], int] = {}
        self._tries: dict[str | None, _Trie] = {}

    def add(self, words: Iterable[Word]) -> int:
        """Take a phrase in and return its number; the same words have the same number."""
        self._tries.clear()
        return self._phrases.setdefault(tuple(words), len(self._phrases))

    def find(self, words: Sequence[str], language: str | None) -> list[Place]:
        """Return where phrases occur among `words`."""
        algorithm = algorithm_of(language)
        trie = self._tries.get(algorithm)
        if trie is None:
            trie = self._tries[algorithm] = _Trie(self._phrases, language)
        return trie.find(words)


class _Trie:
    """Phrases as paths of symbols. A symbol stands for the stems of a word, an exact form, or a beginning of words.

    A node is what has been read of a phrase: the number of its one symbol, or of the step that led there.
    """

    def __init__(self, phrases: dict[tuple[Word, ...], int], language: str | None) -> None:
        numbers = count()
        self._lexicon = _Lexicon(language, numbers)
        self._steps: dict[int, int] = {}  # a node and the symbol that follows, as one number: the next node
        self._alone: dict[int, tuple[int, ...]] = {}  # of each symbol, the phrases that are nothing else
        self._ends: dict[int, tuple[int, ...]] = {}  # of each other node, the phrases that end there
        for (first, *others), phrase in phrases.items():
            node = self._lexicon.symbol_of(first)
            for word in others:
                node = self._steps.setdefault(node << _BITS | self._lexicon.symbol_of(word), next(numbers))
            ends = self._ends if others else self._alone
            ends[node] = (*ends.get(node, ()), phrase)

    def find(self, words: Sequence[str]) -> list[Place]:
        steps, alone = self._steps, self._alone
        symbols = list(map(self._lexicon.__getitem__, words))
        symbols.append(())
        found: list[Place] = []
        for end, (here, following) in enumerate(pairwise(symbols), 1):
            for node in here:
                if node in alone:
                    found += [(phrase, end - 1, end) for phrase in alone[node]]
                for symbol in following:
                    if node << _BITS | symbol in steps:
                        self._follow(steps[node << _BITS | symbol], symbols, end - 1, end + 1, found)
        return found

    def _follow(self, node: int, symbols: Sequence[Sequence[int]], start: int, end: int, found: list[Place]) -> None:
        if node in self._ends:
            found += [(phrase, start, end) for phrase in self._ends[node]]
        for symbol in symbols[end]:
            if node << _BITS | symbol in self._steps:
                self._follow(self._steps[node << _BITS | symbol], symbols, start, end + 1, found)


class _Lexicon(dict[str, tuple[int, ...]]):
    """The symbols that each word of a text stands for, found out when it is first met."""

    def __init__(self, language: str | None, numbers: Iterator[int]) -> None:
        super().__init__()
        self._language = language
        self._numbers = numbers
        self._symbols: dict[tuple[Form, tuple[str, ...]], int] = {}
        self._by_form: dict[tuple[Form, str], tuple[int, ...]] = {}
        self._lengths: set[int] = set()

    def symbol_of(self, word: Word) -> int:
        """Return the symbol of a word of a phrase. Where it has two stems, either of them means it."""
        match word.form:
            case Form.INFLECTED:
                forms = stems(word.text, self._language)
            case Form.PREFIX:
                forms = (folded(word.text),)
                self._lengths.add(len(forms[0]))
            case Form.EXACT:
                forms = (exact(word.text),)
        key = (word.form, forms)
        if key not in self._symbols:
            self._symbols[key] = next(self._numbers)
            for form in forms:
                self._by_form[word.form, form] = (*self._by_form.get((word.form, form), ()), self._symbols[key])
        return self._symbols[key]

    def __missing__(self, word: str) -> tuple[int, ...]:
        plain = folded(word)
        keys = [(Form.INFLECTED, stem) for stem in stems(word, self._language)]
        keys += [(Form.PREFIX, plain[:length]) for length in self._lengths if length <= len(plain)]
        keys.append((Form.EXACT, exact(word)))
        symbols = tuple(dict.fromkeys(symbol for key in keys for symbol in self._by_form.get(key, ())))
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = symbols
        return symbols
