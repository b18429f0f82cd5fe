"""Long messages in parts that a service takes, cut where a reader would."""

from collections.abc import Callable

from stories import graphemes

_PLACES = ("\n\n", "\n", " ")


def cut(text: str, room: int, length: Callable[[str], int] = len) -> list[str]:
    r"""Return `text` in parts that are no longer than `room` by `length`: between paragraphs, else lines, else words.

    >>> cut("One story.\n\nAnother one.\n\nA third.", 24)
    ['One story.\n\nAnother one.', 'A third.']
    """
    parts = []
    while length(text) > room:
        head = _longest(text, room, length)
        place = next(
            (at for sign in _PLACES if (at := text.rfind(sign, 0, len(head) + len(sign))) > len(head) // 4), len(head)
        )
        parts.append(text[:place].rstrip())
        text = text[place:].lstrip()
    return [part for part in (*parts, text) if part.strip()] or [text]


def _longest(text: str, room: int, length: Callable[[str], int]) -> str:
    """Return as much of the beginning of `text` as fits, at least one character, with none taken apart if possible."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(text[:middle]) <= room else (low, middle - 1)
    return graphemes.cut(text, low) or text[:low]
