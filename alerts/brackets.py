"""Whether a query leaves it to the rules of precedence how it is read."""

import re

from stories.text import plain_punctuation

_TOKEN = re.compile(r'-(?=[^\s)])|!(?=[\w("])|[^\W\d_]\w*:(?!//)|=?"[^"]*"|/(?:[^/\\\n]|\\.)+/\w*|[()]|[^\s()"]+')
_JOINS = {"OR": "OR", "||": "OR", "AND": "AND", "&&": "AND"}
_NEAR = re.compile(r"NEAR(/\d*)?")
_LEADING = re.compile(r"NOT|[^\W\d_]\w*:|[-!]")  # what goes on with the next piece


def mixes_and_with_or(query: str) -> bool:
    """Whether AND, written or meant by a space, stands beside OR in `query` without brackets between them.

    >>> mixes_and_with_or("a b OR c"), mixes_and_with_or("(a b) OR c"), mixes_and_with_or("title:a -b")
    (True, False, False)
    """
    levels: list[set[str]] = [set()]
    is_after_operand = False
    for piece in _TOKEN.findall(plain_punctuation(query).replace("„", '"')):
        if piece == ")":
            if len(levels.pop()) > 1 or not levels:
                return bool(levels)
            is_after_operand = True
        elif piece in _JOINS:
            levels[-1].add(_JOINS[piece])
            is_after_operand = False
        elif _NEAR.fullmatch(piece):
            is_after_operand = False
        else:
            if is_after_operand:
                levels[-1].add("AND")
            if piece == "(":
                levels.append(set())
            is_after_operand = piece != "(" and _LEADING.fullmatch(piece) is None
    return any(len(level) > 1 for level in levels)
