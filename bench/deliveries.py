"""A thousand deliveries to a webhook on loopback: how many a second, and at what cost; as digests and one by one.

`python -m bench.deliveries [--count N]`. The clock is scripted, so that the pause of a second between two messages to
a channel costs nothing; the archive is in a file and waits for the disk, as the service's does.
"""

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from alerts.next_message import Rules
from alerts.outbox import deliver_next
from alerts.planning import Hold
from alerts.settings import Channel
from stories.store import Store, open_store
from tests.building import alert
from tests.receivers import Webhook, running_webhook
from tests.ticking import Clock

COUNT = 1000


@dataclass(slots=True)
class Took:
    """Seconds that deliveries took, by the wall and of this process."""

    wall: float = 0.0
    cpu: float = 0.0


def measure(count: int = COUNT) -> None:
    """Deliver `count` alerts that wait, then as many that come one by one, and print what each took."""
    print(f"{count} deliveries to a webhook on loopback (CPU with the webhook's share)")
    for name, batch in (("as digests, after an outage", count), ("one message each", 1)):
        with tempfile.TemporaryDirectory() as folder, running_webhook(Path(folder, "hook.jsonl")) as webhook:
            _play(Path(folder), webhook, name, count, batch=batch)


def _play(folder: Path, webhook: Webhook, name: str, count: int, *, batch: int) -> None:
    took, clock = Took(), Clock()
    with open_store(folder / "archive.db") as store:
        for begin in range(0, count, batch):
            for number in range(begin, begin + batch):
                alert(store, title=f"Story number {number}", now=clock.now)
            asyncio.run(_deliver(store, webhook.address(), clock, took))
            clock.now += timedelta(minutes=1)
        (sent,) = store.db.execute("SELECT count(*) FROM deliveries WHERE state = 'sent'").fetchone()
    messages = len(webhook.requests())
    print(
        f"  {name}: {sent} deliveries in {messages} messages, {took.wall:.2f} s: {sent / took.wall:.0f} a second,"
        f" {1000 * took.cpu / sent:.2f} ms of CPU each ({1000 * took.cpu / messages:.1f} ms a message)"
    )


async def _deliver(store: Store, address: str, clock: Clock, took: Took) -> None:
    channel = Channel(name="hook", url=address)
    wall, cpu = time.perf_counter(), time.process_time()
    while True:
        outcome = await deliver_next(store, channel, Rules(), clock=clock, chance=lambda: 0.5)
        if isinstance(outcome, Hold):
            if outcome.until is None:
                break
            clock.now = outcome.until
    took.wall += time.perf_counter() - wall
    took.cpu += time.process_time() - cpu


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    measure(parser.parse_args().count)
