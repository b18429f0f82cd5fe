"""Which article a sighting is of, where feeds make it hard: shared guids, shared pages, ids in addresses."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.matching import TopicIndex
from alerts.stages import StageIndex
from scheduler.arrival import Arrival
from scheduler.ingest import take_in
from scheduler.watch import Watch
from stories.address import canonical_address
from stories.identity import Key, Sighting, recognise
from stories.model import Article
from stories.store import Store
from stories.store_articles import all_articles
from stories.store_feeds import watch_feeds

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE = "https://e.org/notices"
NOTHING = Watch(
    feeds={}, topics=TopicIndex([]), stages=StageIndex([]), topic_of={}, alert_if_younger_than=timedelta(hours=24)
)


def sighting(
    article: str = "", *, guid: str | None = None, page: str | None = None, title: str = "", feed: int = 1
) -> Sighting:
    return Sighting(feed_id=feed, guid=guid, address=page, headline=None, title=title, article_id=article)


def known_as(one: Sighting, *earlier: Sighting, listed: str = "") -> tuple[str, Key] | None:
    """Return what `one` is recognised as; each letter of `listed` is an article that stands before it."""
    found = recognise(one, earlier, listed=set(listed))
    return (found.article_id, found.key) if found else None


def test_a_guid_tells_within_its_feed_whatever_the_address_and_the_headline() -> None:
    old = sighting("a", guid="7", page="e.org/1", title="Stocks rebound")
    assert known_as(sighting(guid="7", page="e.org/2", title="Miners lead early trade"), old) == ("a", Key.GUID)
    assert known_as(sighting(guid="7", page="e.org/2", feed=2), old) is None


def test_a_guid_that_stands_for_several_articles_tells_nothing_of_a_new_one() -> None:
    old = [sighting("a", guid="same", page="e.org/1"), sighting("b", guid="same", page="e.org/2")]
    new = sighting(guid="same", page="e.org/3", title="Quite another matter")
    # Also when one of them stands before it in the answer, and so cannot be it: that does not make it the other.
    assert [known_as(new, *old, listed=listed) for listed in ("", "a", "b", "ab")] == [None] * 4
    assert known_as(sighting(guid="same", page="e.org/2"), *old, listed="a") == ("b", Key.GUID)


def test_entries_without_guid_that_share_a_page_are_as_many_articles_as_stand_there_at_once() -> None:
    old = sighting("a", page="e.org/news", title="Merger of two dairies cleared")
    new = sighting(page="e.org/news", title="Inquiry into ticket prices")
    assert known_as(new, old, listed="a") is None
    assert known_as(new, old) == ("a", Key.ADDRESS), "alone it is the old one with another headline"


@pytest.mark.parametrize("query", ["sid=05/11/19/2014233", "sid=1024", "id=1&sid=99"])
def test_the_id_of_a_story_is_not_taken_for_that_of_a_session(query: str) -> None:
    address = f"https://news.example/article.pl?{query}"
    assert canonical_address(address) != canonical_address(address + "1")
    assert canonical_address(address) == canonical_address(address + "&utm_source=rss")


def test_the_id_of_a_session_tells_nothing() -> None:
    address = "https://news.example/article?id=4&sid="
    assert canonical_address(address + "0f3c" * 8) == canonical_address(address + "9b1d" * 8)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("known", "new"),
    [
        (
            Article(title="Notice about dairies", url=PAGE, guid="1"),
            Article(title="Notice about rail", url=PAGE, guid="2"),
        ),
        (Article(title="Dairies merge", url=PAGE), Article(title="Tickets cost more", url=PAGE)),
        (
            Article(title="Dairies merge", url=PAGE + "/1", guid="same"),
            Article(title="Tickets cost more", url=PAGE + "/2", guid="same"),
        ),
    ],
    ids=["one page and two guids", "one page and no guid", "one guid and two addresses"],
)
def test_a_new_entry_beside_a_known_one_is_new_in_whatever_order_they_stand(
    store: Store, known: Article, new: Article, order: int
) -> None:
    watch_feeds(store, [("https://e.org/rss", "E")], now=NOW)
    arrival = Arrival(feed_id=1, origin="https://e.org/rss", now=NOW)
    with store.writing():
        take_in(store, (known,), NOTHING, arrival)
        take_in(store, (known, new)[::order], NOTHING, arrival)
        assert take_in(store, (known, new)[::order], NOTHING, arrival).new == 0
    assert [found.archived.article.title for found in all_articles(store)] == [known.title, new.title]
    assert store.db.table("revisions").count == 0
