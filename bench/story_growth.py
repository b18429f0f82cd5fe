"""What grouping costs and how that grows: articles per second, memory, and the time to start again.

`python -m bench.story_growth [--small] [--texts]`. A window is filled with 10,000, 100,000 and 300,000 articles
(`story_variety`; with `--texts` every tenth has a full text); then 3,000 real headlines that were not among them come
in at the same pace, so that for each that comes one falls out of the window. Each line is measured in a process of its
own: CPU seconds of `features_of`, `place` and `add`, garbage collection as it is by default; memory is resident memory
(RSS) when the window is full, above that before the first article.

Beside it the plain way (`story_rivals`, idf of the articles so far, the threshold that suits headlines and texts least
badly), with as many articles as it can stand: it compares every article with every group that shares a word.

What a start with a full window takes is measured by `bench.story_restart`.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import psutil

from bench.story_corpora import Item, item_at
from bench.story_grouping import learnt
from bench.story_rivals import Idf, SinglePass, words_of
from bench.story_variety import Material, material, varied
from stories.grouping import WINDOW
from tests.corpus import missing

_TEXT_EVERY = 10  # articles to a full text
_THRESHOLD = 0.2  # of the plain way
_AIMS = {"rate": 1_000, "slower": 1.5, "memory": 300}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many articles the window holds in each measurement of ours and of the plain way, and how many come then."""

    ours: tuple[int, ...]
    plain: tuple[int, ...]
    measured: int

    @property
    def articles(self) -> int:
        """How many articles all that needs."""
        return max(*self.ours, *self.plain) + self.measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What one way took with one size of the window: CPU seconds for each article, and bytes of memory.

    `mean` is that of the articles measured, `slowest` the worst of them, `filling` the mean while the window filled.
    """

    mean: float
    slowest: float
    filling: float
    memory: int
    groups: int


FULL = Plan(ours=(10_000, 100_000, 300_000), plain=(5_000, 10_000), measured=3_000)
SMALL = Plan(ours=(1_000, 3_000), plain=(1_000,), measured=300)


def measure(plan: Plan = FULL, *, with_texts: bool = False) -> None:
    """Measure ours and the plain way with all sizes of `plan` and print the table."""
    if why := missing("archive") or missing("stories"):
        print(f"Growth of stories: skipped, {why}")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "articles.jsonl")
        write(file, material(), plan.articles, text_every=_TEXT_EVERY if with_texts else 0)
        name = f"headlines, every {_TEXT_EVERY}th with a full text" if with_texts else "headlines and summaries"
        print(f"Growth of stories: {name}; {plan.measured} articles measured with a full window")
        print(
            f"  {'way':<6}{'window':>8}{'a second':>10}{'slower':>8}{'slowest':>12}{'filling':>10}{'MiB':>7}"
            f"{'groups':>9}"
        )
        ours = {size: _apart(grow_ours, file, size, plan.measured) for size in plan.ours}
        plain = {size: _apart(grow_plainly, file, size, plan.measured) for size in plan.plain}
    for way, found in (("ours", ours), ("plain", plain)):
        for size, growth in found.items():
            _show(way, size, growth, next(iter(found.values())))
    _show_aims(ours, plain)


def write(file: Path, source: Material, wanted: int, *, text_every: int = 0) -> None:
    """Write `wanted` articles to `file`, as JSON lines that can be imported."""
    with file.open("w", encoding="utf-8") as lines:
        for number, article in enumerate(varied(source, wanted, text_every=text_every)):
            fields = {"title": article.title, "summary": article.summary, "text": article.text}
            lines.write(json.dumps({"id": f"made-{number}", "source": article.outlet, **fields}) + "\n")


def read(file: Path, size: int, measured: int) -> Iterator[Item]:
    """Yield the last `size` articles of `file` that are not measured, spread over the window, then those measured."""
    with file.open(encoding="utf-8") as lines:
        count = sum(1 for _ in lines)
        lines.seek(0)
        for number, line in enumerate(islice(lines, count - size - measured, None)):
            yield item_at(line, WINDOW * number / size)


def grow_ours(file: Path, size: int, measured: int) -> Growth:
    """Return what our grouping takes in this process, which must be a fresh one."""
    grouping = learnt()
    return _grow(grouping.take, lambda: grouping.stories, read(file, size, measured), size)


def grow_plainly(file: Path, size: int, measured: int) -> Growth:
    """Return what the plain way takes in this process, which must be a fresh one."""
    idf, groups = Idf(), SinglePass(_THRESHOLD)

    def take(item: Item) -> int:
        words = words_of(item)
        idf.count(words)
        return groups.place(idf.vector(words), item.at)

    return _grow(take, lambda: len(groups.squares), read(file, size, measured), size)


def _grow(take: Callable[[Item], int], groups: Callable[[], int], items: Iterator[Item], size: int) -> Growth:
    before = psutil.Process().memory_info().rss
    filling = sum(_seconds(take, item) for item in islice(items, size))
    memory = psutil.Process().memory_info().rss - before
    measured = [_seconds(take, item) for item in list(items)]
    return Growth(
        mean=sum(measured) / len(measured),
        slowest=max(measured),
        filling=filling / size,
        memory=memory,
        groups=groups(),
    )


def _seconds(take: Callable[[Item], int], item: Item) -> float:
    began = time.process_time()
    take(item)
    return time.process_time() - began


def _apart(way: Callable[[Path, int, int], Growth], file: Path, size: int, measured: int) -> Growth:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        return process.submit(way, file, size, measured).result()


def _show(way: str, size: int, growth: Growth, least: Growth) -> None:
    print(
        f"  {way:<6}{size:8}{1 / growth.mean:10.0f}{growth.mean / least.mean:8.2f}{growth.slowest * 1000:9.1f} ms"
        f"{1 / growth.filling:10.0f}{growth.memory / 1024**2:7.0f}{growth.groups:9}"
    )


def _show_aims(ours: dict[int, Growth], plain: dict[int, Growth]) -> None:
    sizes: Sequence[int] = sorted(ours)
    least, most = ours[sizes[0]], ours[sizes[-1]]
    print(f"  {1 / least.mean:.0f} a second with {sizes[0]} (aim {_AIMS['rate']})", end="")
    print(f", {most.mean / least.mean:.2f} x slower with {sizes[-1]} (aim {_AIMS['slower']})", end="")
    if size := next((size for size in sizes if size in plain), None):
        print(f"; ours / plain with {size}: {plain[size].mean / ours[size].mean:.2f} x as fast", end="")
    print()
    for size in sizes[1:]:
        memory = ours[size].memory / size * 100_000 / 1024**2
        print(f"  {memory:.0f} MiB for 100,000 (window {size}; aim {_AIMS['memory']})")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.story_growth")
    parser.add_argument("--small", action="store_true", help="a few thousand articles, to see that it works")
    parser.add_argument("--texts", action="store_true", help="every tenth article has a full text")
    asked = parser.parse_args()
    measure(SMALL if asked.small else FULL, with_texts=asked.texts)


if __name__ == "__main__":
    main()
