"""Texts and articles that are let go for their age: what stays, and that nothing old comes back as new."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scheduler.arrival import Arrival, Counts
from scheduler.article_history import history_of
from scheduler.ingest import take_in
from scheduler.json_lines import article_of, line_of
from stories.store import Store, open_store
from stories.store_articles import all_articles, search_articles
from stories.store_labels import Label, Verdict, save_label
from stories.store_retention import Place, let_articles_go, let_texts_go
from stories.store_stories import ChangeKind, home_of, merge_stories, split_story
from stories.store_story_list import Wanted, newest_stories
from tests import crashing
from tests.building import NOON
from tests.test_ingest import WATCH

LATER = NOON + timedelta(days=900)
FEW = 3  # articles in one step, so that there are many


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Store]:
    """An archive with two days of a small newsroom, whose stories are over."""
    with open_store(tmp_path / "played.db") as store:
        crashing.play(store)
        with store.writing():
            store.db.execute("UPDATE stories SET is_over = 1")
            store.grouper.clear()
        yield store


def texts_go(store: Store, *, before: datetime = LATER) -> int:
    gone = 0
    place: Place | None = Place()
    while place is not None:
        step = let_texts_go(store, seen_before=before, after=place, most=FEW, now=LATER)
        gone, place = gone + step.gone, step.place
    return gone


def articles_go(store: Store, *, before: datetime = LATER) -> int:
    gone = 0
    place: Place | None = Place()
    while place is not None:
        step = let_articles_go(store, seen_before=before, after=place, most=FEW)
        gone, place = gone + step.gone, step.place
    return gone


def count(store: Store, what: str) -> int:
    return int(store.db.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


def check_whole(store: Store) -> None:
    """The file, its references, and the index of words against what the articles say."""
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
    store.db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    assert count(store, "stories WHERE joined_to IS NULL AND id NOT IN (SELECT story_id FROM articles)") == 0
    assert newest_stories(store, Wanted(), limit=1000)  # which an empty story would break


def test_texts_go_and_headlines_are_still_found(played: Store) -> None:
    word = "antitrust"
    with_text = count(played, "articles WHERE text != ''")
    before = search_articles(played, word, limit=1000)
    assert texts_go(played) == with_text > FEW
    assert count(played, "articles WHERE text != '' OR features IS NOT NULL") == 0
    after = search_articles(played, word, limit=1000)
    assert after
    assert {each.archived.id for each in after} == {
        each.archived.id
        for each in before
        if word in f"{each.archived.article.title} {each.archived.article.summary}".lower()
    }
    check_whole(played)


def test_only_what_is_old_enough_goes(played: Store) -> None:
    (middle,) = played.db.execute("SELECT seen_at FROM articles ORDER BY seq LIMIT 1 OFFSET 40").fetchone()
    before = datetime.fromisoformat(middle)
    texts_go(played, before=before)
    assert count(played, f"articles WHERE text_gone_at IS NULL AND seen_at < '{middle}'") == 0
    assert count(played, f"articles WHERE text_gone_at IS NOT NULL AND seen_at >= '{middle}'") == 0
    articles_go(played, before=before)
    check_whole(played)


def test_articles_go_but_not_those_that_alerts_labels_and_corrections_refer_to(played: Store) -> None:
    ids = [row[0] for row in played.db.execute("SELECT id FROM articles ORDER BY seq")]
    told = {row[0] for row in played.db.execute("SELECT article_id FROM alerts")}
    (story_id, *_), *_ = played.db.execute(
        "SELECT story_id, count(*) AS n FROM articles GROUP BY 1 HAVING n > 2 ORDER BY n DESC"
    )
    members = [row[0] for row in played.db.execute("SELECT id FROM articles WHERE story_id = ?", [story_id])]
    labelled = next(each for each in ids if each not in told and each not in members)
    with played.writing():
        save_label(played, Label(labelled, "Deals", Verdict.BAD), now=NOON)
        split_story(played, story_id, members[:1], reason="a person said so", now=NOON)
    texts_go(played)
    assert articles_go(played) > FEW
    kept = {row[0] for row in played.db.execute("SELECT id FROM articles")}
    assert kept == told | {labelled} | set(members) | {ids[-1]}
    assert count(played, "articles WHERE text != ''") == 0
    check_whole(played)
    assert articles_go(played) == 0


def test_sightings_alerts_and_deliveries_stay_for_ever(played: Store) -> None:
    what = ("sightings", "alerts", "deliveries")
    before = [count(played, each) for each in what]
    texts_go(played)
    articles_go(played)
    assert [count(played, each) for each in what] == before


def test_nothing_old_comes_back_as_new_when_its_feed_lists_it_again(played: Store) -> None:
    texts_go(played)
    assert articles_go(played) > 0
    before = {what: count(played, what) for what in ("articles", "alerts", "matches", "revisions", "stories")}
    crashing.play(played)  # the same documents again, from the first to the last
    assert {what: count(played, what) for what in before} == before
    check_whole(played)


def test_a_known_text_is_no_edit_after_it_was_let_go(played: Store) -> None:
    texts_go(played)
    crashing.play(played)
    assert count(played, "revisions") == 0
    assert count(played, "articles WHERE text != ''") == 0


def test_a_story_that_is_still_compared_keeps_its_texts(played: Store) -> None:
    with played.writing():
        played.db.execute("UPDATE stories SET is_over = 0 WHERE id = (SELECT story_id FROM alerts LIMIT 1)")
    texts_go(played)
    articles_go(played)
    of_open = "articles WHERE story_id IN (SELECT id FROM stories WHERE is_over = 0) AND text_gone_at IS"
    assert count(played, f"{of_open} NOT NULL") == 0
    assert count(played, f"{of_open} NULL") > 0
    check_whole(played)


def test_a_story_that_went_into_another_goes_with_it(played: Store) -> None:
    told = {row[0] for row in played.db.execute("SELECT story_id FROM alerts")}
    (latest,) = played.db.execute("SELECT max(id) FROM stories").fetchone()
    kept, gone, *_ = (
        row[0]
        for row in played.db.execute("SELECT DISTINCT story_id FROM articles ORDER BY 1")
        if row[0] not in {*told, latest}
    )
    with played.writing():
        merge_stories(played, kept, gone, kind=ChangeKind.MERGE, reason="a rule said so", now=NOON)
    (middle,) = played.db.execute("SELECT max(seen_at) FROM articles WHERE story_id = ?", [kept]).fetchone()
    texts_go(played)
    articles_go(played, before=datetime.fromisoformat(middle))  # the last of them stays
    assert count(played, f"stories WHERE id IN ({kept}, {gone})") == 2
    assert home_of(played, gone) == kept
    articles_go(played)
    assert count(played, f"stories WHERE id IN ({kept}, {gone})") == 0
    assert count(played, f"story_changes WHERE {gone} IN (story_id, other_id)") == 0
    check_whole(played)


def test_the_index_of_words_is_really_compared_with_the_articles(played: Store) -> None:
    played.db.execute("UPDATE articles SET title = 'something else' WHERE seq = 1")
    with pytest.raises(sqlite3.DatabaseError):
        check_whole(played)


def test_why_tells_of_an_article_that_is_gone(played: Store) -> None:
    texts_go(played)
    articles_go(played)
    (gone,) = played.db.execute(
        "SELECT article_id FROM sightings WHERE article_id NOT IN (SELECT id FROM articles) LIMIT 1"
    ).fetchone()
    history = history_of(played, gone)
    assert history.archived is None
    assert history.seen


def test_an_import_does_not_bring_back_what_was_let_go(played: Store) -> None:
    lines = [json.dumps(line_of(found)) for found in all_articles(played)]
    texts_go(played)
    gone = articles_go(played)
    assert gone
    left = count(played, "articles")
    articles = tuple(article_of(line)[0] for line in lines)
    with played.writing():
        counts = take_in(played, articles, WATCH, Arrival(feed_id=None, origin="import", now=LATER, is_silent=True))
    assert counts == Counts(known=len(lines))
    assert count(played, "articles") == left
