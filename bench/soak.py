"""A real service at about 20 polls a second, hurt every 30 to 90 seconds, and judged: `python -m bench.soak`.

Its feeds, two webhooks and a mail server are on loopback. Whatever was published must arrive in each channel, and never
twice without the mark. At the end stand what was lost, and how memory, descriptors, threads, WAL and log grew.
"""

import argparse
import random
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.moody_hook import Mood, MoodyHook, moody_hook
from bench.soak_figures import Figures
from bench.soak_press import SoakPress
from tests.oracle import Told, integrity, judge, told_by, waiting_now
from tests.press import running
from tests.receivers import MailServer, running_mail_server
from tests.running_service import RunningService, running_service, write_config
from tests.sending_days import closed_port

FEEDS = 150
EVERY_SECONDS = 5  # each, and up to one tick and the crawl later: about 20 polls a second
PUBLISHED_EVERY = 2.0  # seconds, by one feed or another
LOOK_SECONDS = 5.0
SHORTEST_PAUSE = 30.0  # from one fault to the next
FAULT_SECONDS = 20.0
CATCH_UP_SECONDS = 300.0
CHANNELS = ("hook", "other", "mail")
_SMALL = 4096  # bytes: where every file of the service ends when its disk is full


@dataclass(slots=True)
class Soak:
    """A run, with all that is around the service."""

    config: Path
    press: SoakPress
    hooks: dict[str, MoodyHook]
    mail_port: int
    dice: random.Random
    began: float = field(default_factory=time.monotonic)
    figures: Figures = field(default_factory=Figures)
    faults: Counter[str] = field(default_factory=Counter)
    lives: int = 0
    services: ExitStack = field(default_factory=ExitStack)
    mails: ExitStack = field(default_factory=ExitStack)
    mail: MailServer | None = None
    service: RunningService | None = None
    born: float = 0.0
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def database(self) -> Path:
        """Where the archive is."""
        return self.config.with_name("wirewatch.db")

    @property
    def running(self) -> RunningService:
        """The service in its present life."""
        assert self.service
        return self.service

    def polls(self) -> int:
        """Return how many polls were made in all lives."""
        return sum(map(len, list(self.press.polls.values())))

    def start(self) -> None:
        """Begin another life of the service."""
        self.services.close()
        self.service = self.services.enter_context(running_service(self.config))
        self.lives, self.born = self.lives + 1, time.monotonic()

    def open_mail(self) -> None:
        """Take mail (again)."""
        self.mail = self.mails.enter_context(
            running_mail_server(self.config.with_name("mails.jsonl"), port=self.mail_port)
        )

    def look_for_ever(self) -> None:
        """Take samples until the end."""
        while not self.is_over.wait(LOOK_SECONDS):
            seconds = time.monotonic() - self.born
            pid = self.running.process.pid
            self.figures.look(pid, self.database, life=self.lives, seconds=seconds, polls=self.polls())

    def told(self) -> list[Told]:
        """Return what all channels were told."""
        by_hook = [each for name, hook in self.hooks.items() for each in hook.told(name)]
        mails = self.mail.mails() if self.mail else []
        return by_hook + [
            each
            for number, mail in enumerate(mails)
            for each in told_by("mail", number, str(mail.read["Subject"]), mail.text)
        ]

    def hurt(self, seconds: float, longest: float) -> None:
        """Do one harm after another for so long, each kind before any comes again, at most `longest` seconds apart."""
        kinds: list[tuple[str, Callable[[Soak], None]]] = []
        next_at, ends_at = self.began, self.began + seconds
        while True:
            next_at = max(next_at + self.dice.uniform(SHORTEST_PAUSE, longest), time.monotonic())
            time.sleep(max(0.0, min(next_at, ends_at) - time.monotonic()))
            if next_at >= ends_at:
                return
            kinds = kinds or self.dice.sample(list(FAULTS.items()), k=len(FAULTS))
            name, harm = kinds.pop()
            print(f"{time.monotonic() - self.began:6.0f} s  {self.polls():7} polls  {name}", flush=True)
            self.faults[name] += 1
            harm(self)
            if self.running.process.poll() is not None:
                print(f"          the service ended ({self.running.process.returncode}) and is started again")
                self.start()


def kill_all(soak: Soak) -> None:
    soak.running.kill()
    soak.start()


def kill_service(soak: Soak) -> None:
    left = soak.running.kill_alone()
    soak.start()
    time.sleep(10)
    if alive := [each for each in left if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]:
        print(f"          still alive: {alive}")


def kill_child(soak: Soak) -> None:
    for _ in range(200):
        for child in soak.running.children():
            with suppress(psutil.NoSuchProcess):
                child.kill()
                return
        time.sleep(0.05)


def stop_service(soak: Soak) -> None:
    soak.running.process.send_signal(signal.SIGSTOP)
    time.sleep(FAULT_SECONDS)
    soak.running.process.send_signal(signal.SIGCONT)


def stop_child(soak: Soak) -> None:
    children = soak.running.children()
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.suspend()
    time.sleep(FAULT_SECONDS)
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.resume()


def hook_is(mood: Mood) -> Callable[[Soak], None]:
    def harm(soak: Soak) -> None:
        soak.hooks["hook"].mood = mood
        time.sleep(FAULT_SECONDS)
        soak.hooks["hook"].mood = Mood.TAKES

    return harm


def mail_down(soak: Soak) -> None:
    soak.mails.close()
    time.sleep(FAULT_SECONDS)
    soak.open_mail()


def feeds_down(soak: Soak) -> None:
    soak.press.is_down = True
    time.sleep(FAULT_SECONDS)
    soak.press.is_down = False


def good_edit(soak: Soak) -> None:
    text = soak.config.read_text("utf-8")
    soak.config.write_text(text.replace("[antitrust]", f"[antitrust, word{soak.faults.total()}]"), "utf-8")
    time.sleep(FAULT_SECONDS)
    soak.config.write_text(text, "utf-8")


def bad_edit(soak: Soak) -> None:
    text = soak.config.read_text("utf-8")
    soak.config.write_text(text[: len(text) // 2] + "\n: [", "utf-8")
    time.sleep(FAULT_SECONDS)
    soak.config.write_text(text, "utf-8")


def archive_locked(soak: Soak) -> None:
    with closing(sqlite3.connect(soak.database, timeout=30, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        time.sleep(FAULT_SECONDS)
        db.execute("ROLLBACK")


def disk_full(soak: Soak) -> None:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(soak.running.process.pid)
        _, hard = process.rlimit(psutil.RLIMIT_FSIZE)
        process.rlimit(psutil.RLIMIT_FSIZE, (_SMALL, hard))
        time.sleep(FAULT_SECONDS)
        process.rlimit(psutil.RLIMIT_FSIZE, (hard, hard))


FAULTS: dict[str, Callable[[Soak], None]] = {
    "kill -9 of the service and its children": kill_all,
    "kill -9 of the service alone": kill_service,
    "kill -9 of a child": kill_child,
    "SIGSTOP of the service": stop_service,
    "SIGSTOP of its children": stop_child,
    "a webhook answers 500": hook_is(Mood.FAILS),
    "a webhook answers 429": hook_is(Mood.IS_BUSY),
    "a webhook hangs": hook_is(Mood.HANGS),
    "a webhook hangs up": hook_is(Mood.HANGS_UP),
    "the mail server is down": mail_down,
    "all feeds are down": feeds_down,
    "a good edit of the configuration": good_edit,
    "a bad edit of the configuration": bad_edit,
    "the archive is locked": archive_locked,
    "the disk is full": disk_full,
}


def soak(folder: Path, *, seconds: float, longest: float, seed: int) -> bool:
    """Run for so long, print what came of it, and return whether all promises were kept."""
    with ExitStack() as stack:
        press = stack.enter_context(running(SoakPress, FEEDS, pace=PUBLISHED_EVERY))
        hooks = {name: stack.enter_context(moody_hook(folder / f"{name}.jsonl")) for name in CHANNELS[:2]}
        port = closed_port()
        mail = f"mailto://127.0.0.1:{port}?from=watch@example.org&to=reader@example.org&mode=insecure"
        config = write_config(
            folder,
            feeds={press.address(number): f"{EVERY_SECONDS}s" for number in range(press.count)},
            channels={**{name: hook.address() for name, hook in hooks.items()}, "mail": mail},
        )
        run = Soak(config, press, hooks, port, random.Random(seed))
        stack.enter_context(run.mails)
        stack.enter_context(run.services)
        run.open_mail()
        run.start()
        looking = threading.Thread(target=run.look_for_ever)
        looking.start()
        try:
            run.hurt(seconds, longest)
            press.stop()
            took = time.monotonic() - run.began
            expected = {(name, marker) for name in CHANNELS for marker in press.markers()}
            caught_up = _caught_up(run, expected)
            polls = run.polls()
        finally:
            run.is_over.set()
            looking.join()
        code, stopped_in = run.running.stop()
        return _show(run, expected, polls=polls, took=took, caught_up=caught_up, code=code, stopped_in=stopped_in)


def _caught_up(run: Soak, expected: set[tuple[str, str]]) -> float | None:
    """Return how many seconds it took until all had arrived and nothing waited, or None when that did not come."""
    began = time.monotonic()
    while time.monotonic() - began < CATCH_UP_SECONDS:
        if expected <= {(each.channel, each.marker) for each in run.told()} and not waiting_now(run.database):
            return time.monotonic() - began
        time.sleep(2)
    return None


def _show(
    run: Soak,
    expected: set[tuple[str, str]],
    *,
    polls: int,
    took: float,
    caught_up: float | None,
    code: int,
    stopped_in: float,
) -> bool:
    verdict = judge(expected, run.told(), run.database)
    log = run.config.with_name("service.log").stat().st_size
    print(
        f"\n{took:.0f} s, {polls} polls ({polls / took:.1f} a second), {run.faults.total()} faults, {run.lives} lives"
    )
    print(f"due {len(expected)}, told {verdict.told}: L {len(verdict.lost)}, D {len(verdict.unmarked)}")
    print(
        f"R {verdict.marked} articles in {verdict.marked_messages} messages; marked though once {verdict.marked_firsts}"
    )
    print(f"I {integrity(run.database)}; Q {verdict.waiting}; all told after {caught_up or -1:.0f} s without faults")
    print(f"stop: exit code {code} in {stopped_in:.1f} s")
    run.figures.show()
    print(f"  log {log / 1e6:.1f} MB ({log / max(polls, 1):.0f} bytes a poll)")
    if not verdict.is_clean:
        print(f"NOT CLEAN: {verdict}")
    return verdict.is_clean and caught_up is not None and code == 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--longest", type=float, default=90.0, help="seconds between two faults, which are at least 30")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for what it leaves behind; none unless given")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wirewatch-soak-") as name:
        folder = said.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        is_clean = soak(folder, seconds=60 * said.minutes, longest=said.longest, seed=said.seed)
    sys.exit(0 if is_clean else 1)


if __name__ == "__main__":
    main()
