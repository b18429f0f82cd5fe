"""An archive that is damaged in one of many ways after a backup was made of it, and what becomes of it then."""

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from alerts.stages import StageIndex
from crawler.poll import Outcome, PollResult
from crawler.settings import FeedSettings
from scheduler.ingest import ingest_poll
from scheduler.recovery import opened_archive, recover
from scheduler.watch import Watch
from stories.model import Article
from stories.store import DamagedError, Store, open_store
from stories.store_backup import back_up, name_of_backup
from stories.store_feeds import watch_feeds, watched_feeds
from stories.store_index import index_anew, is_index_damage
from stories.store_soundness import check_soundness
from tests.crashing import polls

ADDRESS = "https://everybody.example/rss"
CHANNELS = ("a", "b")
_TOPIC = TopicSettings.model_validate(
    {"name": "Deals", "query": "Microsoft OR OpenAI OR Oracle OR antitrust", "channels": [*CHANNELS]}
)
WATCH = Watch(
    feeds=MappingProxyType({ADDRESS: FeedSettings(name="Everybody", address=ADDRESS, allow_private=True)}),
    topics=TopicIndex([_TOPIC]),
    stages=StageIndex([_TOPIC]),
    topic_of={_TOPIC.name: _TOPIC},
    alert_if_younger_than=timedelta(hours=24),
)
_BACKED_UP_AFTER, _CHECKPOINT_AFTER = 5, 8  # polls
_Told = set[tuple[str, str, str]]  # topic, article, channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """An archive as a power failure would leave it, in a folder with its backups, and what had been told from it."""

    folder: Path
    backed_up_at: datetime
    ended_at: datetime
    told: _Told
    sightings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What became of a damaged archive.

    `way` is how that was found and what was done; `lost` what had been told and counts as told no more, `repeated`
    what is told again without a mark, `flood` alerts of articles that are older than the backup that was restored.
    """

    way: str
    lost: int
    repeated: int
    marked: int
    flood: int
    sightings: int
    notices: tuple[str, ...]


def play_days(folder: Path) -> Before:
    """Play two days of a small newsroom, with a backup in between, and leave the archive as if the power had failed."""
    living = folder / "living"
    living.mkdir()
    told: _Told = set()
    with open_store(living / "wirewatch.db") as store:
        for number, articles in enumerate(polls(), 1):
            now = _end_of(articles)
            poll(store, articles, now=now)
            told |= deliver(store, now=now)
            if number == _BACKED_UP_AFTER:
                backed_up_at = now
                (folder / "backups").mkdir()
                back_up(store.path, folder / "backups" / name_of_backup(store.path, now))
            if number == _CHECKPOINT_AFTER:
                store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for ending in ("", "-wal"):
            shutil.copyfile(living / f"wirewatch.db{ending}", folder / f"wirewatch.db{ending}")
        (sightings,) = store.db.execute("SELECT count(*) FROM sightings").fetchone()
    shutil.rmtree(living)
    return Before(folder=folder, backed_up_at=backed_up_at, ended_at=now, told=told, sightings=sightings)


def poll(store: Store, articles: Sequence[Article], *, now: datetime) -> None:
    """Take in what the feed lists."""
    watch_feeds(store, [(ADDRESS, "Everybody")], now=now)
    (feed,) = watched_feeds(store)
    answer = PollResult(
        feed_id=feed.id, outcome=Outcome.ANSWERED, articles=tuple(articles[::-1]), entries=len(articles)
    )
    ingest_poll(store, answer, WATCH, now=now, chance=0)


def deliver(store: Store, *, now: datetime) -> _Told:
    """Note that what waits was sent, and return it."""
    rows = store.db.execute(
        "SELECT topic, article_id, channel FROM deliveries JOIN alerts ON alerts.id = alert_id WHERE state = 'new'"
    ).fetchall()
    with store.writing():
        store.db.execute("UPDATE deliveries SET state = 'sent' WHERE state = 'new'")
    return set(rows)


def _flip(path: Path, dice: random.Random, *, first: int, last: int | None = None) -> None:
    content = bytearray(path.read_bytes())
    at = dice.randrange(first, (last or len(content)) - 16)
    for place in range(at, at + 16):
        content[place] ^= dice.randrange(1, 256)
    path.write_bytes(bytes(content))


def _cut(path: Path, dice: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: dice.randrange(1, len(content))])


def _without_log(change: Callable[[Path, random.Random], object]) -> Callable[[Path, random.Random], object]:
    def changed(path: Path, dice: random.Random) -> None:
        with open_store(path):
            pass  # which brings the log into the file
        change(path, dice)

    return changed


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


DAMAGE: dict[str, Callable[[Path, random.Random], object]] = {
    "header": _without_log(lambda path, dice: _flip(path, dice, first=0, last=100)),
    "header under a log": lambda path, dice: _flip(path, dice, first=0, last=100),
    "leaf": _without_log(lambda path, dice: _flip(path, dice, first=4096)),
    "leaf under a log": lambda path, dice: _flip(path, dice, first=4096),
    "log": lambda path, dice: _flip(_log_of(path), dice, first=0),
    "truncated": _without_log(_cut),
    "truncated under a log": _cut,
    "log truncated": lambda path, dice: _cut(_log_of(path), dice),
    "empty": lambda path, dice: path.write_bytes(b""),
    "no database": lambda path, dice: path.write_bytes(dice.randbytes(60_000)),
    "gone": lambda path, dice: path.unlink(),
}


def damage_and_start(before: Before, folder: Path, kind: str, seed: int) -> After:
    """Damage a copy of the archive, start over it as the service does, and poll a feed that lists all it ever did."""
    shutil.copytree(before.folder, folder)
    database, backups = folder / "wirewatch.db", folder / "backups"
    DAMAGE[kind](database, random.Random(f"{kind} {seed}"))
    now = before.ended_at + timedelta(minutes=30)
    way = "not noticed"
    with opened_archive(database, backups, now=now) as store:
        if _notices(store):
            way = "at the start"
        else:
            way = _check(store, way)
        after = None
        if way != "by the check":
            try:
                after = _go_on(store, before, now, way)
            except DamagedError:
                way = "by a poll"
    if after is None:
        recover(database, backups, why="a check found so", now=now)
        with opened_archive(database, backups, now=now) as store:
            after = _go_on(store, before, now, way)
    return after


def _check(store: Store, way: str) -> str:
    try:
        check_soundness(store.path)
    except DamagedError:
        return "by the check"
    return way


def _go_on(store: Store, before: Before, now: datetime, way: str) -> After:
    everything = [article for articles in polls() for article in articles]
    old = [
        Article(
            title=f"Microsoft deal number {number} of long ago",
            url=f"https://everybody.example/old/{number}",
            published_at=before.backed_up_at - timedelta(days=3, hours=number),
        )
        for number in range(30)
    ]
    notices = _notices(store)
    try:
        poll(store, old + everything, now=now)
    except DamagedError as error:
        if not is_index_damage(error):
            raise
        way = "the index of words, made anew"
        index_anew(store)
        poll(store, old + everything, now=now)
    rows = store.db.execute(
        "SELECT topic, article_id, channel, maybe_repeat, state, headline FROM deliveries"
        " JOIN alerts ON alerts.id = alert_id"
    ).fetchall()
    heard = set(
        store.db.execute(
            "SELECT topic, article_id FROM matches WHERE outcome IN ('told', 'update', 'already told')"
        ).fetchall()
    )
    waiting = [row for row in rows if row[4] == "new"]
    (sightings,) = store.db.execute("SELECT count(*) FROM sightings").fetchone()
    return After(
        way=way,
        lost=sum(told[:2] not in heard for told in before.told),
        repeated=sum((row[0], row[1], row[2]) in before.told and not row[3] for row in waiting),
        marked=sum((row[0], row[1], row[2]) in before.told and bool(row[3]) for row in waiting),
        flood=sum("of long ago" in row[5] for row in waiting) if notices else 0,
        sightings=sightings - len(old),
        notices=notices,
    )


def _notices(store: Store) -> tuple[str, ...]:
    return tuple(sentence for (sentence,) in store.db.execute("SELECT sentence FROM notices WHERE kind = 'restored'"))


def _end_of(articles: Sequence[Article]) -> datetime:
    return max(article.published_at for article in articles if article.published_at) + timedelta(minutes=6)
