"""Signs of life, and the heartbeat that is called only while there are some."""

import asyncio
import logging
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer

from scheduler.heartbeat import keep_beating
from scheduler.pulse import Pulse, Standing, fault_of

WELL = Standing(overdue_for=timedelta(0))


def alive() -> Pulse:
    return Pulse(ticked_at=1000.0, passed_at={"slack": 1000.0, "mail": 1000.0})


def test_whoever_ticks_looks_and_writes_is_well() -> None:
    assert fault_of(alive(), WELL, ["slack", "mail"], now=1050) is None


def test_a_channel_that_was_never_looked_at_has_time_from_the_start() -> None:
    assert fault_of(Pulse(ticked_at=1000.0), WELL, ["slack"], now=1050) is None


@pytest.mark.parametrize(
    ("pulse", "standing", "now", "words"),
    [
        (alive(), WELL, 1061, "timetable has stood still for 61 s"),
        (Pulse(ticked_at=1200, passed_at={"slack": 1200, "mail": 1000}), WELL, 1201, "channel mail was not looked at"),
        (Pulse(ticked_at=1000, failed_at=870), WELL, 1000, "archive could not be written for 130 s"),
        (alive(), Standing(overdue_for=timedelta(minutes=31)), 1001, "overdue for 31 min"),
        (alive(), Standing(overdue_for=timedelta(0), deaf_for=timedelta(minutes=61)), 1001, "for 61 min"),
    ],
)
def test_each_thing_that_is_not_done_is_a_fault(pulse: Pulse, standing: Standing, now: float, words: str) -> None:
    assert words in (fault_of(pulse, standing, ["slack", "mail"], now=now) or "well")


def beat(address: str, faults: list[str | None]) -> None:
    """Let the heart beat once for each of `faults` (None: well), and stop then."""

    async def play() -> None:
        stop = asyncio.Event()

        def fault() -> str | None:
            if len(faults) == 1:
                stop.set()
            return faults.pop(0)

        await keep_beating(address, fault, every=0.01, stop=stop, user_agent="wirewatch/0 (test)", retry=0.01)

    asyncio.run(play())


def test_the_heartbeat_is_called_only_while_there_is_no_fault(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/ping/secret").respond_with_data("OK")
    beat(httpserver.url_for("/ping/secret"), [None, "stuck", "stuck", None])
    assert len(httpserver.log) == 2
    request, _ = httpserver.log[0]
    assert request.headers["User-Agent"] == "wirewatch/0 (test)"


def test_trouble_is_told_once_without_the_address_and_so_is_its_end(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    httpserver.expect_ordered_request("/secret").respond_with_data("no", status=500)
    httpserver.expect_ordered_request("/secret").respond_with_data("no", status=500)
    httpserver.expect_ordered_request("/secret").respond_with_data("OK")
    with caplog.at_level(logging.INFO):
        beat(httpserver.url_for("/secret"), [None, None, None])
    assert [record.getMessage() for record in caplog.records if record.name == "scheduler.heartbeat"] == [
        "heartbeat: localhost answered 500",
        "heartbeat: localhost is called again",
    ]


def test_an_address_that_nobody_answers_is_told_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    beat("http://127.0.0.1:1/secret", [None])
    (record,) = (each for each in caplog.records if each.name == "scheduler.heartbeat")
    assert record.getMessage() == "heartbeat: 127.0.0.1 cannot be reached (Connection refused)"
    assert record.exc_info is None
