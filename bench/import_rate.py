"""Articles taken in from a file, beside the same rows put into a plain SQLite table with full-text search.

`wirewatch import` parses, recognises, matches, groups and decides beside storing; the floor only stores and indexes.
"""

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tests.corpus import DATA, missing

FILE = DATA / "archive" / "headlines_2025.jsonl"

_ROOT = Path(__file__).parent.parent
_BATCH = 500  # lines to a transaction, as the import has it
_FIELDS = ("id", "url", "source", "published_at", "title", "summary")
_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE articles (id TEXT PRIMARY KEY, url TEXT, source TEXT, published_at TEXT, title TEXT, summary TEXT);
CREATE VIRTUAL TABLE articles_fts USING fts5 (title, summary, content='articles', tokenize='porter unicode61');
"""
_ADD = "INSERT INTO articles (id, url, source, published_at, title, summary) VALUES (?, ?, ?, ?, ?, ?)"
_INDEX = "INSERT INTO articles_fts (rowid, title, summary) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an import took: seconds on the wall and of processors, and the largest resident memory in bytes."""

    wall: float
    cpu: float
    peak: int
    said: str


def measure(file: Path = FILE) -> None:
    """Import `file` both ways, each in a process of its own, and print the rates."""
    if why := missing("archive"):
        print(f"Import: skipped, {why}")
        return
    with tempfile.TemporaryDirectory() as folder, file.open("rb") as lines:
        articles = sum(1 for _ in lines)
        ours = run_apart(
            *("-c", "from scheduler.cli import main; main()", "import", str(file)),
            *("--config", str(_ROOT / "config.yaml"), "--database", str(Path(folder, "ours.db"))),
        )
        floor = run_apart("-m", "bench.import_rate", str(file), str(Path(folder, "floor.db")))
    print(f"Import of {articles} articles ({file.name}): ours / plain SQLite table and FTS5")
    for name, mine, bare in (("wall", ours.wall, floor.wall), ("cpu", ours.cpu, floor.cpu)):
        print(
            f"  {name:<6}{mine:8.2f} s{bare:8.2f} s   ratio {mine / bare:.2f}"
            f"   {articles / mine:.0f} / {articles / bare:.0f} articles per second"
        )
    print(f"  peak memory (MiB, RSS): {ours.peak / 1024**2:.0f} / {floor.peak / 1024**2:.0f}")
    print(f"  {ours.said.strip()}")


def fill(file: Path, database: Path) -> None:
    """Put the rows of `file` into a plain table with full-text search: the floor of what an import can cost."""
    db = sqlite3.connect(database)
    db.executescript(_SCHEMA)
    with file.open("rb") as lines:
        while batch := list(islice(lines, _BATCH)):
            rows = [[row.get(field) for field in _FIELDS] for row in map(json.loads, batch)]
            for row in rows:
                added = db.execute(_ADD, row)
                db.execute(_INDEX, [added.lastrowid, *row[-2:]])
            db.commit()
    db.close()


def run_apart(*arguments: str) -> Cost:
    """Run Python with `arguments` in a process of its own, to its end, and return what that took."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen([sys.executable, *arguments], stdout=said, cwd=_ROOT)
        # Waited for by hand: only so the system tells what this one process took.
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        if process.returncode:
            raise RuntimeError(f"{process.args!r} exited with {process.returncode}")
        said.seek(0)
        return Cost(wall=wall, cpu=used.ru_utime + used.ru_stime, peak=_bytes(used), said=said.read())


def _bytes(used: resource.struct_rusage) -> int:
    """Return the largest resident memory: Linux counts it in KiB, macOS in bytes."""
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    fill(Path(sys.argv[1]), Path(sys.argv[2]))
