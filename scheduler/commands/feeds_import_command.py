"""`wirewatch feeds import`: feeds from the list of another program."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_paths

if TYPE_CHECKING:
    from scheduler.feed_importing import ImportPlan

_SHOWN = 20  # outlines that cannot be taken, told one by one


@click.command("import", short_help="Take in the feeds of an OPML file.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--to",
    "wanted",
    metavar="FILE.yaml",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where they go; else the first file of `feeds_from`.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@with_paths
def command(paths: Paths, file: Path, wanted: Path | None, dry_run: bool) -> None:
    """Take in the feeds of an OPML FILE, the list that a feed reader exports (- for standard input).

    They are written behind what stands in the file that config.yaml takes in by `feeds_from` (feeds.yaml beside it
    when there is none yet; config.yaml then gets that one line). Everything that is there stays as it is. Folders
    become tags. Feeds that are watched already are left alone; what cannot be asked is told, with exit code 1.

    \b
      wirewatch feeds import subscriptions.opml --dry-run
      wirewatch feeds import subscriptions.opml
    """  # noqa: D301  click wants the character itself
    from scheduler.feed_importing import plan_import
    from scheduler.feed_taking_in import Taken, known_feeds, place_for, take_in
    from scheduler.feed_writing import FeedFileError
    from scheduler.opml import MAX_BYTES, MAX_OUTLINES, OpmlError, read_opml
    from scheduler.showing import progress

    with click.open_file(str(file), "rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    try:
        with progress() as bars:
            bars.add_task("Reading the list", total=None)
            outlines, left_out = read_opml(content)
            place = place_for(paths.config_path, wanted)
            plan = plan_import(outlines, known_feeds(paths.config_path, place))
            taken = Taken(count=len(plan.new)) if dry_run else take_in(paths.config_path, place, plan.new)
    except OpmlError as error:
        raise click.ClickException(f"{file}: {error}") from None
    except FeedFileError as error:
        raise click.ClickException(str(error)) from None
    full = len(plan.new) - taken.count
    would = "would be " if dry_run else ""
    click.echo(
        f"{taken.count} feeds {would}added to {place.path}, {plan.known} already known, {len(plan.refused)} refused."
    )
    if taken.sentence:
        click.echo(taken.sentence)
    _tell_refused(file, plan)
    if left_out:
        click.echo(f"{file}: {left_out} more outlines; at most {MAX_OUTLINES} are looked at", err=True)
    if full:
        click.echo(f"{place.path} is full: {full} feeds found no room; name another file with --to", err=True)
    if plan.refused or left_out or full:
        sys.exit(1)


def _tell_refused(file: Path, plan: "ImportPlan") -> None:
    from scheduler.showing import console

    out = console(to_stderr=True)
    for sentence in plan.refused[:_SHOWN]:
        out.print(f"{file} {sentence}")
    if len(plan.refused) > _SHOWN:
        out.print(f"{file}: {len(plan.refused) - _SHOWN} more outlines were refused")
