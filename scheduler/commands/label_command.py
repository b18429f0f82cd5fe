"""`wirewatch label`: what a person says of an article under a topic."""

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock


@click.command("label")
@click.argument("article")
@click.argument("topic")
@click.argument("verdict", type=click.Choice(["good", "bad", "missed"]), required=False)
@with_paths
@click.option("--remove", is_flag=True, help="Take the label back.")
def command(paths: Paths, article: str, topic: str, verdict: str | None, remove: bool) -> None:
    """Say of an article whether TOPIC should find it; `wirewatch quality` tells what that means for the topic.

    \b
      good    rightly found
      bad     not what the topic is for, found or not
      missed  should have been found

    ARTICLE is an id, a beginning of it of four characters or more, or an address. A later label replaces an earlier
    one. Only one process can write an archive: while the service runs, stop it first.
    """  # noqa: D301  click wants the character itself
    from scheduler.finding import find_article
    from scheduler.lock import only_writer
    from scheduler.showing import console
    from stories.store import open_store, read_store
    from stories.store_labels import Label, Verdict, labels_of, remove_label, save_label

    if (verdict is None) is not remove:
        raise click.UsageError("say one of good, bad and missed, or --remove")
    database = paths.database_path()
    with read_store(database) as store:  # first: an archive that is not there must not come to be by this
        found = find_article(store, article)
        before = labels_of(store, found.id)
    name = topic if remove and topic in before else _topic(paths, topic)  # a topic that is no more leaves its labels
    if verdict is None and name not in before:
        raise click.ClickException(f"{found.id} has no label under {name}")
    with only_writer(database), open_store(database) as store, store.writing():
        if verdict is None:
            remove_label(store, found.id, name)
        else:
            save_label(store, Label(found.id, name, Verdict(verdict)), now=wall_clock())
    was = f" (was {before[name]})" if name in before else ""
    console().print(f"{found.id} “{found.article.title}”: {verdict or 'no label any more'} under {name}{was}")


def _topic(paths: Paths, said: str) -> str:
    from scheduler.config import topics_of
    from scheduler.finding import find_topic

    return find_topic(topics_of(paths.config_path), said).name
