"""Tables for people and JSON for machines; nothing that came from the web can steer a terminal."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from stories.text import clean

if TYPE_CHECKING:
    from rich.progress import Progress

_LONGEST = 2000
_PIPE_WIDTH = 10_000  # a pipe has no width: whole cells, so that grep finds what it looks for
_WHOLE = frozenset({"id", "seen", "told", "last poll", "next poll", "every"})  # columns that are useless in pieces


def console(*, to_stderr: bool = False) -> Console:
    """Return a console: colours only on a terminal and without NO_COLOR, no markup read from texts."""
    is_terminal = (sys.stderr if to_stderr else sys.stdout).isatty()
    return Console(stderr=to_stderr, markup=False, highlight=False, width=None if is_terminal else _PIPE_WIDTH)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> None:
    """Print `rows` under `columns` so that they fit the terminal, or the sentence `empty`."""
    rows = list(rows)
    if not rows:
        console().print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in _WHOLE)
    for row in rows:
        table.add_row(*(Text(clean(cell, _LONGEST)) for cell in row))
    show(table)


def show(what: RenderableType) -> None:
    """Print `what` as wide as the terminal; into a pipe, without the blanks that would fill its lines."""
    out = console()
    if out.is_terminal:
        out.print(what)
        return
    with out.capture() as captured:
        out.print(what)
    for line in captured.get().splitlines():
        print(line.rstrip())  # noqa: T201  it is what the console would print


def progress() -> "Progress":
    """Return a progress bar for a `with`; only a terminal shows it, and not after it is done."""
    from rich.progress import Progress

    out = console(to_stderr=True)
    return Progress(console=out, transient=True, disable=not out.is_terminal)


def show_json(value: object) -> None:
    """Print `value` as one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))  # noqa: T201  for machines: no console


def ago(at: datetime | None, now: datetime) -> str:
    """Return how long ago, or in how long, an instant is: `3 min ago`, `in 2 h`, `never`."""
    if at is None:
        return "never"
    seconds = (now - at).total_seconds()
    size = size_of(abs(seconds))
    return f"{size} ago" if seconds >= 0 else f"in {size}"


def short_time(at: datetime | None) -> str:
    """Return an instant in the reader's own time zone, to the minute."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at else ""


def size_of(seconds: float) -> str:
    """Return a length of time in its largest unit that tells enough: `90 s` is `2 min`."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length or (unit == "min" and seconds >= length):
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    raise TypeError(f"no JSON for {type(value).__name__}")
