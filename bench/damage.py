"""What becomes of an archive that is damaged in a hundred ways, after a backup and what came since (HAZARDS F12)."""

import logging
import shutil
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.damaging import DAMAGE, damage_and_start, play_days


def main(times: int = 100) -> None:
    """Damage an archive so often, and print what came of it."""
    logging.disable()
    ways: Counter[tuple[str, str]] = Counter()
    totals: Counter[tuple[str, str]] = Counter()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "before").mkdir()
        before = play_days(folder / "before")
        for seed in range(times):
            kind = list(DAMAGE)[seed % len(DAMAGE)]
            after = damage_and_start(before, folder / "after", kind, seed)
            ways[kind, after.way] += 1
            for figure in ("lost", "repeated", "marked", "flood"):
                totals[after.way, figure] += getattr(after, figure)
            totals[after.way, "sightings lost"] += max(0, before.sightings - after.sightings)
            shutil.rmtree(folder / "after")
    for (kind, way), count in sorted(ways.items()):
        print(f"{count:4} {kind}: {way}")
    for way in sorted({way for way, _ in totals}):
        print(f"{way}: {', '.join(f'{count} {figure}' for (of, figure), count in totals.items() if of == way)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
