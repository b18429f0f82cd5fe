"""Whether it is this machine that is cut off: F21, F22."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from crawler.limits import CrawlLimits
from crawler.settings import FeedSettings
from scheduler.config import load_config
from scheduler.crawling import run_crawl
from scheduler.offline import is_offline, is_outside
from scheduler.service import begin
from scheduler.watch import watch_of
from stories.store import Store, open_store
from stories.store_feeds import FeedState, due_feeds, watched_feeds
from stories.store_notices import NoticeKind, open_notices
from tests.feed_server import answer, running_feed_server
from tests.known_names import KnownNames
from tests.polling import DAY, HOUR, MINUTE, NOW, failed, feed, polled

RSS = b"<rss version='2.0'><channel><title>T</title></channel></rss>"


def hosts(names: str, *, asked_at: datetime | None = NOW) -> list[FeedState]:
    """Return feeds of hosts that were reached, one for each letter."""
    return [feed(number, f"{name}.example", last_polled_at=asked_at) for number, name in enumerate(names)]


def unreached(state: FeedState, now: datetime, *, is_us: bool = False) -> FeedState:
    return failed(state, now=now, status=None, is_unreached=True, is_offline=is_us)


@pytest.mark.parametrize(
    ("not_reached", "watched", "expected"),
    [("a", "a", False), ("ab", "ab", True), ("ab", "abc", False), ("abc", "abcdefgh", True), ("aaaa", "abc", False)],
)
def test_f21_several_hosts_in_a_row_or_all_there_are_tell_that_it_is_us(
    not_reached: str, watched: str, expected: bool
) -> None:
    assert is_offline(hosts(not_reached), hosts(watched)) is expected
    never = hosts(watched, asked_at=None)
    assert is_offline(never[: len(set(not_reached))], never) is expected


def test_f22_hosts_that_are_not_reached_one_after_the_other_tell_it_too() -> None:
    states = hosts("abcdef")
    for number in range(2):
        assert not is_offline([states[number]], states)
        states[number] = unreached(states[number], NOW + (number + 1) * MINUTE)
    assert is_offline([states[2]], states)
    states[5] = polled(states[5], now=NOW + 3 * MINUTE)
    assert not is_offline([states[2]], states)


def test_f22_a_machine_that_stays_offline_is_known_to_be() -> None:
    states = hosts("abcdef")
    for hour in range(1, 100):
        assert is_offline(states[:3] if hour == 1 else [states[0]], states)
        for number in range(3 if hour == 1 else 1):
            states[number] = unreached(states[number], NOW + hour * HOUR, is_us=True)


@pytest.mark.parametrize(("healthy", "dead"), [(5, 3), (3, 3), (20, 3), (8, 6), (1, 9)])
def test_f22_servers_that_are_simply_dead_do_not_tell_that_it_is_us(healthy: int, dead: int) -> None:
    """Ten days, each feed every three hours at a time of its own, and most of the time several dead ones in a row."""
    chances = Random(f"{healthy} {dead}")
    states = hosts("abcdefghijklmnopqrstuvwxyz"[: healthy + dead])
    states[healthy:] = [failed(state, now=NOW, status=None, is_unreached=True) for state in states[healthy:]]
    states[:healthy] = [polled(state, now=NOW + MINUTE) for state in states[:healthy]]
    polls = sorted(
        (NOW + MINUTE + (turn + chances.random()) * 3 * HOUR, number)
        for turn in range(80)
        for number in range(len(states))
    )
    for at, number in polls:
        if number < healthy:
            states[number] = polled(states[number], now=at)
        else:
            assert not is_offline([states[number]], states)
            states[number] = unreached(states[number], at)


@pytest.mark.parametrize(
    ("address", "moved_to", "allowed", "expected"),
    [
        ("https://news.example/", None, False, True),
        ("https://news.example/", None, True, False),
        ("https://nas.example/", "https://news.example/", True, True),
        ("http://127.0.0.1:1200/", None, True, False),
        ("http://10.0.0.5/", None, True, False),
    ],
)
def test_f22_what_is_near_tells_nothing_of_the_world(
    address: str, moved_to: str | None, allowed: bool, expected: bool
) -> None:
    settings = FeedSettings(address=address, name="F", allow_private=allowed)
    assert is_outside(feed(address=address, moved_to=moved_to), {address: settings}) is expected


def crawled(folder: Path, store: Store, feeds: Mapping[str, bool], names: KnownNames, *, now: datetime) -> None:
    """Ask `feeds` (address, and whether it may be private) where they are due."""
    lines = ["service: {database: archive.db}", "feeds:"]
    for address, allowed in feeds.items():
        said = f"address: '{address}', every: 10m, allow_private: {str(allowed).lower()}"
        lines.append(f"  - {{name: '{address}', {said}}}")
    lines += ["topics:", "  - {name: T, keywords: [antitrust], channels: [c]}", "channels: {c: {url: 'console://'}}"]
    (folder / "config.yaml").write_text("\n".join(lines))
    config = load_config(folder / "config.yaml", {})
    begin(store, config, now=now)
    limits = CrawlLimits(resolve=names, public=("127.0.0.0/8",))

    async def ask() -> None:
        due, watch = due_feeds(store, now=now), watch_of(config)
        async for _ in run_crawl(store, due, watch, limits=limits, clock=lambda: now, chance=lambda: 0.0):
            pass

    asyncio.run(ask())


def test_f21_f22_a_machine_that_reaches_only_itself_says_so_once_and_no_feed_pays_for_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running_feed_server() as server, open_store(tmp_path / "archive.db") as store:
        server.serve("/mine", answer(RSS, headers={"ETag": '"1"'}))
        server.serve("/late", answer(RSS, headers={"ETag": '"1"'}))
        feeds = {f"https://dead{number}.example/rss": False for number in range(5)}
        feeds[server.address("/mine")] = True
        names = KnownNames({"late.example": [("127.0.9.7",)]})
        for poll in range(3):
            crawled(tmp_path, store, feeds, names, now=NOW + poll * HOUR)
            assert [notice.kind for notice in open_notices(store)] == [NoticeKind.OFFLINE]
        for state in watched_feeds(store):
            assert state.errors_in_a_row == 0
            assert state.next_poll_at == NOW + 2 * HOUR + (15 if state.is_unreached else 10) * MINUTE
        assert len(server.asked_for("/mine")) == 3
        warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        assert len(warnings) == 1
        feeds[server.address("/late", host="late.example")] = False
        crawled(tmp_path, store, feeds, names, now=NOW + DAY)
        assert open_notices(store) == []
        assert watched_feeds(store)[0].errors_in_a_row == 1
