"""`wirewatch export`: all articles as JSON lines, or as CSV."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from scheduler.options import Paths, with_paths

if TYPE_CHECKING:
    from stories.store_articles import Found


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv"]),
    help="Default: csv when FILE ends in .csv, else json.",
)
@with_paths
def command(paths: Paths, file: Path, form: str | None) -> None:
    """Write all articles to FILE (- for standard output), in the order in which they came.

    As JSON lines each has the fields that `wirewatch import` takes, with labels if there are any, story_id, and topics:
    the names of those that matched. As CSV (for spreadsheets) the same stands in columns; texts are cut after 32,000
    characters, and an apostrophe stands before what a spreadsheet would take for a formula.

    FILE is written whole or not at all; one that is a link is refused.
    """
    from scheduler.showing import console, progress
    from stories.store import read_store
    from stories.store_articles import all_articles, count_articles

    out = console(to_stderr=True)
    is_csv = form == "csv" or (form is None and file.suffix.lower() == ".csv")
    with read_store(paths.database_path()) as store, _opened(file) as opened, progress() as bars:
        total = count_articles(store)
        bar = bars.add_task("Writing articles", total=total)
        write = _csv_writer(opened, with_mark=str(file) != "-") if is_csv else _json_writer(opened)
        for found in all_articles(store):
            write(found)
            bars.advance(bar)
    out.print(f"{total} articles written to {'standard output' if str(file) == '-' else file}")


@contextmanager
def _opened(file: Path) -> Iterator[IO[str]]:
    from scheduler.writing_files import written_whole

    if str(file) == "-":
        with click.open_file("-", "w", encoding="utf-8") as stream:
            yield stream
    else:
        with written_whole(file) as opened:
            yield opened


def _json_writer(file: IO[str]) -> "Callable[[Found], object]":
    from scheduler.json_lines import line_of

    return lambda found: file.write(json.dumps(line_of(found), ensure_ascii=False) + "\n")


def _csv_writer(file: IO[str], *, with_mark: bool) -> "Callable[[Found], object]":
    """Return what writes rows; in a file, a mark before them tells spreadsheets that it is UTF-8."""
    from scheduler.csv_lines import COLUMNS, row_of

    if with_mark:
        file.write("\ufeff")
    rows = csv.writer(file, quoting=csv.QUOTE_ALL)
    rows.writerow(COLUMNS)
    return lambda found: rows.writerow(row_of(found))
