"""`wirewatch deliveries drop`: a person takes deliveries out of the outbox."""

import sys

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock


@click.command("drop")
@click.argument("ids", nargs=-1, type=click.IntRange(min=1), metavar="[ID]...")
@with_paths
@click.option("--dead", "is_dead", is_flag=True, help="All that were given up.")
@click.option("--channel", metavar="NAME", help="With --dead: only those to this channel.")
@click.option("--why", required=True, metavar="WORDS", help="Why; `wirewatch why ARTICLE` shows it.")
def command(paths: Paths, ids: tuple[int, ...], is_dead: bool, channel: str | None, why: str) -> None:
    """Never send deliveries that wait or were given up.

    What is on its way cannot be called back. The exit code is 1 when one of them could not be dropped.
    """
    from scheduler.delivery_steering import chosen, dropped
    from scheduler.showing import console

    picked = chosen(ids, is_dead=is_dead, channel=channel)
    steered = list(dropped(paths.database_path(), picked, why=why, now=wall_clock()))
    for each in steered:
        console().print(each.sentence)
    if not all(each.is_done for each in steered):
        sys.exit(1)
