"""Columns and a table of being deaf: feeds that say nothing, and times in which they were not heard."""

DEAFNESS = """
-- Since when a feed that listed something lists nothing, or nothing but error messages.
ALTER TABLE feeds ADD COLUMN empty_since TEXT;
ALTER TABLE feeds ADD COLUMN errors_listed_since TEXT;

-- A time between two answers of a feed that was longer than planned. Caught up: the second still listed what the first
-- did, so that nothing between them was missed.
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    feed_id INTEGER NOT NULL REFERENCES feeds (id),
    began_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    why TEXT NOT NULL,
    is_caught_up INTEGER NOT NULL
) STRICT;
CREATE INDEX gaps_by_end ON gaps (ended_at);
"""
