"""How soon it is told: `python -m bench.latency [--feeds N] [--channels N] [--rounds N]`.

All feeds are due at once, each has one new entry, and every tenth of these meets a topic. The real `wirewatch run` asks
them and tells a webhook: measured is, for each match, the time from the answer of its feed to the message that names
it. The floor, in the same run: from the same answers to the moment at which the same crawls hand over what they read.
"""

import argparse
import contextlib
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.feed_farm import addresses
from bench.latency_farm import TELLING_EVERY, WORD
from bench.measuring import Worker, worker

FEEDS = 500
ENTRIES = 25
AIM = 2.0  # seconds, of 95 matches of a hundred
_PATIENCE = 180.0

_Moments = dict[str, float]  # by the number of the outlet, in seconds of the system's clock


def measure(feeds: int = FEEDS, channels: int = 1, rounds: int = 3) -> None:
    """Run floor and service, round after round, and print what they took."""
    print(f"{feeds} feeds due at once, {feeds // TELLING_EVERY} matches, {channels} channels; seconds from the answer")
    with tempfile.TemporaryDirectory() as name, worker("bench.latency_farm", feeds, ENTRIES) as farm:
        folder, port = Path(name), farm.answer()["port"]
        config = _config(folder, feeds, port, channels)
        _wirewatch("poll", config, folder / "poll.log").wait()
        for number in range(1, rounds + 1):
            farm.work("news")
            floor = _floor(farm, folder, config)
            print(f"  round {number}: crawl alone      {_percentiles(floor)}")
            farm.work("news")
            answered, told, messages = _told(farm, folder, config, count=feeds // TELLING_EVERY)
            seen = _seen(folder / "wirewatch.db", told)
            told_after = [at - answered[each] for each, at in told.items()]
            met = "met" if _quantile(told_after, 95) <= AIM else "missed"
            print(f"  round {number}: until it is seen {_percentiles([seen[each] - answered[each] for each in told])}")
            print(f"  round {number}: from there told  {_percentiles([at - seen[each] for each, at in told.items()])}")
            print(
                f"  round {number}: in all           {_percentiles(told_after)}; {messages} messages; aim {AIM} s {met}"
            )
            whole = max(told.values()) - min(answered.values())
            print(f"  round {number}: from the first answer to the last that is told {whole:.2f}")


def _floor(farm: Worker, folder: Path, config: Path) -> list[float]:
    with worker("bench.crawl_alone", folder / "wirewatch.db", config) as alone:
        alone.answer()
        came = alone.work().said["came"]
    answered = farm.work("told").said["answered"]
    return [came[number] - at for number, at in answered.items() if int(number) % TELLING_EVERY == 0]


def _told(farm: Worker, folder: Path, config: Path, *, count: int) -> tuple[_Moments, _Moments, int]:
    """Have the service find all feeds due at once; return when each answered and was told, and the messages' number."""
    _make_due(folder / "wirewatch.db", datetime.now(UTC) + timedelta(seconds=3))
    with _service(config, folder / "run.log"):
        ends_at = time.monotonic() + _PATIENCE
        while len((said := farm.work("told").said)["told"]) < count and time.monotonic() < ends_at:
            time.sleep(0.5)
    if len(said["told"]) < count:
        raise RuntimeError(
            f"only {len(said['told'])} of {count} matches were told:\n{(folder / 'run.log').read_text()}"
        )
    return said["answered"], said["told"], said["messages"]


def _seen(database: Path, outlets: Iterable[str]) -> _Moments:
    """Return when the newest article of each of the outlets was taken in: that moment is looked up before the work."""
    with contextlib.closing(sqlite3.connect(database)) as db:
        rows = db.execute("SELECT url, seen_at FROM articles ORDER BY seq").fetchall()
    seen = {url.split("outlet-")[1].split(".")[0]: datetime.fromisoformat(at).timestamp() for url, at in rows}
    return {each: seen[each] for each in outlets}


def _make_due(database: Path, at: datetime) -> None:
    stamped = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with contextlib.closing(sqlite3.connect(database)) as db, db:
        db.execute("UPDATE feeds SET next_poll_at = ?", [stamped])


@contextlib.contextmanager
def _service(config: Path, log: Path) -> Iterator[None]:
    service = _wirewatch("run", config, log)
    try:
        yield
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(30)


def _wirewatch(command: str, config: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as said:
        program = "from scheduler.cli import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", program, command, "--config", str(config)], stdout=said, stderr=said
        )


def _config(folder: Path, feeds: int, port: int, channels: int) -> Path:
    """Write the configuration: a topic for each channel, of which each match meets one by the number of its outlet."""
    lines = ["service: {database: wirewatch.db}", "feeds:"]
    lines += [
        f'  - {{name: Outlet {number}, address: "{address}", allow_private: true}}'
        for number, address in enumerate(addresses(feeds, port))
    ]
    lines.append("topics:")
    for channel in range(channels):
        told = [number for number in range(0, feeds, TELLING_EVERY) if number // TELLING_EVERY % channels == channel]
        outlets = " OR ".join(f'feed:"Outlet {number}"' for number in told)
        where = "" if channels == 1 else f" AND ({outlets})"
        lines.append(f"  - {{name: Topic {channel}, query: '{WORD}{where}', channels: [hook{channel}]}}")
    lines.append("channels:")
    lines += [f'  hook{channel}: {{url: "json://127.0.0.1:{port}/{channel}"}}' for channel in range(channels)]
    path = folder / "config.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _percentiles(seconds: Sequence[float]) -> str:
    return f"p50 {_quantile(seconds, 50):.2f}, p95 {_quantile(seconds, 95):.2f}, most {max(seconds):.2f}"


def _quantile(seconds: Sequence[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.latency", description=__doc__)
    parser.add_argument("--feeds", type=int, default=FEEDS, help=f"how many feeds ({FEEDS})")
    parser.add_argument("--channels", type=int, default=1, help="how many channels share the matches (1)")
    parser.add_argument("--rounds", type=int, default=3, help="how often (3)")
    asked = parser.parse_args()
    measure(asked.feeds, asked.channels, asked.rounds)


if __name__ == "__main__":
    main()
