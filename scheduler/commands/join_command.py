"""`wirewatch join`: a person says that stories are one."""

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock


@click.command("join")
@click.argument("stories", nargs=-1, required=True, metavar="STORY STORY [STORY]...")
@with_paths
@click.option("--because", default="", metavar="WORDS", help="Why; `wirewatch story` shows it.")
def command(paths: Paths, stories: tuple[str, ...], because: str) -> None:
    """Say that stories are one: the younger go into the oldest, with their articles and alerts.

    STORY is a number, or an article of the story: an id, a beginning of one, or an address. It is remembered, and no
    alert is sent for it; what any of them was told counts for the whole. `wirewatch split` takes it back. Only one
    process can write an archive: while the service runs, stop it first.
    """
    from scheduler.lock import only_writer
    from scheduler.showing import console
    from scheduler.story_correcting import join_stories, which_to_join
    from stories.store import open_store, read_store

    database = paths.database_path()
    with read_store(database) as store:  # first: an archive that is not there must not come to be by this
        which_to_join(store, stories)
    with only_writer(database), open_store(database) as store, store.writing():
        for sentence in join_stories(store, which_to_join(store, stories), reason=because, now=wall_clock()):
            console().print(sentence)
