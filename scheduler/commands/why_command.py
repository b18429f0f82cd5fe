"""`wirewatch why`: the way of one article through every stage, and what was decided on it."""

from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths

if TYPE_CHECKING:
    from alerts.settings import TopicSettings
    from scheduler.article_history import ArticleHistory
    from scheduler.topic_history import TopicHistory
    from stories.store import Store


@click.command("why")
@click.argument("article")
@click.argument("topic", required=False)
@with_paths
@with_format
def command(paths: Paths, article: str, topic: str | None, form: str) -> None:
    """Tell what became of ARTICLE, stage by stage, and why it was told or not.

    ARTICLE is an id, the beginning of one, or an address; every list shows ids (`wirewatch articles`, `search`,
    `alerts`, `alerts --untold`, `try`). With TOPIC, only that topic is gone into, and each part of its query.
    """
    from scheduler.article_history import history_of
    from scheduler.history_json import values_of
    from scheduler.showing import show_json
    from scheduler.topic_history import topic_histories
    from stories.store import read_store

    topics, mistake = _configured(paths)
    with read_store(paths.database_path()) as store:
        history = history_of(store, _article_id(store, article.strip()))
        name = topic and _topic(store, topics, topic, mistake)
        found = topic_histories(store, history, topics, only=name)
    if form == "json":
        show_json(values_of(history, found, mistake=mistake))
    else:
        _show(history, found, mistake, in_full=bool(topic))


def _configured(paths: Paths) -> tuple[tuple["TopicSettings", ...] | None, str | None]:
    """Return the topics of the configuration, or the mistake that hides them."""
    from scheduler.config import ConfigError, topics_of

    try:
        return topics_of(paths.config_path), None
    except ConfigError as error:
        more = f" (and {len(error.mistakes) - 1} more)" if len(error.mistakes) > 1 else ""
        return None, f"{error.mistakes[0]}{more}"


def _article_id(store: "Store", said: str) -> str:
    """Return the id of the article that is meant, even when of the article only its sightings are left."""
    from scheduler.finding import SHORTEST_BEGINNING, NothingFound, find_article
    from stories.address import canonical_address
    from stories.store_history import articles_remembered

    try:
        return find_article(store, said).id
    except NothingFound:
        address = canonical_address(said if "://" in said else f"https://{said}")
        beginning = said if len(said) >= SHORTEST_BEGINNING else None
        remembered = articles_remembered(store, beginning=beginning, address=address, limit=2)
        if len(remembered) != 1:
            raise
        return remembered[0]


def _topic(store: "Store", topics: tuple["TopicSettings", ...] | None, said: str, mistake: str | None) -> str:
    """Return the name of the topic that is meant: one of the configuration, or one that only the archive knows."""
    from scheduler.finding import NothingFound, find_topic
    from stories.store_history import topics_remembered
    from stories.text import fold

    try:
        return find_topic(topics or (), said).name
    except NothingFound as error:
        for name in topics_remembered(store):
            if fold(name) == fold(said):
                return name
        if mistake:
            unknown = f"the archive knows no topic {said!r}, and the configuration has a mistake"
            raise NothingFound(f"{unknown}: {mistake}") from error
        raise


def _show(history: "ArticleHistory", topics: tuple["TopicHistory", ...], mistake: str | None, *, in_full: bool) -> None:
    from scheduler.history_wording import head_of, stages_of
    from scheduler.sections import show_head, show_sections
    from scheduler.topic_wording import topic_stages_of

    show_head(head_of(history))
    if mistake:
        show_head(("", f"Only what was recorded is shown, because the configuration has a mistake: {mistake}"))
    show_sections((*stages_of(history), *topic_stages_of(history, topics, in_full=in_full)))
