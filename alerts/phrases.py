"""All phrases of all topics in one structure, found in one pass over the words of a text."""

from collections.abc import Iterable, Iterator, Sequence

from alerts.query import Form, Word
from stories.words import algorithm_of, exact, folded, stems

_REMEMBERED = 100_000  # words whose symbol is kept: each is looked up once, and then again and again
_NOWHERE: dict[int, int] = {}  # all leaves share it

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
    """Phrases as paths of symbols. A symbol is a stem, an exact form, or a beginning of words."""

    def __init__(self, phrases: dict[tuple[Word, ...], int], language: str | None) -> None:
        self._onward: list[dict[int, int]] = [{}]  # of each node: symbol -> next node; 0 is the root
        self._ends: list[tuple[int, ...]] = [()]  # of each node: the phrases that end there
        self._lexicon = _Lexicon(language)
        for words, phrase in phrases.items():
            nodes = {0}
            for word in words:
                nodes = {self._step(node, symbol) for node in nodes for symbol in self._lexicon.symbols_of(word)}
            for node in nodes:
                self._ends[node] += (phrase,)

    def find(self, words: Sequence[str]) -> list[Place]:
        lexicon, first, ends = self._lexicon, self._onward[0], self._ends
        symbols = [lexicon[word] for word in words]
        symbols.append(())
        found: list[Place] = []
        for start, here in enumerate(symbols):
            for symbol in here:
                node = first.get(symbol)
                if node is None:
                    continue
                if ends[node]:
                    found += [(phrase, start, start + 1) for phrase in ends[node]]
                onward = self._onward[node]
                for following in symbols[start + 1]:
                    if following in onward:
                        found += self._follow(onward[following], symbols, start, start + 2)
        return found

    def _follow(self, node: int, symbols: Sequence[Sequence[int]], start: int, end: int) -> Iterator[Place]:
        for phrase in self._ends[node]:
            yield phrase, start, end
        onward = self._onward[node]
        if onward:
            for symbol in symbols[end]:
                if symbol in onward:
                    yield from self._follow(onward[symbol], symbols, start, end + 1)

    def _step(self, node: int, symbol: int) -> int:
        onward = self._onward[node]
        if symbol not in onward:
            if not onward:
                onward = self._onward[node] = {}  # no longer the one that all leaves share
            onward[symbol] = len(self._onward)
            self._onward.append(_NOWHERE)
            self._ends.append(())
        return onward[symbol]


class _Lexicon(dict[str, tuple[int, ...]]):
    """The symbols that each word of a text stands for, found out when it is first met."""

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self._language = language
        self._symbols: dict[tuple[Form, str], int] = {}
        self._lengths: set[int] = set()

    def symbols_of(self, word: Word) -> tuple[int, ...]:
        """Return the symbols of a word of a phrase, any of which means it; new ones are made."""
        match word.form:
            case Form.INFLECTED:
                forms = stems(word.text, self._language)
            case Form.PREFIX:
                forms = (folded(word.text),)
                self._lengths.add(len(forms[0]))
            case Form.EXACT:
                forms = (exact(word.text),)
        return tuple(self._symbols.setdefault((word.form, form), len(self._symbols)) for form in forms)

    def __missing__(self, word: str) -> tuple[int, ...]:
        plain = folded(word)
        keys = [(Form.INFLECTED, stem) for stem in stems(word, self._language)]
        keys += [(Form.PREFIX, plain[:length]) for length in self._lengths if length <= len(plain)]
        keys.append((Form.EXACT, exact(word)))
        symbols = tuple(self._symbols[key] for key in keys if key in self._symbols)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = symbols
        return symbols
