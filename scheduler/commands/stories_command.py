"""`wirewatch stories`: the newest stories, who reported them, and how far they have spread."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, Since, with_format, with_limit, with_paths

if TYPE_CHECKING:
    from stories.store import Store


@click.command("stories")
@with_paths
@click.option("--topic", metavar="NAME", help="Only stories of which an article matched this topic.")
@click.option("--told", is_flag=True, help="Only stories that were told (with --topic: under it).")
@click.option("--several", is_flag=True, help="Only stories of more than one article.")
@click.option("--since", type=Since(), metavar="WHEN", help="Only with an article since: a date, or 12h, 7d.")
@with_format
@with_limit
def command(
    paths: Paths, topic: str | None, told: bool, several: bool, since: datetime | None, form: str, limit: int
) -> None:
    """List the stories with the newest articles: what they tell, who reported it, how many tell it, what was told.

    The headline is that of the best article: of who reported the story, if that one is here, else of another one that
    reported and did not retell. `wirewatch story NUMBER` shows one as a timeline. docs/stories.md explains what a story
    is, and how to correct one with `wirewatch split` and `wirewatch join`.
    """
    from scheduler.story_list import show_stories
    from stories.store import read_store
    from stories.store_story_list import Wanted, newest_stories

    with read_store(paths.database_path()) as store:
        name = _topic(store, topic, paths) if topic else None
        wanted = Wanted(topic=name, is_told=told, is_several=several, since=since)
        found = newest_stories(store, wanted, limit=limit)
    is_narrowed = wanted != Wanted()
    nothing = "No story is like that." if is_narrowed else "No stories yet: `wirewatch poll` brings the first articles."
    show_stories(found, form, empty=nothing)


def _topic(store: "Store", said: str, paths: Paths) -> str:
    """Return the name of a topic as the archive has it, or as the configuration has one that matched nothing yet."""
    from scheduler.finding import NothingFound
    from stories.store_history import topics_remembered
    from stories.text import clean, fold

    known = topics_remembered(store)
    for name in (*known, *_configured(paths)):
        if fold(name) == fold(said):
            return name
    there = f"; those that were: {', '.join(known)}" if known else ""
    raise NothingFound(f"no article was ever matched by a topic called {clean(said, 100)!r}{there}")


def _configured(paths: Paths) -> list[str]:
    """Return the topics of the configuration; none where there is no good one: the archive is enough for a list."""
    from scheduler.config import ConfigError

    try:
        return [topic.name for topic in paths.load().topics]
    except (ConfigError, OSError):
        return []
