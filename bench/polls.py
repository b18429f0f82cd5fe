"""Cold, warm and touched polls of many feeds, each on a host of its own, beside two rivals in the same run.

`python -m bench.polls [--feeds N]`. The rivals poll the same feeds: `reader` from PyPI with four workers (needs
`pip install .[bench]`), and a plain loop of requests, feedparser and sqlite3. They store; ours stores, puts articles
into stories and matches them with the shipped topics. CPU seconds are those of all processes of a side.
"""

import argparse
import tempfile
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

from bench.measuring import Cost, Worker, worker

FEEDS = 1000
ENTRIES = 25
ROUNDS = ("cold", "warm (304)", "touched (5 %)")
AIMS = {
    ("cold", "reader", "cpu"): 0.8,
    ("cold", "reader", "wall"): 0.5,
    ("warm (304)", "reader", "cpu"): 1.0,
    ("touched (5 %)", "reader", "cpu"): 0.8,
}
_MODULES = {"ours": "bench.service_way", "reader": "bench.reader_way", "loop": "bench.plain_loop"}


def measure(feeds: int = FEEDS, entries: int = ENTRIES) -> None:
    """Run all sides over one farm, round by round, and print what each took."""
    modules = dict(_MODULES)
    if find_spec("reader") is None:
        print("reader: skipped, it is not installed (pip install .[bench])")
        del modules["reader"]
    print(f"Polls of {feeds} feeds of {entries} entries on loopback, seconds")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        farm = running.enter_context(worker("bench.feed_farm", feeds, entries))
        port = farm.answer()["port"]
        sides = {
            name: running.enter_context(worker(module, Path(folder, f"{name}.db"), port, feeds))
            for name, module in modules.items()
        }
        for side in sides.values():
            side.answer()
        start = ", ".join(f"{name} {sum(side.cpu_seconds()):.2f}" for name, side in sides.items())
        print(f"  CPU to start, once, counted in no poll: {start}")
        rounds = {name: _round(name, farm, sides) for name in ROUNDS}
        _show(rounds)
        _show_ingest(rounds["cold"]["ours"])
        _show_memory(sides)


def _round(name: str, farm: Worker, sides: dict[str, Worker]) -> dict[str, Cost]:
    if name.startswith("touched"):
        farm.work("touch")
    costs = {side: worker.work() for side, worker in sides.items()}
    articles = {side: cost.said["articles"] for side, cost in costs.items()}
    if len(set(articles.values())) > 1:
        raise RuntimeError(f"{name}: not the same articles are kept: {articles}")
    return costs


def _show(rounds: dict[str, dict[str, Cost]]) -> None:
    rivals = [side for side in next(iter(rounds.values())) if side != "ours"]
    print(f"  {'poll':<14}{'':<6}{'ours':>8}" + "".join(f"{rival:>8}{'ours/it':>9}" for rival in rivals) + "   aim")
    for name, costs in rounds.items():
        for kind in ("wall", "cpu"):
            mine = getattr(costs["ours"], kind)
            line = f"  {name:<14}{kind:<6}{mine:8.2f}"
            aims = []
            for rival in rivals:
                theirs = getattr(costs[rival], kind)
                line += f"{theirs:8.2f}{mine / theirs:9.2f}"
                if aim := AIMS.get((name, rival, kind)):
                    aims.append(f"   ≤ {aim} of {rival} {'met' if mine <= aim * theirs else 'missed'}")
            print(line + "".join(aims))
    for name, costs in rounds.items():
        us = costs["ours"]
        shares = f"CPU of the service {us.cpu - us.cpu_below:.2f} s, of crawl processes {us.cpu_below:.2f} s"
        print(f"  {name}: {shares}; {us.said['came_to']}")


def _show_ingest(cold: Cost) -> None:
    articles = cold.said["articles"]
    print(
        f"  cold, from request to commit: {articles / cold.wall:.0f} articles per second,"
        f" {cold.cpu / articles * 1000:.2f} ms of CPU each"
    )


def _show_memory(sides: dict[str, Worker]) -> None:
    ours = sides["ours"].peaks
    rivals = "".join(f", {name} {side.peaks['itself'] / 1024**2:.0f}" for name, side in sides.items() if name != "ours")
    print(
        f"  peak memory (MiB, RSS): service {ours['itself'] / 1024**2:.0f},"
        f" largest process below it {ours['below'] / 1024**2:.0f}{rivals}"
    )


def main() -> None:
    """Measure as many feeds as the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.polls", description=__doc__)
    parser.add_argument("--feeds", type=int, default=FEEDS, help=f"how many feeds ({FEEDS})")
    measure(parser.parse_args().feeds)


if __name__ == "__main__":
    main()
