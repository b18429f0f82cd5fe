"""A play in which the service is asked to stop (SIGTERM) again and again, while it sends and while it asks a feed."""

import asyncio
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from tests.killing import told_to
from tests.oracle import Verdict, judge, waiting_now
from tests.press import Press, running_press
from tests.receivers import Slow, Webhook, running_webhook
from tests.running_service import running_service, write_config

SOON = 10.0  # seconds that a stop may take
PACE = 1.5
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlay:
    """What came of a play: the exit codes that were not 0, and the seconds that the slowest stop took."""

    stops: int
    verdict: Verdict
    codes: tuple[int, ...]
    longest: float

    @property
    def is_clean(self) -> bool:
        """Whether all was told once, and every stop was soon and good."""
        return self.verdict.is_clean and not self.verdict.marked and not self.codes and self.longest <= SOON


def play_stops(folder: Path, *, stops: int) -> StopPlay:
    """Stop a service so many times, every other time while it sends, else while a feed does not answer; then finish."""
    ends: list[tuple[int, float]] = []
    with running_webhook(folder / "hook.jsonl") as hook, running_press(1, pace=PACE) as press:
        hanging = press.server.serve("/hangs.rss", _hang)
        for stop in range(stops):
            feeds = {press.address(0): "1s"} if stop % 2 else {press.address(0): "1s", hanging: "1s"}
            config = write_config(folder, feeds=feeds, channels={"hook": hook.address()})
            ends.append(_stop_while_sending(config, hook) if stop % 2 else _stop_while_asking(config, press))
        press.stop()
        with running_service(config) as service:
            expected = {("hook", marker) for marker in press.markers()}
            service.wait_until(
                lambda: (
                    expected <= {(told.channel, told.marker) for told in told_to("hook", hook)}
                    and not waiting_now(folder / "wirewatch.db")
                ),
                "an empty outbox",
                pause=0.1,
                patience=_PATIENCE,
            )
            ends.append(service.stop())
        verdict = judge(expected, told_to("hook", hook), folder / "wirewatch.db")
    return StopPlay(
        stops=stops,
        verdict=verdict,
        codes=tuple(code for code, _ in ends if code),
        longest=max(seconds for _, seconds in ends),
    )


async def _hang(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


def _stop_while_sending(config: Path, hook: Webhook) -> tuple[int, float]:
    released, before = threading.Event(), len(hook.requests())
    hook.reply("/hook", Slow(until=released))
    with running_service(config) as service:
        service.wait_until(lambda: len(hook.requests()) > before, "a message", patience=_PATIENCE)
        stopped_before = service.said.count("stopping")
        service.process.send_signal(signal.SIGTERM)
        service.wait_until(lambda: service.said.count("stopping") > stopped_before, "a word about it")
        hook.reply("/hook", 200)
        released.set()
        return service.stop()


def _stop_while_asking(config: Path, press: Press) -> tuple[int, float]:
    before = len(press.server.asked_for("/hangs.rss"))
    with running_service(config) as service:
        service.wait_until(lambda: len(press.server.asked_for("/hangs.rss")) > before, "a request", patience=_PATIENCE)
        return service.stop()
