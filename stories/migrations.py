"""The schema, one step after another; a released step is never changed again."""

from sqlite_utils import Database, Migrations

from stories.canonical_schema import CANONICAL
from stories.deafness_schema import DEAFNESS
from stories.delivery_schema import DELIVERY, PARTS
from stories.lasting_schema import LASTING
from stories.latency_schema import LATENCY
from stories.manners_schema import MANNERS
from stories.size_schema import SIZE
from stories.topics_schema import TOPICS

migrations = Migrations("wirewatch")

_FIRST_SCHEMA = """
CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    watched INTEGER NOT NULL DEFAULT 1,
    next_poll_at TEXT NOT NULL,
    last_polled_at TEXT,
    first_answered_at TEXT,
    last_answered_at TEXT,
    errors_in_a_row INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    warning TEXT,
    etag BLOB,
    last_modified BLOB,
    body_digest BLOB,
    entry_digests BLOB NOT NULL DEFAULT x''
) STRICT;

CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    last_article_at TEXT NOT NULL
) STRICT;

CREATE TABLE articles (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    feed_id INTEGER REFERENCES feeds (id),
    url TEXT,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    text TEXT NOT NULL,
    outlet TEXT,
    author TEXT,
    language TEXT,
    published_at TEXT,
    seen_at TEXT NOT NULL,
    fingerprint BLOB
) STRICT;
CREATE INDEX articles_by_fingerprint ON articles (fingerprint) WHERE fingerprint IS NOT NULL;

-- One row for each feed that lists an article, kept when the article itself is gone: hence no foreign key to it.
CREATE TABLE sightings (
    id INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL,
    feed_id INTEGER REFERENCES feeds (id),
    guid TEXT,
    address TEXT,
    headline TEXT,
    title TEXT NOT NULL,
    first_seen_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX sightings_by_article ON sightings (article_id, feed_id);
-- The feed first: what one poll brings then stands on few pages, a fifth less to write at its commit.
CREATE INDEX sightings_by_guid ON sightings (feed_id, guid) WHERE guid IS NOT NULL;
CREATE INDEX sightings_by_address ON sightings (address) WHERE address IS NOT NULL;
CREATE INDEX sightings_by_headline ON sightings (feed_id, headline) WHERE headline IS NOT NULL;

CREATE TABLE revisions (
    id INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id),
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    replaced_at TEXT NOT NULL
) STRICT;

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    article_id TEXT NOT NULL REFERENCES articles (id),
    headline TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_by_story ON alerts (story_id, topic);

CREATE TABLE matches (
    id INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id),
    topic TEXT NOT NULL,
    evidence TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    alert_id INTEGER REFERENCES alerts (id),
    matched_at TEXT NOT NULL,
    UNIQUE (article_id, topic)
) STRICT;

-- The outbox: one row for each alert and channel.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    alert_id INTEGER NOT NULL REFERENCES alerts (id),
    channel TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'sending', 'sent', 'failed', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before TEXT NOT NULL,
    maybe_repeat INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    UNIQUE (alert_id, channel)
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (channel, id) WHERE state IN ('new', 'sending', 'failed');
"""

_LABELS = """
-- What a person said of an article under a topic: rightly found, not what the topic is for, should have been found.
CREATE TABLE labels (
    id INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id),
    topic TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('good', 'bad', 'missed')),
    labelled_at TEXT NOT NULL,
    UNIQUE (article_id, topic)
) STRICT;
-- What `status` asks of each topic: the matches of its last days.
CREATE INDEX matches_by_topic ON matches (topic, matched_at);
"""

_STORIES = """
-- Whom the feed names as the source, and which pages of others are linked, one a line.
ALTER TABLE articles ADD COLUMN source TEXT;
ALTER TABLE articles ADD COLUMN links TEXT NOT NULL DEFAULT '';
-- How the article came to its story: what is compared, of which article it is a near copy, what decided (JSON).
ALTER TABLE articles ADD COLUMN features BLOB;
ALTER TABLE articles ADD COLUMN copy_of TEXT;
ALTER TABLE articles ADD COLUMN joining TEXT NOT NULL DEFAULT '';
CREATE INDEX articles_by_story ON articles (story_id);
-- A story that is over takes no more articles; of those that are there nothing is remembered that could be compared.
-- One that went into another leaves its number.
ALTER TABLE stories ADD COLUMN is_over INTEGER NOT NULL DEFAULT 0;
-- What was told in the last days must not be told again: the articles of these stories are weighed when they are read.
UPDATE stories SET is_over = 1 WHERE last_article_at < (
    SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(last_article_at), '-5 days') FROM stories
);
ALTER TABLE stories ADD COLUMN joined_to INTEGER REFERENCES stories (id);
CREATE INDEX stories_open ON stories (last_article_at) WHERE is_over = 0;
CREATE INDEX stories_by_time ON stories (last_article_at);

CREATE TABLE credits (
    id INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id),
    outlet TEXT NOT NULL,
    words TEXT NOT NULL,
    kind TEXT NOT NULL
) STRICT;
CREATE INDEX credits_by_article ON credits (article_id);

-- What rule (merge) and people (join, split) changed after articles had come to their stories.
CREATE TABLE story_changes (
    id INTEGER PRIMARY KEY,
    changed_at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('merge', 'join', 'split')),
    story_id INTEGER NOT NULL REFERENCES stories (id),
    other_id INTEGER NOT NULL REFERENCES stories (id),
    article_id TEXT REFERENCES articles (id),
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX story_changes_by_story ON story_changes (story_id);
CREATE INDEX story_changes_by_other ON story_changes (other_id);
CREATE INDEX story_changes_by_article ON story_changes (article_id) WHERE article_id IS NOT NULL;
-- Identical articles are found among the near copies: the column is written no more.
DROP INDEX articles_by_fingerprint;

-- An update says which stage a story has reached, and what is new (JSON).
ALTER TABLE alerts ADD COLUMN kind TEXT NOT NULL DEFAULT 'first' CHECK (kind IN ('first', 'update'));
ALTER TABLE alerts ADD COLUMN stage TEXT;
ALTER TABLE alerts ADD COLUMN news TEXT NOT NULL DEFAULT '';
-- The stage that counts as known from then on, told or not.
ALTER TABLE matches ADD COLUMN stage TEXT;
"""


@migrations()
def first_schema(db: Database) -> None:
    """Make room for feeds, articles and how they were seen, stories, matches, alerts and the outbox."""
    _execute(db, _FIRST_SCHEMA)
    # No triggers keep it in step: with an untrusted schema SQLite forbids them to write to a virtual table.
    db.table("articles").enable_fts(["title", "summary", "text"], tokenize="porter unicode61 remove_diacritics 2")


@migrations()
def labels_and_topic_health(db: Database) -> None:
    """Make room for labels, and for asking how a topic fares."""
    _execute(db, _LABELS)


@migrations()
def stories_of_many_articles(db: Database) -> None:
    """Make room for what makes one story of many articles, for credits, and for updates."""
    _execute(db, _STORIES)


@migrations()
def manners(db: Database) -> None:
    """Make room for what decides how often a feed is asked, for hosts that wait, and for notices."""
    _execute(db, MANNERS)


@migrations()
def canonical_addresses(db: Database) -> None:
    """Make room for the addresses by which articles' own pages want to be known."""
    _execute(db, CANONICAL)


@migrations()
def delivery(db: Database) -> None:
    """Make room for messages of several deliveries, notices in the outbox, channels that wait, and mutes."""
    _execute(db, DELIVERY)


@migrations()
def lasting(db: Database) -> None:
    """Make room for letting articles go by their age, for upkeep, and for what a restored backup does not know."""
    _execute(db, LASTING)


@migrations()
def latency(db: Database) -> None:
    """Make room for asking how soon things are seen and told."""
    _execute(db, LATENCY)


@migrations()
def deafness(db: Database) -> None:
    """Make room for what feeds do not say, and for when nobody listened."""
    _execute(db, DEAFNESS)


@migrations()
def parts_of_messages(db: Database) -> None:
    """Make room for taking messages apart, and for asking for the last digest."""
    _execute(db, PARTS)


@migrations()
def topics_by_name(db: Database) -> None:
    """Make room for which topics were ever watched, so that a new one is known."""
    _execute(db, TOPICS)


@migrations()
def size(db: Database) -> None:
    """Make room for counting a large archive at a glance."""
    _execute(db, SIZE)


def _execute(db: Database, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)
