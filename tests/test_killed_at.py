"""F1: killed at each named point on the way of an article; nothing is lost, nothing told twice without the mark.

Twenty times at each point, and by the whole service at all of them: `python -m bench.chaos points`. Two points are to
come with what they are in: a backup, and a configuration that is read while the service runs.
"""

import os
import random
import signal
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from stories.failpoints import Point
from tests.failpoints import Doom, forget_doom
from tests.failpoints_core import Core, Life, markers, running_core, write_core_config
from tests.killing import told_to
from tests.killing_at import play_killed_at
from tests.oracle import Verdict, judge
from tests.receivers import Slow, Webhook

KILLS = 2  # at each point
IN_THE_CRAWL = (Point.BEFORE_FETCH, Point.HEADERS_IN, Point.BODY_IN, Point.BEFORE_PARSE, Point.AFTER_PARSE)
# A message that went out before its outcome was written down is sent once more.
MAY_REPEAT = (Point.RESPONSE_RECEIVED, Point.BEFORE_MARK_SENT)


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    with running_core(tmp_path_factory.mktemp("core") / "core.log") as running:
        yield running


def finish(core: Core, folder: Path, webhook: Webhook) -> Verdict:
    """Let a last life tell all that is there and a poll more, and judge what the channel was told."""
    _, polls = core.live(folder, Life(polls=0))
    was_killed, polls = core.live(folder, Life(polls=polls + 1))
    assert not was_killed
    expected = {("hook", marker) for marker in markers(polls)}
    return judge(expected, told_to("hook", webhook), folder / "wirewatch.db")


@pytest.mark.parametrize("point", [point for point in Point if point not in IN_THE_CRAWL])
def test_killed_at_a_point_between_a_poll_and_its_messages(
    point: Point, core: Core, tmp_path: Path, webhook: Webhook
) -> None:
    """F1"""
    write_core_config(tmp_path, channels={"hook": webhook.address()})
    for kill in range(KILLS):
        Doom(point=point, skip=kill).write(tmp_path)
        assert core.live(tmp_path, Life())[0], point
    forget_doom(tmp_path)
    verdict = finish(core, tmp_path, webhook)
    assert verdict.is_clean, verdict
    assert verdict.told > 0
    assert verdict.marked_messages <= (KILLS if point in MAY_REPEAT else 0), verdict


def test_killed_when_a_request_is_written_and_not_answered_yet(core: Core, tmp_path: Path, webhook: Webhook) -> None:
    """F1"""
    write_core_config(tmp_path, channels={"hook": webhook.address()})
    for kill in range(KILLS):
        written, killed = len(webhook.requests()) + kill, threading.Event()
        webhook.reply("/hook", *[200] * kill, Slow(until=killed))

        def kill_when_written(process: int, written: int = written, killed: threading.Event = killed) -> None:
            webhook.wait_for(written + 1)
            os.kill(process, signal.SIGKILL)
            killed.set()

        assert core.live(tmp_path, Life(), meanwhile=kill_when_written)[0]
    webhook.reply("/hook", 200)
    verdict = finish(core, tmp_path, webhook)
    assert verdict.is_clean, verdict
    assert verdict.marked_messages == KILLS, verdict


def test_killed_where_a_crawl_process_asks_and_reads(tmp_path: Path) -> None:
    """F1: a life of the whole service takes two seconds, so at one of these points, another each time."""
    dice = random.Random(seed := int.from_bytes(os.urandom(2)))
    play = play_killed_at(tmp_path, [dice.choice(IN_THE_CRAWL)], seed=seed)
    assert play.is_clean, play
    assert play.verdict.told > 0


def test_killed_in_the_middle_of_a_checkpoint(core: Core, tmp_path: Path, webhook: Webhook) -> None:
    """F1"""
    write_core_config(tmp_path, channels={"hook": webhook.address()})
    in_the_middle = 0
    for kill in range(KILLS):
        assert core.live(tmp_path, Life(checkpoint_skip=2 * kill))[0]
        in_the_middle += is_checkpoint_open(tmp_path / "wirewatch.db")
    assert in_the_middle > 0
    verdict = finish(core, tmp_path, webhook)
    assert verdict.is_clean, verdict


def is_checkpoint_open(database: Path) -> bool:
    """Return whether less of the log was carried over into the file than it has (sqlite.org/walformat.html)."""
    index = database.with_name(f"{database.name}-shm").read_bytes()
    (frames,), (carried,) = struct.unpack_from("=I", index, 16), struct.unpack_from("=I", index, 96)
    return bool(carried < frames)
