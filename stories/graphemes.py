"""What people see as one character, and cutting between two of them."""

import regex

_FURTHER_MARKS = regex.compile(r"\p{M}{4}\K\p{M}+")
_CLUSTER = regex.compile(r"\X")  # as Unicode has it: UAX 29


def cut(text: str, limit: int) -> str:
    """Return the beginning of `text`, at most `limit` code points, that takes no character apart as people see it.

    An accent, the colour of a hand, or the second half of a flag is left out with what it stands at.

    >>> cut("🇩🇪🇫🇷", 3)
    '🇩🇪'
    """
    if len(text) <= limit:
        return text
    if text[: limit + 1].isascii():
        return text[:limit]
    end = 0
    for found in _CLUSTER.finditer(text):
        if found.end() > limit:
            break
        end = found.end()
    return text[:end]


def with_few_marks(text: str) -> str:
    r"""Return `text` with at most four marks at a letter, in any script: more run over the lines around it.

    >>> with_few_marks("e" + "\u0301" * 100) == "e" + "\u0301" * 4
    True
    """
    return str(_FURTHER_MARKS.sub("", text))


def shortened(text: str, limit: int) -> str:
    """Return `text` in at most `limit` code points: cut, it ends in an ellipsis.

    >>> shortened("A long headline", 7)
    'A long…'
    """
    return text if len(text) <= limit else f"{cut(text, limit - 1).rstrip()}…"
