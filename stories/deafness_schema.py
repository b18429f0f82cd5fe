"""Columns and tables of being deaf: feeds that say nothing, and times in which nobody listened."""

DEAFNESS = """
-- Since when a feed that listed something lists nothing, or nothing but error messages.
ALTER TABLE feeds ADD COLUMN empty_since TEXT;
ALTER TABLE feeds ADD COLUMN errors_listed_since TEXT;

-- When the service ran: a run that was killed has no end, but a last sign of life.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    began_at TEXT NOT NULL,
    alive_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;

-- A time in which a feed was not heard: it failed, or listed nothing, until `ended_at`.
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    feed_id INTEGER NOT NULL REFERENCES feeds (id),
    began_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX gaps_by_end ON gaps (ended_at);
CREATE INDEX gaps_by_feed ON gaps (feed_id);
"""
