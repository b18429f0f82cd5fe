"""Manners seen by the servers: real crawls on loopback, by a clock that is put forward between them."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.answer import Answer, read_answer
from crawler.limits import CrawlLimits
from crawler.poll import Outcome, PollResult
from scheduler.config import Config, load_config
from scheduler.crawling import Polled, request_for
from scheduler.ingest import ingest_poll
from scheduler.service import begin, poll_once
from scheduler.surroundings import Surroundings
from scheduler.timetable import Because
from scheduler.watch import watch_of
from stories.store import Store, open_store
from stories.store_feeds import FeedState, due_feeds, watched_feeds
from stories.store_hosts import waiting_hosts
from stories.store_notices import NoticeKind, open_notices
from tests.feed_server import FeedServer, answer, running_feed_server
from tests.polling import HOUR, NOW
from tests.running_service import write_config

RSS = b"<rss version='2.0'><channel><title>T</title>%s</channel></rss>"
ITEM = b"<item><title>Number %d</title><link>http://e.example/%d</link></item>"

ODD = [
    {"ETag": '"plain"'},
    {"ETag": 'W/"weak"'},
    {"ETag": "no quotes"},
    {"ETag": '"'},
    {"ETag": '""'},
    {"ETag": '"a,b;c=d"'},
    {"ETag": 'W/"blank at the end "'},
    {"ETag": '"\xe4\xf6\xfc"'},
    {"ETag": 'w/"small"'},
    {"ETag": '"back\\slash"'},
    {"ETag": "'single'"},
    {"ETag": "0"},
    {"Last-Modified": "Sun, 22 Nov 2026 12:00:00 GMT"},
    {"Last-Modified": "Sun, 22 Nov 2026 12:00:00 +0000"},
    {"Last-Modified": "Sunday, 22-Nov-26 12:00:00 GMT"},
    {"Last-Modified": "2026-11-22T12:00:00Z"},
    {"Last-Modified": "yesterday, at noon"},
    {"Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT"},
    {"ETag": '"both"', "Last-Modified": "Sun Nov 22 12:00:00 2026"},
    {"ETag": '"gzip-gzip"', "Last-Modified": "0"},
]
COUNT = 50  # feeds with validators: those odd ones, and plain ones


@dataclass(slots=True)
class Seen:
    """What came of the crawls: what the feeds brought in each, and what the archive was asked to write."""

    server: FeedServer
    config: Config
    store: Store
    polls: list[list[Polled]] = field(default_factory=list)
    waiting: list[Sequence[str]] = field(default_factory=list)
    notices: list[list[NoticeKind]] = field(default_factory=list)
    written: list[list[str]] = field(default_factory=list)

    def crawl(self, now: datetime, *, only_due: bool = False) -> None:
        """Ask all feeds, or those that are due, at `now`."""
        written: list[str] = []
        self.store.db.conn.set_trace_callback(lambda sql: written.append(sql))
        self.polls.append(asyncio.run(self._polled(now, only_due=only_due)))
        self.store.db.conn.set_trace_callback(None)
        self.waiting.append(sorted(waiting_hosts(self.store, now=now)))
        self.notices.append([notice.kind for notice in open_notices(self.store)])
        self.written.append(written)

    async def _polled(self, now: datetime, *, only_due: bool) -> list[Polled]:
        around = Surroundings(clock=lambda: now, chance=lambda: 0.0)
        return [polled async for polled in poll_once(self.config, self.store, around, only_due=only_due)]

    def feed(self, path: str) -> FeedState:
        (found,) = [feed for feed in watched_feeds(self.store) if feed.address.endswith(path)]
        return found


def validators(number: int) -> dict[str, str | bytes]:
    return dict(ODD[number]) if number < len(ODD) else {"ETag": f'"{number}"', "Last-Modified": f"day {number}"}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """Four crawls: all feeds at once, half a day later, a day later, and, of those that are due, two days later."""
    folder = tmp_path_factory.mktemp("manners")
    with running_feed_server() as server:
        server.takes = 0.05
        feeds = []
        for number in range(COUNT):
            body = RSS % (ITEM % (number, number))
            server.serve(f"/{number}.rss", answer(body, headers=validators(number)), answer(status=304))
            feeds.append(server.address(f"/{number}.rss", host=f"127.0.7.{number + 1}"))
        busy = answer(status=429, headers={"Retry-After": "46800"})
        for number in range(5):
            server.serve(f"/busy{number}", busy)
            feeds.append(server.address(f"/busy{number}", host="127.0.8.1"))
        server.serve("/gone", answer(status=410))
        feeds.append(server.address("/gone", host="127.0.8.2"))
        server.serve("/old", answer(status=301, headers={"Location": server.address("/new", host="127.0.8.3")}))
        server.serve("/new", answer(RSS % (ITEM % (99, 99)), headers={"ETag": '"new"'}))
        feeds.append(server.address("/old", host="127.0.8.3"))
        for number in range(4):
            server.serve(f"/same{number}", answer(RSS % b""))
            feeds.append(server.address(f"/same{number}", host="127.0.8.4"))
        config = load_config(write_config(folder, feeds=dict.fromkeys(feeds, "5m"), channels={"c": "console://"}), {})
        with open_store(folder / "archive.db") as store:
            story = Seen(server, config, store)
            for hours in (0, 12, 24):
                story.crawl(NOW + hours * HOUR)
            story.crawl(NOW + 48 * HOUR, only_due=True)
            yield story


def test_m1_every_poll_but_the_first_is_conditional(seen: Seen) -> None:
    for number in range(COUNT):
        first, *later = seen.server.asked_for(f"/{number}.rss")
        assert not {"if-none-match", "if-modified-since"} & first.headers.keys()
        assert len(later) == 3
        assert all({"if-none-match", "if-modified-since"} & asked.headers.keys() for asked in later)


@pytest.mark.parametrize("number", range(len(ODD)), ids=[str(odd) for odd in ODD])
def test_m2_odd_validators_come_back_byte_for_byte(seen: Seen, number: int) -> None:
    assert_echoed(seen, number)


def test_m3_no_validator_goes_to_another_feed_than_gave_it(seen: Seen) -> None:
    for number in range(COUNT):
        assert_echoed(seen, number)


def assert_echoed(seen: Seen, number: int) -> None:
    given = {name.lower(): str(value).encode("latin-1") for name, value in validators(number).items()}
    later = seen.server.asked_for(f"/{number}.rss")[1:]
    assert len(later) == 3
    for asked in later:
        assert asked.headers.get("if-none-match") == given.get("etag")
        assert asked.headers.get("if-modified-since") == given.get("last-modified")


def test_m13_no_host_sees_two_connections(seen: Seen) -> None:
    assert set(seen.server.most_at_once.values()) == {1}


def test_m6_a_host_that_says_429_is_asked_once_and_not_before_its_time(seen: Seen) -> None:
    asked = [asked.path for asked in seen.server.asked if asked.path.startswith("/busy")]
    assert len(asked) == 3  # at the first crawl, a day later, and two: at noon of the first day it waits
    assert seen.waiting == [["127.0.8.1"]] * 4
    assert [sum("busy" in each.feed.address for each in polls) for polls in seen.polls] == [5, 0, 5, 5]
    first = next(each for each in seen.polls[0] if each.feed.address.endswith("/busy0"))
    assert first.result.status == 429
    told = Counter(each.result.error for each in seen.polls[0] if "busy" in each.feed.address)
    assert told == {
        "the server answered 429 Too Many Requests": 1,
        "not asked: 127.0.8.1 said 429 to another of its feeds": 4,
    }
    spared = [feed for feed in watched_feeds(seen.store) if "/busy" in feed.address and feed.last_polled_at is None]
    assert {(feed.errors_in_a_row, feed.error, feed.because) for feed in spared} == {(0, None, Because.HOST)}
    assert seen.feed("/busy3").next_poll_at >= NOW + 48 * HOUR + 13 * HOUR


def test_m12_a_feed_that_is_gone_is_told_once_and_not_asked_unless_all_are(seen: Seen) -> None:
    assert len(seen.server.asked_for("/gone")) == 3
    assert seen.feed("/gone").retired_at == NOW
    assert [kinds.count(NoticeKind.GONE) for kinds in seen.notices] == [1, 1, 1, 1]
    (said,) = seen.store.db.execute("SELECT count(*) FROM notices WHERE kind = 'gone'").fetchone()
    assert said == 1


def test_m11_after_three_redirects_in_a_day_the_new_address_is_asked(seen: Seen) -> None:
    assert len(seen.server.asked_for("/old")) == 3
    assert seen.feed("/old").moved_to == seen.server.address("/new", host="127.0.8.3")
    assert len(seen.server.asked_for("/new")) == 4
    assert NoticeKind.MOVED in seen.notices[2]


def test_m15_an_unchanged_answer_costs_the_time_of_the_check_and_few_commits(seen: Seen) -> None:
    """The second crawl: 50 times 304."""
    checks = [sql for sql in seen.written[1] if re.match(r"UPDATE feeds SET (?!watched)", sql)]
    unchanged = [sql for sql in checks if "error" not in sql and "digest" not in sql]
    assert len(unchanged) >= COUNT
    for sql in unchanged:
        assert not re.search(r"\b(etag|last_modified|body_digest|entry_digests|warning)\b", sql)
    assert not [sql for sql in seen.written[1] if re.match(r"INSERT INTO (articles|sightings|stories)", sql)]
    assert sum(sql == "COMMIT" for sql in seen.written[1]) <= 12


def test_m5_fifty_restarts_poll_nothing_early(seen: Seen, tmp_path: Path) -> None:
    """On an archive of its own, with the feeds of the others."""
    watch = watch_of(seen.config)
    database = tmp_path / "restarts.db"
    with open_store(database) as store:
        begin(store, seen.config, now=NOW)
        for feed in due_feeds(store, now=NOW):
            result = PollResult(feed_id=feed.id, outcome=Outcome.ANSWERED, status=200, etag=b"1", entries=1)
            ingest_poll(store, result, watch, now=NOW, chance=0.3)
        planned = {feed.id: feed.next_poll_at for feed in watched_feeds(store)}
    for restart in range(50):
        with open_store(database) as store:
            now = NOW + restart * timedelta(seconds=6)
            begin(store, seen.config, now=now)
            assert due_feeds(store, now=now) == []
            assert {feed.id: feed.next_poll_at for feed in watched_feeds(store)} == planned


def test_m1_a_hundred_polls_of_one_feed_have_one_unconditional(store: Store, seen: Seen) -> None:
    watch = watch_of(seen.config)
    begin(store, seen.config, now=NOW)
    unconditional = 0
    for poll in range(100):
        feed = watched_feeds(store)[0]
        request = request_for(feed, watch, now=NOW)
        unconditional += request.etag is None
        # Every third time there is something new, under another validator.
        issue = poll // 3
        etag = f'W/"{issue}"'.encode()
        body = RSS % b"".join(ITEM % (number, number) for number in range(issue + 1))
        status = 304 if request.etag == etag else 200
        headers = {"etag": etag, "content-type": b"application/rss+xml"}
        said = Answer(address=feed.address, status=status, headers=headers, body=body if status == 200 else b"")
        result = read_answer(request, said, CrawlLimits())
        assert isinstance(result, PollResult)
        ingest_poll(store, result, watch, now=NOW + poll * HOUR, chance=0)
    assert unconditional == 1
