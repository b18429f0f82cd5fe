"""Tables and indexes of data that lasts: what was let go for its age, upkeep, and backups that were restored."""

LASTING = """
-- Since when the text of an article is gone, because of its age. Every article is in one of the two indexes.
ALTER TABLE articles ADD COLUMN text_gone_at TEXT;
CREATE INDEX articles_with_text ON articles (seen_at) WHERE text_gone_at IS NULL;
CREATE INDEX articles_without_text ON articles (seen_at) WHERE text_gone_at IS NOT NULL;

-- What refers to an article or a story is asked for whenever one is to go.
CREATE INDEX alerts_by_article ON alerts (article_id);
CREATE INDEX revisions_by_article ON revisions (article_id);
CREATE INDEX stories_joined ON stories (joined_to) WHERE joined_to IS NOT NULL;

-- When the service last looked after the archive itself, and what came of it.
CREATE TABLE upkeep (
    work TEXT PRIMARY KEY,
    done_at TEXT NOT NULL,
    said TEXT NOT NULL
) STRICT;

-- A backup that took the place of the archive: what happened between the two instants may be missing.
CREATE TABLE restorations (
    id INTEGER PRIMARY KEY,
    known_until TEXT NOT NULL,
    restored_at TEXT NOT NULL,
    why TEXT NOT NULL,
    aside TEXT
) STRICT;
"""
