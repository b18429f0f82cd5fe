"""What the service manager is told: that the service is ready, alive, reads its configuration anew, or stops.

The protocol is one datagram of text to a socket that the manager names (sd_notify(3), which promises that it stays as
it is). Without such a socket nothing is told to nobody.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

_LOOK_SECONDS = 0.2  # until the first tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """The manager as it described itself: where it listens, and how often it wants a sign of life, if it does."""

    address: str | None = None
    watchdog: timedelta | None = None

    def tell(self, *lines: str) -> None:
        """Send `lines`; never waits and never fails, because the manager may be busy or gone."""
        if self.address is None:
            return
        path = f"\0{self.address[1:]}" if self.address.startswith("@") else self.address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto("\n".join(lines).encode(), path)

    def reloading(self) -> None:
        """Tell that the configuration is being read anew; READY=1 ends that."""
        self.tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def manager_of(environment: Mapping[str, str], *, pid: int) -> Manager:
    """Return the manager that started this process, as `environment` has it."""
    period = environment.get("WATCHDOG_USEC", "")
    is_for_us = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
    watchdog = timedelta(microseconds=int(period)) if period.isdigit() and int(period) and is_for_us else None
    return Manager(address=environment.get("NOTIFY_SOCKET") or None, watchdog=watchdog)


async def keep_informed(
    manager: Manager,
    *,
    has_begun: Callable[[], bool],
    fault: Callable[[], str | None],
    stop: asyncio.Event,
) -> None:
    """Tell `manager` when the service `has_begun`, from then on that it is alive, and when `stop` is set.

    A sign of life is only given while there is no `fault`: when a part of the service hangs, or the loop that all of
    them and this run on, the manager starts the service anew.
    """
    is_ready = False
    while not stop.is_set():
        if not is_ready and has_begun():
            is_ready = True
            manager.tell("READY=1", "STATUS=watching")
        if is_ready and manager.watchdog:
            said = fault()
            manager.tell(f"STATUS={said}" if said else "WATCHDOG=1")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_seconds_between(manager) if is_ready else _LOOK_SECONDS):
                await stop.wait()
    manager.tell("STOPPING=1", "STATUS=stopping")


def _seconds_between(manager: Manager) -> float | None:
    """Return the seconds between two signs of life: three in the time the manager waits for one."""
    return manager.watchdog.total_seconds() / 3 if manager.watchdog else None
