"""F39: an archive of any earlier step comes up to date, killed before whatever statement; a newer one is refused."""

import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from stories.store import StoreError, open_store, read_store
from stories.store_articles import search_articles
from stories.store_schema import difference, steps
from stories.store_soundness import check_soundness
from tests.migrating import archive_of_step, open_until_killed, statements_to_open

_SAMPLED = 5  # statements of each step


def check(path: Path, number: int) -> None:
    """The archive is up to date and whole, and has what it had."""
    with open_store(path) as store:
        assert difference(store.db.conn) is None
        if number:
            assert len(search_articles(store, "antitrust", limit=9)) == 1
            told = "SELECT alert_id, channel, state, maybe_repeat FROM deliveries"
            assert store.db.execute(told).fetchall() == [(1, "hook", "new", 0)]
            assert store.db.execute("SELECT guid FROM sightings").fetchall() == [("g",)]
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check_soundness(path)


def kill_everywhere(number: int, folder: Path, *, sampled: int | None = None) -> int:
    """Kill the opening of an archive of a step before its statements, all or some of them, and return how often."""
    old = folder / "old.db"
    archive_of_step(old, number)
    # Up to the end of this step; the statements of later ones are killed where these are the first.
    counts = [statements_from(each, folder) for each in (number, number + 1, len(steps()))]
    places: Sequence[int] = range(1, min(counts[0] - counts[1] + counts[2], counts[0]) + 1)
    killed = folder / "killed.db"
    chosen = sorted(random.sample(places, min(sampled or len(places), len(places))))
    for place in chosen:
        for ending in ("", "-wal", "-shm"):
            killed.with_name(killed.name + ending).unlink(missing_ok=True)
        shutil.copyfile(old, killed)
        open_until_killed(killed, place)
        with closing(sqlite3.connect(killed)) as found:
            applied = applied_in(found)
        assert applied == list(steps()[: len(applied)]), place  # a step is there or it is not
        check(killed, number)
    return len(chosen)


@pytest.mark.parametrize("number", range(len(steps())))
def test_f39_an_archive_of_every_step_comes_up_to_date_killed_before_any_statement(number: int, tmp_path: Path) -> None:
    """Some statements, others each time; `python -m bench.migrations` takes all."""
    kill_everywhere(number, tmp_path, sampled=_SAMPLED)


def statements_from(number: int, folder: Path) -> int:
    path = folder / f"from-{number}.db"
    if not path.exists():
        archive_of_step(path, number)
    return statements_to_open(path)


def applied_in(connection: sqlite3.Connection) -> list[str]:
    tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    rows = connection.execute("SELECT name FROM _sqlite_migrations ORDER BY rowid") if tables else ()
    return [name for (name,) in rows]


def test_f39_a_newer_archive_is_refused_with_a_sentence_by_whoever_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    with open_store(path) as store, store.writing():
        store.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('wirewatch', 'of_next_year', '')"
        )
    before = path.read_bytes()
    for opening in (open_store, read_store):
        with pytest.raises(StoreError, match=r"made by a newer version of wirewatch.*'of_next_year'.*restore"):
            opening(path).__enter__()
    assert path.read_bytes() == before
