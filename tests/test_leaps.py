"""Clocks that are set and machines that sleep (HAZARDS F14 to F16), over archive, planner and outbox as they are."""

import asyncio
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from scheduler.config import Config, load_config
from scheduler.leaps import SPREAD, Leap, Reading, leap_between, replanned_after
from scheduler.pulse import Pulse
from scheduler.service import Service
from scheduler.surroundings import real_surroundings, wall_clock
from stories.store import Store, open_store
from stories.store_feeds import watch_feeds
from tests.killing import told_to
from tests.oracle import Verdict, judge
from tests.polling import DAY, HOUR, MINUTE, NOW, QUARTER, feed
from tests.press import Press, running_press
from tests.receivers import Webhook, running_webhook
from tests.running_service import PATIENCE, RunningService, running_service, write_config
from tests.simulated import BEGAN, TICK, Simulated, Times, listed_since_began

FEEDS = 5
NORMAL = 4  # polls of each in an hour
YEAR = 365 * DAY
NEVER_SET = datetime(1970, 1, 1, tzinfo=UTC)
PUBLISHED_EVERY = 75 * MINUTE  # by each feed
TWO_MINUTES = 2 * MINUTE


@dataclass(slots=True)
class Playing:
    """A simulated service, whose feeds are asked every quarter of an hour, with the webhook it tells."""

    service: Simulated
    webhook: Webhook

    def verdict(self) -> Verdict:
        """Return the oracle's judgement: each article that was archived is due once."""
        rows = self.service.store.db.execute("SELECT guid FROM sightings").fetchall()
        return judge({("c", guid) for (guid,) in rows}, told_to("c", self.webhook), self.service.store.path)


@contextmanager
def playing(folder: Path, *, began: datetime = BEGAN) -> Iterator[Playing]:
    with running_webhook(folder / "hook.jsonl") as webhook, open_store(folder / "wirewatch.db") as store:
        feeds = {f"https://news{number}.example.org/rss": "15m" for number in range(FEEDS)}
        config = load_config(write_config(folder, feeds=feeds, channels={"c": webhook.address()}), {})
        listed = partial(listed_since_began, every=PUBLISHED_EVERY)
        yield Playing(Simulated(store, config, listed, Times(true=began)), webhook)


def test_clocks_that_go_on_alike_did_not_leap() -> None:
    before = Reading(at=NOW, monotonic=100.0)
    assert leap_between(before, Reading(at=NOW + timedelta(seconds=2), monotonic=102.1)) is None
    assert leap_between(before, Reading(at=NOW + timedelta(seconds=61), monotonic=102.0)) is None  # a clock set right


@pytest.mark.parametrize(
    ("at", "monotonic", "said"),
    [
        (NOW + HOUR, 102.0, "the clock went ahead by 59m58s: it was set, or this machine slept"),
        (NOW - HOUR, 102.0, "the clock was set back by 1h2s"),
        (NOW + 10 * MINUTE, 700.0, "this process stood still for 10m"),
    ],
)
def test_a_leap_says_what_it_was(at: datetime, monotonic: float, said: str) -> None:
    assert str(leap_between(Reading(at=NOW, monotonic=100.0), Reading(at=at, monotonic=monotonic))) == said


def test_plans_go_back_with_the_clock_but_those_that_were_made_since() -> None:
    leap = Leap(by=-HOUR, still=timedelta(seconds=2))
    now = NOW - HOUR
    before = feed(next_poll_at=NOW + 5 * MINUTE, last_polled_at=NOW - 10 * MINUTE)
    after = replanned_after(before, leap, now=now, chance=0.5)
    assert (after.next_poll_at, after.last_polled_at) == (now + 5 * MINUTE, now - 10 * MINUTE)
    since = feed(next_poll_at=now + QUARTER, last_polled_at=now - timedelta(seconds=1))
    assert replanned_after(since, leap, now=now, chance=0.5) == since


def test_what_is_overdue_after_a_sleep_is_spread_and_never_over_more_than_its_own_wait() -> None:
    leap = Leap(by=8 * HOUR, still=timedelta(seconds=2))
    overdue = feed(next_poll_at=NOW - 8 * HOUR)
    quick = feed(next_poll_at=NOW - 8 * HOUR, wait=timedelta(seconds=4))
    later = feed(next_poll_at=NOW + MINUTE)
    assert replanned_after(overdue, leap, now=NOW, chance=0.5).next_poll_at == NOW + SPREAD / 2
    assert replanned_after(quick, leap, now=NOW, chance=0.5).next_poll_at == NOW + timedelta(seconds=2)
    assert replanned_after(later, leap, now=NOW, chance=0.5) == later


@pytest.mark.parametrize(
    ("off_by", "said"),
    [
        pytest.param(HOUR, "went ahead by", id="+1 hour"),
        pytest.param(-HOUR, "was set back by", id="-1 hour"),
        pytest.param(DAY, "went ahead by", id="+1 day"),
        pytest.param(-YEAR, "was set back by", id="-1 year"),
    ],
)
def test_f14_a_clock_that_is_set_costs_at_most_one_poll_of_each_feed_and_repeats_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, off_by: timedelta, said: str
) -> None:
    caplog.set_level(logging.WARNING, "scheduler.leaps")
    with playing(tmp_path) as play:
        service = play.service
        service.run(HOUR)
        service.times.off_by = off_by
        leapt_at = service.times.true
        service.run(HOUR)
        polls = service.counted(leapt_at, HOUR)
        assert all(abs(polls[each] - NORMAL) <= 1 for each in service.polls), polls
        service.times.off_by = timedelta(0)  # and set right again
        service.run(HOUR)
        right_again = service.counted(leapt_at + HOUR, HOUR)
        assert all(abs(right_again[each] - NORMAL) <= 1 for each in service.polls), right_again
        verdict = play.verdict()
    assert verdict.is_clean, verdict
    assert verdict.told > FEEDS
    assert verdict.marked == verdict.marked_firsts == 0
    assert said in caplog.messages[0]
    assert len(caplog.messages) == 2  # one line for each


def test_f14_a_start_in_1970_asks_each_feed_once_more_and_repeats_nothing(tmp_path: Path) -> None:
    """A small machine without a battery begins in 1970, and its clock is set when the network is there."""
    with playing(tmp_path) as play:
        service = play.service
        service.run(HOUR)
        booted_at = service.times.true
        service.times.off_by = NEVER_SET - booted_at
        service.boot()
        service.run(MINUTE)
        service.times.off_by = timedelta(0)
        service.run(59 * MINUTE)
        polls = service.counted(booted_at, HOUR)
        assert all(abs(polls[each] - NORMAL) <= 1 for each in service.polls), polls
        verdict = play.verdict()
    assert verdict.is_clean, verdict
    assert verdict.told > FEEDS


def test_f14_a_message_that_waits_for_its_next_try_does_not_wait_an_hour_longer(tmp_path: Path) -> None:
    with playing(tmp_path) as play:
        play.webhook.reply("/hook", 500)
        service = play.service
        service.run(40 * MINUTE)
        tries = len(play.webhook.requests())
        assert tries
        service.times.off_by = -HOUR
        play.webhook.reply("/hook", 200)
        service.run(35 * MINUTE)  # longer than it ever waits after so few tries
        assert len(play.webhook.requests()) > tries
        assert not service.waits()
        verdict = play.verdict()
    assert not verdict.lost


def test_f16_after_a_sleep_of_eight_hours_each_feed_is_asked_once_within_two_minutes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "scheduler.leaps")
    with playing(tmp_path) as play:
        service = play.service
        service.run(HOUR)
        service.times.true += 8 * HOUR
        service.times.asleep += 8 * HOUR
        woke_at = service.times.true
        service.run(TWO_MINUTES)
        polls = {each: [at for at in polled if at >= woke_at] for each, polled in service.polls.items()}
        assert [len(polled) for polled in polls.values()] == [1] * FEEDS
        assert len({polled[0] for polled in polls.values()}) > 1  # spread over the ticks of those minutes
        service.run(HOUR)
        verdict = play.verdict()
    assert verdict.is_clean, verdict
    assert verdict.marked == 0
    assert caplog.messages == [
        f"the clock went ahead by 8h: it was set, or this machine slept; {FEEDS} feeds planned anew"
    ]


def test_f16_a_process_that_was_stopped_asks_each_feed_once_when_it_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "scheduler.leaps")
    with playing(tmp_path) as play:
        service = play.service
        service.run(HOUR)
        service.times.true += 3 * HOUR  # both clocks go on
        woke_at = service.times.true
        service.run(TWO_MINUTES)
        assert service.counted(woke_at, TWO_MINUTES) == dict.fromkeys(service.polls, 1)
        assert play.verdict().is_clean
    assert caplog.messages == [f"this process stood still for 3h{TICK.seconds}s; {FEEDS} feeds planned anew"]


@pytest.mark.parametrize(
    "began",
    [
        pytest.param(datetime(2027, 12, 31, 23, 30, tzinfo=UTC), id="year end"),
        pytest.param(datetime(2028, 2, 28, 23, 30, tzinfo=UTC), id="into the leap day"),
        pytest.param(datetime(2028, 2, 29, 23, 30, tzinfo=UTC), id="out of the leap day"),
    ],
)
def test_f15_polls_and_alerts_go_on_as_usual_over_days_that_are_not_usual(tmp_path: Path, began: datetime) -> None:
    with playing(tmp_path, began=began) as play:
        play.service.run(HOUR)
        polls = play.service.counted(began, HOUR)
        assert sorted(polls) == sorted(play.service.polls)
        assert all(3 <= count <= 5 for count in polls.values())
        verdict = play.verdict()
    assert verdict.is_clean, verdict
    assert verdict.told >= FEEDS


def test_f14_a_running_service_goes_on_though_its_clock_is_set_back_and_forth(tmp_path: Path, webhook: Webhook) -> None:
    """Its timetable goes by the wall clock, too, and would wait an hour for the time that it had planned."""
    with running_press(2, pace=3.0) as press:
        feeds = dict.fromkeys(map(press.address, range(2)), "1s")
        config = write_config(tmp_path, feeds=feeds, channels={"c": webhook.address()})
        with running_service(config, program=(sys.executable, "-m", "tests.shifted_clock")) as service:
            _wait_for_polls(service, press, more=2)
            for shift, said in (("-3600", "set back by 1h"), ("82800", "went ahead by 1d")):
                (tmp_path / "clock").write_text(shift, "ascii")
                service.wait_until(lambda said=said: said in service.said, said)  # type: ignore[misc]
                _wait_for_polls(service, press, more=2)
            press.stop()
            expected = {("c", marker) for marker in press.markers()}
            service.wait_until(
                lambda: expected <= {(each.channel, each.marker) for each in told_to("c", webhook)}, "all articles"
            )
            code, _ = service.stop()
        verdict = judge(expected, told_to("c", webhook), tmp_path / "wirewatch.db")
        assert (code, service.said.count("planned anew")) == (0, 2)
    assert verdict.is_clean, verdict
    assert verdict.marked == 0


def _wait_for_polls(service: RunningService, press: Press, *, more: int) -> None:
    before = {address: len(polls) for address, polls in press.polls.items()}

    def is_enough() -> bool:
        counts = {address: len(polls) for address, polls in press.polls.items()}
        return len(counts) == press.count and all(counts[each] >= before.get(each, 0) + more for each in counts)

    service.wait_until(is_enough, f"{more} polls of each feed")


def test_a_tick_that_comes_late_is_not_left_out(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """A machine that is busy or has just woken is late; the next tick may be one for which it is late again."""
    folder = store.path.parent
    address = "https://news.example.org/rss"
    config = load_config(write_config(folder, feeds={address: "1h"}, channels={"c": "console://"}), {})
    watch_feeds(store, [(address, "Feed 0")], now=wall_clock() + 20 * HOUR)  # not due
    asyncio.run(_run_late(config, store, late=1.2))
    assert not [each.message for each in caplog.records if "timetable missed" in each.message]


async def _run_late(config: Config, store: Store, *, late: float) -> None:
    pulse, stop = Pulse(time.monotonic()), asyncio.Event()
    service = Service(config, store, real_surroundings(), pulse)
    time.sleep(late)  # nothing else happens either while a machine is busy
    running = asyncio.create_task(service.run(stop))
    async with asyncio.timeout(PATIENCE):
        while not pulse.has_ticked:
            await asyncio.sleep(0.02)
    stop.set()
    await running
