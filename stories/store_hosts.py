"""Hosts that asked to be left alone, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from stories.store import Store, instant, stamp

_LATEST = timedelta(hours=25)  # none waits longer; what says so was written by a wrong clock


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """A host that answered `status` (429 or 503) and waits; `refusals` in a row, each after the wait before it."""

    host: str
    waits_until: datetime
    status: int
    refusals: int


def host_named(store: Store, host: str) -> HostState | None:
    """Return what is remembered of `host`, if it refused and has not answered since."""
    return next(iter(_hosts(store, "host = :host", {"host": host})), None)


def waiting_hosts(store: Store, *, now: datetime) -> dict[str, HostState]:
    """Return the hosts that are not to be asked at `now`, by their names."""
    waiting = "waits_until > :now AND waits_until <= :latest"
    return {each.host: each for each in _hosts(store, waiting, {"now": stamp(now), "latest": stamp(now + _LATEST)})}


def save_host(store: Store, host: HostState) -> None:
    """Remember a refusal; call it inside the poll's transaction."""
    store.db.execute(
        "INSERT OR REPLACE INTO hosts (host, waits_until, status, refusals) VALUES (?, ?, ?, ?)",
        [host.host, stamp(host.waits_until), host.status, host.refusals],
    )


def forget_host(store: Store, host: str, *, now: datetime) -> None:
    """Note that `host` answered, which counts when it need not wait; call it inside the poll's transaction."""
    store.db.execute(
        "DELETE FROM hosts WHERE host = ? AND NOT (waits_until > ? AND waits_until <= ?)",
        [host, stamp(now), stamp(now + _LATEST)],
    )


def _hosts(store: Store, where: str, parameters: Mapping[str, object]) -> list[HostState]:
    return [
        HostState(
            host=row["host"], waits_until=instant(row["waits_until"]), status=row["status"], refusals=row["refusals"]
        )
        for row in store.query(f"SELECT * FROM hosts WHERE {where}", parameters)
    ]
