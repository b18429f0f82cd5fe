"""The indexes by which is asked how soon things are seen and told."""

LATENCY = """
-- How soon its articles are seen is asked of each feed; what it lists without a date says nothing of that.
CREATE INDEX articles_by_feed ON articles (feed_id, seen_at, published_at)
    WHERE feed_id IS NOT NULL AND published_at IS NOT NULL;
-- The last notice of a kind about something: when a canary was sent last.
CREATE INDEX notices_by_kind ON notices (kind, subject)
"""
