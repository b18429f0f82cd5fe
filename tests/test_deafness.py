"""Feeds that answer and say nothing: silent beyond their rhythm, emptied, or with errors in place of news."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.poll import Outcome, PollResult
from scheduler.after_poll import after_poll
from scheduler.deafness import are_errors, is_frozen, limit_of_silence
from scheduler.feed_notices import tell_of_feeds
from scheduler.timetable import Terms
from stories.model import Article
from stories.store import Store
from stories.store_feeds import FeedState, save_changes, watch_feeds, watched_feeds
from stories.store_notices import NoticeKind, open_notices
from tests.building import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = FeedState(
    id=1,
    address="https://one.example/rss",
    name="One",
    next_poll_at=NOON,
    first_answered_at=NOON - 30 * DAY,
    last_answered_at=NOON,
    rhythm=2 * HOUR,
    newest_at=NOON - HOUR,
)


def polled(feed: FeedState, titles: Sequence[str], *, known: int = 0, days: float = 0) -> FeedState:
    """Return `feed` after a document of new `titles`, and of `known` entries that it listed before."""
    articles = tuple(Article(title=title, url=f"https://one.example/{number}") for number, title in enumerate(titles))
    result = PollResult(
        feed_id=feed.id,
        outcome=Outcome.ANSWERED,
        articles=articles,
        entries=len(articles) + known,
        body_digest=b"b" * 16,
    )
    return after_poll(feed, result, terms=Terms(), now=NOON + timedelta(days=days), chance=0.5)


@pytest.mark.parametrize(
    ("rhythm", "silence", "frozen"),
    [
        (timedelta(minutes=10), timedelta(hours=23), False),
        (timedelta(minutes=10), timedelta(hours=25), True),
        (3 * HOUR, 3.9 * DAY, False),  # a weekend and a holiday
        (3 * HOUR, 4.1 * DAY, True),
        (DAY, 9.9 * DAY, False),
        (DAY, 10.1 * DAY, True),
    ],
)
def test_a_feed_is_frozen_when_it_is_silent_far_beyond_its_rhythm(
    rhythm: timedelta, silence: timedelta, frozen: bool
) -> None:
    assert is_frozen(replace(FEED, rhythm=rhythm, newest_at=NOON - silence), now=NOON) is frozen


@pytest.mark.parametrize(
    "change",
    [
        {"failing_since": NOON - DAY},
        {"retired_at": NOON},
        {"empty_since": NOON},
        {"rhythm": None},
        {"last_answered_at": None},
        {"last_answered_at": NOON - 39 * DAY},  # nobody asked it: the service was off
    ],
    ids=str,
)
def test_what_is_known_otherwise_or_was_not_asked_is_not_frozen(change: dict[str, object]) -> None:
    silent = replace(FEED, newest_at=NOON - 40 * DAY)
    assert is_frozen(silent, now=NOON)
    assert not is_frozen(replace(silent, **change), now=NOON)  # type: ignore[arg-type]


def test_the_limit_of_silence_grows_with_the_rhythm() -> None:
    limits = [limit_of_silence(HOUR * hours) for hours in (0.1, 1, 12, 240)]
    assert limits == [DAY, 4 * DAY, 5 * DAY, 100 * DAY]


def test_a_feed_that_lists_nothing_any_more_is_empty_since_then_until_it_lists_again() -> None:
    emptied = polled(polled(FEED, []), [], days=1)
    assert emptied.empty_since == NOON
    assert polled(emptied, [], known=20, days=2).empty_since is None


def test_a_feed_that_never_listed_anything_has_lost_nothing() -> None:
    assert polled(replace(FEED, first_answered_at=None), []).empty_since is None


def test_errors_in_place_of_news_are_known_until_news_comes() -> None:
    erring = polled(FEED, ["Bridge returned error 429! (20780)"])
    again = polled(erring, [], known=1, days=1)
    assert again.errors_listed_since == NOON
    assert polled(again, ["Court rules in antitrust case"], known=1, days=2).errors_listed_since is None
    assert polled(again, [], known=20, days=2).errors_listed_since is None


def test_one_known_entry_is_no_error_by_itself() -> None:
    assert polled(FEED, [], known=1).errors_listed_since is None


@pytest.mark.parametrize(
    "title",
    ["Error", "Error 404", "404 Not Found", "403 Forbidden", "Just a moment...", "RSS reader not yet whitelisted!",
     "HTTP 500 Internal Server Error", "Rate limit exceeded", "Access Denied", "Feed not found", "Bad Gateway"],
)  # fmt: skip
def test_an_error_is_known_by_its_title(title: str) -> None:
    assert are_errors([title])


@pytest.mark.parametrize(
    "title",
    ["Error in the tax code costs millions", "500 workers lose their jobs", "Access denied: journalists kept out",
     "Not found: how a painting vanished", "404 is the loneliest number", "Forbidden City reopens"],
)  # fmt: skip
def test_news_of_errors_is_news(title: str) -> None:
    assert not are_errors([title])


def test_errors_among_news_do_not_make_a_feed_one_of_errors() -> None:
    assert not are_errors(["Error 404", "Court rules"])
    assert not are_errors(["Error 404"] * 4)
    assert not are_errors([])


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"newest_at": NOON - 9 * DAY}, NoticeKind.FROZEN, "nothing new came since 13 Nov 2026"),
        ({"empty_since": NOON - DAY}, NoticeKind.EMPTY, "lists nothing since 21 Nov 2026"),
        ({"errors_listed_since": NOON - DAY}, NoticeKind.ERRORS, "nothing but error messages since 21 Nov 2026"),
    ],
    ids=["frozen", "empty", "errors"],
)
def test_deafness_is_told_once_and_its_end_too(
    store: Store, change: dict[str, object], kind: NoticeKind, words: str
) -> None:
    watch_feeds(store, [(FEED.address, FEED.name)], now=NOON)
    (new,) = watched_feeds(store)
    well = replace(FEED, id=new.id)
    deaf = replace(well, **change)  # type: ignore[arg-type]
    with store.writing():
        save_changes(store, deaf, before=new)
    tell_of_feeds(store, now=NOON)
    tell_of_feeds(store, now=NOON + HOUR)
    (notice,) = open_notices(store)
    assert notice.kind is kind
    assert words in notice.sentence
    with store.writing():
        save_changes(store, well, before=deaf)
    tell_of_feeds(store, now=NOON + HOUR)
    assert open_notices(store) == []


def test_an_emptied_feed_is_told_of_only_after_a_day(store: Store) -> None:
    watch_feeds(store, [(FEED.address, FEED.name)], now=NOON)
    (new,) = watched_feeds(store)
    with store.writing():
        save_changes(store, replace(FEED, id=new.id, empty_since=NOON - HOUR), before=new)
    tell_of_feeds(store, now=NOON)
    assert open_notices(store) == []
