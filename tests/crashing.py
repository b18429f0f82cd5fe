"""A child process that takes in a fixed stream and is killed (signal 9) before its Nth statement to the archive."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from alerts.stages import StageIndex
from crawler.poll import Outcome, PollResult
from crawler.settings import FeedSettings
from scheduler.ingest import ingest_poll
from scheduler.watch import Watch
from stories.model import Article
from stories.store import Store, open_store
from stories.store_feeds import watch_feeds, watched_feeds
from tests.building import NOON
from tests.hearing import newsroom_articles

_POLL = 6  # articles
_TOPICS = (
    {"name": "Deals", "query": "Microsoft OR OpenAI OR Oracle", "channels": ["a", "b"], "updates": "news"},
    {
        "name": "Complaints",
        "keywords": ["antitrust", "complaint", "anticompetitive"],
        "channels": ["a"],
        "stages": [{"considering": ["weigh", "consider"]}, {"filed": ["file", "lodge"]}],
    },
)


def polls() -> Sequence[Sequence[Article]]:
    """Return the stream: two days of a small newsroom, as one feed lists it poll by poll."""
    articles = newsroom_articles()
    return [articles[start : start + _POLL] for start in range(0, len(articles), _POLL)]


def play(store: Store) -> None:
    """Take in all of the stream that the archive does not have, poll by poll, as a service does."""
    topics = [TopicSettings.model_validate(topic) for topic in _TOPICS]
    address = "https://everybody.example/rss"
    feed = FeedSettings(name="Everybody", address=address, allow_private=True)
    watch = Watch(
        feeds=MappingProxyType({address: feed}),
        topics=TopicIndex(topics),
        stages=StageIndex(topics),
        topic_of={topic.name: topic for topic in topics},
        alert_if_younger_than=timedelta(hours=24),
    )
    watch_feeds(store, [(address, "Everybody")], now=NOON)
    (feed_state,) = watched_feeds(store)
    for number, articles in enumerate(polls()):
        answer = PollResult(
            feed_id=feed_state.id, outcome=Outcome.ANSWERED, articles=tuple(articles[::-1]), entries=len(articles)
        )
        ingest_poll(store, answer, watch, now=NOON + timedelta(minutes=number), chance=0)


def told_in(store: Store) -> list[tuple[object, ...]]:
    """Return the stories of an archive and what was told of them, down to the outbox: all that has to be the same."""
    questions = (
        "SELECT id, story_id, copy_of, joining FROM articles ORDER BY seq",
        "SELECT id, is_over, joined_to, last_article_at FROM stories ORDER BY id",
        "SELECT article_id, outlet, words, kind FROM credits ORDER BY id",
        "SELECT topic, story_id, article_id, headline, kind, stage, news FROM alerts ORDER BY id",
        "SELECT article_id, topic, outcome, reason, stage FROM matches ORDER BY id",
        "SELECT alert_id, channel, state FROM deliveries ORDER BY id",
        "SELECT kind, story_id, other_id, article_id FROM story_changes ORDER BY id",
    )
    return [row for question in questions for row in store.db.execute(question)]


def play_until_killed(database: Path, *, before_statement: int) -> bool:
    """Play in a child that is killed before its Nth statement; return whether it came to that."""
    words = [sys.executable, "-m", "tests.crashing", str(database), str(before_statement)]
    child = subprocess.run(words, cwd=Path(__file__).parent.parent, timeout=120, capture_output=True, text=True)
    assert child.returncode in (0, -signal.SIGKILL), child.stderr
    return child.returncode == -signal.SIGKILL


def _main(database: Path, before_statement: int) -> None:
    left = before_statement

    def count(statement: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_store(database) as store:
        store.db.execute("PRAGMA synchronous = OFF")  # it is the process that dies, not the machine
        store.db.conn.set_trace_callback(count)
        play(store)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
