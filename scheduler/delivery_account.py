"""What a round left in the outbox: what could not be delivered, and what only waits for its time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scheduler.config import Config
from scheduler.delivery_waiting import Rulebook, waiting_for
from scheduler.senders import rules_of
from stories.counted import counted
from stories.store import Store
from stories.store_channels import channel_state
from stories.store_outbox import outbox_counts, waiting_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """Some deliveries of a channel that were not sent, in words; `is_failed` if sending them was tried in vain."""

    sentence: str
    is_failed: bool


def left_behind(store: Store, config: Config, *, now: datetime) -> Iterator[LeftBehind]:
    """Yield what is in the outbox at `now`: of each channel what failed, then what waits, by what it waits for."""
    book = Rulebook(rules={channel.name: rules_of(config, channel.name) for channel in config.channels})
    for counts in outbox_counts(store):
        if counts.waiting:
            yield from _of_channel(store, counts.channel, counts.error, book, now)


def _of_channel(store: Store, channel: str, error: str | None, book: Rulebook, now: datetime) -> Iterator[LeftBehind]:
    state, rows = channel_state(store, channel), waiting_rows(store, channel)
    failed = [row for row in rows if row.attempts or state.failures]
    if failed:
        sentence = f"channel {channel}: {len(failed)} waiting ({state.error or error or 'no reason given'})"
        yield LeftBehind(sentence=sentence, is_failed=True)
    waits = waiting_for(store, channel, book, now=now)
    for words, count in Counter(waits[row.id].in_words(now) for row in rows if row not in failed).items():
        wait = counted(count, "delivery waits", "deliveries wait")
        yield LeftBehind(sentence=f"channel {channel}: {wait}: {words}", is_failed=False)
