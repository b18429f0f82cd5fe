"""One poll into the archive, in one transaction: identity, story, matches, decisions, outbox rows, feed state."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.pages import is_short
from crawler.poll import PollResult
from crawler.refusals import is_refusal
from scheduler.after_poll import Brought, after_poll
from scheduler.arrival import Arrival, Counts
from scheduler.coverage import gap_of
from scheduler.placing import placed
from scheduler.telling import judge
from scheduler.timetable import host_of, refused, terms_of
from scheduler.watch import Watch
from stories.credits import credits_of
from stories.failpoints import Point, reach
from stories.identity import Key, Recognition, Sighting, article_id, is_as_remembered, recognise, sighting_of
from stories.model import OLDEST, ArchivedArticle, Article
from stories.store import Store, instant, stamp
from stories.store_articles import (
    add_article,
    article_by_id,
    dates_of_latest,
    earlier_sightings,
    feed_of_article,
    is_known,
    remember_sighting,
    revise_article,
)
from stories.store_credits import save_credits
from stories.store_feeds import FeedState, feed_by_id, save_changes
from stories.store_gaps import Gap, add_gap
from stories.store_grouping import close_stories, remember
from stories.store_hosts import forget_host, host_named, save_host
from stories.store_restore import Restoration, last_restoration
from stories.store_retention import is_text_gone

_FROM_THE_FUTURE = timedelta(hours=24)  # a date further ahead than time zones explain is not believed


def ingest_poll(
    store: Store, result: PollResult, watch: Watch, *, now: datetime, chance: float, is_offline: bool = False
) -> Counts:
    """Write down everything that one poll means, in one transaction, and return what it brought.

    `is_offline`: it failed because this machine is cut off, which is not held against the feed.

    :raises StoreError: when the archive cannot be written; then nothing of the poll is kept, and it is due again
    """
    reach(Point.BEFORE_BEGIN)
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
            missing=_missing(store, feed),
        )
        # Feeds list the newest first; the archive takes what came first first.
        counts = take_in(store, result.articles[::-1], watch, arrival)
        terms = terms_of(feed, settings)
        polled = after_poll(
            feed,
            result,
            terms=terms,
            now=now,
            chance=chance,
            brought=Brought(published=dates_of_latest(store, counts.new), renamed=counts.renamed),
            host_waits_until=_note_host(store, feed, result, now),
            is_offline=is_offline,
        )
        save_changes(store, polled, before=feed)
        _note_gap(store, gap_of(feed, polled, result, terms, knows_some=_knows_some(result, counts)))
        reach(Point.BEFORE_COMMIT)
    reach(Point.AFTER_COMMIT)
    return counts


def ingest_unchanged(
    store: Store,
    polls: Sequence[tuple[FeedState, PollResult]],
    watch: Watch,
    *,
    now: datetime,
    chance: Callable[[], float],
) -> None:
    """Write down polls that brought nothing, in one transaction; each feed as it stood before.

    :raises StoreError: when the archive cannot be written; then none is kept, and all are due again
    """
    with store.writing():
        for feed, result in polls:
            terms = terms_of(feed, watch.feeds.get(feed.address))
            _note_host(store, feed, result, now)
            polled = after_poll(feed, result, terms=terms, now=now, chance=chance())
            save_changes(store, polled, before=feed)
            _note_gap(store, gap_of(feed, polled, result, terms, knows_some=True))


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


def _knows_some(result: PollResult, counts: Counts) -> bool:
    """Whether an answer lists something that was known."""
    return counts.known > 0 or result.entries > len(result.articles)


def _note_gap(store: Store, gap: Gap | None) -> None:
    if gap:
        add_gap(store, gap)


def _missing(store: Store, feed: FeedState) -> Restoration | None:
    """Return which restored backup knows nothing of a feed's last answers, if one does."""
    last = last_restoration(store)
    if last and (feed.last_answered_at is None or feed.last_answered_at < last.restored_at):
        return last
    return None


def _note_host(store: Store, feed: FeedState, result: PollResult, now: datetime) -> datetime | None:
    """Remember a refusal of the host that answered, and return until when it waits; an answer ends what was remembered.

    A host that only redirects to another one has answered.
    """
    if result.status is None:
        return None
    host, asked = host_of(result.answered_by or feed.asked_address), host_of(feed.asked_address)
    if asked != host:
        forget_host(store, asked, now=now)
    if not is_refusal(result.status, says_when=result.retry_after is not None):
        forget_host(store, host, now=now)
        return None
    state = refused(host_named(store, host), host, status=result.status, retry_after=result.retry_after, now=now)
    save_host(store, state)
    return state.waits_until


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
    earlier = earlier_sightings(store, sighting)
    return any(is_as_remembered(sighting, replace(old, article_id="")) for old in earlier)


def _recognise(
    store: Store, article: Article, sighting: Sighting, earlier: list[Sighting], listed: set[str]
) -> Recognition | None:
    """Return which known article this is. An imported line that brings an id is that article and no other."""
    if article.given_id is None:
        return recognise(sighting, earlier, listed=listed)
    return Recognition(article.given_id, Key.ID) if is_known(store, article.given_id) else None


def _archive(
    store: Store, article: Article, sighting: Sighting, arrival: Arrival, watched: frozenset[str]
) -> ArchivedArticle:
    """Keep a new article, in the story it tells."""
    seen_at = article.seen_at or arrival.now
    at = instant(stamp(article.published_at or seen_at))  # as the archive keeps it, so that a restart changes nothing
    credits = credits_of(article, watched)
    place = placed(store, article, credits, at=at, now=arrival.now)
    archived = ArchivedArticle(
        id=article.given_id or _new_id(store, article, sighting, arrival.origin),
        story_id=place.story_id,
        seen_at=seen_at,
        article=article,
    )
    add_article(store, archived, feed_id=arrival.feed_id)
    reach(Point.AFTER_STORY_INSERT)
    remember_sighting(store, replace(sighting, article_id=archived.id), now=arrival.now)
    save_credits(store, archived.id, credits)
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
    told, whatever was decided on the article before. What is so old that its text was let go stays as it is.
    """
    archived = article_by_id(store, sighting.article_id)
    is_new_sighting = not any(is_as_remembered(sighting, old) for old in earlier)
    if is_new_sighting and sighting.feed_id is not None:
        remember_sighting(store, sighting, now=arrival.now)
    seen = Counts(renamed=int(is_new_sighting and _is_renamed(sighting, earlier)))
    if archived is None or (not archived.article.text and is_text_gone(store, archived.id)):
        return seen
    article = (_filled_up if arrival.feed_id is None else _with_full_text_kept)(article, archived.article)
    is_edit = feed_of_article(store, archived.id) == arrival.feed_id and _is_edited(archived.article, article)
    if is_edit:
        revise_article(store, archived, article, now=arrival.now)
        save_credits(store, archived.id, credits_of(article, watch.outlets))
        archived = replace(archived, article=replace(article, published_at=archived.article.published_at))
    if not is_edit and not is_new_sighting:
        return seen
    return seen + Counts(revised=int(is_edit)) + judge(store, archived, article, watch, arrival, is_edit=is_edit)


def _is_renamed(sighting: Sighting, earlier: Sequence[Sighting]) -> bool:
    """Whether its feed listed the article under another guid or address before."""
    return any(
        (old.article_id, old.feed_id) == (sighting.article_id, sighting.feed_id)
        and (old.guid, old.address) != (sighting.guid, sighting.address)
        for old in earlier
    )


def _filled_up(article: Article, kept: Article) -> Article:
    """Return an imported article with what is kept of it in the place of what its line leaves out."""
    return replace(
        article, url=article.url or kept.url, summary=article.summary or kept.summary, text=article.text or kept.text
    )


def _with_full_text_kept(article: Article, kept: Article) -> Article:
    """Return a listed article with the full text that was kept of it, which its feed does not tell: its page was asked
    for when it was new.
    """
    if len(kept.text) <= len(article.text) or (article.text and not (is_short(article) and not is_short(kept))):
        return article
    return replace(article, text=kept.text)


def _is_edited(kept: Article, article: Article) -> bool:
    return _as_read(kept) != _as_read(article)


def _as_read(article: Article) -> tuple[str, str, str]:
    return article.title, article.summary, article.text.replace("\n", " ")  # other paragraphs are no news
