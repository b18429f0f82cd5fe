"""`wirewatch deliveries retry`: a person has deliveries tried again."""

import sys

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock


@click.command("retry")
@click.argument("ids", nargs=-1, type=click.IntRange(min=1), metavar="[ID]...")
@with_paths
@click.option("--dead", "is_dead", is_flag=True, help="All that were given up.")
@click.option("--channel", metavar="NAME", help="All to this channel that wait, or with --dead were given up.")
def command(paths: Paths, ids: tuple[int, ...], is_dead: bool, channel: str | None) -> None:
    """Try deliveries again at once that failed or were given up.

    Their channels are tried at once, too, unless a service itself asked to be left alone. A delivery that may have
    arrived stays marked as a possible repeat. A running service notices within seconds; if none runs, the next
    `wirewatch run` or `poll` sends them. The exit code is 1 when one of them could not be tried again.
    """
    from scheduler.delivery_steering import chosen, retried
    from scheduler.showing import console

    picked = chosen(ids, is_dead=is_dead, channel=channel, may_wake=True)
    configured = _configured(paths)
    if channel and configured is not None and not is_dead and channel not in configured:
        raise click.BadParameter(f"no channel {channel!r}; there are: {', '.join(sorted(configured))}")
    steered = list(retried(paths.database_path(), picked, now=wall_clock(), configured=configured))
    for each in steered:
        console().print(each.sentence)
    if not all(each.is_done for each in steered):
        sys.exit(1)


def _configured(paths: Paths) -> frozenset[str] | None:
    """Return the names of the channels that there are, or None where the configuration cannot be used."""
    from scheduler.config import ConfigError, settings_of

    try:
        return frozenset(settings_of(paths.config_path).channels)
    except ConfigError:
        return None
