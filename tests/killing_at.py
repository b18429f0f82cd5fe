"""A play in which the whole service is killed again and again at one named point, crawl processes and all."""

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stories.failpoints import Point
from tests.failpoints import DOOMED, Doom, forget_doom
from tests.killing import told_to
from tests.oracle import Verdict, judge, states, waiting_now
from tests.press import running_press
from tests.receivers import Slow, Webhook, running_webhook
from tests.running_service import RunningService, running_service, wait_until, write_config

FEEDS = 3
PACE = 2.0  # seconds: three articles in that, and a channel takes a message a second
REQUEST_WRITTEN = "request written"  # known to the receiver alone: it has all of a message, and has not answered
POINTS = (*Point, REQUEST_WRITTEN)
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPlay:
    """What came of a play: where it was killed, the verdict, and the sends that the kills caught in the middle."""

    points: tuple[str, ...]
    verdict: Verdict
    found_sending: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost or told twice without the mark, and repeats came only where they may.

        That is around a send: at other points, too, one may be under way beside a crawl.
        """
        return self.verdict.is_clean and self.verdict.marked_messages <= min(self.found_sending, len(self.points))


def play_killed_at(folder: Path, points: Sequence[str], *, seed: int) -> PointPlay:
    """Let a service die at each of `points` in turn, each time it was passed a few times, then let it finish."""
    dice, found_sending = random.Random(seed), 0
    database = folder / "wirewatch.db"
    with running_webhook(folder / "hook.jsonl") as hook, running_press(FEEDS, pace=PACE) as press:
        feeds = {press.address(number): "1s" for number in range(FEEDS)}
        config = write_config(folder, feeds=feeds, channels={"hook": hook.address()})
        for point in points:
            if point == REQUEST_WRITTEN:
                _die_when_written(config, hook, skip=dice.randrange(2))
            else:
                Doom(point=point, skip=dice.randrange(3)).write(folder)
                with running_service(config, program=DOOMED) as service:
                    _wait_for_death(service, point)
            found_sending += states(database)["sending"]
        forget_doom(folder)
        press.stop()
        lives = _lives(config)
        with running_service(config) as service:
            service.wait_until(lambda: _lives(config) > lives, "the last life")  # before, it cannot be told to stop
            expected = {("hook", marker) for marker in press.markers()}
            service.wait_until(
                lambda: (
                    expected <= {(told.channel, told.marker) for told in told_to("hook", hook)}
                    and not waiting_now(database)
                ),
                "an empty outbox",
                pause=0.1,
                patience=_PATIENCE,
            )
            code, _ = service.stop()
            assert code == 0, f"exit code {code}:\n{service.said[-3000:]}"
        verdict = judge(expected, told_to("hook", hook), database)
    return PointPlay(points=tuple(points), verdict=verdict, found_sending=found_sending)


def _wait_for_death(service: RunningService, point: str) -> None:
    wait_until(
        lambda: service.process.poll() is not None,
        lambda: f"it did not come to {point}:\n{service.said[-3000:]}",
        patience=_PATIENCE,
    )
    assert service.process.returncode < 0, service.said[-3000:]


def _die_when_written(config: Path, hook: Webhook, *, skip: int) -> None:
    written, killed = len(hook.requests()) + skip, threading.Event()
    hook.reply("/hook", *[200] * skip, Slow(until=killed))
    with running_service(config) as service:
        service.wait_until(lambda: len(hook.requests()) > written, "a request", patience=_PATIENCE)
        service.kill()
    hook.reply("/hook", 200)
    killed.set()


def _lives(config: Path) -> int:
    """Return how many lives of the service came so far that they watch."""
    log = config.with_name("service.log")
    return log.read_text(encoding="utf-8").count("; the archive is ") if log.exists() else 0
