"""F12: an archive that is damaged, cut or gone. It is found out, the last good backup restored, and the gap told."""

import logging
import os
import random
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.recovery import opened_archive, recover
from stories.store import APPLICATION_ID, DamagedError, StoreError, open_store
from stories.store_articles import search_articles
from stories.store_backup import back_up, backups_of, name_of_backup
from stories.store_index import index_anew, is_index_damage
from stories.store_log import has_lost_commits
from stories.store_notices import NoticeKind, open_notices
from stories.store_restore import last_restoration
from stories.store_soundness import Unwanted, check_soundness
from tests.building import NOON, alert
from tests.damaging import DAMAGE, Before, damage_and_start, play_days

LATER = NOON + timedelta(hours=1)
SURELY_FOUND = ("log", "truncated", "truncated under a log", "empty", "no database", "gone")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Before:
    """Two days of a newsroom with a backup in between, left as a power failure would."""
    return play_days(tmp_path_factory.mktemp("before"))


@pytest.mark.parametrize("kind", [kind for kind in DAMAGE if kind != "log truncated"])
def test_f12_nothing_is_lost_and_no_repeat_is_unmarked(kind: str, tmp_path: Path, before: Before) -> None:
    # Always the same bytes: a flip within an address makes an article another one, which nothing can find out.
    after = damage_and_start(before, tmp_path / "after", kind, seed=7)
    assert (after.lost, after.repeated, after.flood) == (0, 0, 0)
    assert after.sightings >= before.sightings
    if kind in SURELY_FOUND:
        assert after.way in ("at the start", "by the check")
    assert bool(after.notices) == (after.way in ("at the start", "by the check", "by a poll"))


def test_f12_the_gap_is_told_with_its_ends(tmp_path: Path, before: Before) -> None:
    after = damage_and_start(before, tmp_path / "after", "gone", 1)
    (sentence,) = after.notices
    assert f"What came from {before.backed_up_at:%d %b %Y, %H:%M} UTC to " in sentence
    assert "it is gone; the backup wirewatch-" in sentence
    assert after.marked > 0


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """An archive with one alert, which nobody has open."""
    with open_store(tmp_path / "wirewatch.db") as store:
        alert(store)
    return tmp_path / "wirewatch.db"


def backed_up(database: Path, *, hours: Sequence[int] = (0,)) -> Path:
    folder = database.parent / "backups"
    folder.mkdir()
    for hour in hours:
        back_up(database, folder / name_of_backup(database, NOON - timedelta(hours=hour)))
    return folder


def break_it(database: Path) -> None:
    database.write_bytes(b"\xa5" * 60_000)


@pytest.mark.parametrize("content", [b"\xa5" * 60_000, b"SQLite format 3\0" + b"\xff" * 4096])
def test_f12_without_a_good_backup_nothing_is_changed_and_nothing_begins_anew(content: bytes, database: Path) -> None:
    folder = backed_up(database)
    (made,) = backups_of(database, folder)
    made.path.write_bytes(content)
    database.write_bytes(content)
    refusal = pytest.raises(DamagedError, match=r"no good backup is in .*backups, so nothing was changed")
    with refusal, opened_archive(database, folder, now=LATER):
        pass
    assert database.read_bytes() == content
    with pytest.raises(StoreError), opened_archive(database, database.parent / "none", now=LATER):
        pass
    assert database.read_bytes() == content


def test_f12_an_empty_file_with_backups_is_never_taken_for_a_new_archive(database: Path) -> None:
    folder = backed_up(database)
    database.write_bytes(b"")
    with opened_archive(database, folder, now=LATER) as store:
        assert store.db.table("alerts").count == 1
        assert [each.kind for each in open_notices(store)] == [NoticeKind.RESTORED]


def test_a_new_archive_is_begun_aloud(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), opened_archive(tmp_path / "new.db", tmp_path / "backups", now=NOON) as store:
        assert store.db.table("alerts").count == 0
    assert "not there; a new one begins" in caplog.text


def test_a_sound_archive_is_opened_as_it_is(database: Path) -> None:
    with opened_archive(database, backed_up(database), now=LATER) as store:
        assert last_restoration(store) is None
        assert open_notices(store) == []
    assert not has_lost_commits(database)


def test_the_newest_backup_that_is_good_is_taken(database: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = backed_up(database, hours=(3, 2, 1))
    newest, second, _ = backups_of(database, folder)
    newest.path.write_bytes(newest.path.read_bytes()[:-4096])
    break_it(database)
    with caplog.at_level(logging.WARNING), opened_archive(database, folder, now=LATER) as store:
        assert second.path.name in open_notices(store)[0].sentence
    assert "an older one is looked at" in caplog.text


def test_what_was_wrong_in_the_backup_too_is_not_restored_again_and_again(database: Path) -> None:
    folder = backed_up(database, hours=(3, 2, 1))
    named = []
    for minute in range(3):
        break_it(database)
        with opened_archive(database, folder, now=LATER + timedelta(minutes=minute)) as store:
            named.append(open_notices(store)[-1].sentence.partition("the backup ")[2].partition(" was")[0])
    assert named == [backup.path.name for backup in backups_of(database, folder)]
    break_it(database)
    with pytest.raises(DamagedError, match=r"3 backups were restored within a day.*disk failing"):
        recover(database, folder, why="again", now=LATER + timedelta(minutes=9))
    with opened_archive(database, folder, now=LATER + timedelta(days=2)) as store:
        assert backups_of(database, folder)[0].path.name in open_notices(store)[-1].sentence


def test_f12_a_header_that_lost_its_mark_is_damage_and_another_programs_is_not(database: Path) -> None:
    folder = backed_up(database)
    content = database.read_bytes()
    database.write_bytes(content[:68] + b"\0\0\0\0" + content[72:])
    assert int.from_bytes(content[68:72]) == APPLICATION_ID
    with opened_archive(database, folder, now=LATER) as store:
        assert "its header is damaged" in open_notices(store)[0].sentence


@pytest.mark.parametrize("after_calls", range(1, 12, 2))
def test_killed_while_it_is_restored_the_next_start_does_it_again(after_calls: int, database: Path) -> None:
    folder = backed_up(database)
    break_it(database)
    pid = os.fork()
    if not pid:  # killed before the Nth thing it asks of the file system's names and disk
        calls = 0

        def watch(event: str, _: object) -> None:
            nonlocal calls
            if event in ("os.rename", "os.link", "os.remove", "sqlite3.connect", "os.fsync", "open"):
                calls += 1
                if calls == after_calls * 3:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        recover(database, folder, why="a test", now=LATER)
        os._exit(0)
    os.waitpid(pid, 0)
    assert database.exists()
    with opened_archive(database, folder, now=LATER + timedelta(minutes=1)) as store:
        assert store.db.table("alerts").count == 1
        assert last_restoration(store)
    assert list(database.parent.glob("*.restoring*")) == []


def test_a_check_ends_when_it_is_not_wanted_any_more(database: Path) -> None:
    with open_store(database) as store:
        for number in range(50):
            alert(store, title=f"Report {number}", text="many words " * 2000)
        with pytest.raises(Unwanted):
            check_soundness(database, is_wanted=lambda: False)
        check_soundness(database)


def test_an_index_of_words_that_alone_is_damaged_is_made_anew(database: Path) -> None:
    with open_store(database) as store:
        dice = random.Random(1)
        store.db.execute("UPDATE articles_fts_data SET block = ? WHERE id > 10", [dice.randbytes(300)])
        check_soundness(database)  # which does not see it
        with pytest.raises(DamagedError) as raised:
            for number in range(200):
                alert(store, title=f"OpenAI antitrust complaint {number}")
        assert is_index_damage(raised.value)
        index_anew(store)
        alert(store, title="Antitrust once more")
        assert len(search_articles(store, "antitrust", limit=1000)) == store.db.table("articles").count


@pytest.mark.parametrize("ending", ["", "-wal"])
def test_f13_a_file_that_is_taken_away_is_noticed_and_not_made_again(ending: str, database: Path) -> None:
    with open_store(database) as store:
        alert(store)
        store.check_in_place()
        taken = database.with_name(database.name + ending)
        taken.unlink()
        with pytest.raises(StoreError, match=f"{taken.name}: removed or replaced while in use"):
            store.check_in_place()
        assert not taken.exists()
