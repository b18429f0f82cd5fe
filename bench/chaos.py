"""Hurt the service as HAZARDS.md has it, and say what was lost: `python -m bench.chaos points|core|stops|model`."""

import argparse
import logging
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
from tests.stopping import play_stops
from tests.test_delivery_model import run_model

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


def stops(*, runs: int) -> bool:
    """F5: ask the whole service to stop `runs` times, while it sends and while it asks a feed."""
    with tempfile.TemporaryDirectory(prefix="wirewatch-stops-") as folder:
        play = play_stops(Path(folder), stops=runs)
    verdict = play.verdict
    print(f"stops {play.stops}, longest {play.longest:.1f} s, exit codes other than 0: {len(play.codes)}")
    print(f"told {verdict.told}, L {len(verdict.lost)}, D {len(verdict.unmarked)}, R {verdict.marked_messages}")
    if not play.is_clean:
        print(f"NOT CLEAN: {play}")
    return play.is_clean


def model(*, examples: int, steps: int) -> bool:
    """Play `examples` of the model test with `steps` each."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wirewatch-model-") as folder:
        run_model(Path(folder), examples=examples, steps=steps, shrink=True)  # raises where a promise is broken
    print(f"{examples} examples of {steps} steps, all kept: {time.monotonic() - began:.0f} s")
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    ways = parser.add_subparsers(dest="way", required=True)
    ways.add_parser("points", help=points.__doc__).add_argument("--runs", type=int, default=20)
    ways.add_parser("core", help=core.__doc__).add_argument("--kills", type=int, default=2000)
    ways.add_parser("stops", help=stops.__doc__).add_argument("--runs", type=int, default=50)
    playing = ways.add_parser("model", help=model.__doc__)
    playing.add_argument("--examples", type=int, default=500)
    playing.add_argument("--steps", type=int, default=50)
    said = parser.parse_args()
    logging.disable(logging.CRITICAL)  # what is refused is told in the thousands
    is_clean = {
        "points": lambda: points(runs=said.runs, seed=said.seed),
        "core": lambda: core(kills=said.kills, seed=said.seed),
        "stops": lambda: stops(runs=said.runs),
        "model": lambda: model(examples=said.examples, steps=said.steps),
    }[said.way]()
    sys.exit(0 if is_clean else 1)


if __name__ == "__main__":
    main()
