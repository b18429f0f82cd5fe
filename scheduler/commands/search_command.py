"""`wirewatch search`: articles by their words."""

import re

import click

from scheduler.options import Paths, with_format, with_limit, with_paths

# What means something in a query, and is a word like any other or nothing here.
_QUERY = re.compile(r"\b(?:AND|OR|NOT|NEAR)\b|[()*=]|\b\w+:\S")
_ADVICE = " `search` takes words, no query: `wirewatch try 'QUERY'` does."


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@with_paths
@with_format
@with_limit
def command(paths: Paths, words: tuple[str, ...], form: str, limit: int) -> None:
    """Find the articles in which all WORDS occur, newest first; any inflection counts.

    Put a phrase in double quotes inside single ones: wirewatch search openai '"antitrust complaint"'
    """
    from scheduler.article_list import show_articles
    from stories.store import read_store
    from stories.store_articles import search_articles

    with read_store(paths.database_path()) as store:
        found = search_articles(store, " ".join(words), limit=limit)
    show_articles(found, form, empty=f"No article has these words.{_ADVICE if _QUERY.search(' '.join(words)) else ''}")
