"""New topics are tried on what came in before they were: told as one digest, once."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.matching import Match, TopicIndex
from alerts.settings import TopicSettings
from scheduler.arrival import Arrival, Counts
from scheduler.config import Config
from scheduler.telling import judge
from scheduler.trying import matches_in_feeds
from scheduler.watch import Watch, watch_of
from stories.counted import counted
from stories.durations import write_duration
from stories.model import ArchivedArticle
from stories.store import Store, StoreError, is_damage
from stories.store_articles import article_by_id, feed_names_of
from stories.store_topics import new_topics, pages_since, remember_topics

MOST_TOLD = 100  # matches of one run: what one digest holds
PAUSE_SECONDS = 30.0  # after the archive could not be written

log = logging.getLogger(__name__)

_Found = list[tuple[ArchivedArticle, tuple[str, ...]]]


async def keep_backfilling(
    store: Store,
    config: Callable[[], Config],
    *,
    changed: asyncio.Event,
    stop: asyncio.Event,
    clock: Callable[[], datetime],
) -> None:
    """Try the new topics of the configuration in use, at once and whenever it has `changed` (it is cleared)."""
    while not stop.is_set():
        changed.clear()
        pause: float | None = None
        try:
            await try_new_topics(store, config(), now=clock())
        except StoreError as error:
            log.error("backfill: %s; tried again in %d s", error, PAUSE_SECONDS)  # noqa: TRY400  told in a sentence
            pause = PAUSE_SECONDS
        except Exception as error:  # it must not end the service; the next start tries them again
            if is_damage(error):  # which the upkeep finds and mends
                log.error("backfill: the archive cannot be read (%s)", error)  # noqa: TRY400  told in a sentence
            else:
                log.exception("backfill: new topics could not be tried")
        waiting = [asyncio.ensure_future(each.wait()) for each in (stop, changed)]
        await asyncio.wait(waiting, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        for each in waiting:
            each.cancel()


async def try_new_topics(store: Store, config: Config, *, now: datetime) -> Counts:
    """Try each topic that is new and asks for it on what came in of late, and remember all topics by their names.

    Looking through the archive leaves room for others; what is told is written in one transaction. A topic that was
    watched once is not new any more, whatever became of it.

    :raises StoreError: when the archive cannot be written; then they are still new
    """
    names = new_topics(store, [topic.name for topic in config.topics])
    if not names:
        return Counts()
    asking = [topic for topic in config.topics if topic.name in names and topic.backfill]
    found = await _found(store, asking, now) if asking else []
    told = _newest(found)
    watches = {topics: _watch_of(config, topics) for topics in {topics for _, topics in told}}
    counts = Counts()
    with store.writing():
        for archived, topics in told:
            counts += _judge(store, archived, watches[topics], now)
        remember_topics(store, names, now=now)
    for topic in asking:
        _say(topic, found, told)
    return counts


async def _found(store: Store, topics: list[TopicSettings], now: datetime) -> _Found:
    """Return the articles that meet any of `topics`, oldest first, with the names of those they meet."""
    index = TopicIndex(topics)
    since = {topic.name: now - (topic.backfill or timedelta()) for topic in topics}
    found: _Found = []
    for page in pages_since(store, min(since.values())):
        for archived in page:
            matches = matches_in_feeds(index, archived.article, feed_names_of(store, archived.id)).values()
            met = tuple(sorted(match.topic for match in matches if _is_of_late(archived, match, since[match.topic])))
            if met:
                found.append((archived, met))
        await asyncio.sleep(0)
    return found


def _is_of_late(archived: ArchivedArticle, match: Match, since: datetime) -> bool:
    """Whether an article came in and was published since then: a feed's first answer may list what is years old."""
    return not match.is_excluded and since <= archived.seen_at and since <= (archived.article.published_at or since)


def _newest(found: _Found) -> _Found:
    """Return the last of what was found, as much as one digest holds."""
    room = MOST_TOLD
    told: _Found = []
    for archived, topics in reversed(found):
        room -= len(topics)
        if room < 0:
            break
        told.insert(0, (archived, topics))
    return told


def _watch_of(config: Config, names: tuple[str, ...]) -> Watch:
    """Return what `config` watches under the topics of these names."""
    return watch_of(replace(config, topics=tuple(topic for topic in config.topics if topic.name in names)))


def _judge(store: Store, archived: ArchivedArticle, watch: Watch, now: datetime) -> Counts:
    """Decide on an article as if what `watch` watches had been watched when each of its feeds listed it."""
    kept = article_by_id(store, archived.id)  # it may have been edited, or let go, since it was found
    counts = Counts()
    for feed in feed_names_of(store, archived.id) if kept else ():
        arrival = Arrival(feed_id=None, origin="", now=now, feed_name=feed, is_past=True)
        assert kept is not None, "only of what is kept"
        counts += judge(store, kept, kept.article, watch, arrival)
    return counts


def _say(topic: TopicSettings, found: _Found, told: _Found) -> None:
    many = sum(topic.name in topics for _, topics in found)
    left = many - sum(topic.name in topics for _, topics in told)
    newest = f"; the newest {many - left} are told" if left else ""
    span = write_duration(topic.backfill or timedelta())
    log.info("topic %s: new; in the last %s %s met it%s", topic.name, span, counted(many, "article"), newest)
