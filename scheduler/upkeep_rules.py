"""What is to be done for the archive itself, and when: each night a backup, and what is old goes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path

from scheduler.config_service import ServiceSettings
from scheduler.config_zones import zone_of
from stories.store_upkeep import Done, Work

_USUAL_TIME = time(3, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """From which time of day on each night's work is done, how long what is kept, and where backups go."""

    at: time
    zone: tzinfo
    makes_backups: bool
    folder: Path
    keep: int
    weeks: int
    texts: timedelta | None
    articles: timedelta | None


def rules_of(service: ServiceSettings) -> Rules:
    """Return what settings say of the archive's upkeep."""
    backup, keep = service.backup, service.keep
    ages = [age for age in (keep.texts, keep.articles) if age]
    return Rules(
        at=backup.at or _USUAL_TIME,
        zone=zone_of(service.timezone),
        makes_backups=backup.at is not None,
        folder=backups_folder(service),
        keep=backup.keep,
        weeks=backup.weeks,
        texts=min(ages) if ages else None,  # no text is kept longer than its article
        articles=keep.articles,
    )


def backups_folder(service: ServiceSettings) -> Path:
    """Return where the backups of the archive are."""
    return service.database.parent / service.backup.folder


def last_slot(rules: Rules, *, now: datetime) -> datetime:
    """Return the last instant, not after `now`, at which the night's work began to be due."""
    today = now.astimezone(rules.zone).date()
    slot = _slot_of(today, rules)
    return slot if slot <= now else _slot_of(today - timedelta(days=1), rules)


def works_due(done: Mapping[Work, Done], backups: Iterable[datetime], rules: Rules, *, now: datetime) -> list[Work]:
    """Return which of the night's works are due.

    The first backup is due at once: from then on nothing can be lost whole. What was done at a time that is still to
    come was done by a clock that was wrong, and is due again.
    """
    slot = last_slot(rules, now=now)
    due = []
    if rules.makes_backups and not any(_is_done(made_at, slot, now) for made_at in backups):
        due.append(Work.BACKUP)
    let_go_at = done[Work.RETENTION].at if Work.RETENTION in done else None
    if (rules.texts or rules.articles) and not _is_done(let_go_at, slot, now):
        due.append(Work.RETENTION)
    return due


def _is_done(at: datetime | None, slot: datetime, now: datetime) -> bool:
    return at is not None and slot <= at <= now + timedelta(hours=1)


def _slot_of(day: date, rules: Rules) -> datetime:
    """Return the instant of the night's work of a day; where a clock skips it, the next one that it shows."""
    return datetime.combine(day, rules.at, rules.zone).astimezone(UTC)
