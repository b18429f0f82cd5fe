"""When a feed is asked next, and by which crawl."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.timetable import next_poll_at, plan_crawls
from stories.store_feeds import FeedState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def wait(
    errors: int = 0, retry_after: timedelta | None = None, every: timedelta = QUARTER, chance: float = 0
) -> timedelta:
    at = next_poll_at(now=NOW, every=every, errors_in_a_row=errors, retry_after=retry_after, chance=chance)
    return at - NOW


def feed(number: int, host: str) -> FeedState:
    return FeedState(id=number, address=f"https://{host}/{number}", name=host, next_poll_at=NOW)


def test_a_good_answer_is_asked_again_after_the_interval_and_a_little() -> None:
    assert wait() == QUARTER
    assert wait(chance=1) == QUARTER * 1.1


def test_errors_double_the_wait_up_to_a_day() -> None:
    assert [wait(errors) / QUARTER for errors in range(4)] == [1, 2, 4, 8]
    assert wait(100) == timedelta(hours=24)


def test_an_interval_above_a_day_is_kept_through_errors() -> None:
    assert wait(5, every=timedelta(days=7)) == timedelta(days=7)


def test_the_servers_own_wait_is_kept_up_to_a_day() -> None:
    assert wait(1, timedelta(hours=3)) == timedelta(hours=3)
    assert wait(1, timedelta(seconds=1)) == QUARTER * 2
    assert wait(1, timedelta(days=365)) == timedelta(hours=24)


@given(st.integers(0, 1000), st.timedeltas(timedelta(seconds=1), timedelta(days=30)), st.floats(0, 1))
def test_no_poll_is_ever_early(errors: int, every: timedelta, chance: float) -> None:
    assert wait(errors, every=every, chance=chance) >= every


def test_feeds_of_one_host_stay_in_one_crawl() -> None:
    due = [feed(number, f"host{number % 7}.example") for number in range(100)]
    crawls = plan_crawls(due, busy_hosts=frozenset(), room=2)
    hosts = [{each.address.split("/")[2] for each in crawl} for crawl in crawls]
    assert len(crawls) == 2
    assert not hosts[0] & hosts[1]
    assert sorted(each.id for crawl in crawls for each in crawl) == list(range(100))


def test_a_host_that_is_being_asked_waits() -> None:
    due = [feed(1, "busy.example"), feed(2, "free.example")]
    crawls = plan_crawls(due, busy_hosts=frozenset({"busy.example"}), room=2)
    assert [[each.id for each in crawl] for crawl in crawls] == [[2]]


def test_few_feeds_are_one_crawl_and_no_feeds_none() -> None:
    assert len(plan_crawls([feed(n, f"{n}.example") for n in range(5)], busy_hosts=frozenset(), room=4)) == 1
    assert plan_crawls([], busy_hosts=frozenset(), room=4) == []
