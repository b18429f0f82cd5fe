"""The open stories in memory and in the archive: a restart changes nothing, and neither does a failure."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import pytest

from alerts.matching import TopicIndex
from alerts.stages import StageIndex
from scheduler.arrival import Arrival
from scheduler.ingest import take_in
from scheduler.watch import Watch
from stories.grouping import WINDOW, Grouper
from stories.joining import Joining
from stories.migrations import migrations
from stories.model import Article
from stories.store import Store, StoreError, open_store
from stories.store_articles import count_articles
from stories.store_grouping import grouper_of
from stories.store_stories import ChangeKind, merge_stories, split_story
from stories.terms import features_of
from tests.building import NOON
from tests.hearing import newsroom_articles, partition, sizes, told
from tests.test_sketch import STORY

NOTHING_WATCHED = Watch(
    feeds=MappingProxyType({}),
    topics=TopicIndex([]),
    stages=StageIndex([]),
    topic_of={},
    alert_if_younger_than=timedelta(hours=24),
)
NOW = NOON + timedelta(days=60)
FINE = "Norvex Bank fined $40 million over money laundering controls"


def take(store: Store, *articles: Article, now: datetime = NOW, batch: int = 1000) -> None:
    """Take in articles, `batch` to a transaction."""
    for start in range(0, len(articles), batch):
        with store.writing():
            take_in(store, articles[start : start + batch], NOTHING_WATCHED, Arrival(feed_id=None, origin="x", now=now))


def joinings(grouper: Grouper, articles: Sequence[Article]) -> list[Joining]:
    return [grouper.place(features_of(each), each.published_at or NOW)[0] for each in articles]


@contextmanager
def restarted(store: Store) -> Iterator[Store]:
    """Open the archive once more, as the next start would find it."""
    with open_store(store.path) as again:
        yield again


def assert_a_restart_changes_nothing(store: Store, ahead: Sequence[Article] = newsroom_articles()[-12:]) -> None:
    lived_on = joinings(grouper_of(store), ahead)
    with restarted(store) as again:
        assert joinings(grouper_of(again), ahead) == lived_on


def small(number: int, *, at: datetime | None = None) -> Article:
    """Return one of any number of short articles; some tell one story."""
    names = (
        "Norvex",
        "Calder",
        "Haldane",
        "Orbant",
        "Delmore",
        "Castellan",
        "Prevora",
        "Vandrell",
        "Terano",
        "Brannock",
    )
    who, whom = names[number * 7 % 10], names[number * 3 % 10 - 1]
    title = f"{who}{number // 40} sues {whom}{number // 60} over patent {number // 5}"
    return Article(title=title, outlet=f"Outlet {number % 5}", given_id=f"s{number}", published_at=at or NOON)


# Restarts


@pytest.mark.parametrize("undated", [False, True], ids=["dated", "undated"])
def test_after_a_restart_at_any_point_every_article_joins_as_if_nothing_had_happened(
    store: Store, undated: bool
) -> None:
    articles = newsroom_articles()
    for number, each in enumerate(articles):
        now = NOW + timedelta(minutes=number, microseconds=number * 137 + 1)
        take(store, replace(each, published_at=None) if undated else each, now=now)
        if number % 6 == 0:
            ahead = [replace(each, published_at=now + timedelta(hours=1)) for each in articles[number + 1 : number + 9]]
            assert_a_restart_changes_nothing(store, ahead)
    assert sizes(story for (story,) in store.db.execute("SELECT story_id FROM articles"))[0] > 3


def test_instants_finer_than_the_archive_keeps_them_make_no_difference_after_a_restart(store: Store) -> None:
    last = NOON + timedelta(microseconds=900)
    take(store, *newsroom_articles(), *(told(f"{FINE} {n}", outlet=f"Outlet {n}") for n in range(3)))
    take(store, replace(told(FINE, outlet="Circuit"), published_at=last, given_id="last"))
    at_the_end = replace(told(FINE, outlet="Meridian"), published_at=last + WINDOW - timedelta(microseconds=400))
    assert_a_restart_changes_nothing(store, [at_the_end])


def test_a_restart_after_every_article_gives_the_stories_of_one_life(tmp_path: Path) -> None:
    articles = newsroom_articles()
    with open_store(tmp_path / "one.db") as one:
        take(one, *articles)
        in_one_life = partition(one)
    for number, each in enumerate(articles):
        if number % 3 == 0:
            opened = open_store(tmp_path / "many.db")
            many = opened.__enter__()
        take(many, each)
        if number % 3 == 2 or number == len(articles) - 1:
            found = partition(many)
            opened.__exit__(None, None, None)
    assert found == in_one_life


def test_a_restart_changes_nothing_after_stories_were_merged_by_rule(store: Store) -> None:
    from stories.store_grouping import merge_by_rule

    take(store, *newsroom_articles()[:40])
    stories = sorted({story for (story,) in store.db.execute("SELECT story_id FROM articles")})
    with store.writing():
        for kept, gone in list(pairwise(stories))[:8:2]:
            merge_by_rule(store, kept, gone, reason="", now=NOW)
    assert_a_restart_changes_nothing(store, newsroom_articles()[40:])
    take(store, *newsroom_articles()[40:])
    assert_a_restart_changes_nothing(store)


def test_a_restart_changes_nothing_after_stories_were_joined_and_split_by_people(tmp_path: Path) -> None:
    articles = newsroom_articles()
    with open_store(tmp_path / "archive.db") as store:
        take(store, *articles[:45])
        members = max(partition(store), key=len)
        (story,) = store.db.execute("SELECT story_id FROM articles WHERE id = ?", [members[0]]).fetchone()
        others = [each for (each,) in store.db.execute("SELECT id FROM stories WHERE id != ?", [story])]
        with store.writing():
            split_story(store, story, members[:2], reason="", now=NOW)
            merge_stories(store, others[0], others[1], kind=ChangeKind.JOIN, reason="", now=NOW)
    with open_store(tmp_path / "archive.db") as store:
        take(store, *articles[45:55])
        assert_a_restart_changes_nothing(store, articles[55:])


def test_stories_that_people_parted_are_never_merged_by_rule_again(tmp_path: Path) -> None:
    same = [told("Port Maren to close two terminals", text=STORY, hours=n) for n in range(4)]
    with open_store(tmp_path / "archive.db") as store:
        take(store, *newsroom_articles())
        take(store, *(replace(each, given_id=f"n{n}", outlet=f"O{n}") for n, each in enumerate(same)))
        (story,) = store.db.execute("SELECT story_id FROM articles WHERE id = 'n0'").fetchone()
        with store.writing():
            other = split_story(store, story, ["n2", "n3"], reason="", now=NOW)
    with open_store(tmp_path / "archive.db") as store:
        for number in range(20):
            take(store, replace(same[0], given_id=f"later{number}", outlet=f"P{number}"))
        homes = dict(store.db.execute("SELECT id, story_id FROM articles WHERE id LIKE 'n_'").fetchall())
        assert homes == {"n0": story, "n1": story, "n2": other, "n3": other}


# Closing


def test_stories_that_are_over_are_forgotten_and_a_restart_finds_the_same(store: Store) -> None:
    articles = [small(number, at=NOON + timedelta(minutes=9 * number)) for number in range(2_600)]
    ahead = [small(number, at=NOON + timedelta(minutes=9 * number)) for number in range(2_570, 2_640)]
    for start, end in ((0, 990), (990, 1_010), (1_010, 1_990), (1_990, 2_010), (2_010, 2_600)):
        take(store, *articles[start:end])
        assert_a_restart_changes_nothing(store, ahead)
    (over,) = store.db.execute("SELECT count(*) FROM stories WHERE is_over").fetchone()
    assert over > 0
    assert len(grouper_of(store)) < 2_600


def test_a_story_is_not_over_because_one_feed_brings_an_old_article_or_one_from_tomorrow(store: Store) -> None:
    days = [timedelta(days=-300), timedelta(hours=20), *(timedelta(hours=n % 48) for n in range(998))]
    take(store, *(small(number, at=NOON + day) for number, day in enumerate(days)))
    (open_ones,) = store.db.execute("SELECT count(*) FROM stories WHERE NOT is_over").fetchone()
    (stories,) = store.db.execute("SELECT count(*) FROM stories WHERE joined_to IS NULL").fetchone()
    assert open_ones == stories - 1, "only the one from long ago"


def test_what_is_taken_in_late_and_out_of_order_leaves_the_memory_as_a_restart_finds_it(store: Store) -> None:
    articles = [small(number, at=NOON + timedelta(hours=(number * 389) % 300)) for number in range(1_400)]
    take(store, *articles)
    assert_a_restart_changes_nothing(store, [small(number, at=NOON + timedelta(hours=299)) for number in range(60)])


# Batches


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_how_many_articles_come_in_one_transaction_does_not_matter(store: Store, batch: int, tmp_path: Path) -> None:
    articles = newsroom_articles()
    take(store, *articles, batch=batch)
    with open_store(tmp_path / "other.db") as other:
        take(other, *articles, batch=20)
        assert partition(store) == partition(other)


# Failures


def test_a_transaction_that_fails_leaves_nothing_in_the_memory(store: Store, tmp_path: Path) -> None:
    articles = newsroom_articles()
    take(store, *articles[:30])
    with pytest.raises(ZeroDivisionError), store.writing():
        take_in(store, articles[30:50], NOTHING_WATCHED, Arrival(feed_id=None, origin="x", now=NOW))
        1 / 0  # noqa: B018  what a fault of ours would raise
    take(store, *articles[30:])
    with open_store(tmp_path / "other.db") as other:
        take(other, *articles)
        assert partition(store) == partition(other)


def test_a_disk_that_is_full_half_way_costs_nothing_but_time(store: Store, tmp_path: Path) -> None:
    articles = [replace(each, text=each.text * 5) for each in newsroom_articles()]
    taken = failures = 0
    while taken < len(articles):
        (pages,) = store.db.execute("PRAGMA page_count").fetchone()
        store.db.execute(f"PRAGMA max_page_count = {pages + failures % 4 + 1}")
        try:
            take(store, *articles[taken : taken + 6])
        except StoreError as error:
            assert "full" in str(error)
            failures += 1
            if failures % 4 == 0:
                store.db.execute("PRAGMA max_page_count = 100000")
                take(store, *articles[taken : taken + 6])
                taken += 6
        else:
            taken += 6
    store.db.execute("PRAGMA max_page_count = 100000")
    assert failures > 3
    with open_store(tmp_path / "other.db") as other:
        take(other, *articles)
        assert partition(store) == partition(other)
    assert_a_restart_changes_nothing(store)


# An archive from before


def test_an_archive_from_before_stories_had_many_articles_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old_archive(path)
    with open_store(path) as store:
        assert len(grouper_of(store)) == 1, "what was told in the last days may still be told again"
        take(store, *newsroom_articles())
        assert count_articles(store) == len(newsroom_articles()) + 1
        (story,) = store.db.execute("SELECT story_id FROM articles WHERE id = 'old'").fetchone()
        assert store.db.execute("SELECT count(*) FROM articles WHERE story_id = ?", [story]).fetchone() == (1,)
        assert_a_restart_changes_nothing(store)


def old_archive(path: Path) -> None:
    """Make an archive as it was before the third step of its schema, with one article."""
    from sqlite_utils import Database

    from stories.store import APPLICATION_ID

    db = Database(sqlite3.connect(path, isolation_level=None))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(db, stop_before="stories_of_many_articles")
    db.execute(
        "INSERT INTO stories (started_at, last_article_at) VALUES ('2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z')"
    )
    db.execute(
        "INSERT INTO articles (id, story_id, title, summary, text, seen_at)"
        " VALUES ('old', 1, 'Norvex fined', '', '', '2026-11-22T10:00:00Z')"
    )
    db.close()
