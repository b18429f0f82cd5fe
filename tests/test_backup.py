"""Backups of an archive that somebody writes, and archives put back from them."""

import os
import signal
import sqlite3
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from scheduler.upkeep import make_backup
from scheduler.upkeep_rules import Rules
from stories.migrations import migrations
from stories.store import APPLICATION_ID, Store, StoreError, open_store, read_store
from stories.store_backup import Backup, back_up, backups_of, name_of_backup, remove_backups, superfluous
from stories.store_restore import aside_of, last_restoration, restore
from stories.store_schema import steps
from stories.store_soundness import Unwanted, fault_of_file
from tests.building import NOON, alert

RULES = Rules(
    at=NOON.time(),
    zone=UTC,
    makes_backups=True,
    folder=Path("never"),
    keep=7,
    weeks=4,
    texts=None,
    articles=None,
)


@pytest.fixture
def backup(store: Store, tmp_path: Path) -> Path:
    """A backup of an archive with one alert."""
    alert(store, channels=["hook"])
    target = tmp_path / "a-backup.db"
    back_up(store.path, target)
    return target


def changed(path: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        change(connection)
    return path


def titles(path: Path) -> list[str]:
    with read_store(path) as store:
        return [title for (title,) in store.db.execute("SELECT title FROM articles ORDER BY seq")]


def test_a_backup_is_one_file_that_holds_everything(store: Store, backup: Path) -> None:
    assert fault_of_file(backup) is None
    assert titles(backup) == titles(store.path)
    assert sorted(path.name for path in backup.parent.glob("*a-backup*")) == ["a-backup.db"]
    assert backup.stat().st_mode & 0o777 == store.path.stat().st_mode & 0o666


def test_a_backup_is_of_one_moment_while_the_service_writes_on(store: Store, tmp_path: Path) -> None:
    for number in range(20):
        alert(store, title=f"Antitrust report number {number}", text="word " * 5000)
    begun, written = threading.Event(), threading.Event()

    def look_up() -> bool:
        begun.set()
        return written.wait(10)

    copying = threading.Thread(target=back_up, args=(store.path, tmp_path / "b.db"), kwargs={"is_wanted": look_up})
    copying.start()
    assert begun.wait(10)
    alert(store, title="Written while it was copied")
    written.set()
    copying.join()
    assert len(titles(tmp_path / "b.db")) == 20
    assert len(titles(store.path)) == 21


def test_a_backup_that_is_not_wanted_any_more_leaves_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Unwanted):
        back_up(store.path, tmp_path / "b.db", is_wanted=lambda: False)
    assert list(tmp_path.glob("*b.db*")) == []


def test_f1_killed_during_a_backup_the_earlier_one_is_whole_and_the_next_one_cleans_up(
    store: Store, backup: Path
) -> None:
    alert(store, title="After the first backup")
    program = (
        "import os, sys, signal; from pathlib import Path; from stories.store_backup import back_up\n"
        "back_up(Path(sys.argv[1]), Path(sys.argv[2]), is_wanted=lambda: os.kill(os.getpid(), signal.SIGKILL))"
    )
    ended = subprocess.run([sys.executable, "-c", program, store.path, backup], cwd=Path(__file__).parents[1])
    assert ended.returncode == -signal.SIGKILL
    assert len(list(backup.parent.glob(".a-backup.db.part*"))) >= 1
    assert len(titles(backup)) == 1
    back_up(store.path, backup)
    assert len(titles(backup)) == 2
    assert list(backup.parent.glob(".a-backup.db.part*")) == []


def test_f8_a_disk_too_full_for_a_backup_leaves_the_earlier_ones_and_says_so(store: Store, backup: Path) -> None:
    before = backup.read_bytes()
    for number in range(3):
        alert(store, title=f"Report {number}", text="word " * 50_000)
    pid = os.fork()
    if not pid:  # a limit of a process cannot be taken back
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before), len(before)))
        try:
            back_up(store.path, backup)
        except StoreError as error:
            os._exit(0 if "cannot be copied" in str(error) else 2)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert backup.read_bytes() == before
    assert sorted(path.name for path in backup.parent.glob("*a-backup*")) == ["a-backup.db"]


def test_f8_a_folder_for_backups_that_cannot_be_made_is_a_sentence(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    rules = replace(RULES, folder=tmp_path / "file")
    with pytest.raises(StoreError, match="cannot be used"):
        make_backup(store.path, rules, is_wanted=lambda: True, now=NOON)


def test_the_last_seven_and_one_of_each_of_four_weeks_are_kept() -> None:
    made = [Backup(path=Path(f"{day}"), made_at=NOON - timedelta(days=day)) for day in range(60)]
    gone = superfluous(made, keep=7, weeks=4)
    kept = [(NOON - backup.made_at).days for backup in made if backup not in gone]
    assert kept == [0, 1, 2, 3, 4, 5, 6, 7, 14, 21]  # noon is a Sunday: its week, and three more
    assert superfluous(made[:3], keep=7, weeks=4) == []
    assert superfluous([], keep=1, weeks=0) == []


def test_only_what_is_a_backup_of_this_archive_is_ever_removed(tmp_path: Path) -> None:
    database = tmp_path / "wirewatch.db"
    ours = tmp_path / name_of_backup(database, NOON)
    for name in (ours.name, "other-20261122T120000Z.db", "wirewatch-20261122T120000Z.db.txt", "wirewatch-2026.db"):
        (tmp_path / name).write_text("")
    (tmp_path / "wirewatch-20261121T120000Z.db").symlink_to(tmp_path / "other-20261122T120000Z.db")
    (tmp_path / "wirewatch-20261120T120000Z.db").mkdir()
    found = backups_of(database, tmp_path)
    assert found == [Backup(path=ours, made_at=NOON)]
    remove_backups(found)
    assert len(list(tmp_path.iterdir())) == 5
    assert backups_of(database, tmp_path / "not there") == []


def restored(backup: Path, database: Path) -> Path:
    aside = aside_of(database, "replaced", NOON)
    restore(backup, database, aside=aside, why="a test", now=NOON)
    return aside


def test_a_restored_backup_takes_the_place_of_the_archive_which_is_kept(tmp_path: Path, backup: Path) -> None:
    database = tmp_path / "live.db"
    with open_store(database) as store:
        alert(store, title="Only in the archive that goes")
    aside = restored(backup, database)
    assert titles(database) == titles(backup)
    assert titles(aside) == ["Only in the archive that goes"]
    with open_store(database) as store:
        assert last_restoration(store)
        assert store.db.execute("SELECT maybe_repeat, state FROM deliveries").fetchall() == [(1, "new")]


def test_what_was_written_last_is_in_what_is_kept_even_after_a_kill(tmp_path: Path, backup: Path) -> None:
    database = tmp_path / "live.db"
    with open_store(database) as store:
        alert(store, title="Only in the log")
        for ending in ("", "-wal"):
            database.with_name(database.name + ending).rename(tmp_path / f"killed.db{ending}")
    killed = tmp_path / "killed.db"
    assert titles(restored(backup, killed)) == ["Only in the log"]


def test_an_older_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    db = Database(old)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(db, stop_before=steps()[2])
    db.close()
    assert fault_of_file(old) is None
    restored(old, tmp_path / "live.db")
    with read_store(tmp_path / "live.db") as store:
        assert store.db.table("restorations").count == 1


def add_step(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('wirewatch', 'x', '')")


TAMPERED: dict[str, tuple[str | Callable[[sqlite3.Connection], object], str]] = {
    "trigger": (
        "CREATE TRIGGER t AFTER INSERT ON articles BEGIN DELETE FROM deliveries; END",
        "holds a trigger that is none of ours: 't'",
    ),
    "temp-like view": ("CREATE VIEW v AS SELECT * FROM articles", "holds a view that is none of ours"),
    "extra table": ("CREATE TABLE extra (id)", "holds a table that is none of ours"),
    "virtual table": ("CREATE VIRTUAL TABLE vt USING fts5 (x)", "holds a table that is none of ours"),
    "index with an expression": ("CREATE INDEX i ON feeds (abs(id))", "holds a index that is none of ours"),
    "table in a view's clothes": ("DROP TABLE mutes", "lacks the (table|index) 'mutes"),
    "other columns": ("ALTER TABLE labels ADD COLUMN more TEXT", "its table 'labels' is not as we make it"),
    "other checks": (
        lambda c: (
            c.execute("PRAGMA writable_schema = ON"),
            c.execute("UPDATE sqlite_master SET sql = replace(sql, '''good'', ', '') WHERE name = 'labels'"),
        ),
        "its table 'labels' is not as we make it",
    ),
    "application id": ("PRAGMA application_id = 1", "database of another program"),
    "newer": (add_step, "made by a newer version"),
    "steps missing": ("DELETE FROM _sqlite_migrations WHERE id = 1", "the steps that made it are missing"),
    "no steps": ("DROP TABLE _sqlite_migrations", "the steps that made it are missing"),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_b98_a_tampered_backup_is_refused_and_changes_nothing(case: str, tmp_path: Path, backup: Path) -> None:
    change, sentence = TAMPERED[case]
    changed(backup, lambda c: c.execute(change) if isinstance(change, str) else change(c))
    refuse(tmp_path, backup, sentence)


def huge(content: bytes) -> bytes:
    return content[:28] + struct.pack(">I", 0xFFFFFFFE) + content[32:]


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "huge page count": (huge, "says that it has 4294967294 pages"),
    "truncated": (lambda content: content[:-5000], "says that it has"),
    "longer": (lambda content: content + bytes(4096), "says that it has"),
    "empty": (lambda content: b"", "it is empty"),
    "no database": (lambda content: b"PK\x03\x04" + content[4:], "it is no database"),
    "half a header": (lambda content: content[:50], "it is no database"),
    "leaf": (lambda content: content[: 4096 * 20] + b"\xa5" * 4096 + content[4096 * 21 :], "damaged|malformed"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_b98_a_broken_backup_is_refused_and_changes_nothing(case: str, tmp_path: Path, backup: Path) -> None:
    change, sentence = BROKEN[case]
    backup.write_bytes(change(backup.read_bytes()))
    refuse(tmp_path, backup, sentence)


def refuse(tmp_path: Path, backup: Path, sentence: str) -> None:
    database = tmp_path / "live.db"
    with open_store(database) as store:
        alert(store, title="Stays")
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(StoreError, match=sentence):
        restored(backup, database)
    assert {path.name for path in tmp_path.iterdir()} == before
    assert titles(database) == ["Stays"]


def test_a_bare_copy_of_an_archive_in_use_is_not_taken_for_all_of_it(tmp_path: Path, backup: Path) -> None:
    backup.with_name("a-backup.db-wal").write_bytes(b"x")
    with pytest.raises(StoreError, match=r"part of it is in a-backup\.db-wal"):
        restored(backup, tmp_path / "live.db")


def test_a_link_in_the_place_of_the_half_done_backup_leads_nowhere(store: Store, tmp_path: Path) -> None:
    """B97"""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".b.db.part").symlink_to(victim)
    back_up(store.path, tmp_path / "b.db")
    assert victim.read_text() == "precious"
    assert not (tmp_path / "b.db").is_symlink()


@pytest.fixture(autouse=True)
def no_leftovers(tmp_path: Path) -> Iterator[None]:
    yield
    assert list(tmp_path.glob("*.restoring*")) == []


def test_backups_are_listed_newest_first(tmp_path: Path) -> None:
    database = tmp_path / "wirewatch.db"
    for day in (3, 1, 2):
        (tmp_path / name_of_backup(database, datetime(2026, 11, day, tzinfo=UTC))).write_text("")
    assert [backup.made_at.day for backup in backups_of(database, tmp_path)] == [3, 2, 1]
