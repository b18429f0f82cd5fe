"""How long a start takes with a full window, and what it needs: the archive is real, and so is the start.

`python -m bench.story_restart [--small]`. 100,000 articles (`story_variety`), published evenly over the days before
now, are taken in by `wirewatch import`. Then one more is taken in, three times, each time by a new process, which must
first load what the window holds; beside it the same with an empty archive. What is told is the least of three: seconds
of processors and on the wall, memory, and what loading adds.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.import_rate import Cost, run_apart
from bench.service_way import SHIPPED
from bench.story_variety import material, varied
from stories.grouping import WINDOW
from tests.corpus import missing

_FULL, _SMALL = 100_000, 2_000
_ROUNDS = 3
_AIM = 10  # seconds
_MARGIN = timedelta(hours=6)  # that the oldest are still in the window when the last measurement is done
_WIDTH = 10


def measure(size: int = _FULL) -> None:
    """Measure starts with an empty window and one of `size` articles, and print them."""
    if why := missing("archive") or missing("stories"):
        print(f"Restart: skipped, {why}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = folder / "articles.jsonl"
        write(lines, size, now=datetime.now(UTC))
        filling = take_in(lines, folder / "full.db")
        print(f"Restart: {size} articles taken in, {size / filling.cpu:.0f} a CPU second; {filling.said.strip()}")
        empty = [_start(folder, "empty.db", turn) for turn in range(_ROUNDS)]
        full = [_start(folder, "full.db", turn) for turn in range(_ROUNDS)]
    print(f"  {'':<{_WIDTH}}{'wall':>9}{'CPU':>9}{'peak':>11}")
    _show("empty", empty)
    _show("full", full)
    wall, cpu = (min(getattr(cost, each) for cost in full) for each in ("wall", "cpu"))
    ratio = cpu / min(cost.cpu for cost in empty)
    loading = wall - min(cost.wall for cost in empty)
    print(f"  loading {loading:.2f} s (aim {_AIM} with {_FULL}), the whole start {wall:.2f} s", end="")
    print(f"; full / empty {ratio:.1f} x CPU")


def write(file: Path, size: int, *, now: datetime) -> None:
    """Write `size` articles to `file` as JSON lines, published evenly over the window before `now`."""
    file.write_text("".join(_lines(size, now)), encoding="utf-8")


def take_in(lines: Path, database: Path) -> Cost:
    """Import a file into an archive, by a process of its own, and return what that took."""
    command = ("-c", "from scheduler.cli import main; main()", "import", str(lines))
    return run_apart(*command, "--config", str(SHIPPED), "--database", str(database))


def _lines(size: int, now: datetime) -> Iterator[str]:
    span = WINDOW - _MARGIN
    for number, article in enumerate(varied(material(), size)):
        at = now - span * (1 - number / size)
        fields = {"title": article.title, "summary": article.summary, "source": article.outlet}
        yield json.dumps({"id": f"made-{number}", "published_at": at.isoformat(), **fields}) + "\n"


def _start(folder: Path, database: str, turn: int) -> Cost:
    one = folder / "one.jsonl"
    line = {"id": f"new-{turn}", "title": f"A lighthouse keeper counts {turn} herons", "published_at": None}
    one.write_text(json.dumps(line), encoding="utf-8")
    return take_in(one, folder / database)


def _show(name: str, costs: list[Cost]) -> None:
    wall, cpu, peak = (min(getattr(cost, each) for cost in costs) for each in ("wall", "cpu", "peak"))
    print(f"  {name:<{_WIDTH}}{wall:7.2f} s{cpu:7.2f} s{peak / 1024**2:7.0f} MiB")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.story_restart")
    parser.add_argument("--small", action="store_true", help=f"with {_SMALL} articles, to see that it works")
    measure(_SMALL if parser.parse_args().small else _FULL)


if __name__ == "__main__":
    main()
