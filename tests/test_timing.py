"""Digests come once a day and quiet hours hold, whatever clocks do (F15)."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.planning import ChannelRule, TopicRule
from alerts.timing import is_always_quiet, quiet_until
from alerts.timing_words import parse_digest, parse_limit, parse_quiet
from tests.planning_clock import play, waiting

# Half an hour of summer time, offsets of 45 and 30 minutes, and a summer time that is taken off.
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/St_Johns",
    "Africa/Casablanca",
)
BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)
STEP = timedelta(minutes=37)


def changes_of_clocks(zone: ZoneInfo, year: int) -> list[date]:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    offsets = [datetime.combine(day, time(12), zone).utcoffset() for day in days]
    return [day for day, before, after in zip(days[1:], offsets, offsets[1:], strict=False) if before != after]


def dates(name: str) -> list[date]:
    forward_and_back = changes_of_clocks(ZoneInfo(name), 2027)
    assert len(forward_and_back) == 2, name
    return [*forward_and_back, date(2028, 2, 29), date(2027, 12, 31)]


def around(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return from when to when the clock runs: the day before, the day, and the day after."""
    begin = datetime.combine(day - timedelta(days=1), time(), zone).astimezone(UTC)
    return begin, datetime.combine(day + timedelta(days=2), time(), zone).astimezone(UTC)


F15 = [pytest.param(name, day, id=f"F15-{name}-{day}") for name in ZONES for day in dates(name)]


@pytest.mark.parametrize("clock", ["02:30", "08:00", "00:00"])
@pytest.mark.parametrize(("name", "day"), F15)
def test_a_digest_comes_once_a_local_day(name: str, day: date, clock: str) -> None:
    zone = ZoneInfo(name)
    begin, end = around(day, zone)
    rows = [waiting(number, begin + number * STEP) for number in range((end - begin) // STEP)]
    rule = ChannelRule(digest=parse_digest(clock), zone=zone)
    sent = play(rows, rule, {}, until=end - timedelta(seconds=1), most=10_000)

    days = Counter(message.at.astimezone(zone).date() for message in sent)
    first = 1 if clock == "00:00" else 0  # nothing had come before the first midnight
    assert days == dict.fromkeys((day + timedelta(days=number) for number in range(first - 1, 2)), 1)
    assert all(message.at == message.sending.digest_at for message in sent)
    told = [id for message in sent for id in message.sending.ids]
    assert told == sorted(set(told))


@pytest.mark.parametrize(("name", "day"), F15)
def test_quiet_hours_over_midnight_hold_and_lose_nothing(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    begin, end = around(day, zone)
    rows = [waiting(number, begin + number * STEP) for number in range((end - begin) // STEP)]
    rule = ChannelRule(quiet=(parse_quiet("22:00-06:30"),), zone=zone)
    sent = play(rows, rule, {}, until=end + timedelta(hours=7), most=10_000)

    for message in sent:
        assert time(6, 30) <= message.at.astimezone(zone).time() < time(22), message
    assert [id for message in sent for id in message.sending.ids] == [row.id for row in rows]
    mornings = [message for message in sent if message.sending.kind == "digest"]
    assert [message.at.astimezone(zone).time() for message in mornings] == [time(6, 30)] * 4


@pytest.mark.parametrize(
    ("words", "zone", "at", "expected"),
    [
        # 2027-03-28 clocks skip from 02:00 to 03:00, 2027-10-31 they go back from 03:00 to 02:00.
        ("02:30", "Europe/Berlin", "2027-03-28T00:30Z", "2027-03-28T01:00Z"),  # skipped: when that hour is over
        ("02:30", "Europe/Berlin", "2027-03-28T01:00Z", "2027-03-29T00:30Z"),
        ("02:30", "Europe/Berlin", "2027-10-30T23:00Z", "2027-10-31T00:30Z"),  # twice: the first
        ("02:30", "Europe/Berlin", "2027-10-31T00:45Z", "2027-11-01T01:30Z"),
        ("02:30", "Europe/Berlin", "2027-10-31T01:10Z", "2027-11-01T01:30Z"),  # 02:10 for the second time
        ("08:00 mon-fri", "America/New_York", "2026-11-20T13:00Z", "2026-11-23T13:00Z"),  # Friday to Monday
        ("08:00, 17:30", "UTC", "2026-11-20T13:00Z", "2026-11-20T17:30Z"),
        ("0 8 29 2 *", "UTC", "2026-11-20T13:00Z", "2028-02-29T08:00Z"),
        ("08:00 sat-mon", "UTC", "2026-11-20T13:00Z", "2026-11-21T08:00Z"),
        ("*/30 * * * *", "Europe/Berlin", "2027-10-31T00:45Z", "2027-10-31T01:00Z"),  # every half hour is every one
    ],
)
def test_the_next_time_of_a_digest(words: str, zone: str, at: str, expected: str) -> None:
    next_at = parse_digest(words).first_after(datetime.fromisoformat(at), ZoneInfo(zone))
    assert next_at == datetime.fromisoformat(expected)


def test_a_digest_that_was_due_is_found_within_the_hour_that_comes_twice() -> None:
    digest, due = parse_digest("02:30"), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    for minutes in (0, 20, 40, 60, 80):  # 02:30, 02:50, and 02:10, 02:30, 02:50 once more
        at = due + timedelta(minutes=minutes)
        assert digest.last_until(at, BERLIN, other_than=frozenset()) == due


@given(
    at=st.integers(0, 2 * 365 * 86400).map(lambda seconds: datetime(2027, 1, 1, tzinfo=UTC) + seconds * SECOND),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    words=st.sampled_from(["02:30", "02:00, 03:00", "00:00 sun", "08:00 mon-fri", "15 2 1 * *", "0,30 * * * *"]),
)
def test_the_last_time_and_the_next_leave_none_between(at: datetime, zone: ZoneInfo, words: str) -> None:
    digest = parse_digest(words)
    last = digest.last_until(at, zone, other_than=frozenset())
    following = digest.first_after(at, zone)
    assert last is not None
    assert following is not None
    assert last <= at < following
    assert digest.first_after(last, zone) == following
    assert digest.last_until(following - timedelta(microseconds=1), zone, other_than=frozenset()) == last
    before = digest.last_until(at, zone, other_than=frozenset({last}))
    assert before is not None
    assert digest.first_after(before, zone) == last


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        (["22:00-07:00"], "2026-11-23T21:59", None),
        (["22:00-07:00"], "2026-11-23T22:00", "2026-11-24T07:00"),
        (["22:00-07:00"], "2026-11-24T06:59", "2026-11-24T07:00"),
        (["22:00-07:00"], "2026-11-24T07:00", None),
        (["12:00-13:00"], "2026-11-24T12:30", "2026-11-24T13:00"),
        (["sat-sun"], "2026-11-27T23:59", None),
        (["sat-sun"], "2026-11-28T00:00", "2026-11-30T00:00"),
        (["22:00-07:00 mon-fri"], "2026-11-28T05:00", "2026-11-28T07:00"),  # began on Friday
        (["22:00-07:00 mon-fri"], "2026-11-28T23:00", None),
        (["22:00-07:00", "sat-sun"], "2026-11-27T23:00", "2026-11-30T07:00"),  # one after the other is one
        (["18:00-24:00"], "2026-11-24T23:59", "2026-11-25T00:00"),
        (["22:00-02:30"], "2027-03-27T23:00", "2027-03-28T03:00"),  # clocks skip from 02:00 to 03:00
    ],
)
def test_quiet_hours_end(quiet: list[str], at: str, until: str | None) -> None:
    def local(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)

    end = quiet_until([parse_quiet(each) for each in quiet], local(at), BERLIN)
    assert end == (local(until) if until else None)


def test_quiet_hours_end_once_where_an_hour_comes_twice() -> None:
    quiet = [parse_quiet("22:00-02:30")]
    ended = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # 02:30, for the first time
    assert quiet_until(quiet, ended - timedelta(seconds=1), BERLIN) == ended
    assert quiet_until(quiet, ended + timedelta(minutes=45), BERLIN) is None  # 02:15, for the second


def test_quiet_hours_that_leave_nothing_are_known() -> None:
    assert is_always_quiet([parse_quiet("mon-fri"), parse_quiet("22:00-10:00 fri-sun"), parse_quiet("10:00-22:00")])
    assert not is_always_quiet([parse_quiet("mon-fri"), parse_quiet("22:00-10:00 fri-sun"), parse_quiet("10:00-21:59")])


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("8:00", "08:00"),
        ("17:00, 08:00,08:00", "08:00, 17:00"),
        ("08:00 Monday - Friday", "08:00 mon-fri"),
        ("08:00 17:00 mon, thu, fri-sun", "08:00, 17:00 mon, thu-sun"),
        ("08:00 mon-sun", "08:00"),
        ("0 8 * * MON-FRI", "0 8 * * mon-fri"),
    ],
)
def test_times_of_digests_are_written_in_many_ways(said: str, written: str) -> None:
    assert parse_digest(said).written == written
    assert parse_digest(written) == parse_digest(said)


@given(text=st.text(alphabet="0123456789:-, /*monfrisatu", max_size=24))
def test_any_text_is_a_time_or_a_sentence(text: str) -> None:
    for parse in (parse_digest, parse_quiet, parse_limit):
        try:
            parsed = parse(text)
        except ValueError as error:
            assert "\n" not in str(error)
        else:
            assert parse(parsed.written if not hasattr(parsed, "count") else str(parsed)) == parsed


def test_a_topic_at_once_is_not_held_by_the_digest_of_its_channel() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    rule = ChannelRule(digest=parse_digest("08:00"))
    sent = play([waiting(1, now)], rule, {"Antitrust": TopicRule(is_now=True)}, until=now + timedelta(hours=1))
    assert [message.at for message in sent] == [now]
