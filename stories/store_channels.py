"""How channels stand: which of them take no messages, since when, and until when they are left alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from stories.store import Store, instant_or_none, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """How one channel stands; as it is made, it is well.

    `waits_until` is when it is tried again, `is_asked` whether its service named that time itself, `failures` how many
    messages in a row it did not take, `failing_since` when the first of them was tried and `tried_at` the last.
    """

    name: str
    waits_until: datetime | None = None
    is_asked: bool = False
    tried_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error: str | None = None


def channel_state(store: Store, name: str) -> ChannelState:
    """Return how the channel stands; one of which nothing is known is well."""
    return next(_states(store, "WHERE name = ?", [name]), ChannelState(name=name))


def channel_states(store: Store) -> list[ChannelState]:
    """Return how each channel stands that ever failed, by name."""
    return list(_states(store, "ORDER BY name", []))


def save_channel(store: Store, state: ChannelState) -> None:
    """Write down how a channel stands; call it in a transaction."""
    store.db.execute(
        "INSERT INTO channels (name, waits_until, is_asked, tried_at, failures, failing_since, error)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET waits_until = excluded.waits_until,"
        " is_asked = excluded.is_asked, tried_at = excluded.tried_at, failures = excluded.failures,"
        " failing_since = excluded.failing_since, error = excluded.error",
        [
            state.name,
            _stamp(state.waits_until),
            int(state.is_asked),
            _stamp(state.tried_at),
            state.failures,
            _stamp(state.failing_since),
            state.error,
        ],
    )


def forget_channels_except(store: Store, names: Iterable[str]) -> None:
    """Forget how channels stand that are not configured any more; call it in a transaction."""
    for state in channel_states(store):
        if state.name not in set(names):
            store.db.execute("DELETE FROM channels WHERE name = ?", [state.name])


def try_again_now(store: Store, name: str | None = None) -> None:
    """Have a channel, or every one, tried at once, unless its service said when; call it in a transaction."""
    for state in channel_states(store):
        if name in (None, state.name) and state.waits_until and not state.is_asked:
            save_channel(store, replace(state, waits_until=None))


def _states(store: Store, where: str, parameters: list[str]) -> Iterator[ChannelState]:
    for row in store.query(f"SELECT * FROM channels {where}", parameters):
        yield ChannelState(
            name=row["name"],
            waits_until=instant_or_none(row["waits_until"]),
            is_asked=bool(row["is_asked"]),
            tried_at=instant_or_none(row["tried_at"]),
            failures=row["failures"],
            failing_since=instant_or_none(row["failing_since"]),
            error=row["error"],
        )


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None
