"""What the service manager hears, through a real notify socket, and whether our unit is one."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.systemd import Manager, keep_informed, manager_of
from tests.press import running_press
from tests.receivers import Webhook
from tests.running_service import PATIENCE, command, write_config

UNIT = Path(__file__).parent.parent / "packaging" / "wirewatch.service"


@pytest.fixture
def manager_socket(tmp_path: Path) -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(PATIENCE)
        yield listening


def hear_until(listening: socket.socket, word: str) -> list[str]:
    """Return the lines that were heard, up to the datagram with `word` in it."""
    heard: list[str] = []
    while word not in heard:
        heard += listening.recv(4096).decode().splitlines()
    return heard


def test_the_service_says_when_it_is_ready_alive_reloading_and_stopping(
    tmp_path: Path, manager_socket: socket.socket, webhook: Webhook
) -> None:
    with running_press(1, pace=0.5) as press:
        config = write_config(tmp_path, feeds={press.address(0): "600s"}, channels={"hook": webhook.address()})
        environment = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1500000"}
        with subprocess.Popen(
            command("run", "--config", str(config)), env=environment, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                assert hear_until(manager_socket, "READY=1")[0] == "READY=1"
                hear_until(manager_socket, "WATCHDOG=1")
                hear_until(manager_socket, "WATCHDOG=1")
                process.send_signal(signal.SIGHUP)
                hear_until(manager_socket, "RELOADING=1")
                hear_until(manager_socket, "READY=1")
                process.send_signal(signal.SIGTERM)
                hear_until(manager_socket, "STOPPING=1")
                assert process.wait(PATIENCE) == 0
            finally:
                process.kill()


def test_a_service_of_which_a_part_hangs_gives_no_sign_of_life(tmp_path: Path, manager_socket: socket.socket) -> None:
    faults: list[str] = []
    manager = Manager(address=str(tmp_path / "notify"), watchdog=timedelta(seconds=0.06))

    async def play() -> list[str]:
        stop = asyncio.Event()
        informing = asyncio.create_task(
            keep_informed(manager, has_begun=lambda: True, fault=lambda: next(iter(faults), None), stop=stop)
        )
        heard = await asyncio.to_thread(hear_until, manager_socket, "WATCHDOG=1")
        faults.append("a sender hangs")
        await asyncio.to_thread(hear_until, manager_socket, "STATUS=a sender hangs")
        again = await asyncio.to_thread(manager_socket.recv, 4096)
        assert again == b"STATUS=a sender hangs"
        faults.clear()
        await asyncio.to_thread(hear_until, manager_socket, "WATCHDOG=1")
        stop.set()
        await informing
        await asyncio.to_thread(hear_until, manager_socket, "STOPPING=1")
        return heard

    assert asyncio.run(play())[0] == "READY=1"


def test_nothing_is_said_before_the_first_tick(tmp_path: Path, manager_socket: socket.socket) -> None:
    manager = Manager(address=str(tmp_path / "notify"), watchdog=timedelta(seconds=1))

    async def play() -> None:
        stop = asyncio.Event()
        informing = asyncio.create_task(keep_informed(manager, has_begun=lambda: False, fault=lambda: None, stop=stop))
        await asyncio.sleep(0)
        stop.set()
        await informing

    asyncio.run(play())
    assert manager_socket.recv(4096) == b"STOPPING=1\nSTATUS=stopping"


def test_a_reload_is_told_with_its_time(tmp_path: Path, manager_socket: socket.socket) -> None:
    Manager(address=str(tmp_path / "notify")).reloading()
    first, second = manager_socket.recv(4096).decode().splitlines()
    assert first == "RELOADING=1"
    assert second.startswith("MONOTONIC_USEC=")


def test_the_manager_is_the_one_of_the_environment() -> None:
    told = {"NOTIFY_SOCKET": "/run/systemd/notify", "WATCHDOG_USEC": "180000000"}
    assert manager_of(told, pid=7) == Manager(address="/run/systemd/notify", watchdog=timedelta(minutes=3))
    assert manager_of({**told, "WATCHDOG_PID": "7"}, pid=7).watchdog
    assert manager_of({**told, "WATCHDOG_PID": "8"}, pid=7).watchdog is None
    assert manager_of({}, pid=7) == Manager()


@pytest.mark.parametrize("address", [None, "/nobody/listens/here", "@wirewatch-nobody"])
def test_without_a_manager_nothing_happens(address: str | None) -> None:
    Manager(address=address).tell("READY=1")


def test_an_abstract_socket_is_reached() -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        name = f"wirewatch-test-{os.getpid()}"
        listening.bind(f"\0{name}")
        listening.settimeout(PATIENCE)
        Manager(address=f"@{name}").tell("READY=1")
        assert listening.recv(100) == b"READY=1"


def settings(section: str) -> dict[str, list[str]]:
    """Return the lines of a section of our unit, by key."""
    told: dict[str, list[str]] = {}
    for line in UNIT.read_text(encoding="utf-8").split(f"[{section}]")[1].split("\n[")[0].splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            told.setdefault(key, []).append(value)
    return told


def test_the_unit_is_notified_watched_confined_and_never_restarted_in_a_hurry() -> None:
    """F9: no crash loop faster than one start in 30 s, whatever is wrong with the archive."""
    service = settings("Service")
    assert service["Type"] == ["notify"]
    assert int(service["WatchdogSec"][0]) >= 60
    assert int(service["RestartSec"][0]) >= 30
    assert settings("Unit")["StartLimitIntervalSec"] == ["0"]
    assert int(service["TimeoutStopSec"][0]) > 10
    assert service["ProtectSystem"] == ["strict"]
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["RestrictAddressFamilies"] == ["AF_INET AF_INET6 AF_UNIX"]
    assert service["LimitCORE"] == ["0"]
    assert {"StateDirectory", "MemoryMax", "IPAddressDeny", "SystemCallFilter", "CapabilityBoundingSet"} <= set(service)
    assert "#LoadCredential=" in UNIT.read_text(encoding="utf-8")


def analyzed(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Ask systemd-analyze about our unit, with a program in it that is here."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed here; the lines of the unit are read by another test")
    unit = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8").replace("/opt/wirewatch/bin/wirewatch", shutil.which("true") or "/bin/true")
    unit.write_text(text, encoding="utf-8")
    return subprocess.run([analyze, *words, str(unit)], capture_output=True, text=True, timeout=60)


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    verified = analyzed(tmp_path, "verify")
    assert (verified.returncode, verified.stderr.strip()) == (0, "")


def test_systemd_finds_the_unit_confined(tmp_path: Path) -> None:
    judged = analyzed(tmp_path, "security", "--offline=true", "--threshold=25")
    if "--offline" in judged.stderr:
        pytest.skip("this systemd-analyze judges no files")
    assert judged.returncode == 0, judged.stdout[-500:]
