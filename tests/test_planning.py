"""What goes out to a channel next, and as what: a table of cases, a storm (B91), and laws for whatever may wait."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.planning import (
    ChannelNow,
    ChannelRule,
    Hold,
    Kind,
    Sending,
    TopicRule,
    Waiting,
    empty_digest_at,
    plan,
)
from alerts.timing import Digest, Limit
from alerts.timing_words import parse_digest, parse_limit, parse_quiet
from tests.planning_clock import play, waiting

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PLAIN = ChannelRule()
FREE = ChannelNow()
MORNING = parse_digest("08:00")


def several(count: int, *, age: timedelta = SECOND, first: int = 1, topic: str = "Antitrust") -> list[Waiting]:
    return [waiting(id, NOW - age, topic=topic) for id in range(first, first + count)]


def notice(id: int, *, age: timedelta = SECOND) -> Waiting:
    return Waiting(id=id, notice_id=id, created_at=NOW - age, not_before=NOW - age)


def sending(rows: list[Waiting], rule: ChannelRule = PLAIN, at: ChannelNow = FREE, **topics: TopicRule) -> Sending:
    planned = plan(rows, rule, topics, at, now=NOW, most=100)
    assert isinstance(planned, Sending), planned
    return planned


def hold(rows: list[Waiting], rule: ChannelRule = PLAIN, at: ChannelNow = FREE, **topics: TopicRule) -> Hold:
    planned = plan(rows, rule, topics, at, now=NOW, most=100)
    assert isinstance(planned, Hold), planned
    return planned


def test_the_oldest_alert_goes_first_and_by_itself() -> None:
    assert sending([*several(2, first=5), *several(1, first=3)]) == Sending(kind=Kind.ALERT, ids=(3,))


def test_one_article_under_four_topics_is_one_message() -> None:
    rows = [waiting(id, NOW - SECOND, topic=f"topic {id}", article="the same") for id in (1, 3, 4, 6)]
    other = several(1, first=2)
    assert sending([*rows, *other]) == Sending(kind=Kind.ALERT, ids=(1, 3, 4, 6))


def test_an_article_goes_out_with_all_that_waits_of_it_also_for_a_digest_or_in_quiet_hours() -> None:
    urgent = waiting(2, NOW - SECOND, topic="Raids", article="a1")
    topics = {
        "Raids": TopicRule(is_urgent=True),
        "Weekly": TopicRule(digest=parse_digest("08:00 mon")),
        "Quiet": TopicRule(quiet=(parse_quiet("00:00-23:59"),)),
    }
    rows = [
        waiting(1, NOW - SECOND, topic="Weekly", article="a1"),
        urgent,
        waiting(3, NOW - SECOND, topic="Quiet", article="a1"),
        waiting(4, NOW - SECOND, topic="Weekly", article="a2"),
    ]

    def told(rows: list[Waiting]) -> list[int]:
        planned = plan(rows, PLAIN, topics, FREE, now=NOW, most=100)
        assert isinstance(planned, Sending) and planned.kind is Kind.ALERT
        return sorted(planned.ids)

    assert told(rows) == [1, 2, 3]
    later = replace(rows[0], not_before=NOW + MINUTE)  # it was refused, and has a time of its own
    alone = replace(rows[2], is_alone=True)
    assert told([later, urgent, alone, rows[3]]) == [2]
    refused = replace(urgent, is_alone=True)
    assert told([rows[0], refused]) == [2]


def test_nothing_waits_for_nothing() -> None:
    assert hold([]) == Hold(until=None, because="nothing waits")


def test_a_row_to_be_tried_again_later_lets_others_pass() -> None:
    later = replace(waiting(1, NOW - HOUR), not_before=NOW + MINUTE, attempts=1)
    assert sending([later, *several(1, first=2)]).ids == (2,)
    assert hold([later]) == Hold(until=NOW + MINUTE, because="to be tried again")


def test_one_message_a_second() -> None:
    half = timedelta(milliseconds=500)
    assert hold(several(1), at=ChannelNow(begun=(NOW - half,))).until == NOW + half
    assert sending(several(1), at=ChannelNow(begun=(NOW - SECOND,))).ids == (1,)


def test_what_comes_within_group_wait_is_one_message() -> None:
    rule = ChannelRule(group_wait=timedelta(seconds=30))
    rows = [*several(1, age=20 * SECOND), *several(2, first=2)]
    assert hold(rows, rule).until == NOW + 10 * SECOND
    rows = [*several(1, age=30 * SECOND), *several(2, first=2)]
    assert sending(rows, rule) == Sending(kind=Kind.GROUP, ids=(1, 2, 3))
    assert sending(several(1, age=30 * SECOND), rule).kind is Kind.ALERT


def test_a_notice_does_not_wait_for_a_group() -> None:
    rule = ChannelRule(group_wait=timedelta(seconds=30))
    assert sending([*several(1), notice(2), notice(3)], rule) == Sending(kind=Kind.NOTICE, ids=(2, 3))


def test_more_than_three_do_not_wait_to_be_told_one_a_second() -> None:
    assert sending(several(3)) == Sending(kind=Kind.ALERT, ids=(1,))
    assert sending(several(4)) == Sending(kind=Kind.GROUP, ids=(1, 2, 3, 4))


def test_more_than_twenty_are_a_digest_and_twenty_are_not() -> None:
    assert sending(several(20)) == Sending(kind=Kind.GROUP, ids=tuple(range(1, 21)))
    assert sending(several(21)) == Sending(kind=Kind.DIGEST, ids=tuple(range(1, 22)))


def test_what_a_full_digest_left_over_is_a_digest_too() -> None:
    at = ChannelNow(digest_began_at=NOW - SECOND)
    assert sending([*several(3, age=HOUR), *several(1, first=4, age=SECOND / 2)], at=at).ids == (1, 2, 3)


def test_a_message_that_was_refused_for_what_it_says_goes_with_no_other() -> None:
    alone = [replace(row, is_alone=True, attempts=1) for row in several(2)]
    assert sending([*alone, *several(30, first=3)]) == Sending(kind=Kind.ALERT, ids=(1,))
    assert sending([*several(30, first=3), replace(alone[0], id=50)]).kind is Kind.DIGEST


def test_of_a_message_that_was_refused_half_goes_next_and_the_other_half_then() -> None:
    parts = [replace(row, at_most=2, attempts=1) for row in several(4)]
    assert sending([*parts, *several(30, first=5)]) == Sending(kind=Kind.GROUP, ids=(1, 2))
    assert sending([*parts[2:], *several(30, first=5)]) == Sending(kind=Kind.GROUP, ids=(3, 4))
    assert sending([replace(parts[0], at_most=1), *parts[1:]]) == Sending(kind=Kind.ALERT, ids=(1,))


def test_quiet_hours_end_with_one_digest_and_urgent_topics_pass_them() -> None:
    quiet = ChannelRule(quiet=(parse_quiet("22:00-12:00"),))
    rows = [*several(2, age=HOUR), *several(1, first=3, age=timedelta())]
    assert sending(rows, quiet) == Sending(kind=Kind.DIGEST, ids=(1, 2))
    assert sending(rows[2:], quiet).kind is Kind.ALERT
    assert sending(rows[:1], quiet).kind is Kind.ALERT
    still = ChannelRule(quiet=(parse_quiet("22:00-13:00"),))
    assert hold(rows, still) == Hold(until=NOW + HOUR, because="quiet hours")
    urgent = waiting(4, NOW - SECOND, topic="Raids")
    assert sending([*rows, urgent], still, Raids=TopicRule(is_urgent=True)).ids == (4,)


def test_quiet_hours_of_a_topic_hold_that_topic_alone() -> None:
    rows = [*several(1), *several(1, first=2, topic="Mergers")]
    topic = TopicRule(quiet=(parse_quiet("mon"),))
    assert sending(rows, Antitrust=topic).ids == (2,)
    assert hold(rows[:1], Antitrust=topic).until == NOW + 12 * HOUR


def test_a_clock_that_was_set_back_holds_nothing() -> None:
    rule = ChannelRule(limit=Limit(count=1, per=HOUR), group_wait=timedelta(seconds=30))
    row = replace(waiting(1, NOW + HOUR), not_before=NOW)
    assert sending([row], rule, ChannelNow(begun=(NOW + HOUR,))).ids == (1,)


def test_a_limit_that_is_reached_holds_until_a_message_is_old_enough() -> None:
    rule = ChannelRule(limit=Limit(count=2, per=HOUR))
    at = ChannelNow(begun=(NOW - 90 * MINUTE, NOW - 50 * MINUTE, NOW - 10 * MINUTE))
    assert hold(several(1), rule, at) == Hold(until=NOW + 10 * MINUTE, because="the limit (2/hour)")


def test_more_than_a_limit_still_allows_is_one_digest() -> None:
    rule = ChannelRule(limit=Limit(count=5, per=HOUR))
    at = ChannelNow(begun=(NOW - 50 * MINUTE, NOW - 10 * MINUTE))
    assert sending(several(3), rule, at).kind is Kind.ALERT
    assert sending(several(4), rule, at) == Sending(kind=Kind.DIGEST, ids=(1, 2, 3, 4))


@pytest.mark.parametrize("own", [True, False], ids=["of the topic", "of the channel"])
def test_a_digest_takes_what_came_before_its_time(own: bool) -> None:
    rule = PLAIN if own else ChannelRule(digest=MORNING)
    topic = TopicRule(digest=MORNING if own else None)
    slot = datetime(2026, 11, 23, 8, tzinfo=UTC)
    early, late = several(2, age=5 * HOUR), several(1, first=3)
    assert sending([*early, *late], rule, Antitrust=topic) == Sending(kind=Kind.DIGEST, ids=(1, 2), digest_at=slot)
    assert hold(late, rule, Antitrust=topic).until == slot + 24 * HOUR


def test_what_was_committed_after_its_digest_went_out_goes_by_itself_and_is_no_second_digest() -> None:
    at = ChannelNow(digests=frozenset({datetime(2026, 11, 23, 8, tzinfo=UTC)}))
    late = several(1, age=5 * HOUR)
    sent = sending(late, at=at, Antitrust=TopicRule(digest=MORNING))
    assert sent == Sending(kind=Kind.ALERT, ids=(1,))


def test_a_digest_of_unknown_end_is_tried_again_before_the_next_time() -> None:
    tried = [replace(row, attempts=1, maybe_repeat=True) for row in several(2, age=5 * HOUR)]
    slot = datetime(2026, 11, 23, 8, tzinfo=UTC)
    again = sending(tried, Antitrust=TopicRule(digest=MORNING))
    assert again == Sending(kind=Kind.DIGEST, ids=(1, 2), digest_at=slot)


def test_a_digest_in_parts_was_sent_with_its_last() -> None:
    slot = datetime(2026, 11, 23, 8, tzinfo=UTC)
    rows = several(250, age=5 * HOUR)
    sent = play(rows, PLAIN, {"Antitrust": TopicRule(digest=MORNING)}, begin=NOW, until=NOW + HOUR)
    assert [len(message.sending.ids) for message in sent] == [100, 100, 50]
    assert [message.sending.digest_at for message in sent] == [None, None, slot]


def test_days_without_the_service_are_one_digest() -> None:
    rows = [*several(2, age=77 * HOUR), *several(2, first=3, age=29 * HOUR)]
    sent = sending(rows, Antitrust=TopicRule(digest=MORNING))
    assert (sent.ids, sent.digest_at) == ((1, 2, 3, 4), datetime(2026, 11, 23, 8, tzinfo=UTC))


def test_an_urgent_topic_passes_the_digest_of_its_channel() -> None:
    rule = ChannelRule(digest=MORNING)
    assert sending(several(1), rule, Antitrust=TopicRule(is_urgent=True)).kind is Kind.ALERT


def test_notices_pass_a_digest_and_wait_for_quiet_hours() -> None:
    assert sending([notice(1)], ChannelRule(digest=MORNING)) == Sending(kind=Kind.NOTICE, ids=(1,))
    assert hold([notice(1)], ChannelRule(quiet=(parse_quiet("mon"),))).because == "quiet hours"


def test_a_digest_is_told_empty_only_if_that_is_asked_for_and_only_at_its_time() -> None:
    slot = datetime(2026, 11, 23, 8, tzinfo=UTC)
    asked: dict[str, TopicRule] = {"Antitrust": TopicRule(digest=replace(MORNING, even_if_empty=True))}

    def at(hours: float, rows: list[Waiting] | None = None, now: ChannelNow = FREE) -> datetime | None:
        return empty_digest_at(rows or [], PLAIN, asked, now, now=slot + hours * HOUR)

    assert at(0) == at(0.9) == slot
    assert at(-0.01) is None
    assert at(1) is None
    assert at(0, several(1, age=5 * HOUR)) is None
    assert at(0, several(1)) == slot  # which came after its time
    assert at(0.5, now=ChannelNow(digests=frozenset({slot}))) is None
    assert empty_digest_at([], PLAIN, {"Antitrust": TopicRule(digest=MORNING)}, FREE, now=slot) is None
    assert empty_digest_at([], PLAIN, {}, FREE, now=slot) is None


def test_b91_a_storm_of_a_thousand_is_few_messages() -> None:
    """B91: 1,000 matches in one poll are at most 20 messages and a digest within ten minutes, in parts of 100."""
    sent = play(several(1000), PLAIN, {}, begin=NOW, until=NOW + 10 * MINUTE)
    assert Counter(message.sending.kind for message in sent) == {Kind.DIGEST: 10}
    assert [id for message in sent for id in message.sending.ids] == list(range(1, 1001))


def test_b91_a_storm_that_goes_on_keeps_to_the_limit() -> None:
    """B91: five alerts a second for ten minutes, to a channel that takes 20 messages an hour."""
    rows = [waiting(id, NOW + id * SECOND / 5) for id in range(3000)]
    sent = play(rows, ChannelRule(limit=parse_limit("20/hour")), {}, until=NOW + 2 * HOUR, most=200)
    assert len([message for message in sent if message.at < NOW + HOUR]) <= 20
    assert [id for message in sent for id in message.sending.ids] == list(range(3000))


def test_500_alerts_of_an_outage_of_six_hours_are_five_messages() -> None:
    rows = [waiting(id, NOW - 6 * HOUR + id * 43 * SECOND) for id in range(500)]
    failed = [replace(rows[0], attempts=9), *rows[1:]]
    sent = play(failed, PLAIN, {}, begin=NOW, until=NOW + 15 * MINUTE)
    assert [message.sending.kind for message in sent] == [Kind.DIGEST] * 5
    odd = play([*failed, waiting(510, NOW - SECOND)], PLAIN, {}, begin=NOW, until=NOW + 15 * MINUTE)
    assert len(odd) == 6  # one message for what is left, not one for each


RULES = st.builds(
    ChannelRule,
    digest=st.sampled_from([None, MORNING]),
    quiet=st.sampled_from([(), (parse_quiet("22:00-07:00"),), (parse_quiet("sat-sun"),)]),
    limit=st.sampled_from([None, Limit(count=1, per=HOUR), Limit(count=20, per=HOUR)]),
    group_wait=st.sampled_from([timedelta(), timedelta(seconds=30)]),
)
TOPICS = st.builds(
    TopicRule,
    digest=st.sampled_from([None, parse_digest("08:00, 17:00 mon-fri"), Digest(written="", crons=("0 * * * *",))]),
    is_now=st.booleans(),
    quiet=st.sampled_from([(), (parse_quiet("12:00-13:00"),)]),
    is_urgent=st.booleans(),
)
ROWS = st.lists(
    st.builds(
        waiting,
        st.integers(1, 10**6),
        st.integers(0, 72 * 60).map(lambda minutes: NOW + minutes * MINUTE),
        topic=st.sampled_from(["A", "B"]),
        article=st.sampled_from([None, None, None, "one", "two"]),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda row: row.id,
)


@settings(deadline=None, max_examples=60)
@given(rows=ROWS, rule=RULES, a=TOPICS, b=TOPICS, most=st.integers(1, 40), alone=st.sets(st.integers(0, 59)))
def test_whatever_waits_is_told_once_and_never_faster_than_allowed(
    rows: list[Waiting], rule: ChannelRule, a: TopicRule, b: TopicRule, most: int, alone: set[int]
) -> None:
    rows = [replace(row, is_alone=number in alone) for number, row in enumerate(rows)]
    sent = play(rows, rule, {"A": a, "B": b}, until=NOW + timedelta(days=14), most=most)
    told = Counter(id for message in sent for id in message.sending.ids)
    assert told == dict.fromkeys((row.id for row in rows), 1)
    by_id = {row.id: row for row in rows}
    assert all(message.at >= by_id[id].created_at for message in sent for id in message.sending.ids)
    assert all(one.at + SECOND <= two.at for one, two in pairwise(sent))
    if rule.limit:
        spans = zip(sent, sent[rule.limit.count :], strict=False)
        assert all(one.at + rule.limit.per <= two.at for one, two in spans)
    slots = Counter(message.sending.digest_at for message in sent if message.sending.digest_at)
    assert set(slots.values()) <= {1}
    for message in sent:
        assert len(message.sending.ids) == 1 or not any(by_id[id].is_alone for id in message.sending.ids)
