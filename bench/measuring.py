"""A process that is told what to do and measured while it does it, with all processes it starts."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

_EVERY_SECONDS = 0.05  # how often peaks are read; the system keeps them, so only a process's end can be missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one piece of work took, in seconds, and what was answered.

    `cpu` is summed over the process itself and all below it; `cpu_below` is the share of the latter.
    """

    wall: float
    cpu: float
    cpu_below: float
    said: dict[str, Any]


@dataclass(slots=True)
class Worker:
    """A process that does one piece of work for each line it reads, and answers with a line of JSON.

    `peaks` holds the largest resident memory (bytes) of the process itself and of any process below it.
    """

    process: subprocess.Popen[str]
    peaks: dict[str, int] = field(default_factory=lambda: {"itself": 0, "below": 0})

    def answer(self) -> dict[str, Any]:
        """Return what the process says next."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args!r} ended: {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def work(self, word: str = "go") -> Cost:
        """Have it do one piece of work and return what that took."""
        assert self.process.stdin is not None
        itself, below = self.cpu_seconds()
        began = time.perf_counter()
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        with self._watching_memory():
            said = self.answer()
        wall = time.perf_counter() - began
        itself_after, below_after = self.cpu_seconds()
        cpu_below = below_after - below
        return Cost(wall=wall, cpu=itself_after - itself + cpu_below, cpu_below=cpu_below, said=said)

    def cpu_seconds(self) -> tuple[float, float]:
        """Return the processor seconds so far of the process itself, and of all below it, living or ended.

        What has ended counts with the process that waited for it (`children_*`), so nothing counts twice; a crawl
        process is waited for before its results are complete.
        """
        above = psutil.Process(self.process.pid)
        own = above.cpu_times()
        others = [process.cpu_times() for process in above.children(recursive=True)]
        below = sum(each.user + each.system + each.children_user + each.children_system for each in others)
        return own.user + own.system, own.children_user + own.children_system + below

    @contextmanager
    def _watching_memory(self) -> Iterator[None]:
        done = threading.Event()

        def watch() -> None:
            while not done.wait(_EVERY_SECONDS):
                self._note_peaks()

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            yield
        finally:
            done.set()
            watching.join()
            self._note_peaks()

    def _note_peaks(self) -> None:
        above = psutil.Process(self.process.pid)
        self.peaks["itself"] = max(self.peaks["itself"], peak_of(above.pid))
        below = [peak_of(process.pid) for process in above.children(recursive=True)]
        self.peaks["below"] = max(self.peaks["below"], *below, 0)


@contextmanager
def worker(module: str, *arguments: object) -> Iterator[Worker]:
    """Run `python -m module arguments`; it ends when its standard input does."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Worker(process)
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(timeout=30)


def peak_of(pid: int) -> int:
    """Return the largest resident memory a process ever had, in bytes; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123 - no file on a disk
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:")), 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0
