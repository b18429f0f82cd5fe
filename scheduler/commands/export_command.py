"""`wirewatch export`: all articles as JSON lines."""

import json
from pathlib import Path

import click

from scheduler.options import Paths, with_paths


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True, allow_dash=True))
@with_paths
def command(paths: Paths, file: Path) -> None:
    """Write all articles to FILE (- for standard output), in the order in which they came.

    Each line has the fields that `wirewatch import` takes, with labels if there are any, story_id, and topics: the
    names of those that matched.
    """
    from scheduler.json_lines import line_of
    from scheduler.showing import console, progress
    from stories.store import read_store
    from stories.store_articles import all_articles, count_articles

    out = console(to_stderr=True)
    if not file.parent.is_dir():
        raise click.BadParameter(f"the folder {file.parent} does not exist", param_hint="FILE")
    with (
        read_store(paths.database_path()) as store,
        click.open_file(str(file), "w", encoding="utf-8", atomic=str(file) != "-") as opened,
        progress() as bars,
    ):
        total = count_articles(store)
        bar = bars.add_task("Writing articles", total=total)
        for found in all_articles(store):
            opened.write(json.dumps(line_of(found), ensure_ascii=False) + "\n")
            bars.advance(bar)
    out.print(f"{total} articles written to {'standard output' if str(file) == '-' else file}")
