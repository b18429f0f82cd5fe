"""What the page of an article told stays: its text when the feed lists it again without, and its canonical address."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from alerts.matching import TopicIndex
from alerts.stages import StageIndex
from crawler.poll import Outcome, PollResult
from crawler.settings import FeedSettings
from scheduler.arrival import Counts
from scheduler.ingest import ingest_poll
from scheduler.watch import Watch
from stories.model import Article
from stories.store import Store
from stories.store_articles import all_articles, search_articles
from stories.store_feeds import watch_feeds, watched_feeds

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEDGER, CIRCUIT = "https://ledger.example/rss", "https://circuit.example/rss"
WATCH = Watch(
    feeds=MappingProxyType({each: FeedSettings(name=each[8:15], address=each) for each in (LEDGER, CIRCUIT)}),
    topics=TopicIndex([]),
    stages=StageIndex([]),
    topic_of={},
    alert_if_younger_than=timedelta(hours=24),
)
TEXT = "The regulator said on Monday that it had opened a formal inquiry. " * 12
LISTED = Article(title="Office opens an inquiry", summary="Short.", url="https://ledger.example/1?from=a", guid="1")
READ = replace(LISTED, text=TEXT)


def poll(store: Store, *articles: Article, feed: str = LEDGER, later: int = 0) -> Counts:
    watch_feeds(store, [(LEDGER, "The Ledger"), (CIRCUIT, "Circuit")], now=NOW)
    (feed_id,) = [each.id for each in watched_feeds(store) if each.address == feed]
    answer = PollResult(feed_id=feed_id, outcome=Outcome.ANSWERED, articles=articles, entries=len(articles))
    return ingest_poll(store, answer, WATCH, now=NOW + timedelta(hours=later), chance=0)


def kept(store: Store) -> list[Article]:
    return [found.archived.article for found in all_articles(store)]


def test_an_article_listed_again_without_its_full_text_was_not_edited(store: Store) -> None:
    assert poll(store, READ).new == 1
    again = poll(store, LISTED, later=1)
    assert (again.known, again.revised) == (1, 0)
    assert kept(store)[0].text == TEXT
    assert len(search_articles(store, "formal inquiry", limit=9)) == 1


@pytest.mark.parametrize("summary", ["Short.", "More words than anybody reads. " * 20])
def test_an_edit_of_an_article_keeps_the_full_text_its_feed_never_told(store: Store, summary: str) -> None:
    poll(store, replace(READ, summary=summary))
    listed = replace(LISTED, summary=summary, title="Office opens an inquiry into dairies")
    assert poll(store, listed, later=1).revised == 1
    (article,) = kept(store)
    assert (article.title, article.text) == ("Office opens an inquiry into dairies", TEXT)


def test_a_full_text_that_its_feed_tells_is_edited_as_ever(store: Store) -> None:
    poll(store, READ)
    other = TEXT.replace("Monday", "Tuesday") + "It was corrected."
    assert poll(store, replace(READ, text=other), later=1).revised == 1
    shorter = other[: len(other) // 2]
    assert poll(store, replace(READ, text=shorter), later=2).revised == 1
    assert kept(store)[0].text == shorter


CANONICAL = "https://ledger.example/inquiry"


def test_two_addresses_whose_pages_name_one_address_are_one_article(store: Store) -> None:
    poll(store, replace(READ, canonical_url=CANONICAL))
    elsewhere = replace(READ, url="https://ledger.example/b/77", guid="b", canonical_url=CANONICAL)
    assert (poll(store, elsewhere, feed=CIRCUIT).known, len(kept(store))) == (1, 1)


def test_the_first_may_have_come_from_its_canonical_address_without_a_page(store: Store) -> None:
    poll(store, replace(LISTED, url=CANONICAL))
    elsewhere = replace(READ, url="https://ledger.example/b/77", guid="b", canonical_url=f"{CANONICAL}?utm_source=x")
    assert (poll(store, elsewhere, feed=CIRCUIT).known, len(kept(store))) == (1, 1)


def test_the_second_may_come_from_either_address_without_a_page(store: Store) -> None:
    poll(store, replace(READ, canonical_url=CANONICAL))
    poll(store, LISTED, later=1)  # without its page it says nothing of its canonical address, which stays
    for address in (CANONICAL, "https://ledger.example/1?from=a"):
        assert poll(store, replace(LISTED, url=address, guid=address), feed=CIRCUIT, later=2).new == 0
    assert len(kept(store)) == 1


def test_an_article_listed_again_without_its_page_is_not_seen_anew(store: Store) -> None:
    poll(store, replace(READ, canonical_url=CANONICAL))
    before = store.db.execute("SELECT * FROM sightings").fetchall()
    assert poll(store, LISTED, later=1) == Counts(known=1)
    assert store.db.execute("SELECT * FROM sightings").fetchall() == before


def test_different_headlines_of_one_feed_stay_apart_though_their_pages_name_one_address(store: Store) -> None:
    notices = [
        replace(READ, title=title, guid=title, url=f"https://ledger.example/{n}", canonical_url=CANONICAL)
        for n, title in enumerate(["Merger of two dairies cleared", "Inquiry into ticket prices"])
    ]
    assert poll(store, *notices).new == 2


@pytest.mark.parametrize("has_guid", [True, False])
@pytest.mark.parametrize("feeds", [(LEDGER,), (LEDGER, CIRCUIT)])
def test_articles_that_come_one_after_the_other_stay_apart_though_their_pages_name_one_address(
    store: Store, feeds: tuple[str, ...], has_guid: bool
) -> None:
    hub = "https://ledger.example/news/latest"
    titles = ["Merger of two dairies cleared", "Inquiry into ticket prices", "Inquiry into ticket offices", "Markets"]
    for n, title in enumerate(titles):
        one = replace(READ, title=title, guid=title if has_guid else None, url=f"https://ledger.example/a/{n}")
        feed = feeds[n % len(feeds)]
        assert poll(store, replace(one, canonical_url=hub), feed=feed, later=n) == Counts(new=1), title
    assert sorted(article.title for article in kept(store)) == sorted(titles)


def test_the_same_guid_and_canonical_address_are_one_article_whatever_its_headline_and_address(store: Store) -> None:
    poll(store, replace(READ, canonical_url=CANONICAL))
    edited = replace(READ, title="Dairies fined", url="https://ledger.example/moved", canonical_url=CANONICAL)
    assert poll(store, edited, later=1).new == 0
    assert len(kept(store)) == 1
