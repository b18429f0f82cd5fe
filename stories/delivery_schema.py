"""The tables of delivery: the outbox, the messages that went out, how channels stand, and what people muted."""

DELIVERY = """
-- One message that was handed to a channel, with one or more deliveries in it, and what became of it. Without an
-- outcome it is on its way, or was when the service was killed. A digest has the instant for which it was planned.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('alert', 'group', 'digest', 'notice')),
    digest_at TEXT,
    began_at TEXT NOT NULL,
    ended_at TEXT,
    outcome TEXT CHECK (outcome IN ('arrived', 'refused', 'unknown')),
    error TEXT
) STRICT;
CREATE INDEX messages_by_channel ON messages (channel, began_at);
CREATE INDEX messages_of_digests ON messages (channel, digest_at) WHERE digest_at IS NOT NULL;

-- A notice may be about something else than a feed: a channel, the configuration. It is posted when it, and its end
-- when that is in the outbox.
ALTER TABLE notices ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN is_posted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN is_end_posted INTEGER NOT NULL DEFAULT 0;
UPDATE notices SET is_posted = 1, is_end_posted = 1 WHERE over_at IS NOT NULL;
DROP INDEX notices_open;
CREATE UNIQUE INDEX notices_open ON notices (kind, coalesce(feed_id, 0), subject) WHERE over_at IS NULL;

-- The outbox anew: a row is an alert, or a notice (that it began, that it is over), to one channel. `attempts` counts
-- the sends that were begun with it, `refusals` the tries to which the answer was that trying again will not help or
-- that it is the message, `unknowns` those that may have arrived. `is_alone` says that the message was at fault, so
-- that it goes with no other. What nobody wants any more is dropped; what could not be delivered is dead.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    alert_id INTEGER REFERENCES alerts (id),
    notice_id INTEGER REFERENCES notices (id),
    is_end INTEGER NOT NULL DEFAULT 0,
    channel TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'sending', 'sent', 'failed', 'dead', 'dropped')),
    attempts INTEGER NOT NULL DEFAULT 0,
    refusals INTEGER NOT NULL DEFAULT 0,
    unknowns INTEGER NOT NULL DEFAULT 0,
    not_before TEXT NOT NULL,
    maybe_repeat INTEGER NOT NULL DEFAULT 0,
    is_alone INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    created_at TEXT NOT NULL,
    first_tried_at TEXT,
    sent_at TEXT,
    given_up_at TEXT,
    message_id INTEGER REFERENCES messages (id),
    CHECK ((alert_id IS NULL) <> (notice_id IS NULL)),
    UNIQUE (alert_id, channel),
    UNIQUE (notice_id, is_end, channel)
) STRICT;
INSERT INTO outbox (id, alert_id, channel, state, attempts, not_before, unknowns, maybe_repeat, error, created_at,
    sent_at, given_up_at) SELECT id, alert_id, channel, state, attempts, not_before, maybe_repeat, maybe_repeat, error,
    created_at, sent_at, CASE state WHEN 'dead' THEN not_before END FROM deliveries;
DROP TABLE deliveries;
ALTER TABLE outbox RENAME TO deliveries;
CREATE INDEX deliveries_waiting ON deliveries (channel, id) WHERE state IN ('new', 'sending', 'failed');
CREATE INDEX deliveries_dead ON deliveries (channel, given_up_at) WHERE state = 'dead';
CREATE INDEX deliveries_sent ON deliveries (channel, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX deliveries_by_message ON deliveries (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX alerts_by_time ON alerts (created_at);

-- A channel that does not take messages: everything to it waits. `is_asked` says that the service itself named the
-- time, `tried_at` is when it was tried last.
CREATE TABLE channels (
    name TEXT PRIMARY KEY,
    waits_until TEXT,
    is_asked INTEGER NOT NULL DEFAULT 0,
    tried_at TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since TEXT,
    error TEXT
) STRICT;

-- What people do not want to be told for a while: a topic, a story, an outlet.
CREATE TABLE mutes (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('topic', 'story', 'outlet')),
    subject TEXT NOT NULL,
    why TEXT NOT NULL,
    created_at TEXT NOT NULL,
    until TEXT NOT NULL
) STRICT;
CREATE INDEX mutes_by_end ON mutes (until);
"""

PARTS = """
-- A message of several deliveries that was refused for what it says is taken apart: so many of them at most go together
-- from then on.
ALTER TABLE deliveries ADD COLUMN at_most INTEGER;
-- When the last digest began, however many messages came after it.
CREATE INDEX messages_by_kind ON messages (channel, kind, began_at);
"""
