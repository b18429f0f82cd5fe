"""`wirewatch articles`: the newest articles of the archive."""

import click

from scheduler.options import Paths, with_format, with_limit, with_paths


@click.command("articles")
@with_paths
@with_format
@with_limit
def command(paths: Paths, form: str, limit: int) -> None:
    """List the newest articles, with the topics they matched."""
    from scheduler.article_list import show_articles
    from stories.store import read_store
    from stories.store_articles import newest_articles

    with read_store(paths.database_path()) as store:
        found = newest_articles(store, limit=limit)
    show_articles(found, form, empty="No articles yet: `wirewatch poll` brings the first.")
