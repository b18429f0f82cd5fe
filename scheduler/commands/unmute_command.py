"""`wirewatch unmute`: a person wants to be told again."""

from datetime import UTC, datetime

import click

from scheduler.options import Paths, with_paths


@click.command("unmute")
@click.argument("subject", metavar="TOPIC|STORY|OUTLET")
@with_paths
def command(paths: Paths, subject: str) -> None:
    """End a mute before its time; `wirewatch status` lists those that hold.

    What was muted meanwhile is not told afterwards. Works while the service runs.
    """
    from scheduler.muting import unmuted
    from scheduler.showing import console

    for sentence in unmuted(paths.database_path(), subject, now=datetime.now(UTC)):
        console().print(sentence)
