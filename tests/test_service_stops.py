"""The service asked to stop, or not to start: how it ends, how soon, and what it says."""

import asyncio
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.feed_server import FeedServer, running_feed_server
from tests.oracle import states
from tests.press import Press, running_press
from tests.receivers import Slow, Webhook
from tests.running_service import command, running_service, write_config

SOON = 10.0  # seconds that a stop may take


@pytest.fixture
def press() -> Iterator[Press]:
    with running_press(1, pace=0.2) as running:
        yield running


@pytest.fixture
def hanging_feed() -> Iterator[FeedServer]:
    """A server that takes a request for /feed.rss and never answers."""
    with running_feed_server() as server:

        async def hang(writer: asyncio.StreamWriter) -> None:
            await asyncio.Event().wait()

        server.serve("/feed.rss", hang)
        yield server


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_does_not_wait_for_a_server_that_hangs(
    sign: signal.Signals, tmp_path: Path, hanging_feed: FeedServer, webhook: Webhook
) -> None:
    """F5: while a feed is asked; fifty times: `python -m bench.chaos stops`."""
    feeds = {hanging_feed.address("/feed.rss"): "60s"}
    with running_service(write_config(tmp_path, feeds=feeds, channels={"hook": webhook.address()})) as service:
        service.wait_until(lambda: bool(hanging_feed.asked), "the request")
        left = service.children()
        code, seconds = service.stop(sign)
        assert code == 0, service.said
        assert seconds < SOON / 2
        assert psutil.wait_procs(left, timeout=5)[1] == []
        assert "Traceback" not in service.said
        assert service.said.splitlines()[-1].endswith("stopped")


def test_a_stop_waits_for_the_message_that_is_on_its_way(tmp_path: Path, press: Press, webhook: Webhook) -> None:
    """F5: while a message is sent."""
    released = threading.Event()
    address = webhook.reply("/hook", Slow(until=released))
    config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": address})
    with running_service(config) as service:
        webhook.wait_for(1)
        service.process.send_signal(signal.SIGTERM)
        service.wait_until(lambda: "stopping" in service.said, "a word about it")
        released.set()
        code, seconds = service.stop()
        assert code == 0, service.said
        assert seconds < SOON
    assert len(webhook.requests()) == 1
    found = states(tmp_path / "wirewatch.db")
    assert found["sent"]  # one delivery, or all that the message told
    assert (found["sending"], found["failed"]) == (0, 0)


def test_a_stop_does_not_wait_for_a_channel_that_hangs(tmp_path: Path, press: Press, webhook: Webhook) -> None:
    released = threading.Event()
    address = webhook.reply("/hook", Slow(until=released))
    config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": address})
    with running_service(config) as service:
        webhook.wait_for(1)
        code, seconds = service.stop()
        released.set()
        assert code == 0, service.said
        assert seconds < SOON
        assert "Traceback" not in service.said


def test_an_idle_service_stops_at_once(tmp_path: Path, press: Press, webhook: Webhook) -> None:
    config = write_config(tmp_path, feeds={press.address(0): "600s"}, channels={"hook": webhook.address()})
    with running_service(config) as service:
        service.wait_until(lambda: "crawl of 1 feed in" in service.said, "the first crawl")
        code, seconds = service.stop()
    assert code == 0
    assert seconds < 3


def test_a_second_service_over_one_archive_is_turned_away(tmp_path: Path, press: Press, webhook: Webhook) -> None:
    config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": webhook.address()})
    with running_service(config) as service:
        service.wait_until(lambda: "watching 1 feed for" in service.said, "the start")
        second = subprocess.run(command("run", "--config", str(config)), capture_output=True, text=True, timeout=20)
        assert second.returncode == 3
        assert second.stderr.splitlines()[-1] == (
            f"database {tmp_path / 'wirewatch.db'}: another wirewatch (process {service.process.pid}) is using it;"
            " stop that one first"
        )
        assert "Traceback" not in second.stderr
        assert service.stop()[0] == 0


@pytest.mark.parametrize("text", ["feeds: [", "feeds: []\nnonsense: 1\n", "", None])
def test_a_config_that_is_wrong_is_told_and_nothing_starts(text: str | None, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    if text is not None:
        config.write_text(text, encoding="utf-8")
    ended = subprocess.run(command("run", "--config", str(config)), capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    assert str(config) in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "wirewatch.db").exists()


def test_a_service_whose_archive_is_taken_away_stops_and_says_so(
    tmp_path: Path, hanging_feed: FeedServer, webhook: Webhook
) -> None:
    feeds = {hanging_feed.address("/feed.rss"): "1s"}
    with running_service(write_config(tmp_path, feeds=feeds, channels={"hook": webhook.address()})) as service:
        service.wait_until(lambda: bool(hanging_feed.asked), "the request")
        (tmp_path / "wirewatch.db").unlink()
        assert service.process.wait(SOON) == 4, service.said
        assert "removed or replaced while in use" in service.said
        assert not (tmp_path / "wirewatch.db").exists()
