"""`wirewatch mute`: a person does not want to be told of something for a while."""

from datetime import timedelta

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock


def _span(_context: click.Context, _parameter: click.Parameter, written: str) -> timedelta:
    from scheduler.muting import LONGEST, SHORTEST
    from stories.durations import parse_duration

    try:
        span = parse_duration(written)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if not SHORTEST <= span <= LONGEST:
        raise click.BadParameter("expected a duration from 1m to 365d")
    return span


def _topics(paths: Paths) -> list[str]:
    """Return the topics of the configuration, or of the archive while somebody edits that and it has mistakes."""
    from scheduler.config import ConfigError, topics_of
    from stories.store import read_store
    from stories.store_mutes import topics_told

    try:
        return [topic.name for topic in topics_of(paths.config_path)]
    except ConfigError:
        with read_store(paths.database_path()) as store:
            return topics_told(store)


@click.command("mute")
@click.argument("subject", metavar="TOPIC|STORY|OUTLET")
@with_paths
@click.option("--for", "span", required=True, callback=_span, metavar="DURATION", help="How long: 2h, 3d.")
@click.option("--why", default="", metavar="WORDS", help="Why; `status` and `wirewatch why` show it.")
def command(paths: Paths, subject: str, span: timedelta, why: str) -> None:
    """Tell nobody of a topic, a story or an outlet for a while.

    A story is named by its number. Where that is not clear, say topic:NAME, story:NUMBER or outlet:NAME; story: takes
    an article of it, too. Everything is archived and matched all the same: `wirewatch why ARTICLE` tells what was
    muted. What waits to be sent and is muted when its time comes is dropped.

    The mute ends by itself; until then `status` lists it, and `unmute` ends it sooner. What was muted is not told
    afterwards. Works while the service runs.
    """
    from scheduler.muting import muted
    from scheduler.showing import console

    names = _topics(paths)
    for sentence in muted(paths.database_path(), names, subject, span=span, why=why, now=wall_clock()):
        console().print(sentence)
