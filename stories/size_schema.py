"""Indexes by which a large archive is counted: over the rows themselves it would take half a second, for each look."""

SIZE = """
-- How the deliveries of each channel stand.
CREATE INDEX deliveries_by_state ON deliveries (channel, state);
-- What the matches came to.
CREATE INDEX matches_by_outcome ON matches (outcome)
"""
