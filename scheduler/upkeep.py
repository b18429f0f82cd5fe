"""Looking after the archive while the service runs: a check at the start; each night a backup, and what is old goes."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from scheduler.recovery import good_backup
from scheduler.upkeep_rules import Rules, works_due
from stories.counted import counted
from stories.store import DamagedError, Store, StoreError, is_damage
from stories.store_backup import back_up, backups_of, name_of_backup, remove_backups, remove_half_done, superfluous
from stories.store_index import index_anew, is_index_damage
from stories.store_notices import Notice, NoticeKind, add_notice, close_notice, mend_notice, open_notices
from stories.store_retention import Place, let_articles_go, let_texts_go
from stories.store_soundness import Unwanted, Wanted, check_soundness
from stories.store_upkeep import Work, note_upkeep, upkeep_done

LOOK_SECONDS = 60.0  # between two looks at whether the night's work is due
RETRY_AFTER = timedelta(hours=1)  # of a backup that failed
TOLD_FOR = timedelta(days=7)  # that a backup was restored
_AT_ONCE = 50  # articles let go in one transaction: a poll waits for some hundredths of a second
_BREATH_SECONDS = 0.05  # between two of them, for whatever else the loop has to do

log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


@dataclass(slots=True, kw_only=True)
class Upkeep:
    """The upkeep of an open archive. Made and used on one event loop, which has the archive.

    The check and the copying are done by threads, from connections of their own; nothing else waits for them. `doubts`
    takes the errors of others, of which some say that the archive is damaged.
    """

    store: Store
    rules: Callable[[], Rules]
    doubts: "asyncio.Queue[BaseException]"
    stop: asyncio.Event
    clock: Callable[[], datetime]
    not_before: datetime | None = None  # is a backup tried again that failed

    async def go_on(self, look_seconds: float = LOOK_SECONDS) -> None:
        """Check the archive now, and do each night's work when it is due, until `stop` is set.

        :raises DamagedError: when the archive is damaged and there is a good backup to take its place
        """
        await self._trying(self.check)
        while not self.stop.is_set():
            await self._trying(self.do_what_is_due)
            doubt = await self._next_doubt(look_seconds)
            if doubt:
                await self._trying(partial(self._follow_up, doubt))

    async def check(self) -> None:
        """Look whether the archive is sound, which says so itself only where it is read."""
        try:
            await self._in_thread(lambda is_wanted: check_soundness(self.store.path, is_wanted=is_wanted))
        except Unwanted:
            return
        self._take_back(NoticeKind.DAMAGED)
        note_upkeep(self.store, Work.CHECK, "the archive is sound", now=self.clock())

    async def do_what_is_due(self) -> None:
        """Make a backup and let old things go, whatever of it is due."""
        now, rules = self.clock(), self.rules()
        made = [backup.made_at for backup in backups_of(self.store.path, rules.folder)]
        due = works_due(upkeep_done(self.store), made, rules, now=now)
        if Work.BACKUP in due and (self.not_before is None or now >= self.not_before):
            self.not_before = now + RETRY_AFTER
            if await self.back_up(rules):
                self.not_before = None
        if Work.RETENTION in due and not self.stop.is_set():
            await let_old_go(self.store, rules, stop=self.stop, now=self.clock())
        close_old_news(self.store, now=self.clock())

    async def back_up(self, rules: Rules) -> bool:
        """Make a backup and return whether it was made; why it was not is told, and the archive itself checked."""
        began_at, database = self.clock(), self.store.path
        try:
            made = await self._in_thread(
                lambda is_wanted: make_backup(database, rules, is_wanted=is_wanted, now=began_at)
            )
        except Unwanted:
            return False
        except StoreError as error:
            self._tell(NoticeKind.BACKUP, f"{error}; it is tried again each hour")
            await self.check()
            return False
        seconds = (self.clock() - began_at).total_seconds()
        said = f"{made.name}, {_megabytes(made.stat().st_size)}, checked, in {seconds:.0f} s"
        self._take_back(NoticeKind.BACKUP)
        note_upkeep(self.store, Work.BACKUP, said, now=self.clock())
        log.info("backup %s", said)
        return True

    async def _trying(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do a work whose failure must not end the others."""
        try:
            await work()
        except DamagedError as error:
            await self._found_damaged(error)
        except StoreError as error:
            log.warning("%s; the upkeep of the archive goes on later", error)
        except Exception:
            log.exception("the upkeep of the archive failed; it goes on later")

    async def _next_doubt(self, seconds: float) -> BaseException | None:
        """Wait for a doubt, but not longer than some seconds, nor after a stop."""
        asked = asyncio.ensure_future(self.doubts.get())
        stopped = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait({asked, stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return asked.result() if asked.done() else None
        finally:
            asked.cancel()
            stopped.cancel()

    async def _follow_up(self, doubt: BaseException) -> None:
        """Do what can be done about damage that somebody came upon."""
        if not is_damage(doubt):
            return
        if not is_index_damage(doubt):
            raise DamagedError(str(doubt)) from doubt
        log.error("database %s: the index of words is damaged (%s); it is made anew", self.store.path, doubt)
        index_anew(self.store)
        log.warning("database %s: the index of words is whole again", self.store.path)

    async def _found_damaged(self, error: DamagedError) -> None:
        """Give up a damaged archive for its last good backup; where there is none, it is better than nothing."""
        folder = self.rules().folder
        if await self._in_thread(lambda _: good_backup(self.store.path, folder)):
            raise error
        sentence = f"{error}; no good backup is in {folder}. Save what can be read: `wirewatch export FILE`"
        try:
            self._tell(NoticeKind.DAMAGED, sentence)
        except StoreError:
            log.error("%s", sentence)  # noqa: TRY400  the sentence says it; where it was raised does not matter

    async def _in_thread(self, work: Callable[[Wanted], _Answer]) -> _Answer:
        """Do a work in a thread, which is told when it is not wanted any more."""
        return await asyncio.to_thread(work, lambda: not self.stop.is_set())

    def _tell(self, kind: NoticeKind, sentence: str) -> None:
        notice = Notice(kind=kind, feed_id=None, subject="archive", sentence=sentence, told_at=self.clock())
        with self.store.writing():
            is_new = add_notice(self.store, notice)
            if not is_new:
                mend_notice(self.store, notice)
        log.log(logging.ERROR if is_new else logging.INFO, "%s", sentence)

    def _take_back(self, kind: NoticeKind) -> None:
        if any(each.kind is kind for each in open_notices(self.store)):
            with self.store.writing():
                close_notice(self.store, kind, None, subject="archive", now=self.clock())


async def let_old_go(store: Store, rules: Rules, *, stop: asyncio.Event, now: datetime) -> tuple[int, int]:
    """Let texts and articles go that are older than `rules` say, in small steps; return how many of each went."""
    texts = articles = 0
    place: Place | None = Place() if rules.texts else None
    while place and rules.texts and not stop.is_set():
        step = let_texts_go(store, seen_before=now - rules.texts, after=place, most=_AT_ONCE, now=now)
        texts, place = texts + step.gone, step.place
        await asyncio.sleep(_BREATH_SECONDS)
    place = Place() if rules.articles else None
    while place and rules.articles and not stop.is_set():
        step = let_articles_go(store, seen_before=now - rules.articles, after=place, most=_AT_ONCE)
        articles, place = articles + step.gone, step.place
        await asyncio.sleep(_BREATH_SECONDS)
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
    remove_half_done(database, rules.folder)
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


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
