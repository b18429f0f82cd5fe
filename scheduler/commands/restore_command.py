"""`wirewatch restore`: a backup in the place of the archive."""

from pathlib import Path

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_paths
def command(paths: Paths, file: Path) -> None:
    """Put a copy of the backup FILE into the place of the archive; stop the service first.

    FILE is looked through before: one that is damaged, or holds anything that wirewatch does not make, is refused, and
    nothing is changed. What was in the archive's place is kept beside it, and its name is said.

    What came after the backup was made is not in it. What feeds still list of that is told again at the next polls,
    marked as a possible repeat; what is older than the backup is learnt in silence.
    """
    from scheduler.lock import only_writer
    from scheduler.showing import console
    from stories.store_restore import aside_of, restore

    now, database = wall_clock(), paths.database_path()
    if database.exists() and file.exists() and file.samefile(database):
        raise click.BadParameter(f"{file} is the archive itself", param_hint="FILE")
    with only_writer(database):
        was_there = database.exists()
        aside = aside_of(database, "replaced", now)
        restoration = restore(file, database, aside=aside, why=f"{file.name} was restored by hand", now=now)
    out = console()
    out.print(f"{file} is the archive now; it knows what happened until {restoration.known_until:%Y-%m-%d %H:%M} UTC")
    if was_there:
        out.print(f"what was there before is kept as {aside}")
