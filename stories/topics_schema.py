"""The topics that were ever watched, and alerts on what was known before its topic was."""

TOPICS = """
-- Every topic that was ever watched, by its name: one that is not here is new.
CREATE TABLE topics (
    name TEXT PRIMARY KEY,
    first_at TEXT NOT NULL
) STRICT;
INSERT INTO topics (name, first_at) SELECT topic, min(matched_at) FROM matches GROUP BY topic;

-- It tells what was kept before its topic was new: all that does goes as one.
ALTER TABLE alerts ADD COLUMN is_past INTEGER NOT NULL DEFAULT 0;
"""
