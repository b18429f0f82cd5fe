"""One poll into the archive, in one transaction: identity, story, matches, decisions, outbox rows, feed state."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.deciding import Circumstances, Decision, Reason, Told, decide
from alerts.evidence import to_json
from alerts.matching import Match
from crawler.poll import Outcome, PollResult
from scheduler.timetable import next_poll_at
from scheduler.watch import Watch
from stories.grouping import WINDOW, fingerprint
from stories.identity import Key, Recognition, Sighting, article_id, recognise, sighting_of
from stories.model import ArchivedArticle, Article
from stories.store import Store
from stories.store_alerts import add_alert, is_told, outcome_of_match, save_match
from stories.store_articles import (
    add_article,
    article_by_id,
    continue_story,
    earlier_sightings,
    feed_of_article,
    is_known,
    remember_sighting,
    revise_article,
    start_story,
    story_of_identical,
)
from stories.store_feeds import FeedState, feed_by_id, save_feed

_FROM_THE_FUTURE = timedelta(hours=24)  # a date further ahead than time zones explain is not believed
_FINAL = frozenset({Reason.TOLD, Reason.UPDATE, Reason.ALREADY_TOLD, Reason.BASELINE, Reason.SILENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a poll, a crawl or an import brought: articles new, already known and edited; matches; alerts."""

    new: int = 0
    known: int = 0
    revised: int = 0
    matches: int = 0
    alerts: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            new=self.new + other.new,
            known=self.known + other.known,
            revised=self.revised + other.revised,
            matches=self.matches + other.matches,
            alerts=self.alerts + other.alerts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How articles come in: from which feed (None for an import), as its first answer or not, silently or not."""

    feed_id: int | None
    origin: str
    now: datetime
    feed_name: str = ""
    is_baseline: bool = False
    is_silent: bool = False
    baseline_age: timedelta = timedelta()


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
            archived = _archive(store, article, sighting, arrival)
            counts += Counts(new=1) + _judge(store, archived, article, watch, arrival)
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
    """Return `article` without a date from further in the future than time zones explain."""
    if article.published_at is not None and article.published_at > now + _FROM_THE_FUTURE:
        return replace(article, published_at=None)
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


def _archive(store: Store, article: Article, sighting: Sighting, arrival: Arrival) -> ArchivedArticle:
    """Keep a new article, in the story of an identical one or in a story of its own."""
    at = article.published_at or arrival.now
    print_of_text = fingerprint(article)
    story_id = story_of_identical(store, print_of_text, at=at, window=WINDOW) if print_of_text else None
    if story_id is None:
        story_id = start_story(store, at=at)
    else:
        continue_story(store, story_id, at=at)
    archived = ArchivedArticle(
        id=article.given_id or _new_id(store, article, sighting, arrival.origin),
        story_id=story_id,
        seen_at=arrival.now,
        article=article,
    )
    add_article(store, archived, feed_id=arrival.feed_id, fingerprint=print_of_text)
    remember_sighting(store, replace(sighting, article_id=archived.id), now=arrival.now)
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
    ever. Words that are new to us are matched all the same, whoever brings them.
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
        revise_article(store, archived, article, fingerprint=fingerprint(article), now=arrival.now)
        archived = replace(archived, article=replace(article, published_at=archived.article.published_at))
    if not is_edit and not is_new_sighting:
        return Counts()
    return Counts(revised=int(is_edit)) + _judge(store, archived, article, watch, arrival)


def _filled_up(article: Article, kept: Article) -> Article:
    """Return an imported article with what is kept of it in the place of what its line leaves out."""
    return replace(
        article, url=article.url or kept.url, summary=article.summary or kept.summary, text=article.text or kept.text
    )


def _is_edited(kept: Article, article: Article) -> bool:
    return _as_read(kept) != _as_read(article)


def _as_read(article: Article) -> tuple[str, str, str]:
    return article.title, article.summary, article.text.replace("\n", " ")  # other paragraphs are no news


def _judge(store: Store, archived: ArchivedArticle, article: Article, watch: Watch, arrival: Arrival) -> Counts:
    """Match an article, decide on each match, and write match, decision, alert and outbox rows."""
    counts = Counts()
    for match in watch.topics.match(article, feed=arrival.feed_name):
        if outcome_of_match(store, archived.id, match.topic) in _FINAL:
            continue
        decision = decide(
            match,
            article,
            Circumstances(
                now=arrival.now,
                told=Told(first_at=arrival.now, at=arrival.now)
                if is_told(store, archived.story_id, match.topic)
                else None,
                is_baseline=arrival.is_baseline,
                is_silent=arrival.is_silent,
                alert_if_younger_than=arrival.baseline_age,
            ),
        )
        alert_id = _tell(store, archived, match, watch, arrival.now) if decision.is_told else None
        _write_match(store, archived.id, match, decision, alert_id, arrival.now)
        counts += Counts(matches=int(not match.is_excluded), alerts=int(decision.is_told))
    return counts


def _tell(store: Store, archived: ArchivedArticle, match: Match, watch: Watch, now: datetime) -> int:
    return add_alert(
        store,
        topic=match.topic,
        story_id=archived.story_id,
        article_id=archived.id,
        headline=archived.article.title,
        channels=watch.channels_of[match.topic],
        now=now,
    )


def _write_match(
    store: Store, article_id: str, match: Match, decision: Decision, alert_id: int | None, now: datetime
) -> None:
    save_match(
        store,
        article_id=article_id,
        topic=match.topic,
        evidence=to_json(match.evidence + match.excluded),
        outcome=decision.reason,
        reason=decision.because,
        alert_id=alert_id,
        now=now,
    )
