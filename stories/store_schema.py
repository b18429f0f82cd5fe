"""What the migrations make, and how a file differs from it: a restored backup must hold nothing else."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache

from sqlite_utils import Database

from stories.migrations import migrations

_SPELLING = re.compile(r"[\s\"`\[\]]+")  # one version of SQLite writes a name in quotes, another does not
_SET = migrations.name
_BOOKKEEPING = "_sqlite_migrations"  # of sqlite-utils, which mends it by itself
_ITS_INDEX = "idx__sqlite_migrations_migration_set_name"  # is missing for ever after a kill between the two
_STATISTICS = frozenset({"sqlite_stat1", "sqlite_stat4"})

_Schema = Mapping[tuple[str, str], str]  # kind and name of each object, and how it is made


@lru_cache(maxsize=1)
def steps() -> tuple[str, ...]:
    """Return the names of all steps of the migrations, in their order."""
    with closing(Database(memory=True)) as empty:
        return tuple(step.name for step in migrations.pending(empty))


def steps_of(connection: sqlite3.Connection) -> list[str]:
    """Return the steps that an archive has been through."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [_BOOKKEEPING]).fetchone():
        return []
    rows = connection.execute(f"SELECT name FROM {_BOOKKEEPING} WHERE migration_set = ? ORDER BY rowid", [_SET])
    return [str(name) for (name,) in rows]


def difference(connection: sqlite3.Connection) -> str | None:
    """Return in what the schema of a file differs from the one that its steps make, or None when they are the same."""
    applied = steps_of(connection)
    unknown = [step for step in applied if step not in steps()]
    if unknown:
        return f"it was made by a newer version of wirewatch (step {unknown[0][:60]!r})"
    if not applied or applied != list(steps()[: len(applied)]):
        return "it is no archive: the steps that made it are missing"
    expected, found = _made_by(len(applied)), _schema_of(connection)
    for kind, name in found.keys() - expected.keys():
        return f"it holds a {kind} that is none of ours: {name[:60]!r}"
    for kind, name in expected.keys() - found.keys() - {("index", _ITS_INDEX)}:
        return f"it lacks the {kind} {name!r}"
    for (kind, name), made in expected.items():
        if found.get((kind, name), made) != made and name != _BOOKKEEPING:
            return f"its {kind} {name!r} is not as we make it"
    return None


@lru_cache(maxsize=16)
def _made_by(count: int) -> _Schema:
    """Return what the first `count` steps make."""
    with closing(Database(memory=True)) as made:
        migrations.apply(made, stop_before=steps()[count : count + 1])
        return _schema_of(made.conn)


def _schema_of(connection: sqlite3.Connection) -> _Schema:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    return {
        (str(kind), str(name)): _SPELLING.sub("", str(sql or "")).lower()
        for kind, name, sql in rows
        if name not in _STATISTICS
    }
