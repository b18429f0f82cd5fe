"""Looking after the archive while the service runs: a check at the start; each night a backup, and what is old goes."""

import asyncio
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import TypeVar

from scheduler.config_service import ServiceSettings
from scheduler.recovery import good_backup
from stories.counted import counted
from stories.store import DamagedError, Store, StoreError
from stories.store_backup import back_up, backups_of, name_of_backup, remove_backups, superfluous
from stories.store_index import index_anew, is_index_damage
from stories.store_notices import Notice, NoticeKind, add_notice, close_notice, mend_notice, open_notices
from stories.store_retention import Place, let_articles_go, let_texts_go
from stories.store_soundness import Unwanted, Wanted, check_soundness
from stories.store_upkeep import Done, Work, note_upkeep, upkeep_done

LOOK_SECONDS = 60.0  # between two looks at whether the night's work is due
RETRY_AFTER = timedelta(hours=1)  # of a backup that failed
TOLD_FOR = timedelta(days=7)  # that a backup was restored
_AT_ONCE = 50  # articles let go in one transaction: a poll waits for some hundredths of a second
_USUAL_TIME = time(3, 10)

log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is to be done for the archive: from when on each night, how long what is kept, where backups go."""

    at: time
    zone: tzinfo | None
    makes_backups: bool
    folder: Path
    keep: int
    weeks: int
    texts: timedelta | None
    articles: timedelta | None


def rules_of(service: ServiceSettings, zone: tzinfo | None = None) -> Rules:
    """Return what settings say of the archive's upkeep; times of day are those of `zone`, None is the machine's."""
    backup, keep = service.backup, service.keep
    ages = [age for age in (keep.texts, keep.articles) if age]
    return Rules(
        at=backup.at or _USUAL_TIME,
        zone=zone,
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


def works_due(done: dict[Work, Done], newest_backup: datetime | None, rules: Rules, *, now: datetime) -> list[Work]:
    """Return which of the night's works are due. The first backup is due at once: from then on nothing can get lost."""
    slot = last_slot(rules, now=now)
    due = []
    if rules.makes_backups and (newest_backup is None or newest_backup < slot):
        due.append(Work.BACKUP)
    retention = done.get(Work.RETENTION)
    if (rules.texts or rules.articles) and (retention is None or retention.at < slot):
        due.append(Work.RETENTION)
    return due


async def keep_up(
    store: Store,
    rules: Callable[[], Rules],
    *,
    doubts: "asyncio.Queue[BaseException]",
    stop: asyncio.Event,
    clock: Callable[[], datetime],
    look_seconds: float = LOOK_SECONDS,
) -> None:
    """Look after the archive until `stop` is set: check it now, and do each night's work when it is due.

    The check and the copying are done by threads, from connections of their own; nothing else waits for them. `doubts`
    takes the errors of others that say the archive is damaged.

    :raises DamagedError: when the archive is damaged and there is a good backup to take its place
    """
    not_before: datetime | None = None
    await _check(store, rules(), stop=stop, clock=clock)
    while not stop.is_set():
        now, asked = clock(), rules()
        newest = [backup.made_at for backup in backups_of(store.path, asked.folder)[:1]]
        due = works_due(upkeep_done(store), newest[0] if newest else None, asked, now=now)
        if Work.BACKUP in due and (not_before is None or now >= not_before):
            is_made = await _make_backup(store, asked, stop=stop, clock=clock)
            not_before = None if is_made else clock() + RETRY_AFTER
        if Work.RETENTION in due and not stop.is_set():
            await let_old_go(store, asked, stop=stop, now=clock())
        close_old_news(store, now=clock())
        doubt = await _next_doubt(doubts, stop, look_seconds)
        if doubt:
            await _follow_up(store, asked, doubt, stop=stop, clock=clock)


async def let_old_go(store: Store, rules: Rules, *, stop: asyncio.Event, now: datetime) -> tuple[int, int]:
    """Let texts and articles go that are older than `rules` say, in small steps; return how many of each went."""
    texts = articles = 0
    place: Place | None = Place() if rules.texts else None
    while place and rules.texts and not stop.is_set():
        step = let_texts_go(store, seen_before=now - rules.texts, after=place, most=_AT_ONCE, now=now)
        texts, place = texts + step.gone, step.place
        await asyncio.sleep(0)
    place = Place() if rules.articles else None
    while place and rules.articles and not stop.is_set():
        step = let_articles_go(store, seen_before=now - rules.articles, after=place, most=_AT_ONCE)
        articles, place = articles + step.gone, step.place
        await asyncio.sleep(0)
    if not stop.is_set():
        said = f"{counted(texts, 'text')} and {counted(articles, 'article')} let go for their age"
        note_upkeep(store, Work.RETENTION, said, now=now)
        if texts or articles:
            log.info("%s", said)
    return texts, articles


def make_backup(database: Path, rules: Rules, *, is_wanted: Wanted, now: datetime) -> Path:
    """Make a backup of the archive, checked, and remove those that are superfluous by then; return its path.

    :raises StoreError: when it cannot be made; then the earlier ones are left as they are
    """
    try:
        rules.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        size, free = database.stat().st_size, shutil.disk_usage(rules.folder).free
    except OSError as error:
        raise StoreError(f"backup {rules.folder}: cannot be used ({error.strerror})") from error
    if free < size:
        raise StoreError(
            f"backup {rules.folder}: a backup needs {_megabytes(size)}, {_megabytes(free)} are free; make room, or keep"
            " fewer backups (`service.backup.keep`)"
        )
    target = rules.folder / name_of_backup(database, now)
    back_up(database, target, is_wanted=is_wanted)
    remove_backups(superfluous(backups_of(database, rules.folder), keep=rules.keep, weeks=rules.weeks))
    return target


def close_old_news(store: Store, *, now: datetime) -> None:
    """Show no more that a backup was restored, when that was told long enough."""
    old = [each for each in open_notices(store) if each.kind is NoticeKind.RESTORED and now - each.told_at >= TOLD_FOR]
    if old:
        with store.writing():
            for each in old:
                close_notice(store, each.kind, None, subject=each.subject, now=now)


async def _check(store: Store, rules: Rules, *, stop: asyncio.Event, clock: Callable[[], datetime]) -> None:
    """Look whether the archive is sound, which says so itself only where it is read."""
    try:
        await _in_thread(lambda is_wanted: check_soundness(store.path, is_wanted=is_wanted), stop)
    except Unwanted:
        return
    except DamagedError as error:
        await _find_damaged(store, rules, error, stop=stop, clock=clock)
    except StoreError as error:
        log.warning("%s", error)
    else:
        _take_back(store, NoticeKind.DAMAGED, now=clock())
        note_upkeep(store, Work.CHECK, "the archive is sound", now=clock())


async def _find_damaged(
    store: Store, rules: Rules, error: DamagedError, *, stop: asyncio.Event, clock: Callable[[], datetime]
) -> None:
    """Give up a damaged archive for its last good backup; without one it is better than none."""
    if await _in_thread(lambda _: good_backup(store.path, rules.folder), stop):
        raise error
    sentence = f"{error}; no good backup is in {rules.folder}. Save what can be read: `wirewatch export FILE`"
    _tell(store, NoticeKind.DAMAGED, sentence, now=clock())


async def _make_backup(store: Store, rules: Rules, *, stop: asyncio.Event, clock: Callable[[], datetime]) -> bool:
    """Make a backup, and tell when that is not possible; return whether it was. Then the archive itself is checked."""
    began_at = clock()
    try:
        made = await _in_thread(
            lambda is_wanted: make_backup(store.path, rules, is_wanted=is_wanted, now=began_at), stop
        )
    except Unwanted:
        return False
    except StoreError as error:
        _tell(store, NoticeKind.BACKUP, f"{error}; it is tried again each hour", now=clock())
        await _check(store, rules, stop=stop, clock=clock)
        return False
    took = clock() - began_at
    said = f"{made.name}, {_megabytes(made.stat().st_size)}, checked, in {took.total_seconds():.0f} s"
    _take_back(store, NoticeKind.BACKUP, now=clock())
    note_upkeep(store, Work.BACKUP, said, now=clock())
    log.info("backup %s", said)
    return True


async def _in_thread(work: Callable[[Wanted], _Answer], stop: asyncio.Event) -> _Answer:
    """Do a work in a thread, which is told when it is not wanted any more."""
    return await asyncio.to_thread(work, lambda: not stop.is_set())


async def _next_doubt(
    doubts: "asyncio.Queue[BaseException]", stop: asyncio.Event, seconds: float
) -> BaseException | None:
    """Wait for a doubt, but not longer than some seconds, nor after a stop."""
    asked = asyncio.ensure_future(doubts.get())
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({asked, stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return asked.result() if asked.done() else None
    finally:
        asked.cancel()
        stopped.cancel()


async def _follow_up(
    store: Store, rules: Rules, doubt: BaseException, *, stop: asyncio.Event, clock: Callable[[], datetime]
) -> None:
    """Do what can be done about damage that somebody came upon."""
    if is_index_damage(doubt):
        log.error("database %s: the index of words is damaged (%s); it is made anew", store.path, doubt)
        index_anew(store)
        log.warning("database %s: the index of words is whole again", store.path)
    else:
        await _find_damaged(store, rules, DamagedError(str(doubt)), stop=stop, clock=clock)


def _tell(store: Store, kind: NoticeKind, sentence: str, *, now: datetime) -> None:
    notice = Notice(kind=kind, feed_id=None, subject="archive", sentence=sentence, told_at=now)
    with store.writing():
        is_new = add_notice(store, notice)
        if not is_new:
            mend_notice(store, notice)
    log.log(logging.ERROR if is_new else logging.INFO, "%s", sentence)


def _take_back(store: Store, kind: NoticeKind, *, now: datetime) -> None:
    if any(each.kind is kind for each in open_notices(store)):
        with store.writing():
            close_notice(store, kind, None, subject="archive", now=now)


def _slot_of(day: date, rules: Rules) -> datetime:
    """Return the instant of the night's work of a day; where a clock skips it, the next one that it shows."""
    return datetime.combine(day, rules.at, rules.zone).astimezone(UTC)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
