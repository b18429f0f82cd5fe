"""Columns and tables of manners: how often a feed is asked and why, hosts that wait, and notices."""

MANNERS = """
-- How long a feed waits (seconds), why, and whether its server answers conditional requests.
ALTER TABLE feeds ADD COLUMN wait REAL;
ALTER TABLE feeds ADD COLUMN because TEXT;
ALTER TABLE feeds ADD COLUMN offers_validators INTEGER;
-- Its own rhythm: the smoothed time between two publications (seconds), and the last of them.
ALTER TABLE feeds ADD COLUMN rhythm REAL;
ALTER TABLE feeds ADD COLUMN newest_at TEXT;
-- What server and document ask for: times in seconds, hours (UTC) and days (from Monday) as sets of bits.
ALTER TABLE feeds ADD COLUMN fresh_for REAL;
ALTER TABLE feeds ADD COLUMN ttl REAL;
ALTER TABLE feeds ADD COLUMN skip_hours INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN skip_days INTEGER NOT NULL DEFAULT 0;
-- Since when it fails and with which status; whether no server was reached; since when it is not asked any more.
ALTER TABLE feeds ADD COLUMN failing_since TEXT;
ALTER TABLE feeds ADD COLUMN status INTEGER;
ALTER TABLE feeds ADD COLUMN is_unreached INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN retired_at TEXT;
-- The address asked instead of the configured one, and the one that permanent redirects lead to, with how often so far.
ALTER TABLE feeds ADD COLUMN moved_to TEXT;
ALTER TABLE feeds ADD COLUMN moving_to TEXT;
ALTER TABLE feeds ADD COLUMN moving_since TEXT;
ALTER TABLE feeds ADD COLUMN moving_answers INTEGER NOT NULL DEFAULT 0;
-- Polls in which most of what it lists came again under other ids or links.
ALTER TABLE feeds ADD COLUMN renamings INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN renamed_at TEXT;

-- A host that asked to be left alone: all its feeds wait.
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    waits_until TEXT NOT NULL,
    status INTEGER NOT NULL,
    refusals INTEGER NOT NULL
) STRICT;

-- What its owner is told once of a feed, or of the network (no feed).
CREATE TABLE notices (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    feed_id INTEGER REFERENCES feeds (id),
    sentence TEXT NOT NULL,
    told_at TEXT NOT NULL,
    over_at TEXT
) STRICT;
CREATE UNIQUE INDEX notices_open ON notices (kind, coalesce(feed_id, 0)) WHERE over_at IS NULL;
"""
