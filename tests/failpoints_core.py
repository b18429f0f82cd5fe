"""Archive and outbox without the crawl: one short life after another, forked from a process that has all loaded.

`python -m tests.failpoints_core` reads one order a line, answers with the process that lives by it, then with its end.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alerts.outbox import deliver_due
from crawler.poll import Outcome, PollResult
from scheduler.config import Config, load_config
from scheduler.ingest import ingest_poll
from scheduler.senders import rules_of, usable_channels
from scheduler.service import begin
from scheduler.watch import watch_of
from stories.model import Article
from stories.store import Store, open_store
from stories.store_feeds import watched_feeds
from tests.failpoints import die_as_told, die_while_checkpointing
from tests.oracle import count_articles, has_tables, waiting_now
from tests.press import headline
from tests.running_service import write_config

PER_POLL = 3  # articles, each a story of its own
FASTER = 100  # how much faster than ours the clock of a life goes: a channel takes a message a second
_PATIENCE = 60.0  # seconds; only a failing test waits so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One life: it takes in polls until it has `polls` of them, delivers between them, and ends when all is told.

    Before that it dies: after `seconds`, or where its folder says, or in the middle of a checkpoint when so many polls
    are in; then checkpoints are short and often.
    """

    polls: int = 1_000_000
    seconds: float | None = None
    checkpoint_skip: int | None = None


def markers(polls: int) -> list[str]:
    """Return the markers of all articles of the first so many polls."""
    return [f"m{poll}x{number:05}" for poll in range(polls) for number in range(PER_POLL)]


@dataclass(slots=True)
class Core:
    """The process that lives are forked from; what they say is in `log`."""

    process: subprocess.Popen[str]
    log: Path

    def live(self, folder: Path, life: Life, *, meanwhile: Callable[[int], None] = lambda _: None) -> tuple[bool, int]:
        """Play `life` over the archive in `folder`; return whether it was killed, and how many polls are there then.

        `meanwhile` is called with the process that lives.
        """
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"folder": str(folder), "life": asdict(life)}) + "\n")
        self.process.stdin.flush()
        meanwhile(self._answer()["process"])
        answer = self._answer()
        assert answer["signal"] in (0, signal.SIGKILL), (answer, self.log.read_text(encoding="utf-8")[-3000:])
        return bool(answer["signal"]), answer["polls"]

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the core ended ({self.process.wait()}):\n{self.log.read_text(encoding='utf-8')[-3000:]}"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def running_core(log: Path) -> Iterator[Core]:
    """Have lives played."""
    with (
        log.open("ab") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "tests.failpoints_core"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=Path(__file__).parent.parent,
        ) as process,
    ):
        try:
            yield Core(process, log)
        finally:
            process.kill()


def write_core_config(folder: Path, *, channels: Mapping[str, str]) -> None:
    """Write what lives in `folder` go by."""
    write_config(folder, feeds={"http://127.0.0.1/feed.rss": "1h"}, channels=channels)


def _main() -> None:
    began = time.time()
    for line in sys.stdin:
        order = json.loads(line)
        folder, life = Path(order["folder"]), Life(**order["life"])
        config = load_config(folder / "config.yaml", {})
        child = os.fork()
        if not child:
            os.setsid()
            _live(
                config, folder, life, lambda: datetime.now(UTC) + (FASTER - 1) * timedelta(seconds=time.time() - began)
            )
            os._exit(0)
        _say({"process": child})
        if life.seconds is not None:
            time.sleep(life.seconds)
            os.kill(child, signal.SIGKILL)  # it is ours until it is waited for
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        _say({"signal": -status, "polls": _polls(config)})


def _live(config: Config, folder: Path, life: Life, clock: Callable[[], datetime]) -> None:
    die_as_told(folder)
    if life.checkpoint_skip is not None:
        die_while_checkpointing(config.service.database, skip=life.checkpoint_skip)
    watch = watch_of(config)
    ends_at = time.monotonic() + _PATIENCE
    with open_store(config.service.database) as store:
        if life.checkpoint_skip is not None:
            store.db.execute("PRAGMA wal_autocheckpoint = 20")
        begin(store, config, now=clock())
        (feed,) = watched_feeds(store)
        while time.monotonic() < ends_at:
            (known,) = store.db.execute("SELECT count(*) FROM articles").fetchone()
            number = known // PER_POLL
            if number >= life.polls and not waiting_now(config.service.database):
                return
            if number < life.polls:
                articles = _articles(number, clock())
                answer = PollResult(feed_id=feed.id, outcome=Outcome.ANSWERED, articles=articles, entries=len(articles))
                ingest_poll(store, answer, watch, now=clock(), chance=0.5)
            asyncio.run(_deliver(store, config, clock))


async def _deliver(store: Store, config: Config, clock: Callable[[], datetime]) -> None:
    never = asyncio.Event()
    for channel in usable_channels(config):
        await deliver_due(
            store,
            channel,
            rules_of(config, channel.name),
            stop=never,
            clock=clock,
            chance=lambda: 0.5,
            rest=lambda seconds: asyncio.sleep(seconds / FASTER),
        )


def _say(answer: dict[str, int]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _articles(poll: int, now: datetime) -> tuple[Article, ...]:
    article = Article(title="", outlet="The Press", published_at=now)
    return tuple(
        replace(
            article,
            title=headline(marker),
            url=f"https://news.example.org/{marker}",
        )
        for marker in (f"m{poll}x{number:05}" for number in reversed(range(PER_POLL)))
    )


def _polls(config: Config) -> int:
    """Return how many polls are in the archive."""
    if not config.service.database.exists() or not has_tables(config.service.database):
        return 0
    return count_articles(config.service.database) // PER_POLL


if __name__ == "__main__":
    _main()
