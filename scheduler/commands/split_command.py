"""`wirewatch split`: a person says that articles tell another story."""

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock


@click.command("split")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@with_paths
@click.option("--because", default="", metavar="WORDS", help="Why; `wirewatch story` shows it.")
def command(paths: Paths, articles: tuple[str, ...], because: str) -> None:
    """Say that articles tell another story than the rest of theirs: they leave it and form a new one together.

    ARTICLE is an id, a beginning of one of four characters or more, or an address; `wirewatch story` shows them. The
    number of a story that went into another one stands for all the articles it brought there. The two are never joined
    by rule again; `wirewatch join` takes it back. What was told so far counts for both: nothing is told again. Only one
    process can write an archive: while the service runs, stop it first.
    """
    from scheduler.lock import only_writer
    from scheduler.showing import console
    from scheduler.story_correcting import split_off, which_to_split
    from stories.store import open_store, read_store

    database = paths.database_path()
    with read_store(database) as store:  # first: an archive that is not there must not come to be by this
        which_to_split(store, articles)
    with only_writer(database), open_store(database) as store, store.writing():
        console().print(split_off(store, which_to_split(store, articles), reason=because, now=wall_clock()))
