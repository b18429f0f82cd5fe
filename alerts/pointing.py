"""A caret under the place of a query that a sentence speaks of."""

import unicodedata

_SHOWN = 70  # characters of a query beside its caret


def pointed_at(query: str, position: int) -> str:
    """Return the line of `query` that holds `position`, or the part of it that fits, above a caret."""
    start = query.rfind("\n", 0, position) + 1
    line = query[start:].partition("\n")[0].rstrip()
    column = min(position - start, len(line))
    left = max(0, column - _SHOWN // 2) if len(line) > _SHOWN else 0
    shown = line[left : left + _SHOWN]
    before, after = "…" if left else "", "…" if left + _SHOWN < len(line) else ""
    printed = "".join(char if char.isprintable() else " " for char in shown)
    return f"  {before}{printed}{after}\n  {' ' * (len(before) + _width(shown[: column - left]))}^"


def _width(text: str) -> int:
    """Return how many columns of a terminal `text` takes."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text if not unicodedata.combining(char)
    )
