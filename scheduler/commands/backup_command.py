"""`wirewatch backup`: a checked copy of the archive, also while the service runs."""

from pathlib import Path

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock


@click.command("backup")
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to be made; else one more of the nightly backups, in their folder.",
)
@with_paths
def command(paths: Paths, to: Path | None) -> None:
    """Copy the archive as it is now into one file, check the copy, and say where it is.

    A running service is not disturbed. The copy takes its name only when it was found whole: whatever had the name
    before stays until then. Without --to it goes where the nightly backups are, and counts as one of them.
    """
    from scheduler.config import settings_of
    from scheduler.showing import console
    from scheduler.upkeep import make_backup
    from scheduler.upkeep_rules import rules_of
    from scheduler.writing_files import refuse_target
    from stories.store import StoreError
    from stories.store_backup import back_up

    database = paths.database_path()
    if not database.exists():
        raise StoreError(f"database {database}: not there yet; there is nothing to back up")
    if to is None:
        service = settings_of(paths.config_path).service.model_copy(update={"database": database})
        made = make_backup(database, rules_of(service), is_wanted=lambda: True, now=wall_clock())
    else:
        refuse_target(to, beside=database)
        back_up(database, to)
        made = to
    console().print(f"backup written to {made} ({made.stat().st_size / 1_000_000:.1f} MB, checked)")
