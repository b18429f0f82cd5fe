"""`wirewatch try`: what a query would have found."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_limit, with_paths

if TYPE_CHECKING:
    from alerts.settings import TopicSettings
    from scheduler.trying import Candidate, Trial

_TRIED = "\0"  # the name of a QUERY: no topic of a configuration can be called so


class FaultyQuery(click.ClickException):
    """A query that cannot be understood; the message points at the fault."""

    exit_code = 2  # the call is wrong


@click.command("try")
@click.argument("query", nargs=-1)
@with_paths
@click.option("--topic", metavar="NAME", help="Try a topic of the configuration instead of a QUERY.")
@click.option("--against", metavar="NAME", help="Show only what would be gained and lost beside this topic.")
@click.option(
    "--file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    help="Look through JSON lines (-: standard input).",
)
@click.option("--text", help="Look at this text only, and say which part of the query fails.")
@click.option("--url", metavar="ARTICLE", help="Look at one article of the archive: its address or id.")
@click.option("--excluded", is_flag=True, help="Show what it would find but for what must not be there.")
@click.option("--label", is_flag=True, help="Walk through what was found and say of each whether it is right.")
@with_format
@with_limit
def command(
    paths: Paths,
    query: tuple[str, ...],
    topic: str | None,
    against: str | None,
    file: Path | None,
    text: str | None,
    url: str | None,
    excluded: bool,
    label: bool,
    form: str,
    limit: int,
) -> None:
    """Show what QUERY finds in the archive, newest first, with the words that did it; nobody is told.

    \b
      wirewatch try 'antitrust NEAR/10 (OpenAI OR Microsoft)'
      wirewatch try --topic 'Antitrust complaints' --label
      wirewatch try 'monopol* -"board game"' --against 'Antitrust complaints'
      wirewatch try --topic 'Antitrust complaints' --text 'FTC sues over a merger'
      wirewatch try -- '-outage Microsoft'      (a query that begins with - stands behind --)

    docs/topics.md explains the language. `wirewatch label` and --label keep what you say of an article, and
    `wirewatch quality` tells what it means for the topic.
    """  # noqa: D301  click wants the character itself
    if sum(each is not None for each in (file, text, url)) > 1:
        raise click.UsageError("--file, --text and --url exclude each other")
    tried = _tried(paths, " ".join(query) if query else None, topic)
    if excluded and (label or against):
        raise click.UsageError("--excluded shows its own list; leave out --label and --against")
    if text is not None or url is not None:
        if label or against or excluded:
            raise click.UsageError("--label, --against and --excluded need more than one article")
        _look_at_one(paths, tried, text, url, form)
        return
    rival = _named(paths, against) if against else None
    if label and form == "json":
        raise click.UsageError("--label is a walk for people; it has no --format json")
    if label:
        _label(paths, tried, rival, file, limit)
        return
    trials = _try(paths, [tried, *([rival] if rival else [])], file)
    _tell(trials, tried, rival, form, limit, excluded=excluded)


def _tried(paths: Paths, query: str | None, topic: str | None) -> "TopicSettings":
    from alerts.query_parsing import QueryError, parse_query
    from alerts.settings import TopicSettings

    if (query is None) is (topic is None):
        raise click.UsageError("say a QUERY or --topic NAME" + (", not both" if topic else ""))
    if topic is not None:
        return _named(paths, topic)
    try:
        parse_query(query or "")
    except QueryError as error:
        raise FaultyQuery(str(error)) from error
    return TopicSettings(name="query", query=query, channels=("nobody",)).model_copy(update={"name": _TRIED})


def _named(paths: Paths, name: str) -> "TopicSettings":
    from scheduler.config import topics_of
    from scheduler.finding import find_topic

    return find_topic(topics_of(paths.config_path), name)


def _try(paths: Paths, topics: list["TopicSettings"], file: Path | None) -> dict[str, "Trial"]:
    from alerts.matching import TopicIndex
    from scheduler.trying import try_topics

    with _candidates(paths, file) as candidates:
        return try_topics(TopicIndex(topics), candidates, [topic.name for topic in topics])


@contextmanager
def _candidates(paths: Paths, file: Path | None) -> Iterator[Iterable["Candidate"]]:
    """Open the archive or `file`, with a progress bar on a terminal."""
    from scheduler.candidates import archive_candidates, file_candidates
    from scheduler.showing import progress
    from stories.store import read_store

    with progress() as bar:
        if file is not None:
            yield bar.track(file_candidates(file), description=f"Reading {file.name}")
            return
        with read_store(paths.database_path()) as store:
            total, candidates = archive_candidates(store)
            yield bar.track(candidates, total=total, description="Looking through the archive")


def _tell(
    trials: dict[str, "Trial"],
    tried: "TopicSettings",
    rival: "TopicSettings | None",
    form: str,
    limit: int,
    *,
    excluded: bool,
) -> None:
    from alerts.query import write
    from alerts.topic_query import query_of
    from scheduler.config_topic_notes import notes_on_topic
    from scheduler.showing import console, show_json
    from scheduler.trial_showing import show_difference, show_excluded, show_trial, values_of_finding, values_of_trial
    from scheduler.trying import difference

    trial = trials[tried.name]
    beside = difference(trials[rival.name], trial) if rival else None
    if form == "json":
        values: dict[str, object] = {"query": write(query_of(tried)), **values_of_trial(trial)}
        values["articles"] = [values_of_finding(finding) for finding in trial.found[:limit]]
        if beside:
            values["gained"] = [finding.candidate.archived.id for finding in beside.gained]
            values["lost"] = [finding.candidate.archived.id for finding in beside.lost]
        show_json(values)
        return
    if tried.query and tried.name == _TRIED and (read := write(query_of(tried))) != " ".join(tried.query.split()):
        console().print(f"Read as: {read}\n")
    # How it is read is shown above; what is noted of the configuration, `wirewatch check` tells.
    for note in notes_on_topic(tried) if tried.name == _TRIED else ():
        console(to_stderr=True).print(f"note: {note}")
    if excluded:
        show_excluded(trial, limit=limit)
    elif beside and rival:
        show_difference(beside, rival.name, limit=limit)
    else:
        show_trial(trial, limit=limit)


def _look_at_one(paths: Paths, tried: "TopicSettings", text: str | None, url: str | None, form: str) -> None:
    from dataclasses import asdict

    from alerts.explaining import explain
    from scheduler.finding import find_article
    from scheduler.showing import show_json
    from scheduler.trial_showing import show_explanation
    from stories.model import Article
    from stories.store import read_store
    from stories.store_articles import feed_names_of

    if url is None:
        explanation = explain(tried, Article(title="", text=text or ""))
    else:
        with read_store(paths.database_path()) as store:
            archived = find_article(store, url)
            feeds = feed_names_of(store, archived.id) or [""]
        explanations = [explain(tried, archived.article, feed=feed) for feed in feeds]
        explanation = next((each for each in explanations if each.is_met), explanations[0])
    if form == "json":
        show_json(asdict(explanation))
    else:
        show_explanation(explanation)


def _label(paths: Paths, tried: "TopicSettings", rival: "TopicSettings | None", file: Path | None, limit: int) -> None:
    from scheduler.trial_labelling import label_findings
    from scheduler.trying import difference

    topic = rival or tried
    if topic.name == _TRIED:
        raise click.UsageError("labels belong to a topic: say --topic NAME, or --against NAME")
    if file is not None:
        raise click.UsageError("labels belong to articles of the archive: `wirewatch import` the file first")
    trials = _try(paths, [tried, *([rival] if rival else [])], None)
    trial = trials[tried.name]
    found = difference(trials[rival.name], trial).gained if rival else trial.found
    label_findings(paths.database_path(), topic.name, found, is_missed=rival is not None, limit=limit)
