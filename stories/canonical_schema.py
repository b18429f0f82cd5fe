"""The addresses by which articles' own pages want to be known, as the archive keeps them."""

CANONICAL = """
-- The address that the page of an article names as its own, where the feed lists another.
ALTER TABLE sightings ADD COLUMN canonical TEXT;
CREATE INDEX sightings_by_canonical ON sightings (canonical) WHERE canonical IS NOT NULL;
"""
