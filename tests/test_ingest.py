"""One poll into the archive: what is new, what is known, what is told, and that it is all or nothing."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from alerts.stages import StageIndex
from crawler.poll import Outcome, PollResult
from crawler.settings import FeedSettings
from scheduler.arrival import Arrival, Counts
from scheduler.ingest import ingest_poll, take_in
from scheduler.watch import Watch
from stories.identity import sighting_of
from stories.model import Article
from stories.store import Store
from stories.store_alerts import newest_alerts
from stories.store_articles import all_articles, count_articles, earlier_sightings, search_articles
from stories.store_feeds import due_feeds, watch_feeds, watched_feeds
from stories.store_outbox import outbox_counts

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEDGER, CIRCUIT = "https://ledger.example/rss", "https://circuit.example/rss"


def watch(**words: list[str]) -> Watch:
    topic = TopicSettings.model_validate(
        {"name": "T", "channels": ["console", "slack"], **(words or {"keywords": ["antitrust"]})}
    )
    feeds = {address: FeedSettings(name=address[8:15], address=address) for address in (LEDGER, CIRCUIT)}
    return Watch(
        feeds=MappingProxyType(feeds),
        topics=TopicIndex([topic]),
        stages=StageIndex([topic]),
        topic_of={"T": topic},
        alert_if_younger_than=timedelta(hours=24),
    )


WATCH = watch()


def article(title: str = "Office opens an antitrust case", **fields: object) -> Article:
    given: dict[str, object] = {"title": title, "published_at": NOW - timedelta(hours=1), **fields}
    return Article(**given)  # type: ignore[arg-type]


def poll(
    store: Store, *articles: Article, feed: str = LEDGER, now: datetime = NOW, watching: Watch = WATCH, **result: object
) -> Counts:
    watch_feeds(store, [(LEDGER, "The Ledger"), (CIRCUIT, "Circuit")], now=NOW)
    (feed_id,) = [each.id for each in watched_feeds(store) if each.address == feed]
    answer = PollResult(feed_id=feed_id, outcome=Outcome.ANSWERED, articles=articles, entries=len(articles))
    return ingest_poll(store, replace(answer, **result), watching, now=now, chance=0)  # type: ignore[arg-type]


def titles(store: Store) -> list[str]:
    return [found.archived.article.title for found in all_articles(store)]


def outcomes(store: Store) -> list[tuple[str, str]]:
    return list(store.db.execute("SELECT outcome, reason FROM matches ORDER BY id"))


def test_a_match_becomes_an_alert_and_a_delivery_for_each_channel(store: Store) -> None:
    counts = poll(store, article(url="https://ledger.example/1", guid="1"))
    assert (counts.new, counts.matches, counts.alerts) == (1, 1, 1)
    (alert,) = newest_alerts(store, limit=9)
    assert alert.deliveries == ("console: new", "slack: new")
    assert alert.reason == "“antitrust” in the title"


def test_the_same_entry_again_is_known(store: Store) -> None:
    entry = article(url="https://ledger.example/1", guid="1")
    poll(store, entry)
    assert poll(store, entry, now=NOW + timedelta(hours=1)) == Counts(known=1)


def test_an_edited_headline_is_a_revision_and_not_an_article(store: Store) -> None:
    poll(store, article("Office looks at OpenAI", url="https://ledger.example/1", guid="1"))
    counts = poll(store, article("Office opens antitrust case", url="https://ledger.example/1", guid="1"))
    assert (counts.new, counts.revised, counts.alerts) == (0, 1, 1)
    assert titles(store) == ["Office opens antitrust case"]
    assert list(store.db.execute("SELECT title FROM revisions")) == [("Office looks at OpenAI",)]
    assert [found.archived.article.title for found in search_articles(store, "antitrust", limit=9)] == titles(store)
    assert search_articles(store, "looks", limit=9) == []


@pytest.mark.parametrize("guid", ["1", None])
def test_the_same_text_in_other_paragraphs_is_no_edit(store: Store, guid: str | None) -> None:
    poll(store, article(guid=guid, text="It said so. It will go on."))
    counts = poll(store, article(guid=guid, text="It said so.\nIt will go on."))
    assert (counts.new, counts.known, counts.revised) == (0, 1, 0)


def test_an_article_edited_ten_times_is_told_once(store: Store) -> None:
    for number in range(10):
        poll(store, article(f"Antitrust case, update {number}", url="https://ledger.example/1", guid="1"))
    assert len(newest_alerts(store, limit=99)) == 1


def test_one_address_in_two_feeds_is_one_article(store: Store) -> None:
    poll(store, article(url="https://ledger.example/1?utm_source=rss", guid="1"))
    counts = poll(store, article("Another headline for it", url="http://www.ledger.example/1", guid="x"), feed=CIRCUIT)
    assert (counts.new, counts.known, counts.revised) == (0, 1, 0)


def test_words_that_only_a_second_feed_has_are_matched_too(store: Store) -> None:
    poll(store, article("Office opens a case", url="https://ledger.example/1", guid="1"))
    counts = poll(store, article("Antitrust case opened", url="https://ledger.example/1", guid="x"), feed=CIRCUIT)
    assert (counts.new, counts.alerts) == (0, 1)


def test_a_feed_that_changes_all_its_guids_brings_nothing_new(store: Store) -> None:
    before = [
        article(f"Story number {n} of the day", url=f"https://ledger.example/{n}", guid=f"old-{n}") for n in range(25)
    ]
    poll(store, *before)
    after = [replace(each, guid=f"new-{n}") for n, each in enumerate(before)]
    assert poll(store, *after).new == 0
    assert poll(store, *before).new == 0


def test_guids_and_tracking_minted_at_every_poll_bring_nothing_new(store: Store) -> None:
    for number in range(20):
        link = f"https://ledger.example/1?utm_campaign=poll-{number}"
        poll(store, article(url=link, guid=f"minted-{number}"), now=NOW + timedelta(hours=number))
    assert count_articles(store) == 1
    assert len(newest_alerts(store, limit=9)) == 1
    assert store.db.table("sightings").count == 1


def test_a_feed_that_moves_to_another_domain_brings_nothing_new(store: Store) -> None:
    before = [
        article(f"Story number {n} of the day", url=f"https://ledger.example/{n}", guid=f"https://ledger.example/{n}")
        for n in range(9)
    ]
    poll(store, *before)
    moved = [
        replace(each, url=f"https://new.example/a/{n}", guid=f"https://new.example/a/{n}")
        for n, each in enumerate(before)
    ]
    assert poll(store, *moved).new == 0


def test_one_guid_for_different_articles_loses_none(store: Store) -> None:
    entries = [article(f"Case number {n} is opened", url=f"https://ledger.example/{n}", guid="same") for n in range(3)]
    assert poll(store, *entries).new == 3
    assert poll(store, *entries).new == 0


def test_a_page_of_notices_stands_for_as_many_articles_as_it_lists(store: Store) -> None:
    page = "https://ledger.example/notices"
    titles_of = ["Merger of two dairies cleared", "Inquiry into ticket prices", "Fine for a cement maker"]
    entries = [article(title, url=page, guid=str(number)) for number, title in enumerate(titles_of)]
    assert poll(store, *entries).new == 3
    assert poll(store, article("Charges against a search engine", url=page, guid="9"), *entries).new == 1
    assert poll(store, article("Remedies for a railway", url=page, guid="10")).new == 1


def test_an_article_without_guid_link_and_date_is_known_by_its_words(store: Store) -> None:
    entry = article("Just a headline", published_at=None)
    assert (poll(store, entry).new, poll(store, entry).new) == (1, 0)
    assert poll(store, article("Just a headline", published_at=None, summary="with other words")).new == 1


def test_what_was_seen_is_remembered_when_the_article_is_gone(store: Store) -> None:
    entry = article("Office opens a case", url="https://ledger.example/1", guid="1")
    poll(store, entry)
    with store.writing():
        store.db.execute("DELETE FROM articles")
    assert poll(store, entry) == Counts(known=1)
    assert count_articles(store) == 0


def test_identical_copies_are_one_story_and_told_once(store: Store) -> None:
    words = {"title": "Office opens an antitrust case", "summary": "The regulator said so on Friday in a statement."}
    poll(store, article(**words, url="https://ledger.example/1", guid="1"))
    poll(store, article(**words, url="https://circuit.example/9", guid="9"), feed=CIRCUIT)
    assert count_articles(store) == 2
    assert store.db.table("stories").count == 1
    assert [outcome for outcome, _ in outcomes(store)] == ["told", "already told"]


def test_the_same_words_a_week_later_are_another_story(store: Store) -> None:
    words = {"title": "Antitrust report", "summary": "What the courts decided on competition this week."}
    poll(store, article(**words, url="https://ledger.example/1", guid="1"))
    week = NOW + timedelta(days=7)
    poll(store, article(**words, url="https://ledger.example/2", guid="2", published_at=week), now=week)
    assert len(newest_alerts(store, limit=9)) == 2


def test_of_the_first_poll_only_the_young_is_told(store: Store) -> None:
    old = article(
        "An old antitrust case", url="https://ledger.example/1", guid="1", published_at=NOW - timedelta(days=3)
    )
    undated = article("An undated antitrust case", url="https://ledger.example/2", guid="2", published_at=None)
    poll(store, article(url="https://ledger.example/3", guid="3"), old, undated)
    assert sorted(outcome for outcome, _ in outcomes(store)) == ["baseline", "baseline", "told"]


def test_an_empty_first_answer_is_no_baseline(store: Store) -> None:
    poll(store)
    poll(store, article(url="https://ledger.example/1", guid="1", published_at=NOW - timedelta(days=3)))
    assert [outcome for outcome, _ in outcomes(store)] == ["baseline"]


def test_after_the_baseline_an_old_date_is_told(store: Store) -> None:
    poll(store, entries=1)
    poll(store, article(url="https://ledger.example/1", guid="1", published_at=NOW - timedelta(days=3)))
    assert [outcome for outcome, _ in outcomes(store)] == ["told"]


def test_a_failed_poll_is_no_baseline(store: Store) -> None:
    poll(store, outcome=Outcome.FAILED, error="the server answered 503")
    poll(store, article(url="https://ledger.example/1", guid="1", published_at=NOW - timedelta(days=3)))
    assert [outcome for outcome, _ in outcomes(store)] == ["baseline"]


def test_an_excluded_match_is_written_with_its_reason(store: Store) -> None:
    game = watch(keywords=["monopoly"], exclude=["board game"])
    poll(store, article("Monopoly, the board game", guid="1"), watching=game)
    assert outcomes(store) == [("excluded", "excluded by “board game” in the title")]
    assert newest_alerts(store, limit=9) == []


def test_an_edit_that_takes_the_excluded_word_away_is_told(store: Store) -> None:
    game = watch(keywords=["monopoly"], exclude=["board game"])
    poll(store, article("Monopoly, the board game", guid="1"), watching=game)
    poll(store, article("Monopoly charges for a search engine", guid="1"), watching=game)
    assert [outcome for outcome, _ in outcomes(store)] == ["told"]


def test_a_date_from_the_future_is_not_believed(store: Store) -> None:
    poll(store, article(guid="1", published_at=NOW + timedelta(days=365)))
    (found,) = all_articles(store)
    assert found.archived.article.published_at is None


def test_validators_are_kept_with_the_articles_they_vouch_for(store: Store) -> None:
    poll(store, article(guid="1"), etag=b'W/"odd "', last_modified=b"yesterday", body_digest=b"12345678")
    (feed, other) = watched_feeds(store)
    assert (feed.etag, feed.last_modified, feed.body_digest) == (b'W/"odd "', b"yesterday", b"12345678")
    assert other.etag is None


def test_an_unchanged_feed_keeps_what_is_known_of_it(store: Store) -> None:
    poll(store, article(guid="1"), etag=b'"1"')
    poll(store, outcome=Outcome.UNCHANGED, now=NOW + timedelta(hours=1))
    feed = watched_feeds(store)[0]
    assert (feed.etag, feed.last_polled_at) == (b'"1"', NOW + timedelta(hours=1))


def test_errors_are_counted_and_forgotten_at_the_first_good_answer(store: Store) -> None:
    for _ in range(3):
        poll(store, outcome=Outcome.FAILED, error="empty body")
    feed = watched_feeds(store)[0]
    assert (feed.errors_in_a_row, feed.error) == (3, "empty body")
    assert feed.next_poll_at == NOW + timedelta(minutes=15) * 8
    poll(store)
    feed = watched_feeds(store)[0]
    assert (feed.errors_in_a_row, feed.error) == (0, None)


def test_a_restart_never_makes_a_feed_due_early(store: Store) -> None:
    poll(store)
    planned = watched_feeds(store)[0].next_poll_at
    assert planned > NOW
    watch_feeds(store, [(LEDGER, "The Ledger")], now=NOW + timedelta(seconds=1))
    assert watched_feeds(store)[0].next_poll_at == planned


def test_a_poll_that_fails_half_way_leaves_nothing(store: Store) -> None:
    good = article("An antitrust case", guid="1")
    faulty = replace(good, title=object(), guid="2")  # type: ignore[arg-type]  # what a bug of ours would hand over
    with pytest.raises((TypeError, AttributeError, sqlite3.Error)):
        poll(store, faulty, good, etag=b'"1"')
    assert count_articles(store) == 0
    assert outbox_counts(store) == []
    assert watched_feeds(store)[0].etag is None


def importing(store: Store, *articles: Article, is_silent: bool = True) -> Counts:
    with store.writing():
        arrival = Arrival(feed_id=None, origin="import", now=NOW, is_silent=is_silent)
        return take_in(store, articles, WATCH, arrival)


def test_an_import_keeps_the_given_id_and_tells_nobody(store: Store) -> None:
    counts = importing(store, article(given_id="x-1", url="https://ledger.example/1"))
    assert (counts.new, counts.alerts) == (1, 0)
    assert [found.archived.id for found in all_articles(store)] == ["x-1"]


def test_two_given_ids_are_two_articles_even_at_one_address(store: Store) -> None:
    both = [article(f"Headline {n}", given_id=f"x-{n}", url="https://ledger.example/1") for n in range(2)]
    assert importing(store, *both).new == 2
    assert importing(store, *both).new == 0


def test_an_imported_line_leaves_alone_what_it_does_not_say(store: Store) -> None:
    whole = article("A case", given_id="x", url="https://ledger.example/1", summary="On cartels.", text="Long.")
    arrival = Arrival(feed_id=None, origin="import", now=NOW, is_silent=True)
    with store.writing():
        take_in(store, (whole,), WATCH, arrival)
        assert take_in(store, (article("A case", given_id="x"),), WATCH, arrival).revised == 0
        assert take_in(store, (article("Two cases", given_id="x"),), WATCH, arrival).revised == 1
    (found,) = all_articles(store)
    kept = found.archived.article
    assert (kept.title, kept.url, kept.summary, kept.text) == ("Two cases", whole.url, "On cartels.", "Long.")


def test_an_imported_article_is_known_to_the_feeds(store: Store) -> None:
    importing(store, article(given_id="x-1", url="https://ledger.example/1"))
    assert poll(store, article(url="https://ledger.example/1", guid="1")).new == 0
    assert newest_alerts(store, limit=9) == []


def test_the_same_articles_get_the_same_ids_anywhere(store: Store) -> None:
    poll(store, article(url="https://ledger.example/1", guid="1"))
    live = [found.archived.id for found in all_articles(store)]
    assert importing(store, article(url="http://ledger.example/1/")).new == 0
    assert [found.archived.id for found in all_articles(store)] == live


def test_entries_without_any_name_are_known_by_their_words(store: Store) -> None:
    at_front = article("Antitrust notice", url="https://ledger.example/", published_at=None, summary="of the dairies")
    assert [poll(store, at_front).new for _ in range(3)] == [1, 0, 0]
    twice = article("Antitrust twice", published_at=None)
    assert [poll(store, twice, twice).new for _ in range(3)] == [1, 0, 0]


def test_a_page_of_thousands_of_notices_is_taken_in_at_a_steady_pace(store: Store) -> None:
    page = "https://ledger.example/notices"
    entries = [article(f"Notice {n} about {n * 7}", url=page, guid=str(n)) for n in range(120)]
    assert poll(store, *entries).new == 120
    assert poll(store, *entries).new == 0
    looked_at = earlier_sightings(store, sighting_of(article("Notice", url=page, guid="new"), feed_id=1))
    assert len(looked_at) == 50


def test_an_edit_leaves_an_article_in_its_story(store: Store) -> None:
    poll(store, article("Dairies expect an antitrust case", url="https://ledger.example/1", guid="1"))
    poll(store, article("Antitrust case: railways raided in Oss", url="https://ledger.example/1", guid="1"))
    assert store.db.table("stories").count == 1
    assert [outcome for outcome, _ in outcomes(store)] == ["told"]


def test_a_headline_printed_every_day_tells_another_story_each_day(store: Store) -> None:
    for day in range(12):
        at = NOW + timedelta(days=day)
        text = {"title": "What the courts said on antitrust today", "url": f"https://ledger.example/{day}"}
        poll(store, article(**text, guid=str(day), published_at=at), now=at)
    assert len(newest_alerts(store, limit=99)) == 12


@pytest.mark.parametrize("year", [1, 1970, 1989])
def test_a_date_of_a_clock_that_was_never_set_is_not_believed(store: Store, year: int) -> None:
    at = datetime(year, 1, 1, tzinfo=UTC)
    arrival = Arrival(feed_id=None, origin="import", now=NOW)
    with store.writing():
        take_in(store, (article(given_id="a", published_at=at, seen_at=at),), WATCH, arrival)
    (found,) = all_articles(store)
    assert (found.archived.article.published_at, found.archived.seen_at) == (None, NOW)


def test_a_clock_that_stood_in_the_future_keeps_no_feed_waiting(store: Store) -> None:
    poll(store, now=NOW + timedelta(days=365))
    assert [feed.address for feed in due_feeds(store, now=NOW)] == [CIRCUIT, LEDGER]
