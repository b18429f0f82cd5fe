"""Cold, warm and touched polls of many feeds, beside a plain loop over the same feeds in the same run."""

import tempfile
from pathlib import Path

from bench.measuring import Cost, Worker, worker

FEEDS = 500
ENTRIES = 25
ROUNDS = ("cold", "warm (304)", "touched (5 %)")
AIMS = {("cold", "cpu"): 1.0, ("cold", "wall"): 0.6}


def measure(feeds: int = FEEDS, entries: int = ENTRIES) -> None:
    """Run both sides over one farm, round by round, and print what each took."""
    print(f"Polls of {feeds} feeds of {entries} entries on loopback: ours / plain loop, seconds")
    with tempfile.TemporaryDirectory() as folder, worker("bench.feed_farm", feeds, entries) as farm:
        port = farm.answer()["port"]
        with (
            worker("bench.service_way", Path(folder, "ours.db"), port, feeds) as ours,
            worker("bench.plain_loop", Path(folder, "loop.db"), port, feeds) as loop,
        ):
            ours.answer()
            loop.answer()
            start, theirs = sum(ours.cpu_seconds()), sum(loop.cpu_seconds())
            print(f"  to start, once: {start:.2f} / {theirs:.2f} s of CPU, counted in no poll")
            rounds = [(name, *_round(name, farm, ours, loop)) for name in ROUNDS]
            _show(rounds)
            _show_ingest(rounds[0][1])
            _show_memory(ours, loop)


def _round(name: str, farm: Worker, ours: Worker, loop: Worker) -> tuple[Cost, Cost]:
    if name.startswith("touched"):
        farm.work("touch")
    us, them = ours.work(), loop.work()
    if us.said["articles"] != them.said["articles"]:
        raise RuntimeError(f"{name}: {us.said} articles here, {them.said} there")
    return us, them


def _show(rounds: list[tuple[str, Cost, Cost]]) -> None:
    print(f"  {'poll':<14}{'':<6}{'ours':>8}{'loop':>8}{'ratio':>8}   aim")
    for name, us, them in rounds:
        for kind, mine, theirs in (("wall", us.wall, them.wall), ("cpu", us.cpu, them.cpu)):
            aim = AIMS.get((name, kind))
            print(
                f"  {name:<14}{kind:<6}{mine:8.2f}{theirs:8.2f}{mine / theirs:8.2f}"
                + (f"   ≤ {aim} {'met' if mine <= aim * theirs else 'missed'}" if aim else "")
            )
    for name, us, _ in rounds:
        shares = f"CPU of the service {us.cpu - us.cpu_below:.2f} s, of crawl processes {us.cpu_below:.2f} s"
        print(f"  {name}: {shares}; {us.said['came_to']}")


def _show_ingest(cold: Cost) -> None:
    articles = cold.said["articles"]
    print(
        f"  cold, from request to commit: {articles / cold.wall:.0f} articles per second,"
        f" {cold.cpu / articles * 1000:.2f} ms of CPU each"
    )


def _show_memory(ours: Worker, loop: Worker) -> None:
    service, child, rival = (
        size / 1024**2 for size in (ours.peaks["itself"], ours.peaks["below"], loop.peaks["itself"])
    )
    print(f"  peak memory (MiB, RSS): service {service:.0f}, largest process below it {child:.0f}, loop {rival:.0f}")


if __name__ == "__main__":
    measure()
