"""One process over an archive (F34), few file descriptors (F36), an archive that cannot be written (F9), exit codes."""

import contextlib
import os
import re
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler import cli
from scheduler.config import load_config
from scheduler.lock import AlreadyRunning, holder_of, only_writer, refuse_a_second
from tests.command_line import in_folder
from tests.press import Press, running_press
from tests.receivers import Webhook
from tests.running_service import PATIENCE, command, running_service, wait_until, write_config

TURNED_AWAY = 3
DOCS = Path(__file__).parent.parent / "docs" / "operations.md"


@pytest.fixture
def press() -> Iterator[Press]:
    with running_press(1, pace=0.2) as running:
        yield running


def start(config: Path, number: int) -> subprocess.Popen[bytes]:
    with config.with_name(f"log-{number}").open("wb") as log:
        return subprocess.Popen(command("run", "--config", str(config)), stderr=log, stdout=log, start_new_session=True)


@contextlib.contextmanager
def started(config: Path, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    processes = [start(config, number) for number in range(count)]
    try:
        yield processes
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_f34_of_several_started_at_once_exactly_one_runs(tmp_path: Path, press: Press, webhook: Webhook) -> None:
    count = 4
    config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": webhook.address()})
    with started(config, count) as processes:

        def turned_away() -> int:
            return [process.poll() for process in processes].count(TURNED_AWAY)

        wait_until(lambda: turned_away() == count - 1, lambda: str([process.poll() for process in processes]))
        webhook.wait_for(1)
        (running,) = (process for process in processes if process.poll() is None)
        assert holder_of(tmp_path / "wirewatch.db") == str(running.pid)
        for number, process in enumerate(processes):
            said = (tmp_path / f"log-{number}").read_text(encoding="utf-8")
            if process is not running:
                assert f"another wirewatch (process {running.pid}) is using it" in said
                assert "crawl of" not in said
                assert "Traceback" not in said


def test_f34_a_second_is_turned_away_while_the_first_is_stopped_and_starts_after_it_was_killed(
    tmp_path: Path, press: Press, webhook: Webhook
) -> None:
    """SIGSTOP: its lock holds. kill -9: the lock it left is nobody's."""
    config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": webhook.address()})
    with running_service(config) as first:
        webhook.wait_for(1)
        first.process.send_signal(signal.SIGSTOP)
        before = os.times()
        second = subprocess.run(command("run", "--config", str(config)), capture_output=True, text=True, timeout=20)
        after = os.times()
        assert second.returncode == TURNED_AWAY
        assert after.children_user - before.children_user < 2  # seconds of work, whatever else the machine does
        assert "crawl of" not in second.stderr
        first.kill()
        assert (tmp_path / "wirewatch.db.lock").read_text(encoding="ascii") == str(first.process.pid)
    told = len(webhook.requests())
    with running_service(config) as third:
        webhook.wait_for(told + 1)
        assert third.stop()[0] == 0


def test_who_is_turned_away_does_not_wait(tmp_path: Path) -> None:
    with only_writer(tmp_path / "archive.db"):
        with pytest.raises(AlreadyRunning):
            refuse_a_second(tmp_path / "archive.db")
        began = time.monotonic()
        with pytest.raises(AlreadyRunning), only_writer(tmp_path / "archive.db"):
            pass
        assert time.monotonic() - began < 1


def test_f34_an_archive_by_another_name_is_the_same_archive(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(tmp_path / "archive.db")
    with only_writer(tmp_path / "archive.db"), pytest.raises(AlreadyRunning), only_writer(link):
        pass


def test_looking_who_holds_the_lock_leaves_it_alone(tmp_path: Path) -> None:
    database = tmp_path / "archive.db"
    assert holder_of(database) is None
    with only_writer(database):
        assert holder_of(database) == str(os.getpid())
    assert holder_of(database) is None
    with only_writer(database):
        pass


def test_f36_a_service_with_64_file_descriptors_polls_and_tells(tmp_path: Path, press: Press, webhook: Webhook) -> None:
    feeds = {press.server.address(f"/{number}.rss", host=f"127.0.3.{number + 1}"): "1s" for number in range(100)}
    config = write_config(tmp_path, feeds={press.address(0): "1s", **feeds}, channels={"hook": webhook.address()})
    log = tmp_path / "log"
    with (
        log.open("wb") as stderr,
        subprocess.Popen(
            command("run", "--config", str(config)),
            stderr=stderr,
            stdout=stderr,
            start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
        ) as process,
    ):
        try:
            webhook.wait_for(2)
            wait_until(lambda: log.read_bytes().count(b"crawl of") >= 2, log.read_text)
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0, log.read_text(encoding="utf-8")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def without_power_over_files() -> list[str]:
    """Return what to put before a command so that permissions count for it, though it is root's."""
    if os.getuid():
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may write everywhere, and there is no setpriv here to take that away")
    powers = "-dac_override,-dac_read_search"
    return [setpriv, f"--bounding-set={powers}", f"--inh-caps={powers}", "--"]


@pytest.mark.parametrize("what", ["folder", "archive"])
def test_f9_an_archive_that_may_not_be_written_is_told_in_a_sentence(what: str, tmp_path: Path, press: Press) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"console": "console://"})
    text = config.read_text(encoding="utf-8").replace("wirewatch.db", "data/wirewatch.db")
    config.write_text(text, encoding="utf-8")
    if what == "archive":
        assert subprocess.run(command("poll", "--config", str(config)), capture_output=True, timeout=30).returncode == 0
        (folder / "wirewatch.db").chmod(0o400)
    else:
        folder.chmod(0o500)
    try:
        words = [*without_power_over_files(), *command("run", "--config", str(config))]
        ended = subprocess.run(words, capture_output=True, text=True, timeout=20)
    finally:
        folder.chmod(0o700)
    assert ended.returncode == cli.EXIT_NO_STORE, ended.stderr
    assert f"ERROR   database {folder / 'wirewatch.db'}: " in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


def test_f9_a_running_service_that_may_not_write_any_more_goes_on_in_pauses_of_30_s(
    tmp_path: Path, press: Press, webhook: Webhook
) -> None:
    """What the disk does to SQLite is done to its file: it grows no further."""
    config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": webhook.address()})
    with running_service(config) as service:
        webhook.wait_for(1)
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        service.wait_until(lambda: "cannot be written" in service.said, "a word about it")
        service.wait_until(lambda: "it goes on in 30 s" in service.said, "how long it waits")
        assert service.process.poll() is None
        assert service.said.count("it goes on in 30 s") == 1


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S))
def test_every_example_of_the_page_on_operations_loads(tmp_path: Path, example: str) -> None:
    (tmp_path / "config.yaml").write_text(example, encoding="utf-8")
    assert load_config(tmp_path / "config.yaml", {}).service


def test_every_exit_code_is_documented() -> None:
    page = DOCS.read_text(encoding="utf-8")
    told = {int(code): words for code, words in re.findall(r"^\| `(\d)` \| (.*?) \|", page, re.M)}
    assert set(told) == {0, 1, cli.EXIT_WRONG_CONFIG, cli.EXIT_ALREADY_RUNNING, cli.EXIT_NO_STORE}


def test_the_exit_codes_are_what_the_page_says(tmp_path: Path, press: Press) -> None:
    run = in_folder(tmp_path)
    feeds = {press.address(0): "1s"}
    config = write_config(tmp_path, feeds=feeds, channels={"console": "console://"}, keywords="[nothing]")
    assert run("poll").returncode == 0
    with only_writer(tmp_path / "wirewatch.db"):
        assert run("poll").returncode == cli.EXIT_ALREADY_RUNNING
        assert run("status").returncode == 0  # reading disturbs nobody
    assert run("run", "--monitor", "everywhere").returncode == cli.EXIT_WRONG_CONFIG
    assert run("--database", "elsewhere/archive.db", "run").returncode == cli.EXIT_NO_STORE
    (tmp_path / "no.db").write_bytes(b"SQLite is something else" * 100)
    assert run("--database", "no.db", "run").returncode == cli.EXIT_NO_STORE
    config.write_text(config.read_text(encoding="utf-8").replace("/0.rss", "/none.rss"), encoding="utf-8")
    assert run("poll").returncode == 1
    config.write_text("nonsense: 1\n", encoding="utf-8")
    assert run("check").returncode == cli.EXIT_WRONG_CONFIG
