"""What publishers really served: shown again on loopback, polled by the program, traced entry by entry."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from crawler.answer import Answer, read_answer
from crawler.limits import CrawlLimits
from crawler.poll import Outcome, PollRequest, PollResult
from scheduler.arrival import Counts
from scheduler.config import Config, load_config
from scheduler.ingest import ingest_poll
from scheduler.service import poll_once
from scheduler.surroundings import Surroundings
from scheduler.watch import watch_of
from stories.store import Store
from stories.store_feeds import FeedState, feed_by_id, watch_feeds, watched_feeds
from tests.corpus import Document, Listed, as_seen, listed_in

_CONFIG = """\
service: {{contact: bench@example.org, alert_if_younger_than: 24h}}
feeds:
{feeds}
topics:
  - {{name: Lockdown, keywords: [lockdown, curfew, reopen, reopening], channels: [console]}}
  - {{name: Oil, keywords: [oil, crude, OPEC], exclude: [olive oil], channels: [console]}}
channels:
  console: {{url: "console://"}}
"""


@dataclass(slots=True)
class Stands:
    """What each feed shows at the moment, by its name, and the requests that were answered with it or with 304."""

    shown: dict[str, Document] = field(default_factory=dict)
    answered: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll of the replay: the document that stood there, what the program made of it, what that brought."""

    document: Document
    result: PollResult
    counts: Counts


@dataclass(slots=True)
class Trace:
    """Which article each listed entry became: kept beside the archive, which keeps only the newest keys.

    `articles` leads from feed and entry (guid, link) to the ids found for it, `titles` from an id to its headlines in
    order, `namesakes` from feed, headline and date to the guids that had them at once or one after the other;
    `untrue` holds what the archive said otherwise than the feed, right after the poll.
    """

    articles: dict[str, dict[tuple[str | None, str | None], set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    titles: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    namesakes: dict[tuple[str, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    listed: int = 0
    lost: list[tuple[Document, Listed]] = field(default_factory=list)
    untrue: list[tuple[Document, Listed, str]] = field(default_factory=list)

    def follow(self, store: Store, feed_id: int, document: Document) -> None:
        """Look up every entry of `document`, just polled, in the archive by its guid, or by its address."""
        for entry in listed_in(document.file.read_bytes()):
            self.listed += 1
            kept = kept_as(store, feed_id, entry)
            if kept is None:
                self.lost.append((document, entry))
                continue
            article_id, title = kept
            self.articles[document.feed][entry.guid, entry.link].add(article_id)
            if entry.published:
                self.namesakes[document.feed, entry.title, entry.published].add(entry.name)
            if as_seen(title) != entry.title:
                self.untrue.append((document, entry, title))
            if entry.title not in self.titles[article_id][-1:]:
                self.titles[article_id].append(entry.title)


def kept_as(store: Store, feed_id: int, entry: Listed) -> tuple[str, str] | None:
    """Return id and title of the article that the archive has for an entry of a feed, or None."""
    how, key = ("s.guid = ?", entry.guid) if entry.guid else ("a.url = ?", entry.link)
    row = store.db.execute(
        "SELECT a.id, a.title FROM sightings s JOIN articles a ON a.id = s.article_id WHERE s.feed_id = ? AND " + how,
        [feed_id, key],
    ).fetchone()
    return (row[0], row[1]) if row else None


@contextmanager
def stands(feeds: Sequence[str]) -> Iterator[tuple[Stands, dict[str, str]]]:
    """Serve each feed on a loopback host of its own; yield what they show, to be changed, and their addresses."""
    shown = Stands()
    with ExitStack() as opened:
        addresses = {
            feed: opened.enter_context(_serving(feed, f"127.0.1.{number}", shown))
            for number, feed in enumerate(feeds, start=1)
        }
        yield shown, addresses


def config_for(addresses: Mapping[str, str], folder: Path) -> Config:
    """Return a configuration that watches `addresses` (feed to address), read as any configuration is."""
    feeds = "\n".join(
        f'  - {{name: {feed}, address: "{address}", every: 1s, allow_private: true}}'
        for feed, address in addresses.items()
    )
    file = folder / "config.yaml"
    file.write_text(_CONFIG.format(feeds=feeds), encoding="utf-8")
    return load_config(file, {})


async def replay_over_http(
    store: Store, config: Config, shown: Stands, steps: Sequence[Sequence[Document]], trace: Trace | None = None
) -> list[Poll]:
    """Poll each step's feeds in one real crawl, at the instant the manifest names, and return every poll."""
    polls = []
    by_name = {feed.name: feed for feed in config.feeds}
    for step in steps:
        documents = {by_name[document.feed].address: document for document in step}
        shown.shown.update({document.feed: document for document in step})
        watched = replace(config, feeds=tuple(by_name[document.feed] for document in step))
        async for polled in poll_once(watched, store, _at(step[0].polled_at)):
            document = documents[polled.feed.address]
            polls.append(Poll(document=document, result=polled.result, counts=polled.counts))
            if trace and polled.result.outcome is not Outcome.FAILED:
                trace.follow(store, polled.feed.id, document)
    return polls


def replay_in_process(
    store: Store, config: Config, steps: Sequence[Sequence[Document]], trace: Trace | None = None
) -> list[Poll]:
    """Do the same without network and processes: each answer made as the server would, read, and taken in."""
    watch = watch_of(config)
    documents = [document for step in steps for document in step]
    watch_feeds(store, [(feed.address, feed.name) for feed in config.feeds], now=documents[0].polled_at)
    ids = {feed.name: feed.id for feed in watched_feeds(store)}
    polls = []
    for document in documents:
        feed = feed_by_id(store, ids[document.feed])
        result = read_answer(_request(feed), _answer(feed, document), CrawlLimits())
        assert isinstance(result, PollResult)
        counts = ingest_poll(store, result, watch, now=document.polled_at, chance=0.0)
        polls.append(Poll(document=document, result=result, counts=counts))
        if trace and result.outcome is not Outcome.FAILED:
            trace.follow(store, feed.id, document)
    return polls


def take_in_again(store: Store, config: Config, polls: Sequence[Poll]) -> list[Poll]:
    """Take in what earlier polls brought once more, with all their articles: harder than the same documents again."""
    watch = watch_of(config)
    return [
        replace(poll, counts=ingest_poll(store, poll.result, watch, now=poll.document.polled_at, chance=0.0))
        for poll in polls
    ]


def _at(instant: datetime) -> Surroundings:
    return Surroundings(clock=lambda: instant, chance=lambda: 0.0)


def _request(feed: FeedState) -> PollRequest:
    return PollRequest(
        feed_id=feed.id,
        address=feed.address,
        name=feed.name,
        etag=feed.etag,
        last_modified=feed.last_modified,
        body_digest=feed.body_digest,
        entry_digests=feed.entry_digests,
    )


def _answer(feed: FeedState, document: Document) -> Answer:
    if feed.etag == document.etag.encode():
        return Answer(address=feed.address, status=304, headers={}, body=b"")
    headers = {"etag": document.etag.encode(), "content-type": b"application/xml"}
    return Answer(address=feed.address, status=200, headers=headers, body=document.file.read_bytes())


@contextmanager
def _serving(feed: str, host: str, stands: Stands) -> Iterator[str]:
    class Stand(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            document = stands.shown[feed]
            unchanged = self.headers.get("If-None-Match") == document.etag
            body = b"" if unchanged else document.file.read_bytes()
            stands.answered[304 if unchanged else 200] += 1
            self.send_response(304 if unchanged else 200)
            self.send_header("ETag", document.etag)
            if not unchanged:
                self.send_header("Content-Type", "application/xml")
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer((host, 0), Stand)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}/{feed}/rss"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
