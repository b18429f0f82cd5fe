"""What a doctor says of a machine, an archive, a feed and channels: from facts to findings. Decisions only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from stories.counted import counted

OLDEST_SQLITE = (3, 38, 0)  # tables that are STRICT, and the functions that migrations use
LITTLE_SPACE = 1024 * 1024 * 1024
NO_SPACE = 64 * 1024 * 1024
CLOCK_DOUBT = timedelta(minutes=2)
_MB = 1024 * 1024


class Health(StrEnum):
    """How something stands."""

    GOOD = "good"
    DOUBTFUL = "doubtful"  # it works, and somebody should look
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one thing, in a sentence, and what to do about it when it is not good."""

    about: str
    health: Health
    says: str
    advice: str = ""


def good(about: str, says: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(about=about, health=Health.GOOD, says=says)


def doubtful(about: str, says: str, advice: str) -> Finding:
    """Return that somebody should look at something."""
    return Finding(about=about, health=Health.DOUBTFUL, says=says, advice=advice)


def wrong(about: str, says: str, advice: str) -> Finding:
    """Return that something does not work."""
    return Finding(about=about, health=Health.WRONG, says=says, advice=advice)


def of_versions(python: str, sqlite: tuple[int, int, int], *, has_full_text: bool) -> Finding:
    """Judge the versions of what all else stands on."""
    written = ".".join(map(str, sqlite))
    if sqlite < OLDEST_SQLITE:
        least = ".".join(map(str, OLDEST_SQLITE))
        return wrong("versions", f"SQLite {written} is older than {least}", "use a newer Python, which brings its own")
    if not has_full_text:
        return wrong("versions", f"SQLite {written} was built without FTS5", "use a Python whose SQLite has it")
    return good("versions", f"Python {python}, SQLite {written} with full-text search")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What may be done with a file or folder, by us and by others."""

    path: Path
    exists: bool
    may_read: bool = True
    may_write: bool = True
    others_may_write: bool = False


def of_config_file(facts: FileFacts) -> Finding | None:
    """Judge who may change the configuration: whoever can decides where alerts go."""
    if facts.others_may_write:
        says = f"everybody on this machine may change {facts.path}"
        return doubtful("configuration", says, f"chmod o-w {facts.path}")
    return None


def of_archive_files(folder: FileFacts, files: Sequence[FileFacts]) -> Finding:
    """Judge whether the archive can be read and written; `files` are it and what SQLite keeps beside it."""
    if not folder.exists:
        return wrong("archive", f"the folder {folder.path} does not exist", f"mkdir -p {folder.path}")
    if not folder.may_write:
        advice = "give the folder to the user that the service runs as (chown)"
        return wrong("archive", f"nothing can be written in {folder.path}", advice)
    for file in files:
        if file.exists and not (file.may_read and file.may_write):
            advice = "give the file to the user that the service runs as (chown)"
            return wrong("archive", f"{file.path} cannot be read and written", advice)
    if files and files[0].exists:
        return good("archive", f"{files[0].path} can be read and written")
    return good("archive", f"there is none yet; it can be made in {folder.path}")


def of_disk(*, free: int, size: int) -> Finding:
    """Judge the bytes that are free where an archive of `size` bytes is."""
    says = f"{free // _MB} MB free, the archive has {size // _MB} MB"
    if free < NO_SPACE:
        return wrong("disk", says, "make room now: without it nothing new is kept")
    if free < max(LITTLE_SPACE, size):  # a backup takes as much again
        return doubtful("disk", says, "make room, or move the archive (`database` below `service`)")
    return good("disk", says)


def of_clock(now: datetime, newest: datetime | None, server_at: datetime | None) -> Finding:
    """Judge the clock by what the archive was written at last, and by what a server's clock said just now."""
    advice = "set the clock, and let NTP keep it (timedatectl set-ntp true)"
    if newest is not None and newest - now > CLOCK_DOUBT:
        return wrong("clock", f"it is {_span(newest - now)} behind what the archive has seen", advice)
    if server_at is not None and abs(server_at - now) > CLOCK_DOUBT:
        side = "behind" if server_at > now else "ahead of"
        return wrong(
            "clock", f"it is {_span(abs(server_at - now))} {side} the clock of the feed that was asked", advice
        )
    return good("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC" + (", as the feed's server has it" if server_at else ""))


def of_names(host: str, addresses: int, error: str | None) -> Finding:
    """Judge whether names of hosts are found."""
    if error or not addresses:
        advice = "is this machine online? Look at /etc/resolv.conf and at the network"
        return wrong("names", f"{host} is not found ({error or 'no address'})", advice)
    return good("names", f"{host} is found")


def of_feed(name: str, *, error: str | None, articles: int, seconds: float) -> Finding:
    """Judge what one feed answered."""
    about = f"feed {name}"
    if error:
        return wrong(about, error, f'wirewatch feeds try --name "{name}" shows more; `status` shows the others')
    return good(about, f"{counted(articles, 'article')} in {seconds:.1f} s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """What is known of a channel; `sent_error` is why a sample did not arrive, when one was sent (`was_sent`)."""

    name: str
    kind: str
    waits_for: str | None = None
    failing_since: datetime | None = None
    error: str | None = None
    arrived_at: datetime | None = None
    was_sent: bool = False
    sent_error: str | None = None
    sent_advice: str = ""


def of_channel(facts: ChannelFacts) -> Finding:
    """Judge a channel by its address, by its last messages and, when one was sent, by a sample."""
    about = f"channel {facts.name}"
    if facts.waits_for:
        return doubtful(about, f"it waits for {facts.waits_for}", "provide that, or take the channel out")
    if facts.was_sent:
        if facts.sent_error:
            return wrong(about, f"{facts.kind}: {facts.sent_error}", facts.sent_advice)
        return good(about, f"{facts.kind}: a sample was sent; have a look whether it arrived")
    if facts.failing_since:
        says = f"{facts.kind}: it takes nothing since {facts.failing_since:%Y-%m-%d %H:%M} UTC ({facts.error})"
        return wrong(about, says, f"wirewatch test-channel {facts.name} says where it stops")
    if facts.arrived_at:
        return good(about, f"{facts.kind}: the last message arrived {facts.arrived_at:%Y-%m-%d %H:%M} UTC")
    return good(about, f"{facts.kind}: its address is complete; nothing was sent yet (--send tries it)")


def of_lock(holder: str | None) -> Finding:
    """Tell whether a service runs over the archive."""
    return good("service", f"runs as process {holder}" if holder else "is not running")


def worst_first(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield what is wrong, then what is doubtful, then the rest, each in its order."""
    for health in (Health.WRONG, Health.DOUBTFUL, Health.GOOD):
        yield from (finding for finding in findings if finding.health is health)


def _span(span: timedelta) -> str:
    minutes = span.total_seconds() / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h" if minutes < 2880 else f"{span.days} d"
