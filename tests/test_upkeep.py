"""The service looks after its archive: when, what it does, and that it goes on when something of it fails."""

import asyncio
import logging
import re
import socket
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scheduler.config_lasting import BackupSettings, KeepSettings
from scheduler.config_service import ServiceSettings
from scheduler.upkeep import Upkeep
from scheduler.upkeep_rules import Rules, last_slot, rules_of, works_due
from stories.store import DamagedError, Store
from stories.store_backup import backups_of
from stories.store_notices import NoticeKind, open_notices
from stories.store_upkeep import Done, Work, upkeep_done
from tests.building import NOON, alert
from tests.receivers import Webhook
from tests.running_service import running_service, write_config

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


def rules(store: Store | None = None, **given: object) -> Rules:
    folder = store.path.parent / "backups" if store else Path("never")
    usual = rules_of(ServiceSettings())
    return replace(usual, folder=folder, zone=UTC, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 22, 2, 10, tzinfo=UTC)),
        (datetime(2026, 11, 22, 2, 9, tzinfo=UTC), datetime(2026, 11, 21, 2, 10, tzinfo=UTC)),
        (datetime(2026, 11, 22, 2, 10, tzinfo=UTC), datetime(2026, 11, 22, 2, 10, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 7, 1, 1, 10, tzinfo=UTC)),
    ],
)
def test_the_night_begins_at_its_local_time(now: datetime, slot: datetime) -> None:
    assert last_slot(replace(rules(), zone=BERLIN), now=now) == slot


def test_each_local_day_has_one_night_also_when_the_clocks_change() -> None:
    """A clock skips 02:30 once a year and shows it twice once a year."""
    asked = replace(rules(), zone=BERLIN, at=time(2, 30))
    for begin in (datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)):
        instants = [begin + timedelta(minutes=10 * number) for number in range(6 * 24 * 6)]
        slots = sorted({last_slot(asked, now=now) for now in instants})
        days = [slot.astimezone(BERLIN).date() for slot in slots]
        assert days == sorted(set(days))
        assert all(one < other <= one + timedelta(hours=26) for one, other in pairwise(slots))


def done(at: datetime) -> dict[Work, Done]:
    return {Work.RETENTION: Done(at=at, said="")}


@pytest.mark.parametrize(
    ("last", "backups", "due"),
    [
        (NOON, [NOON], []),
        (NOON - DAY, [NOON - DAY], [Work.BACKUP, Work.RETENTION]),
        (NOON, [], [Work.BACKUP]),
        (NOON, [NOON - DAY, NOON], []),
        (NOON + 3 * DAY, [NOON + 3 * DAY], [Work.BACKUP, Work.RETENTION]),  # a clock was wrong once
        (NOON, [NOON + 3 * DAY, NOON], []),
    ],
)
def test_each_work_is_done_once_a_night(last: datetime, backups: Iterable[datetime], due: list[Work]) -> None:
    assert works_due(done(last), backups, rules(), now=NOON) == due


def test_what_is_switched_off_is_never_due() -> None:
    service = ServiceSettings(
        backup=BackupSettings.model_validate({"at": "never"}),
        keep=KeepSettings.model_validate({"texts": "never", "articles": 0}),
    )
    assert works_due({}, [], rules_of(service), now=NOON) == []


def test_no_text_is_kept_longer_than_its_article() -> None:
    kept = rules_of(ServiceSettings(keep=KeepSettings.model_validate({"texts": "never", "articles": "100d"})))
    assert (kept.texts, kept.articles) == (100 * DAY, 100 * DAY)
    only_texts = rules_of(ServiceSettings(keep=KeepSettings.model_validate({"articles": "never"})))
    assert (only_texts.texts, only_texts.articles) == (180 * DAY, None)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"texts": "soon"}, "expected a duration such as 180d, or never"),
        ({"texts": "1h"}, "expected at least 7d, or never"),
        ({"texts": 90}, "expected a duration such as 180d, or never"),
    ],
)
def test_ages_that_cannot_be_meant_are_refused(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        KeepSettings.model_validate(given)


@pytest.mark.parametrize("at", ["25:00", "3", "noon", 310])
def test_a_time_that_is_none_is_refused(at: object) -> None:
    with pytest.raises(ValueError, match="expected a time of day"):
        BackupSettings.model_validate({"at": at})


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def upkeep(store: Store, clock: Clock, asked: Rules | None = None) -> Upkeep:
    kept = asked or rules(store)
    return Upkeep(store=store, rules=lambda: kept, doubts=asyncio.Queue(), stop=asyncio.Event(), clock=clock)


def test_the_first_backup_is_made_at_once_and_then_one_each_night(store: Store) -> None:
    alert(store)
    clock = Clock()
    made = []

    async def nights() -> None:
        kept = upkeep(store, clock)
        for hours in (0, 1, 24, 25, 47, 48):
            clock.now = NOON + timedelta(hours=hours)
            await kept.do_what_is_due()
            made.append(len(backups_of(store.path, kept.rules().folder)))

    asyncio.run(nights())
    assert made == [
        1,
        1,
        2,
        2,
        3,
        3,
    ]
    assert re.fullmatch(
        rf"{store.path.stem}-\d+T\d+Z\.db, 0\.\d MB, checked, in 0 s", upkeep_done(store)[Work.BACKUP].said
    )


def test_old_texts_go_at_night_and_that_is_said(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    alert(store, text="A long text.", now=NOON)
    alert(store, text="A younger one.", now=NOON + 100 * DAY)
    with store.writing():
        store.db.execute("UPDATE stories SET is_over = 1")
    clock = Clock()
    clock.now = NOON + 200 * DAY
    with caplog.at_level(logging.INFO):
        asyncio.run(upkeep(store, clock).do_what_is_due())
    assert [text for (text,) in store.db.execute("SELECT text FROM articles ORDER BY seq")] == ["", "A younger one."]
    assert "1 text and 0 articles let go for their age" in caplog.text
    assert upkeep_done(store)[Work.RETENTION].at == clock.now


def test_f8_a_backup_that_fails_is_told_once_and_tried_again_each_hour(store: Store) -> None:
    clock, folder = Clock(), store.path.parent / "backups"
    folder.write_text("in the way")

    async def night() -> list[int]:
        kept, tried = upkeep(store, clock), []
        for minutes in (0, 1, 59, 61, 121):
            clock.now = NOON + timedelta(minutes=minutes)
            if minutes == 121:
                folder.unlink()
            await kept.do_what_is_due()
            tried.append(len(open_notices(store)))
        return tried

    assert asyncio.run(night()) == [1, 1, 1, 1, 0]
    (kind, sentence), *_ = store.db.execute("SELECT kind, sentence FROM notices").fetchall()
    assert kind == NoticeKind.BACKUP
    assert "cannot be used" in sentence
    assert len(backups_of(store.path, folder)) == 1


def count_told(store: Store) -> int:
    (count,) = store.db.execute("SELECT count(*) FROM notices WHERE kind = 'damaged'").fetchone()
    return int(count)


def test_damage_that_somebody_came_upon_ends_the_service_only_when_there_is_a_good_backup(store: Store) -> None:
    clock = Clock()

    async def come_upon(kept: Upkeep) -> None:
        kept.doubts.put_nowait(DamagedError("a page is malformed"))
        going = asyncio.ensure_future(kept.go_on(look_seconds=0.01))
        told = count_told(store)
        while not going.done() and count_told(store) == told:
            await asyncio.sleep(0.01)
        kept.stop.set()
        await going

    without = rules(store, makes_backups=False)
    asyncio.run(come_upon(upkeep(store, clock, without)))
    assert [each.kind for each in open_notices(store)] == [NoticeKind.DAMAGED]
    asyncio.run(upkeep(store, clock).do_what_is_due())
    with pytest.raises(DamagedError, match="a page is malformed"):
        asyncio.run(come_upon(upkeep(store, clock)))


def test_it_stops_at_once_in_the_middle_of_anything(store: Store) -> None:
    alert(store)

    async def stopped() -> None:
        kept = upkeep(store, Clock())
        kept.stop.set()
        await kept.check()
        await kept.do_what_is_due()
        await kept.go_on()

    asyncio.run(asyncio.wait_for(stopped(), 10))
    assert backups_of(store.path, store.path.parent / "backups") == []
    assert upkeep_done(store) == {}


def nowhere() -> str:
    """Return the address of a feed on this machine where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/rss"


def test_f12_a_running_service_finds_its_archive_damaged_and_goes_on_with_the_backup(
    tmp_path: Path, webhook: Webhook
) -> None:
    """Damaged so that it may still open: what finds it, start or check, the service lives on over the backup."""
    database = tmp_path / "wirewatch.db"
    config = write_config(tmp_path, feeds={nowhere(): "600s"}, channels={"hook": webhook.address()})
    with running_service(config) as service:
        service.wait_until(lambda: "checked, in" in service.said, "the first backup")
        assert service.stop()[0] == 0, service.said
    content = bytearray(database.read_bytes())
    last = content[:-4096]
    database.write_bytes(bytes(last[:-8192]) + b"\xa5" * 8192 + bytes(content[-4096:]))
    with running_service(config) as service:
        service.wait_until(lambda: "was restored. What came from" in service.said, "the restored backup")
        service.wait_until(lambda: service.said.count("watching 1 feed") >= 2, "the service on the backup")
        webhook.wait_for(1)
        assert service.stop()[0] == 0, service.said
    assert list(tmp_path.glob("wirewatch.db.damaged-*"))
    assert "Traceback" not in service.said
