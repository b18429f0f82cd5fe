"""The service killed: as a whole at random moments, its children one by one, and what is left behind."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.feed_server import FeedServer, running_feed_server
from tests.killing import play_with_kills
from tests.press import Press, running_press
from tests.receivers import Webhook
from tests.running_service import RunningService, running_service, write_config


@pytest.fixture
def press() -> Iterator[Press]:
    with running_press(2, pace=0.2) as running:
        yield running


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with running_feed_server() as running:
        yield running


async def hang(writer: asyncio.StreamWriter) -> None:
    """Take a request and never answer it."""
    await asyncio.Event().wait()


def forkserver_of(service: RunningService) -> psutil.Process:
    """Return the process that crawl processes are forked from, once it is there."""

    def found() -> list[psutil.Process]:
        return [each for each in service.children() if "forkserver" in _command_of(each)]

    service.wait_until(lambda: bool(found()), "the forkserver")
    return found()[0]


def _command_of(process: psutil.Process) -> str:
    """Return the command line of a process; of one that has just ended nothing is left to read."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # a zombie, or gone
        return ""


def crawl_of(service: RunningService) -> psutil.Process:
    """Return the crawl process that has been there longest, once there is one."""
    forkserver = forkserver_of(service)
    service.wait_until(lambda: bool(forkserver.children()), "a crawl process")
    return min(forkserver.children(), key=lambda process: process.create_time())


def test_nothing_is_lost_and_nothing_repeated_without_the_mark_when_the_service_is_killed(tmp_path: Path) -> None:
    play = play_with_kills(tmp_path, kills=5, seed=int.from_bytes(os.urandom(2)), longest=2.5)
    assert play.verdict.is_clean, play
    assert play.verdict.told > 0
    assert play.verdict.marked <= play.found_sending
    assert (play.damaged, play.early, play.exit_code) == (0, 0, 0), play


def test_a_crawl_process_that_is_killed_costs_its_feed_one_error_and_the_service_goes_on(
    tmp_path: Path, feeds: FeedServer, press: Press, webhook: Webhook
) -> None:
    hanging = feeds.serve("/hangs.rss", hang)
    config = write_config(
        tmp_path, feeds={hanging: "60s", press.address(0): "1s"}, channels={"hook": webhook.address()}
    )
    with running_service(config) as service:
        service.wait_until(lambda: bool(feeds.asked_for("/hangs.rss")), "the request")
        # Polled again, so by another crawl: the first has only the feed that hangs left.
        service.wait_until(lambda: len(press.polls[press.address(0)]) > 1, "another poll")
        crawl_of(service).kill()
        service.wait_until(lambda: "died (signal 9)" in service.said, "a word about it")
        before = len(press.polls[press.address(0)])
        service.wait_until(lambda: len(press.polls[press.address(0)]) > before + 1, "another poll")
        told = len(webhook.requests())
        service.wait_until(lambda: len(webhook.requests()) > told, "another message")
        assert service.said.count("hangs.rss): the crawl process died") == 1
        assert len(feeds.asked_for("/hangs.rss")) == 1
        assert service.stop()[0] == 0


def test_the_service_recovers_when_the_process_it_forks_from_is_killed(
    tmp_path: Path, press: Press, webhook: Webhook
) -> None:
    config = write_config(tmp_path, feeds={press.address(0): "1s"}, channels={"hook": webhook.address()})
    with running_service(config) as service:
        webhook_told = webhook.wait_for(1)
        forkserver_of(service).kill()
        polls = len(press.polls[press.address(0)])
        service.wait_until(lambda: len(press.polls[press.address(0)]) > polls + 1, "another poll")
        webhook.wait_for(len(webhook_told) + 1)
        assert service.stop()[0] == 0


def test_what_a_killed_service_leaves_behind_ends_by_itself(
    tmp_path: Path, feeds: FeedServer, webhook: Webhook
) -> None:
    config = write_config(
        tmp_path, feeds={feeds.serve("/hangs.rss", hang): "60s"}, channels={"hook": webhook.address()}
    )
    with running_service(config) as service:
        service.wait_until(lambda: bool(feeds.asked_for("/hangs.rss")), "the request")
        left = service.kill_alone()
        assert len(left) >= 3, left
        assert psutil.wait_procs(left, timeout=5)[1] == []
