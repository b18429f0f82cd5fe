"""Whether the service does its work and can go on doing so: one sentence for each thing that is wrong."""

import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from scheduler.pulse import Pulse, Standing, fault_of
from scheduler.timetable import host_of
from stories.durations import write_duration
from stories.store_channels import ChannelState
from stories.store_numbers import Numbers

SENDING = timedelta(minutes=5)  # five times what a message may take
LEAST_FREE = 16 * 1024 * 1024  # bytes: less is gone within a minute of news


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """Where the archive is: the bytes that are free there, and whether it may be written."""

    free: int
    is_writable: bool


def disk_of(database: Path) -> Disk:
    """Look at the disk of the archive at `database`.

    :raises OSError: when its folder is gone
    """
    status = os.statvfs(database.parent)
    may_write = all(os.access(path, os.W_OK) for path in (database.parent, database) if path.exists())
    return Disk(
        free=shutil.disk_usage(database.parent).free, is_writable=may_write and not status.f_flag & os.ST_RDONLY
    )


def standing_of(
    numbers: Numbers,
    states: Collection[ChannelState],
    channels: Collection[str],
    *,
    waiting_hosts: Collection[str],
    now: datetime,
) -> Standing:
    """Return how the work stands; a feed whose host asked to be left alone is not overdue."""
    overdue = [now - since for address, since in numbers.overdue if host_of(address) not in waiting_hosts]
    failing = {state.name: state.failing_since for state in states if state.name in channels and state.failing_since}
    is_deaf = bool(channels) and len(failing) == len(channels)
    return Standing(
        overdue_for=max(overdue, default=timedelta(0)),
        deaf_for=now - max(failing.values()) if is_deaf else None,
    )


def what_is_wrong(
    pulse: Pulse,
    standing: Standing,
    numbers: Numbers,
    disk: Disk,
    channels: Collection[str],
    *,
    now: datetime,
    monotonic: float,
) -> list[str]:
    """Return why the service cannot be trusted to watch and to tell; nothing when it can."""
    fault = fault_of(pulse, standing, channels, now=monotonic)
    return [*filter(None, [fault]), *_of_disk(disk), *_of_outbox(numbers, now)]


def what_hangs(pulse: Pulse, channels: Collection[str], *, monotonic: float) -> str | None:
    """Return which part of the service hangs, so that only a new start can help; None when none does.

    A full disk, or a channel or network that is down, is no reason: the next start would find the same.
    """
    return fault_of(replace(pulse, failed_at=None), Standing(overdue_for=timedelta(0)), channels, now=monotonic)


def _of_disk(disk: Disk) -> Iterator[str]:
    if not disk.is_writable:
        yield "the archive cannot be written: it, its folder or its disk is read-only"
    elif disk.free < LEAST_FREE:
        yield f"the archive cannot grow: only {disk.free // 1024 // 1024} MB are free on its disk"


def _of_outbox(numbers: Numbers, now: datetime) -> Iterator[str]:
    if numbers.sending_since and now - numbers.sending_since > SENDING:
        under_way = write_duration(now - numbers.sending_since)
        yield f"the outbox is stuck: a message has been on its way for {under_way}"
