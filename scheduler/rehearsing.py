"""A made-up story taken through everything but the network, in an archive of its own that is thrown away."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from alerts.medium import Medium
from alerts.message import message_of
from alerts.settings import TopicSettings
from crawler.poll import Outcome, PollResult
from scheduler.config import Config
from scheduler.ingest import ingest_poll
from scheduler.watch import watch_of
from stories.model import Article
from stories.store import Store, open_store
from stories.store_feeds import watch_feeds, watched_feeds
from stories.store_outbox import waiting_rows

TOPIC = "wirewatch canary"

_FEED = "https://canary.invalid/feed"  # nobody's, by RFC 2606
_WORD = "canarybird"
_TITLE = f"This is a test: the {_WORD} of wirewatch sings"

log = logging.getLogger(__name__)


def fault_of_rehearsal(config: Config, channel: str, *, now: datetime) -> str | None:
    """Return what keeps a made-up story of a made-up feed from becoming a message to `channel`, or None.

    It goes through what every article goes through: ingest with the topics of `config`, its place in a story, a match,
    the decision, the outbox, and the message that is made of it. Takes a moment; the archive of the service is not
    touched.
    """
    try:
        with TemporaryDirectory(prefix="wirewatch-canary-") as folder, open_store(Path(folder, "canary.db")) as store:
            return _fault(store, config, channel, now)
    except Exception as error:
        log.exception("canary: the test story could not be made into a message")
        return f"it could not be made into a message ({type(error).__name__}, see the log)"


def _fault(store: Store, config: Config, channel: str, now: datetime) -> str | None:
    topic = TopicSettings.model_validate({"name": TOPIC, "keywords": [_WORD], "channels": [channel]})
    watch = watch_of(replace(config, topics=(*config.topics, topic)))
    watch_feeds(store, [(_FEED, "Canary")], now=now)
    (feed,) = watched_feeds(store)
    answer = PollResult(feed_id=feed.id, outcome=Outcome.ANSWERED, status=200, entries=1, articles=(_article(now),))
    ingest_poll(store, answer, watch, now=now, chance=0.5)
    rows = [row for row in waiting_rows(store, channel) if row.topic == TOPIC]
    if not rows:
        return "it met its topic, but no alert was made of it"
    message = message_of(store, "alert", rows, Medium.TEXT)
    if _WORD not in message.title:
        return "a message was made of it that does not show its headline"
    return None


def _article(now: datetime) -> Article:
    return Article(
        title=_TITLE,
        summary="Nothing happened. Only whoever looks after wirewatch needs to know that it would have been told.",
        url=f"https://canary.invalid/{now:%Y%m%d%H%M%S}",
        guid=f"canary-{now.isoformat()}",
        outlet="wirewatch",
        published_at=now - timedelta(seconds=1),
    )
