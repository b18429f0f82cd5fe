"""`wirewatch deliveries retry`: a person has deliveries tried again."""

from datetime import UTC, datetime

import click

from scheduler.options import Paths, with_paths


@click.command("retry")
@click.argument("ids", nargs=-1, type=click.IntRange(min=1), metavar="[ID]...")
@with_paths
@click.option("--dead", "is_dead", is_flag=True, help="All that were given up.")
@click.option("--channel", metavar="NAME", help="With --dead: only those to this channel.")
def command(paths: Paths, ids: tuple[int, ...], is_dead: bool, channel: str | None) -> None:
    """Try deliveries again at once that failed or were given up.

    Their channels are tried at once, too, unless a service itself asked to be left alone. A delivery that may have
    arrived stays marked as a possible repeat. A running service notices within seconds; if none runs, the next
    `wirewatch run` or `poll` sends them.
    """
    from scheduler.delivery_steering import chosen, retried
    from scheduler.showing import console

    picked = chosen(ids, is_dead=is_dead, channel=channel)
    configured = _configured(paths)
    for sentence in retried(paths.database_path(), picked, now=datetime.now(UTC), configured=configured):
        console().print(sentence)


def _configured(paths: Paths) -> frozenset[str] | None:
    """Return the names of the channels that there are, or None where the configuration cannot be used."""
    from scheduler.config import ConfigError, settings_of

    try:
        return frozenset(settings_of(paths.config_path).channels)
    except ConfigError:
        return None
