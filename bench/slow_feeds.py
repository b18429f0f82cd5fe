"""What feeds that never answer cost the others: `python -m bench.slow_feeds [--feeds N]`.

Of 1,000 feeds on 1,000 hosts every fifth takes the question and hangs. Measured is when the last of the 800 healthy
ones is committed, cold and then warm, beside the same 800 by themselves.
"""

import argparse
import tempfile
from pathlib import Path

from bench.measuring import Cost, worker

FEEDS = 1000
ENTRIES = 5  # what is asked here is how requests wait, not what articles cost
HANGING = 5  # of so many feeds one hangs
AIM = 2.0


def measure(feeds: int = FEEDS) -> None:
    """Poll with and without feeds that hang, and print when the healthy ones were done."""
    hanging = feeds // HANGING
    print(f"{feeds - hanging} healthy feeds, alone and beside {hanging} that hang; seconds until the last is committed")
    alone, beside = _rounds(feeds - hanging, 0), _rounds(feeds, hanging)
    for name, one, other in zip(("cold", "warm (304)"), alone, beside, strict=True):
        took, with_slow = one.said["last_good"], other.said["last_good"]
        met = "met" if with_slow <= AIM * took else "missed"
        print(f"  {name:<12}{took:8.2f}{with_slow:8.2f}   ratio {with_slow / took:.2f}   aim {AIM} {met}")
        print(f"    the whole crawl {one.wall:.2f}, {other.wall:.2f}; {other.said['came_to']}")


def _rounds(feeds: int, hanging: int) -> list[Cost]:
    with tempfile.TemporaryDirectory() as folder, worker("bench.feed_farm", feeds, ENTRIES, hanging) as farm:
        port = farm.answer()["port"]
        with worker("bench.service_way", Path(folder, "ours.db"), port, feeds) as ours:
            ours.answer()
            return [ours.work(), ours.work()]


def main() -> None:
    """Measure as many feeds as the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.slow_feeds", description=__doc__)
    parser.add_argument("--feeds", type=int, default=FEEDS, help=f"how many feeds ({FEEDS})")
    measure(parser.parse_args().feeds)


if __name__ == "__main__":
    main()
