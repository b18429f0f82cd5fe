"""An archive of a year and a million articles, made in minutes: a window that was really taken in, and copies of it.

The last days are taken in poll by poll, as the service does it: identity, stories, matches, decisions, outbox. All rows
that this left, in whatever table, then stand for the time before as often as it takes (`million_copies`). So every
table holds what a million articles leave there, and the window what is really compared.
"""

import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from bench.feed_farm import addresses
from bench.million_copies import Copies
from bench.story_variety import Material, material, varied
from crawler.poll import Outcome, PollResult
from scheduler.config import load_config
from scheduler.ingest import ingest_poll
from scheduler.watch import watch_of
from stories.grouping import WINDOW
from stories.model import Article
from stories.store import Store, open_store, stamp
from stories.store_feeds import watch_feeds, watched_feeds

FEEDS = 100
TEXT_EVERY = 10  # articles to a full text
YEAR = timedelta(days=365)

_TEXTS_KEPT = timedelta(days=180)  # by default
_NO_PORT = 8000  # nobody is asked
_POLL = 10  # articles that one poll brings
_MARGIN = timedelta(hours=2)  # that the oldest are still in the window when all is measured
# So that of a hundred articles a few meet one, as with topics of one's own.
_TOPICS = {
    "Electric cars": 'tesla OR "electric vehicle" OR byd',
    "Chips": "nvidia OR semiconductor OR tsmc",
    "Central banks": '"interest rate" OR "federal reserve" OR ecb',
    "Space": "nasa OR spacex OR satellite",
    "Courts": '"supreme court" OR "appeals court"',
    "Oil": 'opec OR "oil price" OR crude',
    "Floods and storms": "flood OR hurricane OR wildfire",
    "Antitrust": 'antitrust OR monopoly OR "price-fixing"',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many articles there are in all, and how many of them in the window of open stories."""

    articles: int
    window: int


def make(database: Path, plan: Plan, *, now: datetime) -> None:
    """Make an archive as it is at `now`."""
    source, config = material(), database.with_suffix(".yaml")
    write_config(config, database, port=_NO_PORT)
    window = database.with_suffix(".window")
    began = time.perf_counter()
    _take_in(window, config, source, plan.window, now=now)
    print(f"  {plan.window} articles taken in, {plan.window / (time.perf_counter() - began):.0f} a second", flush=True)
    began = time.perf_counter()
    many = max(plan.articles // plan.window - 1, 0)
    with closing(_opened(database)) as db:
        db.execute("ATTACH ? AS made", [str(window)])
        copies = Copies(db, source, texts_kept=_TEXTS_KEPT, now=now)
        for number in range(many):
            copies.add(number, back=(YEAR - WINDOW) / many * (many - number))
        copies.add(many, back=timedelta())
    seconds = time.perf_counter() - began
    print(f"  copied {many} times, {plan.window * (many + 1) / seconds:.0f} articles a second", flush=True)


def write_config(config: Path, database: Path, *, port: int, monitor: int | None = None) -> None:
    """Write a configuration with topics, FEEDS feeds and a channel, all on loopback."""
    lines = [
        "service:",
        f"  database: {database}",
        "  backup: {at: never}",
        *([f'  monitor: "127.0.0.1:{monitor}"'] if monitor else []),
        f'channels: {{hook: {{url: "json://127.0.0.1:{port}/"}}}}',
        "topics:",
        *(f"  - {{name: {name}, query: '{query}', channels: [hook]}}" for name, query in _TOPICS.items()),
        "feeds:",
        *(
            f'  - {{name: Outlet {number}, address: "{address}", allow_private: true}}'
            for number, address in enumerate(addresses(FEEDS, port))
        ),
    ]
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _take_in(database: Path, path: Path, source: Material, wanted: int, *, now: datetime) -> None:
    """Take in `wanted` articles, evenly over the window before `now`; what is told counts as sent."""
    database.unlink(missing_ok=True)
    config = load_config(path, {})
    watch, chance = watch_of(config), random.Random(1)
    begins, step = now - WINDOW + _MARGIN, (WINDOW - _MARGIN) / wanted
    with open_store(database) as store:
        store.db.execute("PRAGMA synchronous = OFF")
        watch_feeds(store, [(feed.address, feed.name) for feed in config.feeds], now=begins)
        # They answered before, so that what comes is news.
        store.db.execute("UPDATE feeds SET first_answered_at = ?", [stamp(begins - YEAR)])
        feeds = watched_feeds(store)
        for number, some in enumerate(_polls(varied(source, wanted, text_every=TEXT_EVERY))):
            feed, at = feeds[number % len(feeds)], begins + step * (number + 1) * _POLL
            listed = [
                _listed(article, f"{number}-{n}", feed.id, at - timedelta(minutes=chance.randrange(1, 40)))
                for n, article in enumerate(some)
            ]
            result = PollResult(
                feed_id=feed.id, outcome=Outcome.ANSWERED, status=200, articles=tuple(listed), entries=25
            )
            ingest_poll(store, result, watch, now=at, chance=0.5)
        _mark_sent(store)


def _listed(article: Article, number: str, feed_id: int, at: datetime) -> Article:
    """Return an article as a feed lists it: with an id and an address as long as they are in the wild."""
    slug = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in article.title.lower())[:60]
    return replace(
        article,
        url=f"https://outlet-{feed_id}.example/2026/11/{slug}-{number}",
        guid=f"outlet-{feed_id}-{number}",
        given_id=None,
        published_at=at,
        seen_at=None,
    )


def _mark_sent(store: Store) -> None:
    """Let every delivery have gone out a second after it was made, in a message of its own."""
    with store.writing():
        for number, channel, created_at in store.db.execute(
            "SELECT id, channel, created_at FROM deliveries"
        ).fetchall():
            sent_at = stamp(datetime.fromisoformat(created_at) + timedelta(seconds=1))
            store.db.execute(
                "INSERT INTO messages (id, channel, kind, began_at, ended_at, outcome)"
                " VALUES (?, ?, 'alert', ?, ?, 'arrived')",
                [number, channel, created_at, sent_at],
            )
            store.db.execute(
                "UPDATE deliveries SET state = 'sent', attempts = 1, first_tried_at = created_at, sent_at = ?,"
                " message_id = id WHERE id = ?",
                [sent_at, number],
            )


def _opened(database: Path) -> sqlite3.Connection:
    """Make an empty archive, and return a connection to it that writes without waiting for the disk."""
    database.unlink(missing_ok=True)
    with open_store(database):
        pass
    db = sqlite3.connect(database, isolation_level=None)
    for setting in ("synchronous = OFF", "cache_size = -500000", "foreign_keys = OFF"):
        db.execute(f"PRAGMA {setting}")
    return db


def _polls(articles: Iterator[Article]) -> Iterator[Sequence[Article]]:
    while some := list(islice(articles, _POLL)):
        yield some
