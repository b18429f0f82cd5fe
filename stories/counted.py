"""A number with what it counts: one article, two articles."""


def counted(count: int, one: str, many: str = "") -> str:
    """Return `count` with its noun, which is `one` or `many` (`one` with an s, where nothing else is said).

    >>> counted(1, "feed"), counted(0, "feed"), counted(2, "match", "matches")
    ('1 feed', '0 feeds', '2 matches')
    """
    return f"{count} {one if count == 1 else many or f'{one}s'}"
