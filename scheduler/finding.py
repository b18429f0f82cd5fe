"""What a person means on the command line: the article by its id or address, the topic by its name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from stories.address import MAX_LENGTH, canonical_address
from stories.model import ArchivedArticle
from stories.store import Store
from stories.store_articles import article_by_id, ids_at_address, ids_that_begin, is_known
from stories.text import clean, fold

if TYPE_CHECKING:
    from alerts.settings import TopicSettings

SHORTEST_BEGINNING = 4
_LISTED = 5


class NothingFound(click.ClickException):
    """What was said means nothing, or several things; the message says so and what to say instead."""

    exit_code = 2  # the call is wrong


def find_article(store: Store, said: str) -> ArchivedArticle:
    """Return the article meant by `said`: its id, a beginning of it that no other id has, or an address it was seen at.

    :raises NothingFound: when there is no such article, or more than one
    """
    said = clean(said, MAX_LENGTH)  # what a shell passes on need not be text at all
    shown = clean(said, 200)
    ids = _ids(store, said)
    kept = [article for each in ids if (article := article_by_id(store, each))]
    if len(kept) > 1:
        raise NothingFound(f"{shown} may be several articles; name one by its id:{_list(kept)}")
    if kept:
        return kept[0]
    if ids:
        raise NothingFound(f"the article {shown} was seen once, but is not kept any more")
    if len(said) < SHORTEST_BEGINNING:
        raise NothingFound(f"no article has the id {shown}; of an id say at least {SHORTEST_BEGINNING} characters")
    raise NothingFound(f"no article has the id or address {shown}; `wirewatch search WORDS` shows the ids of articles")


def find_topic(topics: Iterable["TopicSettings"], said: str) -> "TopicSettings":
    """Return the topic of the configuration that is called `said`; case and accents do not matter.

    :raises NothingFound: when none is called so
    """
    from scheduler.config_schema import did_you_mean

    by_name = {topic.name: topic for topic in topics}
    by_folded_name = {fold(name): topic for name, topic in by_name.items()}
    found = by_name.get(said) or by_folded_name.get(fold(said))
    if found:
        return found
    known = tuple(by_name)
    hint = did_you_mean(said, known) or (f"; there are: {', '.join(known)}" if known else "; there are none")
    raise NothingFound(f"no topic of the configuration is called {clean(said, 100)!r}{hint}")


def _ids(store: Store, said: str) -> list[str]:
    """Return the ids that `said` may mean, of the first kind that it can be."""
    if is_known(store, said):
        return [said]
    address = _canonical(said)
    if address and (seen := ids_at_address(store, address, limit=_LISTED + 1)):
        return seen
    return ids_that_begin(store, said, limit=_LISTED + 1) if len(said) >= SHORTEST_BEGINNING else []


def _canonical(said: str) -> str | None:
    """Return the canonical address that `said` is a spelling of; people leave out the scheme."""
    if "/" not in said or any(char.isspace() for char in said):
        return None
    return canonical_address(said if "://" in said else f"https://{said}")


def _list(articles: list[ArchivedArticle]) -> str:
    lines = [f"\n  {clean(each.id, 60)}  {clean(each.article.title, 60)}" for each in articles[:_LISTED]]
    return "".join(lines) + ("\n  and more" if len(articles) > _LISTED else "")
