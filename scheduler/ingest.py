"""One poll into the archive, in one transaction: identity, story, matches, decisions, outbox rows, feed state."""

from dataclasses import replace
from datetime import datetime, timedelta

from crawler.poll import Outcome, PollResult
from scheduler.arrival import Arrival, Counts
from scheduler.placing import placed
from scheduler.telling import judge
from scheduler.timetable import next_poll_at
from scheduler.watch import Watch
from stories.credits import credits_of
from stories.identity import Key, Recognition, Sighting, article_id, recognise, sighting_of
from stories.model import OLDEST, ArchivedArticle, Article
from stories.store import Store, instant, stamp
from stories.store_articles import (
    add_article,
    article_by_id,
    earlier_sightings,
    feed_of_article,
    is_known,
    remember_sighting,
    revise_article,
)
from stories.store_credits import save_credits
from stories.store_feeds import FeedState, feed_by_id, save_feed
from stories.store_grouping import close_stories, remember

_FROM_THE_FUTURE = timedelta(hours=24)  # a date further ahead than time zones explain is not believed


def ingest_poll(store: Store, result: PollResult, watch: Watch, *, now: datetime, chance: float) -> Counts:
    """Write down everything that one poll means, in one transaction, and return what it brought.

    :raises StoreError: when the archive cannot be written; then nothing of the poll is kept, and it is due again
    """
    with store.writing():
        feed = feed_by_id(store, result.feed_id)
        settings = watch.feeds.get(feed.address)
        arrival = Arrival(
            feed_id=feed.id,
            origin=feed.address,
            now=now,
            feed_name=feed.name,
            is_baseline=feed.first_answered_at is None,
            baseline_age=watch.baseline_age(settings),
        )
        # Feeds list the newest first; the archive takes what came first first.
        counts = take_in(store, result.articles[::-1], watch, arrival)
        every = settings.every if settings else timedelta(hours=24)
        save_feed(store, after_poll(feed, result, every=every, now=now, chance=chance))
    return counts


def take_in(store: Store, articles: tuple[Article, ...], watch: Watch, arrival: Arrival) -> Counts:
    """Archive `articles` in their order, match and decide each; call it inside a transaction."""
    counts = Counts()
    listed: set[str] = set()
    dated = [believable(article, arrival.now) for article in articles]
    for article in _known_first(store, dated, arrival):
        sighting = sighting_of(article, feed_id=arrival.feed_id)
        earlier = earlier_sightings(store, sighting)
        known = _recognise(store, article, sighting, earlier, listed)
        if known is None:
            archived = _archive(store, article, sighting, arrival, watch.outlets)
            counts += Counts(new=1) + judge(store, archived, article, watch, arrival)
            listed.add(archived.id)
            continue
        listed.add(known.article_id)
        counts += Counts(known=1) + _see_again(
            store, article, replace(sighting, article_id=known.article_id), earlier, watch, arrival
        )
    return counts


def after_poll(feed: FeedState, result: PollResult, *, every: timedelta, now: datetime, chance: float) -> FeedState:
    """Return the feed as it stands after a poll: validators, errors, and when it is asked again."""
    failed = result.outcome is Outcome.FAILED
    errors = feed.errors_in_a_row + 1 if failed else 0
    polled = replace(
        feed,
        last_polled_at=now,
        errors_in_a_row=errors,
        error=result.error if failed else None,
        next_poll_at=next_poll_at(
            now=now, every=every, errors_in_a_row=errors, retry_after=result.retry_after, chance=chance
        ),
    )
    if failed:
        return polled
    # An empty list is no baseline: what it will list is as old as in any other feed.
    first_answered_at = feed.first_answered_at or (now if result.entries else None)
    answered = replace(polled, first_answered_at=first_answered_at, last_answered_at=now)
    if result.outcome is Outcome.UNCHANGED:
        return answered
    return replace(
        answered,
        warning=result.warning,
        etag=result.etag,
        last_modified=result.last_modified,
        body_digest=result.body_digest,
        entry_digests=result.entry_digests,
    )


def believable(article: Article, now: datetime) -> Article:
    """Return `article` without a date that a clock never set gave it, or from further in the future than time zones
    explain; nobody saw it after now.
    """
    if article.published_at is not None and not OLDEST <= article.published_at <= now + _FROM_THE_FUTURE:
        article = replace(article, published_at=None)
    if article.seen_at is not None and not OLDEST <= article.seen_at <= now:
        article = replace(article, seen_at=None)
    return article


def _known_first(store: Store, articles: list[Article], arrival: Arrival) -> list[Article]:
    """Return `articles` with those first that stand in their feed as they did before.

    What shares a guid or a page with one of them is then seen to be another article, wherever in the answer it stands.
    """
    if arrival.feed_id is None or arrival.is_baseline or len(articles) == 1:
        return articles
    return sorted(articles, key=lambda article: not _stands_as_before(store, article, arrival))


def _stands_as_before(store: Store, article: Article, arrival: Arrival) -> bool:
    sighting = sighting_of(article, feed_id=arrival.feed_id)
    return any(replace(old, article_id="") == sighting for old in earlier_sightings(store, sighting))


def _recognise(
    store: Store, article: Article, sighting: Sighting, earlier: list[Sighting], listed: set[str]
) -> Recognition | None:
    """Return which known article this is. An imported line that brings an id is that article and no other."""
    if article.given_id is None:
        return recognise(sighting, earlier, listed=listed)
    return Recognition(article.given_id, Key.ID) if article_by_id(store, article.given_id) else None


def _archive(
    store: Store, article: Article, sighting: Sighting, arrival: Arrival, watched: frozenset[str]
) -> ArchivedArticle:
    """Keep a new article, in the story it tells."""
    seen_at = article.seen_at or arrival.now
    at = instant(stamp(article.published_at or seen_at))  # as the archive keeps it, so that a restart changes nothing
    place = placed(store, article, at=at, now=arrival.now)
    archived = ArchivedArticle(
        id=article.given_id or _new_id(store, article, sighting, arrival.origin),
        story_id=place.story_id,
        seen_at=seen_at,
        article=article,
    )
    add_article(store, archived, feed_id=arrival.feed_id)
    remember_sighting(store, replace(sighting, article_id=archived.id), now=arrival.now)
    save_credits(store, archived.id, credits_of(article, watched))
    remember(store, archived.id, place.story_id, place.weighed, place.joining, at)
    close_stories(store)
    return archived


def _new_id(store: Store, article: Article, sighting: Sighting, origin: str) -> str:
    attempt = 0
    while is_known(store, new_id := article_id(article, sighting, feed_address=origin, attempt=attempt)):
        attempt += 1
    return new_id


def _see_again(
    store: Store, article: Article, sighting: Sighting, earlier: list[Sighting], watch: Watch, arrival: Arrival
) -> Counts:
    """Note a known article that is listed again; what it says now is matched again when that is new.

    Only the feed that brought an article may edit it: two feeds of one outlet may word a headline differently for
    ever. Words that are new to us are matched all the same, whoever brings them. An edit that tells a higher stage is
    told, whatever was decided on the article before.
    """
    archived = article_by_id(store, sighting.article_id)
    is_new_sighting = sighting not in earlier
    if is_new_sighting and sighting.feed_id is not None:
        remember_sighting(store, sighting, now=arrival.now)
    if archived is None:
        return Counts()
    if arrival.feed_id is None:
        article = _filled_up(article, archived.article)
    is_edit = feed_of_article(store, archived.id) == arrival.feed_id and _is_edited(archived.article, article)
    if is_edit:
        revise_article(store, archived, article, now=arrival.now)
        save_credits(store, archived.id, credits_of(article, watch.outlets))
        archived = replace(archived, article=replace(article, published_at=archived.article.published_at))
    if not is_edit and not is_new_sighting:
        return Counts()
    return Counts(revised=int(is_edit)) + judge(store, archived, article, watch, arrival, is_edit=is_edit)


def _filled_up(article: Article, kept: Article) -> Article:
    """Return an imported article with what is kept of it in the place of what its line leaves out."""
    return replace(
        article, url=article.url or kept.url, summary=article.summary or kept.summary, text=article.text or kept.text
    )


def _is_edited(kept: Article, article: Article) -> bool:
    return _as_read(kept) != _as_read(article)


def _as_read(article: Article) -> tuple[str, str, str]:
    return article.title, article.summary, article.text.replace("\n", " ")  # other paragraphs are no news
