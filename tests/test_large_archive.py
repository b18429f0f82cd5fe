"""What must not grow with the archive: what is looked at by a command, by whoever watches the service, at a start."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stories.store import Store, open_store
from stories.store_alerts import count_outcomes
from stories.store_articles import search_articles
from stories.store_grouping import grouper_of
from stories.store_numbers import numbers_of
from stories.store_outbox import outbox_counts

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LARGE = ("articles", "sightings", "stories", "matches", "alerts", "deliveries")

LOOKS: dict[str, Callable[[Store], object]] = {
    "the outbox in status": outbox_counts,
    "the matches in status": count_outcomes,
    "the numbers of the monitor": lambda store: numbers_of(store, now=NOW),
    "the open stories at a start": grouper_of,
    "a search": lambda store: search_articles(store, "antitrust complaint", limit=9),
}


def plans(store: Store, look: Callable[[Store], object]) -> list[str]:
    """Return how SQLite goes about each statement of a look."""
    said: list[str] = []
    store.db.conn.set_trace_callback(said.append)
    look(store)
    store.db.conn.set_trace_callback(None)
    asked = [statement for statement in said if statement.startswith("SELECT")]
    return [str(row[3]) for statement in asked for row in store.db.execute(f"EXPLAIN QUERY PLAN {statement}")]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_look_reads_a_large_table_row_by_row(tmp_path: Path, look: Callable[[Store], object]) -> None:
    with open_store(tmp_path / "archive.db") as store:
        found = plans(store, look)
    assert found
    assert not [plan for plan in found if plan.startswith("SCAN") and plan.split()[1] in LARGE and "INDEX" not in plan]


@pytest.mark.parametrize(
    ("program", "unneeded"),
    [
        (
            "from scheduler.cli import wirewatch; wirewatch.main(['--help'], standalone_mode=False)",
            {"pydantic", "sqlite_utils", "rich", "apprise", "ural", "lark"},
        ),
        ("import scheduler.commands.status_command, scheduler.config, stories.store_articles, stories.store_outbox",
         {"apprise", "ural", "scrapy", "twisted", "stories.boilerplate"}),
    ],
    ids=["help", "what status reads with"],
)  # fmt: skip
def test_a_command_loads_no_library_that_it_has_no_use_for(program: str, unneeded: set[str]) -> None:
    asked = f"import sys\n{program}\nprint(sorted({unneeded!r} & sys.modules.keys()))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"
