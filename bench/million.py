"""A year with a million articles: the time of start, status and search, memory of the service, bytes an article.

`python -m bench.million [--small] [--archive FILE] [PART ...]`. The archive (`million_archive`) is made where FILE is
not there, and kept; without FILE it is made anew. The real commands and the real service are run over it, with feeds on
loopback, and in the same run over an empty archive: that is the floor of each line, or what the line names.
"""

import argparse
import contextlib
import random
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.measuring import worker
from bench.million_archive import FEEDS, Plan, make, write_config
from bench.million_service import PROGRAM, ROUNDS, Served, serve
from stories.store import open_store, read_store
from stories.store_articles import search_articles
from tests.corpus import missing

FULL, SMALL = Plan(articles=1_000_000, window=25_000), Plan(articles=6_000, window=2_000)

PARTS = ("size", "commands", "search", "service")
_SEARCHES = 200
_ENTRIES = 25  # of each feed
_MIB = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Seconds of a command, by the wall and of processors: the least of some runs."""

    wall: float
    cpu: float


def measure(plan: Plan = FULL, archive: Path | None = None, parts: Sequence[str] = PARTS) -> None:
    """Make the archive if need be, measure all `parts`, and print them with the aims."""
    if why := missing("archive") or missing("stories"):
        print(f"A million articles: skipped, {why}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = archive or folder / "archive.db"
        print(f"A million articles: {plan.articles}, {plan.window} of them in the window; the least of {ROUNDS} runs")
        if not database.exists():
            make(database, plan, now=datetime.now(UTC))
        empty = folder / "empty.db"
        with open_store(empty):
            pass
        if "size" in parts:
            _show_size(database, empty)
        if "commands" in parts:
            _show_commands(database, empty, folder)
        if "search" in parts:
            _show_searches(database)
        if "service" in parts:
            with worker("bench.latency_farm", FEEDS, _ENTRIES) as farm:
                port = farm.answer()["port"]
                full, floor = (serve(each, port, farm, folder) for each in (database, empty))
            _show_service(full, floor)


def _show_size(database: Path, empty: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (count,) = db.execute("SELECT count(*) FROM articles").fetchone()
        (text,) = db.execute("SELECT sum(length(title) + length(summary) + length(text)) FROM articles").fetchone()
        rows = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("stories", "alerts")}
    size = database.stat().st_size - empty.stat().st_size
    print(f"  {count} articles, {rows['stories']} stories, {rows['alerts']} alerts: {size / _MIB:.0f} MiB")
    print(f"  size: {size / count:.0f} bytes an article; its headline, summary and text alone: {text / count:.0f}")


def _show_commands(database: Path, empty: Path, folder: Path) -> None:
    bare = _run("-c", "pass")
    print(f"  {'':<22}{'wall':>8}{'CPU':>8}{'floor: wall':>13}{'CPU':>8}")
    config = folder / "commands.yaml"
    write_config(config, database, port=8000)
    lines = [
        ("--help", ("--help",), bare, "python -c pass", 0.25),
        ("check", ("check", "--config", str(config)), bare, "python -c pass", None),
    ]
    for name in ("status", "articles", "stories", "alerts", "deliveries", "search police"):
        floor = _wirewatch(*name.split(), "--config", str(config), "--database", str(empty))
        lines.append(
            (name, (*name.split(), "--config", str(config)), floor, "empty", 0.5 if name == "status" else None)
        )
    for name, arguments, floor, what, aim in lines:
        took = _wirewatch(*arguments)
        print(
            f"  {name:<22}{took.wall:6.2f} s{took.cpu:6.2f} s{floor.wall:11.2f} s{floor.cpu:6.2f} s  {what}"
            f"{_verdict(took.wall, aim, 's')}"
        )


def _show_searches(database: Path) -> None:
    """Search by words of headlines, and print how long that takes beside the bare index."""
    with read_store(database) as store:
        words = _searched(store.db.conn)
        # The floor goes first: what of the file was not in memory yet, it reads.
        bare = [_one_search(partial(_bare, store.db.conn, each)) for each in words]
        ours = [_one_search(partial(search_articles, store, each, limit=20)) for each in words]
    print(f"  search, {len(words)} queries of one to three words of headlines, ten of them the commonest words:")
    for name, searches in (("ours", ours), ("index alone, floor", bare)):
        wall, cpu = ([getattr(each, kind) for each in searches] for kind in ("wall", "cpu"))
        verdict = _verdict(_quantile(wall, 95), 0.1, "s") if searches is ours else ""
        print(
            f"    {name:<20}p50 {_ms(wall, 50)}, p95 {_ms(wall, 95)}, most {1000 * max(wall):.1f} ms;"
            f" CPU p50 {_ms(cpu, 50)}, p95 {_ms(cpu, 95)}{verdict}"
        )


def _one_search(search: Callable[[], object]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    search()
    return Took(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)


def _searched(db: sqlite3.Connection) -> list[str]:
    chance = random.Random(7)
    (most,) = db.execute("SELECT max(seq) FROM articles").fetchone()
    found: list[str] = ["the", "of", "and", "to", "in", "a", "on", "for", "new", "says"]
    while len(found) < _SEARCHES:
        row = db.execute("SELECT title FROM articles WHERE seq = ?", [chance.randint(1, most)]).fetchone()
        words = re.findall(r"\w{2,}", row[0]) if row else []
        if words:
            found.append(" ".join(chance.sample(words, min(len(words), chance.randint(1, 3)))))
    return found


def _bare(db: sqlite3.Connection, words: str) -> list[tuple[int]]:
    query = " ".join(f'"{word}"' for word in words.split())
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT 20"
    return db.execute(sql, [query]).fetchall()


def _show_service(full: Served, floor: Served) -> None:
    first = full.first_poll
    print(f"  start to first poll {first:.2f} s (empty {floor.first_poll:.2f}){_verdict(first, 5, 's')}")
    idle = full.idle / _MIB
    print(
        f"  memory between crawls {idle:.0f} MiB (empty {floor.idle / _MIB:.0f}){_verdict(idle, 150, 'MiB')};"
        f" most {full.peak / _MIB:.0f} ({floor.peak / _MIB:.0f}); processes it started {full.beside / _MIB:.0f}"
        f" ({floor.beside / _MIB:.0f})"
    )
    for page, seconds in full.pages.items():
        print(f"  {page} {1000 * seconds:.0f} ms (empty {1000 * floor.pages[page]:.0f})")


def _wirewatch(*arguments: str) -> Took:
    return _run(*PROGRAM, *arguments)


def _run(*arguments: str) -> Took:
    costs = [_one_run(arguments) for _ in range(ROUNDS)]
    return Took(wall=min(wall for wall, _ in costs), cpu=min(cpu for _, cpu in costs))


def _one_run(arguments: Sequence[str]) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    said = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if said.returncode:
        raise RuntimeError(f"{arguments} exited with {said.returncode}: {said.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _quantile(seconds: Sequence[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


def _ms(seconds: Sequence[float], percent: int) -> str:
    return f"{1000 * _quantile(seconds, percent):.1f} ms"


def _verdict(found: float, aim: float | None, unit: str) -> str:
    return "" if aim is None else f"; aim {aim} {unit}: {'met' if found <= aim else 'missed'}"


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.million", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a few thousand articles, to see that it works")
    parser.add_argument("--archive", type=Path, help="where the archive is, or is to be kept")
    parser.add_argument("parts", nargs="*", metavar="PART", default=PARTS, help=f"of {', '.join(PARTS)}; all")
    asked = parser.parse_args()
    measure(SMALL if asked.small else FULL, asked.archive, asked.parts)


if __name__ == "__main__":
    main()
