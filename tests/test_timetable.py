"""When a feed is asked next, and by which crawl."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.poll import Outcome
from crawler.settings import FeedSettings
from scheduler.timetable import (
    LONGEST_WAIT,
    Because,
    Terms,
    after_quiet,
    own_wait,
    plan_crawls,
    planned,
    refused,
    replanned,
    terms_of,
    wait_after,
)
from tests.polling import DAY, HOUR, MINUTE, NOW, QUARTER, failed, feed, polled


def test_a_good_answer_is_asked_again_after_the_interval_and_a_little() -> None:
    assert polled(feed()).next_poll_at == NOW + QUARTER
    assert polled(feed(), chance=1).next_poll_at == NOW + QUARTER * 1.1


def test_errors_double_the_wait_up_to_a_day_and_never_more() -> None:
    state, waits = feed(), []
    for _ in range(12):
        state = failed(state)
        waits.append(state.next_poll_at - NOW)
    assert waits[:6] == [QUARTER * 2**number for number in range(1, 7)]
    assert waits[-4:] == [LONGEST_WAIT] * 4
    assert polled(state).next_poll_at == NOW + QUARTER


def test_an_interval_above_a_day_is_kept_through_errors() -> None:
    assert failed(feed(), Terms(every=7 * DAY)).next_poll_at == NOW + 7 * DAY


EVERY_HOUR, SUNDAY, TEN_TO_NOON = frozenset(range(24)), frozenset({6}), frozenset({12, 13, 14})


@pytest.mark.parametrize(
    ("known", "said", "every", "expected", "because"),
    [
        ({}, {}, QUARTER, QUARTER, Because.EVERY),
        ({}, {}, 2 * HOUR, 2 * HOUR, Because.EVERY),
        ({}, {}, 5 * MINUTE, 5 * MINUTE, Because.EVERY),
        ({}, {"etag": None}, 5 * MINUTE, HOUR, Because.NO_VALIDATORS),
        ({}, {"etag": None, "last_modified": b"yesterday"}, 5 * MINUTE, 5 * MINUTE, Because.EVERY),
        ({}, {"fresh_for": timedelta()}, QUARTER, QUARTER, Because.EVERY),
        ({}, {"fresh_for": 5 * MINUTE}, QUARTER, QUARTER, Because.EVERY),
        ({}, {"fresh_for": HOUR}, QUARTER, HOUR, Because.SERVER),
        ({}, {"fresh_for": HOUR}, 5 * MINUTE, HOUR, Because.SERVER),
        ({}, {"fresh_for": 365 * DAY}, QUARTER, DAY, Because.SERVER),
        ({}, {"ttl": 90 * MINUTE}, QUARTER, 90 * MINUTE, Because.SERVER),
        ({}, {"ttl": 7 * DAY}, QUARTER, DAY, Because.SERVER),
        ({}, {"ttl": HOUR, "fresh_for": 2 * HOUR}, QUARTER, 2 * HOUR, Because.SERVER),
        ({}, {"ttl": HOUR, "retry_after": 3 * HOUR}, QUARTER, 3 * HOUR, Because.RETRY_AFTER),
        ({}, {"retry_after": 30 * DAY}, QUARTER, DAY, Because.RETRY_AFTER),
        ({"ttl": HOUR}, {"outcome": Outcome.UNCHANGED, "status": 304}, QUARTER, HOUR, Because.SERVER),
        ({"ttl": HOUR}, {"ttl": None}, QUARTER, QUARTER, Because.EVERY),
        ({"fresh_for": HOUR}, {"outcome": Outcome.UNCHANGED, "fresh_for": 2 * HOUR}, QUARTER, 2 * HOUR, Because.SERVER),
        ({}, {"skip_hours": TEN_TO_NOON}, QUARTER, 3 * HOUR, Because.QUIET),
        ({}, {"skip_hours": frozenset({13})}, QUARTER, QUARTER, Because.EVERY),
        ({}, {"skip_days": SUNDAY}, QUARTER, 12 * HOUR, Because.QUIET),
        ({}, {"skip_days": frozenset({6, 0})}, QUARTER, DAY, Because.QUIET),
        ({}, {"skip_hours": EVERY_HOUR}, QUARTER, DAY, Because.QUIET),
        ({}, {"skip_hours": frozenset({14}), "ttl": 2 * HOUR}, QUARTER, 3 * HOUR, Because.QUIET),
    ],
)
def test_m7_what_the_server_asks_for_lengthens_and_never_shortens(
    known: dict[str, Any], said: dict[str, Any], every: timedelta, expected: timedelta, because: Because
) -> None:
    after = polled(feed(**known), Terms(every=every), **said)
    assert (after.next_poll_at - NOW, after.because) == (expected, because)


def test_the_servers_wait_counts_after_an_error_too() -> None:
    assert failed(feed(), retry_after=3 * HOUR).next_poll_at == NOW + 3 * HOUR
    assert failed(feed(), retry_after=timedelta(seconds=1)).next_poll_at == NOW + QUARTER * 2
    assert failed(feed(ttl=2 * HOUR)).next_poll_at == NOW + 2 * HOUR


def test_where_validators_are_not_known_a_quarter_of_an_hour_is_the_least() -> None:
    assert failed(feed(offers_validators=None), Terms(every=5 * MINUTE)).next_poll_at == NOW + 2 * QUARTER


def test_a_document_that_breaks_off_does_not_say_that_there_are_no_validators() -> None:
    assert polled(feed(), etag=None, body_digest=None).offers_validators is True


def test_an_own_host_is_asked_as_often_as_is_configured() -> None:
    mine = FeedSettings.model_validate(
        {"address": "http://127.0.0.1:8000/", "name": "x", "every": "1s", "allow_private": True}
    )
    state = feed(address=mine.address, offers_validators=None, wait=None)
    after = polled(state, terms_of(state, mine), chance=0.5, etag=None)
    assert after.next_poll_at - NOW <= timedelta(seconds=1.1)
    moved = replace(state, moved_to="https://news.example/")
    assert polled(moved, terms_of(moved, mine)).next_poll_at == NOW + 5 * MINUTE


@pytest.mark.parametrize(
    ("host", "expected"),
    [("10.0.0.5", timedelta(minutes=5)), ("[fd00::5]", timedelta(minutes=5)), ("nas.example", HOUR)],
)
def test_m4_what_may_be_private_is_ones_own_only_by_its_number(host: str, expected: timedelta) -> None:
    said = {"address": f"http://{host}/", "name": "x", "every": "5m", "allow_private": True}
    settings = FeedSettings.model_validate(said)
    state = feed(address=settings.address, offers_validators=None)
    assert polled(state, terms_of(state, settings), etag=None).wait == expected


@given(st.integers(0, 1000), st.timedeltas(timedelta(seconds=1), timedelta(days=30)), st.floats(0, 1), st.booleans())
def test_no_poll_is_ever_early_nor_more_than_25_hours_ahead(
    errors: int, every: timedelta, chance: float, begins: bool
) -> None:
    state = feed(errors_in_a_row=errors, wait=None if begins else every)
    terms = Terms(every=every)
    wait = wait_after(state, terms, retry_after=None, now=NOW)
    ahead = planned(state, wait, terms, now=NOW, chance=chance).next_poll_at - NOW
    assert max(every, 5 * MINUTE) <= ahead <= max(every, DAY) + HOUR


def test_m4_five_hundred_polls_are_never_faster_than_the_floor() -> None:
    chances = random.Random(4)
    for offers, every, floor in (
        (True, None, QUARTER),
        (True, 5 * MINUTE, 5 * MINUTE),
        (False, None, HOUR),
        (False, 5 * MINUTE, HOUR),
    ):
        state, now = feed(wait=None, offers_validators=None), NOW
        gaps = []
        for _ in range(500):
            etag = b'"1"' if offers else None
            state = polled(state, Terms(every=every), now=now, chance=chances.random(), etag=etag)
            gaps.append(state.next_poll_at - now)
            now = state.next_poll_at
        assert min(gaps) >= floor


def test_after_quiet_leaves_other_hours_alone() -> None:
    at = NOW + 7 * MINUTE
    assert after_quiet(at, frozenset({3}), frozenset({2})) == at
    assert after_quiet(at, frozenset({12}), frozenset()) == NOW + HOUR


def test_a_shorter_interval_counts_at_once_and_an_unchanged_one_changes_nothing() -> None:
    state = polled(feed(), Terms(every=6 * HOUR), chance=0.5)
    assert replanned(state, Terms(every=6 * HOUR), now=NOW + HOUR) == state
    sooner = replanned(state, Terms(every=HOUR), now=NOW + HOUR)
    assert sooner.next_poll_at - NOW == HOUR * 1.05
    assert replanned(sooner, Terms(every=6 * HOUR), now=NOW + HOUR) == sooner


def test_a_shorter_interval_does_not_overrule_the_server() -> None:
    state = polled(feed(), Terms(every=2 * HOUR), fresh_for=5 * HOUR)
    assert replanned(state, Terms(every=QUARTER), now=NOW) == state


def test_m13_feeds_that_begin_together_are_soon_spread_over_the_minutes_of_an_hour() -> None:
    """1,000 feeds, asked at once, with intervals of 30 min to 3 h: the fourth hour, and the burst at the full hour."""
    chances = random.Random(13)
    polls: Counter[int] = Counter()
    for number in range(1000):
        terms = Terms(every=(2, 4, 6, 12)[number % 4] * QUARTER)
        state, now = feed(number, wait=None), NOW
        while now < NOW + 4 * HOUR:
            state = polled(state, terms, now=now, chance=chances.random())
            now = state.next_poll_at
            polls[(now - NOW) // MINUTE] += 1
    assert max(polls[minute] for minute in range(180, 240)) <= 50


def test_m13_feeds_that_wake_together_after_a_night_are_spread_again() -> None:
    awake, ahead = NOW + 8 * HOUR, Counter[int]()
    chances = random.Random(22)
    for number in range(1000):
        state = polled(feed(number), Terms(every=HOUR), now=awake, chance=chances.random())
        ahead[(state.next_poll_at - awake) // MINUTE] += 1
    assert min(ahead) >= 60
    assert max(ahead.values()) <= 50


def test_m6_a_host_that_refuses_waits_as_it_asks_and_longer_each_time_when_it_does_not_say() -> None:
    asked = refused(None, "h", status=429, retry_after=2 * HOUR, now=NOW)
    assert asked.waits_until == NOW + 2 * HOUR
    again = refused(asked, "h", status=429, retry_after=HOUR, now=NOW + MINUTE)
    assert (again.waits_until, again.refusals) == (NOW + 2 * HOUR, 1)
    state, now, waits = None, NOW, []
    for _ in range(9):
        state = refused(state, "h", status=429, retry_after=None, now=now)
        waits.append((state.waits_until - now) / QUARTER)
        now = state.waits_until
    assert waits == [1, 2, 4, 8, 16, 32, 64, 96, 96]


def test_m6_a_wait_that_a_wrong_clock_set_is_not_waited_for() -> None:
    wrong = refused(None, "h", status=429, retry_after=None, now=NOW + 365 * DAY)
    again = refused(wrong, "h", status=429, retry_after=HOUR, now=NOW)
    assert (again.waits_until, again.refusals) == (NOW + HOUR, 1)


def test_a_feed_never_heard_of_is_asked_every_quarter_of_an_hour() -> None:
    assert own_wait(feed(), Terms(), now=NOW).length == QUARTER


def test_feeds_of_one_host_stay_in_one_crawl() -> None:
    due = [feed(number, f"host{number % 7}.example") for number in range(100)]
    crawls = plan_crawls(due, busy_hosts=frozenset(), room=2)
    hosts = [{each.address.split("/")[2] for each in crawl} for crawl in crawls]
    assert len(crawls) == 2
    assert not hosts[0] & hosts[1]
    assert sorted(each.id for crawl in crawls for each in crawl) == list(range(100))


def test_a_feed_belongs_to_the_host_it_moved_to() -> None:
    due = [feed(1, "old.example", moved_to="https://new.example/1"), feed(2, "new.example")]
    assert plan_crawls(due, busy_hosts=frozenset({"new.example"}), room=2) == []


def test_a_host_that_is_being_asked_waits() -> None:
    due = [feed(1, "busy.example"), feed(2, "free.example")]
    crawls = plan_crawls(due, busy_hosts=frozenset({"busy.example"}), room=2)
    assert [[each.id for each in crawl] for crawl in crawls] == [[2]]


def test_few_feeds_are_one_crawl_and_no_feeds_none() -> None:
    assert len(plan_crawls([feed(n, f"{n}.example") for n in range(5)], busy_hosts=frozenset(), room=4)) == 1
    assert plan_crawls([], busy_hosts=frozenset(), room=4) == []
