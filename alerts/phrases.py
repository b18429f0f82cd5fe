"""All phrases of all topics in one structure, found in one pass over the words of a text."""

from collections.abc import Iterable, Sequence

from alerts.query import Form, Word
from stories.words import exact, folded, stems

_REMEMBERED = 100_000  # words whose symbols are kept: each is looked up once, and then again and again
_NO_PHRASE = -1


class PhraseTrie:
    """Phrases by their words: what a text costs depends on its words, not on how many phrases there are.

    The trie is made of symbols, one for each word that a phrase holds. A word of a text stands for all symbols that
    it matches: by its stem in the language of the text, by its exact form, by its beginnings.
    """

    def __init__(self) -> None:
        self._onward: list[dict[int, int]] = [{}]  # of each node: symbol -> next node; 0 is the root
        self._ends: list[int] = [_NO_PHRASE]  # of each node: the phrase that ends there
        self._symbols: dict[Word, int] = {}
        self._count = 0
        self._lexicons: dict[str | None, _Lexicon] = {}

    def add(self, words: Iterable[Word]) -> int:
        """Take a phrase in and return its number; the same words have the same number."""
        self._lexicons.clear()
        node = 0
        for word in words:
            symbol = self._symbols.setdefault(word, len(self._symbols))
            following = self._onward[node].get(symbol)
            if following is None:
                following = self._onward[node][symbol] = len(self._onward)
                self._onward.append({})
                self._ends.append(_NO_PHRASE)
            node = following
        if self._ends[node] == _NO_PHRASE:
            self._ends[node] = self._count
            self._count += 1
        return self._ends[node]

    def find(self, words: Sequence[str], language: str | None) -> list[tuple[int, int, int]]:
        """Return each phrase that occurs among `words`: its number, its first word, and the one after its last."""
        lexicon = self._lexicons.get(language)
        if lexicon is None:
            lexicon = self._lexicons[language] = _Lexicon(self._symbols, language)
        symbols = [lexicon[word] for word in words]
        first, found = self._onward[0], []
        for start, here in enumerate(symbols):
            for symbol in here:
                if symbol in first:
                    found += self._follow(first[symbol], symbols, start)
        return found

    def _follow(self, node: int, symbols: Sequence[tuple[int, ...]], start: int) -> list[tuple[int, int, int]]:
        found = []
        pending = [(node, start + 1)]
        while pending:
            node, end = pending.pop()
            if self._ends[node] != _NO_PHRASE:
                found.append((self._ends[node], start, end))
            onward = self._onward[node]
            if onward and end < len(symbols):
                pending += [(onward[symbol], end + 1) for symbol in symbols[end] if symbol in onward]
        return found


class _Lexicon(dict[str, tuple[int, ...]]):
    """What each word of a text in one language stands for, found out when it is first met."""

    def __init__(self, symbols: dict[Word, int], language: str | None) -> None:
        super().__init__()
        self._language = language
        self._by_form: dict[tuple[Form, str], tuple[int, ...]] = {}
        for word, symbol in symbols.items():
            for key in _keys(word, language):
                self._by_form[word.form, key] = (*self._by_form.get((word.form, key), ()), symbol)
        self._lengths = sorted({len(key) for form, key in self._by_form if form is Form.PREFIX})

    def __missing__(self, word: str) -> tuple[int, ...]:
        plain = folded(word)
        keys = [(Form.INFLECTED, stem) for stem in stems(word, self._language)]
        keys += [(Form.PREFIX, plain[:length]) for length in self._lengths if length <= len(plain)]
        keys.append((Form.EXACT, exact(word)))
        found = tuple(dict.fromkeys(symbol for key in keys for symbol in self._by_form.get(key, ())))
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = found
        return found


def _keys(word: Word, language: str | None) -> tuple[str, ...]:
    match word.form:
        case Form.INFLECTED:
            return stems(word.text, language)
        case Form.PREFIX:
            return (folded(word.text),)
        case Form.EXACT:
            return (exact(word.text),)
