"""The real `wirewatch run` as a process of its own, which a test may watch, stop and kill."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PATIENCE = 20.0  # seconds; only a failing test waits so long


def write_config(
    folder: Path, *, feeds: Mapping[str, str], channels: Mapping[str, str], keywords: str = "[antitrust]"
) -> Path:
    """Write a config.yaml for feeds (address to interval) and channels (name to address) and return its path."""
    lines = ["service:", "  database: wirewatch.db", "feeds:"]
    lines += [
        f'  - {{name: "Feed {number}", address: "{address}", every: {every}, allow_private: true}}'
        for number, (address, every) in enumerate(feeds.items())
    ]
    lines += ["topics:", f"  - {{name: Antitrust, keywords: {keywords}, channels: [{', '.join(channels)}]}}"]
    lines += ["channels:", *(f'  {name}: {{url: "{url}"}}' for name, url in channels.items())]
    path = folder / "config.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@dataclass(slots=True)
class RunningService:
    """A service process, leader of a process group of its own; its log is in `log`."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        """What it wrote to standard error so far."""
        return self.log.read_text(encoding="utf-8")

    def children(self) -> list[psutil.Process]:
        """Return the processes it started, and those that these started."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def kill(self) -> None:
        """Kill the whole group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_alone(self) -> list[psutil.Process]:
        """Kill only the service itself and return the processes it leaves behind."""
        left = self.children()
        self.process.kill()
        self.process.wait()
        return left

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to stop; return its exit code and how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(sign)
        code = self.process.wait(PATIENCE)
        return code, time.monotonic() - began

    def wait_until(
        self, is_so: Callable[[], bool], what: str, *, pause: float = 0.02, patience: float = PATIENCE
    ) -> None:
        """Wait for something in the outside world; fail, with the log, when it does not come or the service ends."""

        def complaint() -> str:
            return f"{what} did not come ({self.process.poll()}):\n{self.said[-3000:]}"

        wait_until(lambda: is_so() or self.process.poll() is not None, complaint, pause=pause, patience=patience)
        assert is_so(), complaint()


def wait_until(
    is_so: Callable[[], bool], complaint: Callable[[], str], *, pause: float = 0.02, patience: float = PATIENCE
) -> None:
    """Look again and again until `is_so`; fail with `complaint` when it does not come to that."""
    ends_at = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < ends_at, complaint()
        time.sleep(pause)


def command(*words: str) -> list[str]:
    """Return how to call wirewatch with the Python that runs this."""
    return [sys.executable, "-c", "from scheduler.cli import main; main()", *words]


@contextlib.contextmanager
def running_service(config: Path, *, program: Sequence[str] = ()) -> Iterator[RunningService]:
    """Run the service, or a `program` that runs it; at the end nothing of it is left, however the test went."""
    log = config.with_name("service.log")
    words = [*(program or command()), "run", "--config", str(config)]
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            words,
            stderr=stderr,
            stdout=stderr,
            start_new_session=True,
            cwd=config.parent,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},  # the tests, too, are found from there
        )
    service = RunningService(process, log)
    try:
        yield service
    finally:
        service.kill()
