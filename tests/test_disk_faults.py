"""F7, F9, F10, F11, F13: a disk that is full or read-only, an archive that others hold or take away."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stories.store import DamagedError, Store, StoreError, open_store, read_store
from tests.building import alert
from tests.receivers import Webhook
from tests.running_service import command, running_service, write_config
from tests.test_ingest import article, poll, titles

ROOT = Path(__file__).parents[1]


def fill(store: Store, first: int) -> None:
    poll(
        store,
        *(article(title=f"Antitrust case number {first + n}", url=f"https://a.example/{first + n}") for n in range(20)),
    )


def test_f7_on_a_full_disk_nothing_of_a_poll_is_kept_and_the_next_one_brings_it(store: Store) -> None:
    fill(store, 0)
    (pages,) = store.db.execute("PRAGMA page_count").fetchone()
    before = (titles(store), store.db.table("deliveries").count)
    for first in range(20, 400, 20):
        store.db.execute(f"PRAGMA max_page_count = {pages + first // 20}")
        with pytest.raises(StoreError, match=r"cannot be written .*full") as raised:
            for more in range(20):
                fill(store, 1000 * first + 20 * more)
                before = (titles(store), store.db.table("deliveries").count)
        assert not isinstance(raised.value, DamagedError)
        assert (titles(store), store.db.table("deliveries").count) == before
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.db.execute("PRAGMA max_page_count = 1000000")
    fill(store, 900_000)
    assert len(titles(store)) == len(before[0]) + 20


def in_child(work: Callable[[], object]) -> int:
    """Do a work in a process of its own, which may be limited; return 0, or 4 for an archive that cannot be used."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            work()
            code = 0
        except DamagedError:
            code = 5
        except StoreError:
            code = 4
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("kilobytes", range(20, 400, 60))
def test_f7_a_file_that_may_not_grow_is_no_damage_and_nothing_is_lost(kilobytes: int, tmp_path: Path) -> None:
    """RLIMIT_FSIZE: SQLite gets an I/O error in the middle of what it writes."""
    path = tmp_path / "archive.db"
    with open_store(path) as store:
        fill(store, 0)

    def grow() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + kilobytes * 1024,) * 2)
        with open_store(path) as store:
            for first in range(20, 2000, 20):
                fill(store, first)

    assert in_child(grow) == 4
    with open_store(path) as store:
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = titles(store)
        assert len(kept) % 20 == 0
        for first in range(0, 200, 20):
            fill(store, first)
        assert len(titles(store)) >= 200
        assert store.db.table("alerts").count <= store.db.table("articles").count


def in_own_mounts(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a program as root of a user namespace with mounts of its own."""
    return subprocess.run(["unshare", "-Urm", *words], capture_output=True, text=True, timeout=60, cwd=ROOT)


@pytest.fixture(scope="module")
def own_mounts() -> None:
    if not shutil.which("unshare") or in_own_mounts("mount", "-t", "tmpfs", "none", "/mnt").returncode:
        pytest.skip("needs user namespaces in which file systems can be mounted; this kernel or container has none")


_ON_A_SMALL_DISK = """
import sys
from pathlib import Path
from stories.store import DamagedError, StoreError, open_store
from tests.test_disk_faults import fill, titles

full = 0
with open_store(Path("/mnt/archive.db")) as store:
    ballast = Path("/mnt/ballast")
    for number in range(40):
        try:
            fill(store, 20 * number)
        except StoreError as error:
            assert "full" in str(error) or "I/O" in str(error), error
            assert not isinstance(error, DamagedError)
            full += 1
            ballast.unlink(missing_ok=True)
            before = len(titles(store))
            fill(store, 20 * number)
            assert len(titles(store)) == before + 20
        if number % 4 == 3:
            try:
                with ballast.open("wb") as file:
                    while True:
                        file.write(bytes(4096))
            except OSError:
                pass
    assert len(titles(store)) == 800, len(titles(store))
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
print("full", full)
"""


def test_f7_a_disk_that_fills_up_again_and_again_loses_nothing(own_mounts: None) -> None:
    program = f'mount -t tmpfs -o size=6m none /mnt && "{sys.executable}" -c "$0"'
    done = in_own_mounts("sh", "-c", program, _ON_A_SMALL_DISK)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) >= 5


_ON_A_READ_ONLY_DISK = """
from pathlib import Path
from stories.store import DamagedError, StoreError, open_store
from tests.test_disk_faults import fill, titles
import subprocess

with open_store(Path("/mnt/archive.db")) as store:
    fill(store, 0)
subprocess.run(["mount", "-o", "remount,ro", "/mnt"], check=True)
try:
    with open_store(Path("/mnt/archive.db")) as store:
        fill(store, 20)
except DamagedError:
    raise
except StoreError as error:
    print(error)
"""


def test_f9_a_read_only_disk_is_a_sentence_and_no_damage(own_mounts: None) -> None:
    program = f'mount -t tmpfs -o size=20m none /mnt && "{sys.executable}" -c "$0"'
    done = in_own_mounts("sh", "-c", program, _ON_A_READ_ONLY_DISK)
    assert done.returncode == 0, done.stderr
    assert "database /mnt/archive.db: cannot be" in done.stdout


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that somebody else than root may reach."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_f9_a_folder_in_which_nothing_may_be_written_is_a_sentence(open_folder: Path) -> None:
    path = open_folder / "archive.db"
    with open_store(path) as store:
        alert(store)

    def as_nobody() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        else:
            open_folder.chmod(0o555)
            path.chmod(0o444)
        with open_store(path) as store:
            alert(store)

    assert in_child(as_nobody) == 4
    open_folder.chmod(0o755)
    path.chmod(0o644)
    with open_store(path) as store:
        assert len(titles(store)) == 1


def hold(path: Path, until: threading.Event, held: threading.Event) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        held.set()
        until.wait(30)
        other.execute("ROLLBACK")


@pytest.fixture
def another_program(store: Store) -> Iterator[threading.Event]:
    """Another program that holds the archive until the event is set."""
    until, held = threading.Event(), threading.Event()
    holding = threading.Thread(target=hold, args=(store.path, until, held))
    holding.start()
    assert held.wait(10)
    yield until
    until.set()
    holding.join()


def test_f10_an_archive_that_is_locked_for_a_short_time_is_waited_for(
    store: Store, another_program: threading.Event
) -> None:
    """Three seconds are less than the ten that it waits; the test takes a part of one."""
    assert store.db.execute("PRAGMA busy_timeout").fetchone() == (10_000,)
    threading.Timer(0.3, another_program.set).start()
    fill(store, 0)
    assert len(titles(store)) == 20


def test_f10_an_archive_that_is_locked_for_long_is_a_sentence_and_the_poll_comes_again(
    store: Store, another_program: threading.Event
) -> None:
    """Sixty seconds are six times what it waits; the test waits a tenth of a second instead of ten."""
    store.db.execute("PRAGMA busy_timeout = 100")
    with pytest.raises(StoreError, match=r"cannot be written \(database is locked\)") as raised:
        fill(store, 0)
    assert not isinstance(raised.value, DamagedError)
    assert titles(store) == []
    another_program.set()
    store.db.execute("PRAGMA busy_timeout = 10000")
    fill(store, 0)
    assert len(titles(store)) == 20


def test_f11_a_hundred_snapshots_that_others_hold_never_make_a_write_fail(store: Store) -> None:
    """A transaction that reads first and writes later would fail at once, however long it waits."""
    for number in range(100):
        with read_store(store.path) as reader:
            reader.db.execute("BEGIN")
            reader.db.execute("SELECT count(*) FROM articles").fetchone()
            with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
                other.execute("UPDATE upkeep SET said = ''")
            poll(store, article(title=f"Case {number}", url=f"https://a.example/{number}"))
    assert len(titles(store)) == 100


def test_f13_an_archive_deleted_under_the_service_stops_it_and_the_next_start_brings_the_backup_back(
    tmp_path: Path, webhook: Webhook
) -> None:
    with_nobody = "http://127.0.0.1:1234/rss"
    config = write_config(tmp_path, feeds={with_nobody: "600s"}, channels={"hook": webhook.address()})
    database = tmp_path / "wirewatch.db"
    with running_service(config) as service:
        service.wait_until(lambda: "checked, in" in service.said, "the first backup")
        database.unlink()
        assert service.process.wait(15) == 4, service.said
        assert "wirewatch.db: removed or replaced while in use" in service.said
    assert not database.exists()
    with running_service(config) as service:
        service.wait_until(lambda: "it is gone; the backup wirewatch-" in service.said, "the backup")
        assert service.stop()[0] == 0
    assert database.exists()
    polled = subprocess.run(command("status", "--config", str(config)), capture_output=True, text=True, timeout=60)
    assert polled.returncode == 0
