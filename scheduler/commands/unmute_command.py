"""`wirewatch unmute`: a person wants to be told again."""

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock


@click.command("unmute")
@click.argument("subject", metavar="TOPIC|STORY|OUTLET")
@with_paths
def command(paths: Paths, subject: str) -> None:
    """End a mute before its time; `wirewatch status` lists those that hold.

    What was muted meanwhile is not told afterwards. Works while the service runs.
    """
    from scheduler.muting import unmuted
    from scheduler.showing import console

    for sentence in unmuted(paths.database_path(), subject, now=wall_clock()):
        console().print(sentence)
