"""What is kept of each feed, and which feeds are due."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from crawler.remembering import digest
from stories.store import Store, open_store
from stories.store_feeds import FeedState, due_feeds, save_changes, watch_feeds, watched_feeds
from stories.store_hosts import HostState, forget_host, save_host, waiting_hosts
from tests.polling import DAY, HOUR, MINUTE, NOW

OLD, NEW = "https://example.org/rss", "https://new.example/rss"


def test_the_entries_a_feed_listed_are_remembered_as_the_crawler_named_them(tmp_path: Path) -> None:
    listed = frozenset(digest(entry) for entry in (b"one", b"two", b"three"))
    with open_store(tmp_path / "archive.db") as store:
        watch_feeds(store, [("https://example.org/rss", "Example")], now=NOW)
        (feed,) = watched_feeds(store)
        with store.writing():
            save_changes(store, replace(feed, entry_digests=listed), before=feed)
        (feed,) = watched_feeds(store)
    assert feed.entry_digests == listed


def kept(store: Store, **known: object) -> FeedState:
    """Return the one feed of an archive, with what is `known` of it."""
    watch_feeds(store, [(OLD, "Example")], now=NOW)
    (feed,) = watched_feeds(store)
    changed = replace(feed, **known)  # type: ignore[arg-type]
    with store.writing():
        save_changes(store, changed, before=feed)
    return changed


def test_everything_known_of_a_feed_is_kept(store: Store) -> None:
    feed = kept(
        store,
        wait=90 * MINUTE,
        because="rhythm",
        offers_validators=False,
        rhythm=timedelta(seconds=1234.5),
        newest_at=NOW - HOUR,
        fresh_for=HOUR,
        ttl=DAY,
        skip_hours=frozenset({0, 7, 23}),
        skip_days=frozenset({0, 6}),
        failing_since=NOW,
        status=503,
        is_unreached=True,
        retired_at=NOW,
        moved_to=NEW,
        moving_to=OLD,
        moving_since=NOW,
        moving_answers=2,
        renamings=3,
        renamed_at=NOW,
    )
    assert watched_feeds(store) == [feed]


def test_a_check_writes_what_changed(store: Store) -> None:
    feed = kept(store, etag=b"1")
    checked = replace(feed, last_polled_at=NOW, next_poll_at=NOW + HOUR)
    with store.writing():
        save_changes(store, checked, before=feed)
    assert watched_feeds(store) == [checked]


def test_a_retired_feed_is_not_due_until_it_is_configured_anew(store: Store) -> None:
    kept(store, retired_at=NOW)
    watch_feeds(store, [(OLD, "Example")], now=NOW)
    assert due_feeds(store, now=NOW + DAY) == []
    watch_feeds(store, [], now=NOW)
    watch_feeds(store, [(OLD, "Example")], now=NOW)
    assert [feed.address for feed in due_feeds(store, now=NOW + DAY)] == [OLD]


def test_the_address_a_feed_moved_to_is_that_feed_when_it_is_configured(store: Store) -> None:
    feed = kept(store, moved_to=NEW, first_answered_at=NOW, etag=b"new")
    watch_feeds(store, [(NEW, "Example")], now=NOW)
    assert watched_feeds(store) == [replace(feed, address=NEW, moved_to=None)]


def test_two_feeds_stay_two_though_one_moved_to_the_other(store: Store) -> None:
    feed = kept(store, moved_to=NEW)
    watch_feeds(store, [(OLD, "Example"), (NEW, "New")], now=NOW)
    assert [each.id == feed.id for each in watched_feeds(store)] == [True, False]


def test_a_next_poll_that_only_a_wrong_clock_can_have_planned_is_pulled_back(store: Store) -> None:
    kept(store, next_poll_at=NOW + 24 * HOUR, wait=DAY)
    assert due_feeds(store, now=NOW) == []
    kept(store, next_poll_at=NOW + 26 * HOUR, wait=DAY)
    assert len(due_feeds(store, now=NOW)) == 1
    kept(store, next_poll_at=NOW + 7 * DAY, wait=7 * DAY)
    assert due_feeds(store, now=NOW) == []


def test_a_host_waits_until_its_time_and_is_forgotten_by_an_answer_after_it(store: Store) -> None:
    host = HostState(host="a.example", waits_until=NOW + HOUR, status=429, refusals=2)
    with store.writing():
        save_host(store, host)
        save_host(store, replace(host, host="wrong-clock.example", waits_until=NOW + 30 * DAY))
        forget_host(store, "a.example", now=NOW + MINUTE)
        forget_host(store, "wrong-clock.example", now=NOW + MINUTE)
    assert waiting_hosts(store, now=NOW) == {"a.example": host}
    assert waiting_hosts(store, now=NOW + HOUR) == {}
    assert waiting_hosts(store, now=NOW + 30 * DAY - HOUR) == {}
