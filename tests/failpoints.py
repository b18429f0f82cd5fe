"""A process that is killed, with all it started, when it comes to a point for the Nth time."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from stories.failpoints import Point, call_on_reach

# `wirewatch`, but that it dies where the folder it runs in says.
DOOMED = (sys.executable, "-m", "tests.failpoints_service")
_TOLD = "failpoint.json"
_REACHED = "failpoint.reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doom:
    """Where a process is to end: at `point`, when it was passed `skip` times, by whichever of its processes."""

    point: str
    skip: int = 0

    def write(self, folder: Path) -> None:
        """Leave word for a process that starts in `folder`."""
        (folder / _REACHED).unlink(missing_ok=True)
        (folder / _TOLD).write_text(json.dumps({"point": self.point, "skip": self.skip}), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Return what `write` left in `folder`, or None."""
        told = folder / _TOLD
        return cls(**json.loads(told.read_text(encoding="utf-8"))) if told.exists() else None


def forget_doom(folder: Path) -> None:
    """Let a process that starts in `folder` live."""
    (folder / _TOLD).unlink(missing_ok=True)


def die_as_told(folder: Path) -> None:
    """Have this process, and those forked from it, die where `folder` says; nothing when it says nothing."""
    doom = Doom.read(folder)
    if doom is None:
        return
    # Counted in a file: the points of a crawl are reached by another process each time.
    reached = os.open(folder / _REACHED, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def die(point: Point) -> None:
        if point == doom.point and _count(reached) > doom.skip:
            kill_group()

    call_on_reach(die)


def kill_group() -> None:
    """End this process and all of its group at once, as when the power fails."""
    os.killpg(0, signal.SIGKILL)


def die_while_checkpointing(database: Path, *, skip: int) -> None:
    """Have this process die in the middle of the checkpoint that follows its commits, when `skip` of them are over.

    In WAL mode nothing but a checkpoint writes to the file itself: its first change is the moment.
    """
    left = skip

    def watch(point: Point) -> None:
        nonlocal left
        if point is not Point.BEFORE_COMMIT:
            return
        before, left = database.stat().st_mtime_ns, left - 1
        if left < 0:
            threading.Thread(target=_kill_when, args=(lambda: database.stat().st_mtime_ns != before,)).start()

    call_on_reach(watch)


def _kill_when(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0)
    kill_group()


def _count(file: int) -> int:
    os.write(file, b".")
    return os.fstat(file).st_size
