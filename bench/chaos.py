"""Hurt the service as HAZARDS.md's faults do, and say what was lost: `python -m bench.chaos points|core|stops`."""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.failpoints_core import Life, markers, running_core, write_core_config
from tests.killing import told_to
from tests.killing_at import POINTS, play_killed_at
from tests.oracle import judge
from tests.receivers import running_webhook

LIVES_OF_AN_ARCHIVE = 100  # then a new one: a long life slows down, and a fault early in it would be seen late
LONGEST_LIFE = 0.25  # seconds


def points(*, runs: int, seed: int) -> bool:
    """F1: kill the whole service `runs` times at each point."""
    print(f"{'killed at':22} {'kills':>5} {'told':>5} {'L':>3} {'D':>3} {'R':>3} {'marked once':>12} {'s':>5}")
    is_clean = True
    for point in POINTS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="wirewatch-points-") as folder:
            play = play_killed_at(Path(folder), [point] * runs, seed=seed)
        verdict = play.verdict
        is_clean = is_clean and play.is_clean
        print(
            f"{point:22} {runs:>5} {verdict.told:>5} {len(verdict.lost):>3} {len(verdict.unmarked):>3}"
            f" {verdict.marked_messages:>3} {verdict.marked_firsts:>12} {time.monotonic() - began:>5.0f}"
            f"{'' if play.is_clean else f'  NOT CLEAN: {verdict}'}",
            flush=True,
        )
    return is_clean


def core(*, kills: int, seed: int) -> bool:
    """F3: kill archive and outbox `kills` times at random moments."""
    dice, began, is_clean = random.Random(seed), time.monotonic(), True
    killed = told = lost = unmarked = marked = firsts = 0
    with tempfile.TemporaryDirectory(prefix="wirewatch-core-") as name, running_core(Path(name, "core.log")) as process:
        while killed < kills:
            folder = Path(name, str(killed))
            folder.mkdir()
            with running_webhook(folder / "hook.jsonl") as hook:
                write_core_config(folder, channels={"hook": hook.address()})
                died = 0
                for _ in range(min(LIVES_OF_AN_ARCHIVE, kills - killed)):
                    died += process.live(folder, Life(seconds=dice.uniform(0.005, LONGEST_LIFE)))[0]
                _, polls = process.live(folder, Life(polls=0))
                expected = {("hook", marker) for marker in markers(polls)}
                verdict = judge(expected, told_to("hook", hook), folder / "wirewatch.db")
            killed += died
            told, lost, unmarked = told + verdict.told, lost + len(verdict.lost), unmarked + len(verdict.unmarked)
            marked, firsts = marked + verdict.marked_messages, firsts + verdict.marked_firsts
            is_good = verdict.is_clean and verdict.marked_messages <= died
            is_clean = is_clean and is_good
            if not is_good:
                print(f"NOT CLEAN after {killed} kills: {verdict}")
    seconds = time.monotonic() - began
    print(f"kills {killed}, told {told}, L {lost}, D {unmarked}, R {marked}, marked though once {firsts}")
    print(f"{seconds:.0f} s, {60 * killed / seconds:.0f} kills a minute")
    return is_clean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    ways = parser.add_subparsers(dest="way", required=True)
    ways.add_parser("points", help=points.__doc__).add_argument("--runs", type=int, default=20)
    ways.add_parser("core", help=core.__doc__).add_argument("--kills", type=int, default=2000)
    said = parser.parse_args()
    is_clean = (
        points(runs=said.runs, seed=said.seed) if said.way == "points" else core(kills=said.kills, seed=said.seed)
    )
    sys.exit(0 if is_clean else 1)


if __name__ == "__main__":
    main()
