"""`wirewatch` as it is, by a wall clock that the folder it runs in sets: `python -m tests.shifted_clock run`.

The file `clock` there holds the seconds by which the clock is ahead. APScheduler is told by the same clock.
"""

import importlib
import time
from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path

NAME = "clock"


class Shifted(datetime):
    """Instants as they are, but now."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """Return what the clock shows, as a plain instant: those go to other processes."""
        shift = 0.0
        with suppress(FileNotFoundError, ValueError):
            shift = float(Path(NAME).read_text("ascii"))
        return datetime.fromtimestamp(time.time() + shift, tz)


if __name__ == "__main__":
    for name in ("apscheduler.schedulers.base", "apscheduler.triggers.interval", "scheduler.surroundings"):
        vars(importlib.import_module(name))["datetime"] = Shifted
    from scheduler.cli import main

    main()
