"""Articles as lines of CSV, for spreadsheets: nothing in a cell is run as a formula."""

from collections.abc import Mapping

from scheduler.json_lines import line_of
from stories.store_articles import Found

COLUMNS = (
    *("id", "seen_at", "published_at", "title", "source", "url", "topics", "labels", "story_id", "summary", "text"),
    *("author", "language", "feed_source", "links"),
)
MOST = 32_000  # characters in a cell: a spreadsheet takes 32,767
# What begins a formula, in full width, too, and what spreadsheets skip or take off before they look.
_BEGINS_FORMULA = frozenset("=+-@|%\t\r\n＝＋－＠")


def row_of(found: Found) -> list[str]:
    """Return the cells of one article, in the order of COLUMNS."""
    said = line_of(found)
    return [cell(said.get(name)) for name in COLUMNS]


def cell(value: object) -> str:
    """Return a value as a cell shows it; what a spreadsheet would take for a formula gets an apostrophe before it.

    >>> cell("=cmd|'/c calc'!A0"), cell("a = b"), cell(["one", "two"])
    ("'=cmd|'/c calc'!A0", 'a = b', 'one; two')
    """
    if value is None:
        return ""
    if isinstance(value, list):
        text = "; ".join(str(each) for each in value)
    elif isinstance(value, Mapping):
        text = "; ".join(f"{name}: {each}" for name, each in value.items())
    else:
        text = str(value)
    text = f"{text[: MOST - 1]}…" if len(text) > MOST else text
    return f"'{text}" if text.lstrip(" \u00a0\u200b\ufeff'\"")[:1] in _BEGINS_FORMULA else text
