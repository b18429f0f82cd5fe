"""`wirewatch import`: articles from a file of JSON lines."""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock

if TYPE_CHECKING:
    from datetime import datetime

    from rich.progress import Progress, TaskID

    from scheduler.arrival import Counts
    from scheduler.watch import Watch
    from stories.model import Article
    from stories.store import Store
    from stories.store_labels import Label

_BATCH = 500  # lines to a transaction: a commit costs as much as some twenty articles
_SHOWN = 10  # faults told one by one; a file of another kind has nothing but faults


@dataclass(slots=True)
class _Reading:
    """A file while it is read: where it is, the labels of its lines so far (with their numbers), and their faults."""

    file: IO[bytes]
    progress: "Progress"
    bar: "TaskID"
    labels: list[tuple[int, "Label"]] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    def articles(self) -> Iterator["Article"]:
        from scheduler.json_lines import LineError, article_of, has_labels_only, labels_of

        for number, line in enumerate(self.file, 1):
            self.progress.advance(self.bar, len(line))
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                if not text:
                    continue
                self.labels += ((number, label) for label in labels_of(text))
                if has_labels_only(text):
                    continue
                article, note = article_of(text)
                if note:
                    self.bad.append(f"line {number}: {note}")
                yield article
            except UnicodeDecodeError:
                self.bad.append(f"line {number}: not UTF-8")
            except LineError as error:
                self.bad.append(f"line {number}: {error}")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@with_paths
@click.option("--alert", is_flag=True, help="Tell what matches; without it the import is silent.")
def command(paths: Paths, file: Path, alert: bool) -> None:
    """Take in articles from FILE, in its order, as if they had just come.

    FILE holds JSON lines with id, url, title, summary, text, source, published_at; only a title or a text is needed,
    and a given id is kept. Stories and topics are evaluated for each. Importing a file again adds nothing, and what a
    line leaves out of a known article stays as it is. Lines that are no articles are named and left out, dates that
    cannot be read too; the exit code is then 1.

    Beside an id, labels may stand: {"id": "...", "labels": {"TOPIC": "good"}}, or bad, or missed; of an article already
    known the line needs no more. They replace earlier labels of that article and topic.
    """
    from scheduler.lock import only_writer
    from scheduler.service import deliver_once
    from scheduler.showing import console
    from scheduler.surroundings import real_surroundings
    from scheduler.watch import watch_of
    from stories.store import open_store

    config = paths.load()
    database = config.service.database
    with only_writer(database), open_store(database) as store, click.open_file(str(file), "rb") as opened:
        counts, labels, bad = _take_in_file(store, opened, watch_of(config), size=_size(file), is_silent=not alert)
        if alert:
            asyncio.run(deliver_once(config, store, real_surroundings()))
    console().print(
        f"{counts.new} articles taken in, {counts.known} already known ({counts.revised} edited);"
        f" {counts.matches} matches, {counts.alerts} alerts" + (f"; {labels} labels." if labels else ".")
    )
    for sentence in bad[:_SHOWN]:
        console(to_stderr=True).print(f"{file} {sentence}")
    if len(bad) > _SHOWN:
        console(to_stderr=True).print(f"{file}: {len(bad) - _SHOWN} more lines have faults")
    if bad:
        sys.exit(1)


def _take_in_file(
    store: "Store", file: IO[bytes], watch: "Watch", *, size: int | None, is_silent: bool
) -> tuple["Counts", int, list[str]]:
    """Return what the file brought, the number of labels among it, and the faults of its lines."""
    from scheduler.arrival import Arrival, Counts
    from scheduler.ingest import take_in
    from scheduler.showing import progress

    counts, labels = Counts(), 0
    with progress() as bar:
        reading = _Reading(file, bar, bar.add_task("Taking in articles", total=size))
        articles = reading.articles()
        while (batch := tuple(islice(articles, _BATCH))) or reading.labels:
            arrival = Arrival(feed_id=None, origin="import", now=wall_clock(), is_silent=is_silent)
            with store.writing():
                counts += take_in(store, batch, watch, arrival)
                labels += _keep_labels(store, reading, arrival.now)
    return counts, labels, reading.bad


def _keep_labels(store: "Store", reading: _Reading, now: "datetime") -> int:
    """Keep the labels of the lines read so far, and return how many that were."""
    from stories.store_articles import article_by_id
    from stories.store_labels import save_label

    kept = 0
    for number, label in reading.labels:
        if article_by_id(store, label.article_id) is None:
            reading.bad.append(f"line {number}: labels: no article has the id {label.article_id}")
            continue
        save_label(store, label, now=now)
        kept += 1
    reading.labels.clear()
    return kept


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None
