"""What people want to become of deliveries, written into the archive beside a running service."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from stories.counted import counted
from stories.store import Store, open_store, read_store
from stories.store_channels import try_again_now
from stories.store_delivery_list import channels_of, ids_of_dead, ids_of_failed
from stories.store_outbox import drop, retry
from stories.text import clean

_LONGEST_WHY = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """Which deliveries are meant: those with `ids`, or all that were given up, perhaps of one `channel`.

    If it `is_waking`, all to `channel` that were tried in vain and wait, and the channel itself.
    """

    ids: tuple[int, ...]
    channel: str | None = None
    is_waking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """A sentence on what became of deliveries; unless it `is_done`, one that could not become what was wanted."""

    sentence: str
    is_done: bool = True

    def __str__(self) -> str:
        return self.sentence


def chosen(ids: Sequence[int], *, is_dead: bool, channel: str | None, may_wake: bool = False) -> Picked:
    """Return what was named on the command line; `may_wake` says whether a channel alone is enough.

    :raises click.UsageError: when it was nothing, or both
    """
    if may_wake and channel and not ids and not is_dead:
        return Picked(ids=(), channel=channel, is_waking=True)
    if bool(ids) == is_dead:
        raise click.UsageError("name deliveries by their ids (`wirewatch deliveries` lists them), or say --dead")
    if channel and not is_dead:
        raise click.UsageError("--channel goes with --dead; ids say enough by themselves")
    return Picked(ids=tuple(dict.fromkeys(ids)), channel=channel)


def retried(
    database: Path, picked: Picked, *, now: datetime, configured: Collection[str] | None = None
) -> Iterator[Steered]:
    """Have deliveries tried again, and yield sentences on what that means.

    `configured` are the channels that there are, where that is known: what was for another stays given up.

    :raises StoreError: when the archive is not there or cannot be written
    """
    nowhere: dict[int, str] = {}

    def change(store: Store, ids: list[int]) -> int:
        channels = {each: channel for each, (channel, _) in channels_of(store, ids).items()}
        if configured is not None:
            nowhere.update({each: channel for each, channel in channels.items() if channel not in configured})
        woken = {picked.channel} if picked.is_waking and picked.channel else set()
        for channel in {*channels.values(), *woken} - set(nowhere.values()):
            try_again_now(store, channel)
        return retry(store, [each for each in ids if each not in nowhere], now=now)

    yield from _changed(database, picked, change, "tried again at once", able=("failed", "dead"))
    for each, channel in nowhere.items():
        sentence = f"delivery {each}: its channel {channel} is not configured any more, and it goes nowhere else"
        yield Steered(sentence=sentence, is_done=not picked.ids)


def dropped(database: Path, picked: Picked, *, why: str, now: datetime) -> Iterator[Steered]:
    """Take deliveries out of the outbox, and yield sentences on what that means.

    :raises StoreError: when the archive is not there or cannot be written
    """
    reason = f"dropped: {clean(why, _LONGEST_WHY) or 'no reason given'}"

    def change(store: Store, ids: list[int]) -> int:
        return drop(store, ids, why=reason, now=now)

    yield from _changed(database, picked, change, "dropped", able=("new", "failed", "dead"))


def _changed(
    database: Path, picked: Picked, change: Callable[[Store, list[int]], int], done: str, *, able: Sequence[str]
) -> Iterator[Steered]:
    with read_store(database):  # first: an archive that is not there, or an older one, must not be changed by this
        pass
    # Without the lock that the service holds: this is one short transaction, for which SQLite lets others wait.
    with open_store(database) as store, store.writing():
        ids = list(picked.ids) or _ids_of_all(store, picked)
        found = channels_of(store, ids)
        count = change(store, ids)
    yield Steered(sentence=f"{counted(count, 'delivery', 'deliveries')} {done}")
    for each in ids:
        if each not in found:
            sentence = f"delivery {each}: there is none; `wirewatch deliveries` lists those that wait"
            yield Steered(sentence=sentence, is_done=False)
        elif found[each][1] not in able:
            sentence = f"delivery {each}: {_STANDS.get(found[each][1], found[each][1])}"
            yield Steered(sentence=sentence, is_done=False)


def _ids_of_all(store: Store, picked: Picked) -> list[int]:
    if picked.is_waking and picked.channel:
        return ids_of_failed(store, picked.channel)
    return ids_of_dead(store, picked.channel)


_STANDS = {
    "new": "was not tried yet; it is sent when its time comes",
    "sending": "it is on its way",
    "sent": "was sent",
    "dropped": "was dropped; it cannot be called back",
}
