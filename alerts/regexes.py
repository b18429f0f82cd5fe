"""Regular expressions of users, on RE2: their time grows with the text, whatever they say."""

import re
from collections.abc import Iterator
from itertools import islice

import re2

MAX_PATTERN = 1000
_MEMORY = 1 << 20  # bytes for one expression; RE2 refuses what takes more
_MOST = 5  # times that one expression is looked for in one piece of text; more would tell nothing new
_SET_MEMORY = 1 << 26  # bytes for those that are asked together
_SET_SIZE = 500_000  # instructions of RE2 in them; at twice as many it refuses to compile within that memory
_BETWEEN_BREAKS = re.compile("[^\0]+")
_REFUSED = {
    "(?<": "RE2 has no look-behind",
    "(?=": "RE2 has no look-ahead",
    "(?!": "RE2 has no look-ahead",
    "(?": "RE2 knows no bracket that begins so",
    "invalid escape sequence": "RE2 does not know this escape; back-references such as \\1 are not possible",
    "bad repetition": "a repetition of a repetition, or of too many",
    "invalid repetition": "a repetition of more than 1000",
    "pattern too large": "it takes too much memory",
    "missing )": "a bracket is never closed",
    "unexpected )": "a bracket was never opened",
    "missing ]": "a [ is never closed",
}


class RegexError(ValueError):
    """A regular expression that cannot be used; the text says why."""


def check_regex(pattern: str, *, ignores_case: bool = False) -> None:
    """Say whether `pattern` can be used.

    :raises RegexError: when RE2 refuses it, or it finds the empty text and so every article
    """
    if len(pattern) > MAX_PATTERN:
        raise RegexError(f"a regular expression has at most {MAX_PATTERN} characters, this one has {len(pattern)}")
    compiled = _compiled(pattern, ignores_case=ignores_case)
    if any(found.start() == found.end() for text in ("", "a b") for found in compiled.finditer(text)):
        raise RegexError("the regular expression finds the empty text, and so every article")


class RegexSet:
    """Many regular expressions, asked together: one pass over a text tells which of them occur."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, bool], int] = {}
        self._each: list[re2._Regexp] = []
        self._together: list[tuple[int, re2.Set]] | None = None  # each with the number of its first pattern

    def add(self, pattern: str, *, ignores_case: bool) -> int:
        """Take a pattern in and return its number; the same pattern has the same number."""
        number = self._numbers.setdefault((pattern, ignores_case), len(self._each))
        if number == len(self._each):
            self._each.append(_compiled(pattern, ignores_case=ignores_case))
            self._together = None
        return number

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        r"""Yield the number of each pattern that occurs in `text`, with where: first character, one after the last.

        Nothing that is found is empty or reaches over a break (``\0``).
        """
        if not self._each:
            return
        if self._together is None:
            self._together = list(self._compiled_together())
        for piece in _BETWEEN_BREAKS.finditer(text):
            # RE2 reads UTF-8, in which half of a character cannot be written.
            readable = piece[0].encode("utf-8", "replace").decode()
            for number in self._occurring(readable):
                every = (found.span() for found in self._each[number].finditer(readable))
                for start, end in islice((span for span in every if span[0] < span[1]), _MOST):
                    yield number, piece.start() + start, piece.start() + end

    def _occurring(self, text: str) -> Iterator[int]:
        for first, patterns in self._together or ():
            yield from (first + number for number in sorted(patterns.Match(text) or ()))

    def _compiled_together(self) -> Iterator[tuple[int, "re2.Set"]]:
        first, size, together = 0, 0, re2.Set.SearchSet(_options(ignores_case=False, memory=_SET_MEMORY))
        for number, (pattern, ignores_case) in enumerate(self._numbers):
            size += self._each[number].programsize
            if size > _SET_SIZE and number > first:
                together.Compile()
                yield first, together
                first, size = number, self._each[number].programsize
                together = re2.Set.SearchSet(_options(ignores_case=False, memory=_SET_MEMORY))
            together.Add(f"(?i){pattern}" if ignores_case else pattern)
        together.Compile()
        yield first, together


def _compiled(pattern: str, *, ignores_case: bool) -> "re2._Regexp":
    try:
        return re2.compile(pattern, _options(ignores_case=ignores_case, memory=_MEMORY))
    except UnicodeError as error:
        raise RegexError("the regular expression cannot be used: half of a character stands in it") from error
    except re2.error as error:
        raise RegexError(f"the regular expression cannot be used: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    said = error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else str(error)
    return next((f"{reason} ({said})" for sign, reason in _REFUSED.items() if sign in said), said)


def _options(*, ignores_case: bool, memory: int) -> "re2.Options":
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignores_case
    options.max_mem = memory
    return options
