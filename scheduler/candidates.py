"""Where the articles come from that a query is tried on: the archive, or a file of JSON lines."""

from collections.abc import Iterator
from pathlib import Path

import click

from scheduler.ingest import believable
from scheduler.json_lines import LineError, article_of
from scheduler.showing import console
from scheduler.surroundings import wall_clock
from scheduler.trying import Candidate
from stories.model import ArchivedArticle
from stories.store import Store
from stories.store_archive import every_article, feeds_by_article
from stories.store_articles import count_articles

_SHOWN = 10  # faults told one by one; a file of another kind has nothing but faults


def archive_candidates(store: Store) -> tuple[int, Iterator[Candidate]]:
    """Return how many articles the archive has, and all of them."""
    feeds = feeds_by_article(store)
    candidates = (Candidate(archived=each, feeds=feeds.get(each.id, ())) for each in every_article(store))
    return count_articles(store), candidates


def file_candidates(file: Path) -> Iterator[Candidate]:
    """Yield the articles of a file of JSON lines; what has no id is called by its line, and faulty lines are named."""
    now = wall_clock()
    faults = 0
    with click.open_file(str(file), "rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                article = article_of(line.decode("utf-8-sig"))[0] if line.strip() else None
            except (UnicodeDecodeError, LineError) as error:
                faults += 1
                if faults <= _SHOWN:
                    reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error
                    console(to_stderr=True).print(f"{file} line {number}: {reason}; left out")
                continue
            if article:
                given_id = article.given_id or f"line {number}"
                article = believable(article, now)
                yield Candidate(archived=ArchivedArticle(id=given_id, story_id=0, seen_at=now, article=article))
    if faults > _SHOWN:
        console(to_stderr=True).print(f"{file}: {faults - _SHOWN} more lines are left out")
