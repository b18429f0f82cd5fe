"""Looking at everything a service needs, one thing after another, without changing any of it."""

import asyncio
import os
import platform
import shutil
import socket
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from alerts.settings import Channel
from crawler.poll import PollResult
from crawler.settings import FeedSettings
from scheduler.config import Config
from scheduler.doctor import (
    ChannelFacts,
    FileFacts,
    Finding,
    doubtful,
    of_archive_files,
    of_channel,
    of_clock,
    of_config_file,
    of_disk,
    of_feed,
    of_lock,
    of_names,
    of_versions,
    wrong,
)
from scheduler.lock import holder_of
from stories.store import StoreError, read_store
from stories.store_channels import channel_states
from stories.store_numbers import newest_stamp, numbers_of, sqlite_version

NAME_SECONDS = 5.0  # for a name server


def examine_machine() -> Finding:
    """Look at Python and SQLite."""
    version, has_full_text = sqlite_version()
    return of_versions(platform.python_version(), version, has_full_text=has_full_text)


def examine_config(path: Path, notes: Iterable[str]) -> Iterator[Finding]:
    """Look at the configuration's file, and repeat what is worth a thought in it."""
    if finding := of_config_file(_facts(path)):
        yield finding
    for note in notes:
        yield doubtful("configuration", note, "")


def examine_archive(database: Path, now: datetime, server_at: datetime | None) -> Iterator[Finding]:
    """Look at the archive's files, its disk, who writes it, and the clock beside it."""
    files = [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm", ".lock")]
    yield of_archive_files(_facts(database.parent), [_facts(file) for file in files])
    if not database.parent.exists():
        return
    size = sum(file.stat().st_size for file in files if file.exists())
    yield of_disk(free=shutil.disk_usage(database.parent).free, size=size)
    yield of_lock(holder_of(database))
    newest = None
    if database.exists():
        try:
            with read_store(database) as store:
                newest = newest_stamp(store)
        except StoreError as error:
            yield wrong("archive", str(error), "`wirewatch restore` takes up a backup; keep the file aside")
    yield of_clock(now, newest, server_at)


def examine_feed(
    feed: FeedSettings, ask: Callable[[FeedSettings], PollResult]
) -> tuple[list[Finding], datetime | None]:
    """Find the feed's host and ask it once; return what was found, and what its server's clock said."""
    findings = list(_names([feed]))
    result = ask(feed)
    findings.append(of_feed(feed.name, error=result.error, articles=len(result.articles), seconds=result.seconds))
    return findings, result.server_at


def examine_channels(config: Config, database: Path, now: datetime, *, sends: bool) -> Iterator[Finding]:
    """Look at each channel: by its address and its last messages, or, when asked to, by a sample that is sent."""
    known = _known_of_channels(database, now)
    for channel in config.channels:
        facts = known.get(channel.name, ChannelFacts(name=channel.name, kind=""))
        yield of_channel(_sent(channel, facts, now) if sends and channel.url else _shown(channel, facts))


def _known_of_channels(database: Path, now: datetime) -> dict[str, ChannelFacts]:
    try:
        with read_store(database) as store:
            arrived = numbers_of(store, now=now).arrived_at
            states = {state.name: state for state in channel_states(store)}
    except StoreError:
        return {}  # that is told of the archive
    return {
        name: ChannelFacts(
            name=name,
            kind="",
            failing_since=states[name].failing_since if name in states else None,
            error=states[name].error if name in states else None,
            arrived_at=arrived.get(name),
        )
        for name in arrived.keys() | states.keys()
    }


def _shown(channel: Channel, facts: ChannelFacts) -> ChannelFacts:
    from alerts.channels import shown

    return replace(facts, kind=shown(channel.url) if channel.url else "", waits_for=channel.waits_for)


def _sent(channel: Channel, facts: ChannelFacts, now: datetime) -> ChannelFacts:
    from alerts.channel_stages import advice
    from alerts.channels import medium_of, sent_to
    from alerts.message import rendered
    from alerts.sample import sample_card
    from alerts.sent import Arrival

    assert channel.url, "asked for by the caller"
    message = rendered(sample_card(topic="a test", now=now), medium_of(channel.url), channel.template)
    result = sent_to(channel.url, message, now=now)
    has_arrived = result.sent.arrival is Arrival.ARRIVED
    return replace(
        _shown(channel, facts),
        was_sent=True,
        sent_error=None if has_arrived else result.sent.error,
        sent_advice="" if has_arrived else advice(result),
    )


def _names(feeds: Iterable[FeedSettings]) -> Iterator[Finding]:
    for feed in feeds:
        host = urlsplit(feed.address).hostname or ""
        try:
            found = asyncio.run(_resolve(host))
        except TimeoutError:
            yield of_names(host, 0, f"no answer within {NAME_SECONDS:g} s")
        except OSError as error:
            yield of_names(host, 0, error.strerror or str(error))
        else:
            yield of_names(host, found, None)


async def _resolve(host: str) -> int:
    async with asyncio.timeout(NAME_SECONDS):
        return len(await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM))


def _facts(path: Path) -> FileFacts:
    try:
        mode = path.stat().st_mode
    except OSError:
        return FileFacts(path=path, exists=False)
    return FileFacts(
        path=path,
        exists=True,
        may_read=os.access(path, os.R_OK),
        may_write=os.access(path, os.W_OK),
        others_may_write=bool(mode & stat.S_IWOTH),
    )
