"""What a poll changes of its feed: errors and recovery, the gone and the missing, moves, rhythm, renamed entries."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crawler.poll import Outcome, PollResult
from scheduler.after_poll import MANY_RENAMED, RENAMINGS, Brought, after_poll, forgiven
from scheduler.feed_notices import notices_of
from scheduler.rhythm import LONGEST, SHORTEST
from scheduler.timetable import Because, Terms
from stories.store_feeds import FeedState
from stories.store_notices import NoticeKind
from tests.polling import DAY, EVERY_QUARTER, HOUR, MINUTE, NOW, QUARTER, failed, feed, polled

OLD, NEW, OTHER = "https://news.example/1", "https://new.example/rss", "https://other.example/rss"
RHYTHM = Terms()


def told(state: FeedState, *, now: datetime, is_told: bool = False) -> list[NoticeKind]:
    return [notice.kind for notice in notices_of(state, is_told=is_told, now=now)]


@pytest.mark.parametrize("status", [500, 502, 503, 403, 401, 404, 200, 204, 206, None])
def test_f27_whatever_fails_backs_off_is_told_and_recovers_at_the_first_good_answer(status: int | None) -> None:
    state, now = feed(), NOW
    while now < NOW + 7 * DAY:
        state = failed(state, now=now, status=status)
        now = state.next_poll_at
        assert state.next_poll_at - (state.last_polled_at or now) <= DAY
    assert (state.retired_at, state.because) == (None, Because.ERRORS)
    assert told(state, now=now) == [NoticeKind.FAILING]
    well = polled(state, now=now)
    assert (well.errors_in_a_row, well.error, well.failing_since) == (0, None, None)
    assert (well.next_poll_at, told(well, now=now)) == (now + QUARTER, [])


@pytest.mark.parametrize("before", [feed(), failed(feed(), now=NOW - HOUR, error="no")], ids=["well", "failing"])
def test_a_feed_whose_host_refused_another_stands_as_it_did_and_waits_with_its_host(before: FeedState) -> None:
    said = PollResult(feed_id=1, outcome=Outcome.FAILED, status=429, error="not asked", is_unasked=True)
    after = after_poll(before, said, terms=EVERY_QUARTER, now=NOW, chance=0, host_waits_until=NOW + HOUR)
    assert (after.next_poll_at, after.because) == (NOW + HOUR, Because.HOST)
    known = replace(before, next_poll_at=after.next_poll_at, wait=after.wait, because=after.because)
    assert after == known


@pytest.mark.parametrize(
    ("status", "after", "expected"),
    [
        (500, 23 * HOUR, []),
        (500, 24 * HOUR, [NoticeKind.FAILING]),
        (404, 24 * HOUR, []),
        (404, 71 * HOUR, []),
        (404, 72 * HOUR, [NoticeKind.FAILING]),
        (410, timedelta(), [NoticeKind.GONE]),
        (None, 24 * HOUR, [NoticeKind.FAILING]),
    ],
)
def test_m12_when_a_feed_that_fails_is_told(status: int | None, after: timedelta, expected: list[NoticeKind]) -> None:
    assert told(failed(feed(), status=status), now=NOW + after) == expected


def test_m12_what_was_told_holds_though_the_status_changes() -> None:
    state = failed(failed(feed(), status=500), status=404)
    assert told(state, now=NOW + 25 * HOUR) == []
    assert told(state, now=NOW + 25 * HOUR, is_told=True) == [NoticeKind.FAILING]


def test_m12_a_feed_that_is_gone_retires_and_comes_back_when_it_answers() -> None:
    gone = failed(feed(), status=410)
    assert (gone.retired_at, gone.because) == (NOW, Because.RETIRED)
    still = failed(gone, status=410, now=NOW + DAY)
    assert still.retired_at == NOW
    assert polled(still, now=NOW + DAY).retired_at is None


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([(0, NEW), (12, NEW), (24, NEW)], NEW),
        ([(0, NEW), (1, NEW), (2, NEW)], None),
        ([(0, NEW), (24, NEW)], None),
        ([(0, NEW), (48, NEW), (48.25, NEW)], NEW),
        ([(0, NEW), (12, OTHER), (24, NEW)], None),
        ([(0, NEW), (12, OTHER), (24, OTHER), (36, OTHER)], OTHER),
        ([(0, NEW), (12, None), (24, NEW), (36, NEW)], None),
        ([(0, None), (12, None), (24, None)], None),
        ([(0, NEW), (12, "fails"), (24, NEW), (25, NEW)], NEW),
        ([(0, NEW), (12, "fails"), (24, "fails")], None),
    ],
)
def test_m11_a_move_is_believed_after_three_same_answers_in_a_day(
    answers: list[tuple[float, str | None]], expected: str | None
) -> None:
    """None is an answer without a redirect, or with a temporary one."""
    state = feed()
    for hours, answer in answers:
        now = NOW + hours * HOUR
        state = failed(state, now=now) if answer == "fails" else polled(state, now=now, moved_to=answer)
    assert state.moved_to == expected
    assert state.asked_address == (expected or OLD)
    assert (NoticeKind.MOVED in told(state, now=NOW)) is (expected is not None)


def moved() -> FeedState:
    state = feed()
    for hours in (0, 12, 24):
        state = polled(state, now=NOW + hours * HOUR, moved_to=NEW)
    return state


def test_m3_nothing_that_one_address_vouched_for_goes_to_another_one() -> None:
    state = moved()
    assert (state.etag, state.last_modified, state.body_digest) == (None, None, None)
    assert state.moving_to is None
    back = failed(state, now=NOW + 25 * HOUR, status=404)
    assert (back.asked_address, back.etag, back.body_digest) == (OLD, None, None)


def test_m3_unchanged_said_by_another_server_than_before_says_nothing() -> None:
    state = polled(feed(), etag=b'"1"')
    state = polled(state, outcome=Outcome.UNCHANGED, status=304, moved_to=NEW)
    assert state.etag is None
    state = polled(state, moved_to=NEW, etag=b'"2"')
    assert polled(state, outcome=Outcome.UNCHANGED, status=304, moved_to=NEW).etag == b'"2"'


@pytest.mark.parametrize(
    ("hours", "status", "asked_address"), [(1, 500, NEW), (23, None, NEW), (24, 500, OLD), (0, 404, OLD), (0, 410, OLD)]
)
def test_f30_a_new_address_that_fails_gives_way_to_the_configured_one(
    hours: int, status: int | None, asked_address: str
) -> None:
    since = NOW + 25 * HOUR
    state = failed(moved(), now=since, status=status)
    state = failed(state, now=since + hours * HOUR, status=status) if hours else state
    assert (state.asked_address, state.retired_at) == (asked_address, None)
    if asked_address == OLD:
        assert state.next_poll_at == since + hours * HOUR + QUARTER


def test_a_move_back_to_the_configured_address_ends_it() -> None:
    state = moved()
    for hours in (30, 42, 54):
        state = polled(state, now=NOW + hours * HOUR, moved_to=OLD)
    assert (state.moved_to, state.asked_address) == (None, OLD)


def asked_by_rhythm(state: FeedState, gap: timedelta, *, days: int) -> FeedState:
    """Let a feed publish every `gap` and ask it as its rhythm wants."""
    now, published = NOW, NOW
    while now < NOW + days * DAY:
        new = []
        while published <= now:
            new.append(published)
            published += gap
        state = polled(state, RHYTHM, now=now, brought=Brought(published=new))
        now = state.next_poll_at
    return state


@pytest.mark.parametrize(
    ("gap", "expected"),
    [(MINUTE, SHORTEST), (HOUR, SHORTEST), (4 * HOUR, HOUR), (8 * HOUR, 2 * HOUR), (DAY, LONGEST), (7 * DAY, LONGEST)],
)
def test_a_feed_is_asked_four_times_for_each_of_its_publications(gap: timedelta, expected: timedelta) -> None:
    state = asked_by_rhythm(feed(wait=None), gap, days=20)
    assert state.because == Because.RHYTHM
    assert state.wait == expected


def test_the_dates_of_a_first_answer_tell_the_rhythm_at_once() -> None:
    listed = [NOW - 30 * MINUTE - number * 6 * HOUR for number in range(25)]
    assert polled(feed(), RHYTHM, brought=Brought(published=listed)).wait == 90 * MINUTE


def test_articles_without_dates_or_with_the_day_alone_tell_it_by_when_they_come() -> None:
    for date in (None, NOW.replace(hour=0)):
        state = feed()
        for number in range(40):
            state = polled(state, RHYTHM, now=NOW + number * 8 * HOUR, brought=Brought(published=[date]))
        assert state.wait is not None
        assert abs(state.wait - 2 * HOUR) < 5 * MINUTE


def test_a_batch_of_articles_is_one_publication() -> None:
    state = feed()
    for day in range(10):
        at = NOW + day * DAY
        state = polled(state, RHYTHM, now=at, brought=Brought(published=[at] * 20))
    assert state.wait == LONGEST


def test_a_silence_lengthens_the_wait_and_the_next_article_ends_it() -> None:
    state = asked_by_rhythm(feed(), HOUR, days=2)
    later = polled(state, RHYTHM, now=NOW + 6 * DAY, outcome=Outcome.UNCHANGED)
    assert later.wait == LONGEST
    awake = polled(later, RHYTHM, now=NOW + 6 * DAY, brought=Brought(published=[NOW + 6 * DAY]))
    assert awake.wait is not None
    assert awake.wait < LONGEST


def test_f22_a_machine_that_is_offline_costs_its_feeds_nothing() -> None:
    state, now = feed(), NOW
    for _ in range(200):
        state = polled(
            state, now=now, outcome=Outcome.FAILED, status=None, is_unreached=True, error="no way", is_offline=True
        )
        assert state.next_poll_at == now + QUARTER
        now = state.next_poll_at
    assert (state.errors_in_a_row, state.because) == (0, Because.OFFLINE)
    assert told(state, now=now) == []


def test_f22_the_first_ones_not_reached_are_forgiven() -> None:
    state = failed(failed(feed(), status=500), status=None, is_unreached=True)
    assert state.next_poll_at == NOW + 4 * QUARTER
    fair = forgiven(state, Terms(every=QUARTER), now=NOW + MINUTE)
    assert (fair.errors_in_a_row, fair.next_poll_at) == (1, NOW + QUARTER)
    assert forgiven(fair, Terms(every=QUARTER), now=NOW) == fair


@pytest.mark.parametrize(
    ("polls", "expected"),
    [
        ([(MANY_RENAMED, 500)], False),
        ([(500, 500)], True),
        ([(MANY_RENAMED, 2 * MANY_RENAMED)], True),
        ([(1, 1)], False),
        ([(1, 1)] * RENAMINGS, True),
        ([(1, 1), (0, 1), (1, 1), (0, 1), (1, 1)], True),
    ],
)
def test_b29_f30_changed_ids_are_told_once_and_only_when_they_are_many(
    polls: list[tuple[int, int]], expected: bool
) -> None:
    state = feed()
    for renamed, entries in polls:
        state = polled(state, entries=entries, brought=Brought(renamed=renamed))
    assert (NoticeKind.IDS in told(state, now=NOW)) is expected
    assert told(state, now=NOW + 8 * DAY) == []


WRONG = NOW + 365 * DAY  # what a clock said that was set right again


def test_a_failure_by_a_wrong_clock_is_told_and_falls_back_when_its_time_has_come() -> None:
    state = failed(failed(moved(), now=WRONG), now=NOW + 25 * HOUR)
    assert state.failing_since == NOW + 25 * HOUR
    state = failed(state, now=NOW + 50 * HOUR)
    assert state.asked_address == OLD
    assert told(state, now=NOW + 50 * HOUR) == [NoticeKind.FAILING]


def test_a_move_that_began_by_a_wrong_clock_is_believed_a_day_later() -> None:
    state = polled(feed(), now=WRONG, moved_to=NEW)
    for hours in (0, 12, 24):
        state = polled(state, now=NOW + hours * HOUR, moved_to=NEW)
    assert state.moved_to == NEW


def test_a_rhythm_learnt_by_a_wrong_clock_is_learnt_anew() -> None:
    state = asked_by_rhythm(feed(wait=None), HOUR, days=2)
    state = polled(state, RHYTHM, now=WRONG, brought=Brought(published=[None]))
    now = NOW + 3 * DAY
    assert polled(state, RHYTHM, now=now, outcome=Outcome.UNCHANGED).wait == HOUR
    for hours in (0, 1):
        state = polled(state, RHYTHM, now=now + hours * HOUR, brought=Brought(published=[now + hours * HOUR]))
    assert (state.rhythm, state.newest_at) == (HOUR, now + HOUR)


def test_renamed_entries_that_a_wrong_clock_saw_are_not_told_for_ever() -> None:
    state = polled(feed(), now=WRONG, entries=2 * MANY_RENAMED, brought=Brought(renamed=MANY_RENAMED))
    assert told(state, now=NOW) == []
    assert polled(state, now=NOW, brought=Brought(renamed=1)).renamings == 1
