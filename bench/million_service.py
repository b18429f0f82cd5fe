"""The real service over an archive whose feeds are all due: how soon it asks the first, and what it holds when idle."""

import contextlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from bench.feed_farm import addresses
from bench.measuring import Worker
from bench.million_archive import FEEDS, write_config
from stories.store import stamp

PROGRAM = ("-c", "from scheduler.cli import main; main()")
ROUNDS = 5

_PATIENCE = 120.0  # seconds
_IDLE = 25.0  # seconds with next to nothing to do before memory is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a service was like: seconds until a feed was asked first, bytes of memory when idle, seconds of its pages.

    `beside` is the memory of the processes that it started, `peak` the most that it had itself.
    """

    first_poll: float
    idle: int
    peak: int
    beside: int
    pages: dict[str, float]


def serve(database: Path, port: int, farm: Worker, folder: Path) -> Served:
    """Run the service over an archive whose feeds are all due, until it has crawled and is idle."""
    monitor = _free_port()
    config = folder / f"{database.stem}-run.yaml"
    write_config(config, database, port=port, monitor=monitor)
    _lead_feeds_to(database, port)
    farm.work("news")
    with (folder / "run.log").open("wb") as said:
        began, at = time.time(), time.monotonic()
        service = subprocess.Popen([sys.executable, *PROGRAM, "run", "--config", str(config)], stdout=said, stderr=said)
        try:
            answered: dict[str, float] = {}
            while len(answered) < FEEDS and time.monotonic() < at + _PATIENCE:
                time.sleep(0.2)
                answered = farm.work("told").said["answered"]
            if not answered:
                raise RuntimeError(f"no feed was asked:\n{(folder / 'run.log').read_text()}")
            _wait_until_idle(service.pid)
            process = psutil.Process(service.pid)
            return Served(
                first_poll=min(answered.values()) - began,
                idle=process.memory_info().rss,
                peak=_peak(service.pid),
                beside=sum(each.memory_full_info().pss for each in process.children(recursive=True)),
                pages={page: _page(f"http://127.0.0.1:{monitor}{page}") for page in ("/healthz", "/metrics")},
            )
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(30)


def _lead_feeds_to(database: Path, port: int) -> None:
    """Let the feeds of an archive be those on loopback, and all of them due."""
    with contextlib.closing(sqlite3.connect(database)) as db, db:
        for number, address in enumerate(addresses(FEEDS, port)):
            db.execute(
                "UPDATE feeds SET address = ?, etag = NULL, body_digest = NULL, next_poll_at = ? WHERE id = ?",
                [address, stamp(datetime.now(UTC) - timedelta(minutes=1)), number + 1],
            )


def _wait_until_idle(pid: int) -> None:
    """Return when the service has done next to nothing for a while."""
    ends_at = time.monotonic() + _PATIENCE
    process, quiet_since = psutil.Process(pid), time.monotonic()
    before = sum(process.cpu_times()[:2])
    while time.monotonic() < min(ends_at, quiet_since + _IDLE):
        time.sleep(1)
        now = sum(process.cpu_times()[:2])
        if now - before > 0.1:
            quiet_since = time.monotonic()
        before = now


def _page(address: str) -> float:
    return min(_asked(address) for _ in range(ROUNDS))


def _asked(address: str) -> float:
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            answer.read()
    except urllib.error.HTTPError as error:  # not healthy is an answer, too
        error.read()
    return time.perf_counter() - began


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found[1]) * 1024 if found else 0
