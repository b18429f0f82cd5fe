"""Regular expressions of users, on RE2: their time grows with the text, whatever they say."""

from collections.abc import Iterator
from itertools import islice

import re2

MAX_PATTERN = 1000
_MEMORY = 1 << 20  # bytes for one expression; RE2 refuses what takes more
_MOST = 50  # times that one expression is found in one text; more would tell nothing new
_SET_MEMORY = 1 << 26  # bytes for all of them together
_REFUSED = {
    "(?<": "RE2 has no look-behind",
    "(?=": "RE2 has no look-ahead",
    "(?!": "RE2 has no look-ahead",
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


def check_regex(pattern: str) -> None:
    """Say whether `pattern` can be used.

    :raises RegexError: when RE2 refuses it, or it finds the empty text and so every article
    """
    if len(pattern) > MAX_PATTERN:
        raise RegexError(f"a regular expression has at most {MAX_PATTERN} characters, this one has {len(pattern)}")
    if _compiled(pattern, ignores_case=False).search("") is not None:
        raise RegexError("the regular expression finds the empty text, and so every article")


class RegexSet:
    """Many regular expressions, asked together: one pass over a text tells which of them occur."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, bool], int] = {}
        self._each: list[re2._Regexp] = []
        self._set: re2.Set | None = None

    def add(self, pattern: str, *, ignores_case: bool) -> int:
        """Take a pattern in and return its number; the same pattern has the same number."""
        number = self._numbers.setdefault((pattern, ignores_case), len(self._each))
        if number == len(self._each):
            self._each.append(_compiled(pattern, ignores_case=ignores_case))
            self._set = None
        return number

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield the number of each pattern that occurs in `text`, with where: first character, one after the last."""
        if not self._each or not text:
            return
        if self._set is None:
            self._set = self._compiled_together()
        for number in sorted(self._set.Match(text)):
            for found in islice(self._each[number].finditer(text), _MOST):
                yield number, found.start(), found.end()

    def _compiled_together(self) -> "re2.Set":
        together = re2.Set.SearchSet(_options(ignores_case=False, memory=_SET_MEMORY))
        for pattern, ignores_case in self._numbers:
            together.Add(f"(?i:{pattern})" if ignores_case else pattern)
        together.Compile()
        return together


def _compiled(pattern: str, *, ignores_case: bool) -> "re2._Regexp":
    try:
        return re2.compile(pattern, _options(ignores_case=ignores_case, memory=_MEMORY))
    except (re2.error, UnicodeError) as error:
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
