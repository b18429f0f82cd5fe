"""Kill the service again and again while it works, and say what was lost: `python -m bench.kills --kills 50`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.killing import play_with_kills


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    # Slower than the tests: six feeds, and a channel takes one message a second.
    parser.add_argument("--pace", type=float, default=7.0, help="seconds between two articles of each feed")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wirewatch-kills-") as folder:
        play = play_with_kills(Path(folder), kills=said.kills, seed=said.seed, pace=said.pace)
    verdict = play.verdict
    for name, figure in (
        ("kills (every other one of the service alone)", play.kills),
        ("lives too short for a poll", play.lives_without_poll),
        ("messages due", verdict.told - verdict.marked - len(verdict.unmarked)),
        ("messages received", verdict.told),
        ("L  matches never delivered", len(verdict.lost)),
        ("D  repeats not marked", len(verdict.unmarked)),
        ("R  messages with marked repeats", verdict.marked_messages),
        ("   deliveries in them that arrived twice", verdict.marked),
        ("   marked though they arrived once", verdict.marked_firsts),
        ("   sends caught in the middle by a kill", play.found_sending),
        ("I  integrity_check at the end", verdict.integrity),
        ("   archives damaged by a kill", play.damaged),
        ("Q  deliveries waiting at the end", verdict.waiting),
        ("polls", play.polls),
        ("   before the time stored at the kill", play.early),
        ("   again after a crawl that was killed", play.again),
        ("longest life of an orphan (s)", f"{play.orphan_seconds:.2f}"),
        ("exit code of the last stop", play.exit_code),
        ("seconds", f"{play.seconds:.0f}"),
    ):
        print(f"{name:46} {figure:>8}")
    sys.exit(0 if verdict.is_clean and not play.damaged and not play.early else 1)


if __name__ == "__main__":
    main()
