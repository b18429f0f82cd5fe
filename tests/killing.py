"""A play in which the service is killed again and again while feeds publish and two webhooks listen."""

import random
import time
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from tests.oracle import (
    Told,
    Verdict,
    count_articles,
    has_tables,
    integrity,
    judge,
    next_polls,
    states,
    told_by,
    waiting_now,
)
from tests.press import Press, running_press
from tests.receivers import Webhook, running_webhook
from tests.running_service import RunningService, running_service, wait_until, write_config

EVERY = ("1s", "1s", "2s", "3s", "5s", "8s")  # one feed each
CHANNELS = ("quick", "slow")
PACE = 1.5
_PATIENCE = 120.0  # seconds for the last life to catch up


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What came of a play.

    `early` counts polls before the time that stood in the archive when the service was killed; `again` those that
    followed an earlier one by less than the feed's interval, which is what a crawl killed before its commit costs.
    `found_sending` counts deliveries that kills caught in the middle of a send, `orphans` says how many seconds the
    longest survivor of a service killed alone lived.
    """

    verdict: Verdict
    kills: int
    lives_without_poll: int
    found_sending: int
    damaged: int
    polls: int
    early: int
    again: int
    orphan_seconds: float
    exit_code: int
    seconds: float


def play_with_kills(folder: Path, *, kills: int, seed: int, longest: float = 5.0, pace: float = PACE) -> Play:
    """Kill the service `kills` times at random moments, then let it finish and stop it; return what came of it.

    Every other kill hits only the service itself, and what it leaves behind has to end by itself.
    """
    dice, began = random.Random(seed), time.monotonic()
    damaged = found_sending = idle = early = 0
    orphan_seconds = 0.0
    with (
        running_webhook(folder / "quick.jsonl") as quick,
        running_webhook(folder / "slow.jsonl", seconds=0.05) as slow,
        running_press(len(EVERY), pace=pace) as press,
    ):
        config = write_config(
            folder,
            feeds={press.address(number): every for number, every in enumerate(EVERY)},
            channels={"quick": quick.address(), "slow": slow.address()},
        )
        database = folder / "wirewatch.db"
        due: dict[str, datetime] = {}
        for kill in range(kills):
            polled = {address: len(polls) for address, polls in press.polls.items()}
            with running_service(config) as service:
                time.sleep(dice.uniform(0.2, longest))
                orphan_seconds = max(orphan_seconds, _kill(service, alone=bool(kill % 2)))
            early += _early(press, polled, due)
            idle += sum(map(len, press.polls.values())) == sum(polled.values())
            if database.exists():
                damaged += integrity(database) != "ok"
                found_sending += states(database)["sending"] if has_tables(database) else 0
                due = next_polls(database) if has_tables(database) else {}
        press.stop()
        expected = {(name, marker) for name in CHANNELS for marker in press.markers()}
        with running_service(config) as service:
            hooks = {"quick": quick, "slow": slow}
            service.wait_until(
                lambda: count_articles(database) >= len(press.markers()) and not waiting_now(database),
                "an empty outbox",
                pause=0.5,
                patience=_PATIENCE,
            )
            exit_code, _ = service.stop()
        return Play(
            verdict=judge(expected, _told(hooks), database),
            kills=kills,
            lives_without_poll=idle,
            found_sending=found_sending,
            damaged=damaged,
            polls=sum(map(len, press.polls.values())),
            early=early,
            again=_again(press),
            orphan_seconds=orphan_seconds,
            exit_code=exit_code,
            seconds=time.monotonic() - began,
        )


def _kill(service: RunningService, *, alone: bool) -> float:
    if not alone:
        service.kill()
        return 0.0
    left, killed_at = service.kill_alone(), time.monotonic()
    wait_until(lambda: not any(each.is_running() for each in left), lambda: f"still there: {left}")
    return time.monotonic() - killed_at


def _early(press: Press, polled: dict[str, int], due: dict[str, datetime]) -> int:
    """Return how many feeds were asked for the first time in this life before they were due."""
    firsts = {address: polls[polled.get(address, 0) :][:1] for address, polls in press.polls.items()}
    return sum(bool(first) and first[0] < due[address] for address, first in firsts.items() if address in due)


def _again(press: Press) -> int:
    intervals = {press.address(number): int(every.removesuffix("s")) for number, every in enumerate(EVERY)}
    return sum(
        (later - earlier).total_seconds() < intervals[address]
        for address, polls in press.polls.items()
        for earlier, later in pairwise(polls)
    )


def _told(hooks: dict[str, Webhook]) -> list[Told]:
    return [told for name, hook in hooks.items() for told in told_to(name, hook)]


def told_to(name: str, hook: Webhook) -> list[Told]:
    """Return what a channel was told, in order."""
    return [
        told
        for number, request in enumerate(hook.requests())
        for told in told_by(name, number, request.json["title"], request.json["message"])
    ]
