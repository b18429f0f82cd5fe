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

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from scheduler.ingest import Counts
    from scheduler.watch import Watch
    from stories.model import Article
    from stories.store import Store
    from stories.store_labels import Label

_BATCH = 500  # lines to a transaction: a commit costs as much as some twenty articles
_SHOWN = 10  # faults told one by one; a file of another kind has nothing but faults


@dataclass(slots=True)
class _Reading:
    """A file while it is read: where it is, the labels of its lines so far, and their faults."""

    file: IO[bytes]
    progress: "Progress"
    bar: "TaskID"
    labels: list["Label"] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    def articles(self) -> Iterator["Article"]:
        from scheduler.json_lines import LineError, article_of, labels_of

        for number, line in enumerate(self.file, 1):
            self.progress.advance(self.bar, len(line))
            try:
                if line.strip():
                    text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                    article, note = article_of(text)
                    self.labels.extend(labels_of(text))
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
    and a given id is kept. Stories and topics are evaluated for each. Importing a file again adds nothing. Lines that
    are no articles are named and left out, dates that cannot be read too; the exit code is then 1.

    Beside an id, labels may stand: {"TOPIC": "good"}, bad or missed, also of an article already known. They replace
    earlier labels of that article and topic.
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
    from datetime import UTC, datetime

    from rich.progress import Progress

    from scheduler.ingest import Arrival, Counts, take_in
    from scheduler.showing import console
    from stories.store_labels import save_label

    out = console(to_stderr=True)
    counts, labels = Counts(), 0
    with Progress(console=out, transient=True, disable=not out.is_terminal) as progress:
        reading = _Reading(file, progress, progress.add_task("Taking in articles", total=size))
        articles = reading.articles()
        while batch := tuple(islice(articles, _BATCH)):
            arrival = Arrival(feed_id=None, origin="import", now=datetime.now(UTC), is_silent=is_silent)
            with store.writing():
                counts += take_in(store, batch, watch, arrival)
                for label in reading.labels:  # of this batch: lines are read as they are asked for
                    save_label(store, label, now=arrival.now)
            labels += len(reading.labels)
            reading.labels.clear()
    return counts, labels, reading.bad


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None
