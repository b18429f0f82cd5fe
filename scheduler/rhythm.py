"""How often a feed publishes, learnt from the dates of what was new, and how often to ask it for that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from stories.store_feeds import FeedState

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=3)
UNKNOWN = timedelta(hours=1)  # of a feed that lists nothing

# Chosen on nine days of ten newspapers' feeds and on every 20th and 100th of their articles (docs/design.md): four
# questions for each publication let half of a newspaper's articles come within nine minutes.
_QUESTIONS = 4
_NEWEST_GAP = 0.1  # how much the newest gap counts in the smoothed one
_SILENCE = 0.25  # a silence that goes on counts, at a quarter, when that is longer than the smoothed gap
_ONE_PUBLICATION = timedelta(minutes=1)  # what comes within is one publication


def learn_rhythm(feed: FeedState, published: Sequence[datetime | None], *, now: datetime) -> FeedState:
    """Return `feed` with what the dates of its new articles (None: without one) tell of its rhythm.

    What has no date, or one before the last publication (dates that tell only the day), was published just now.
    """
    if _is_by_a_wrong_clock(feed, now):
        feed = replace(feed, rhythm=None, newest_at=None)
    dated = sorted(min(at, now) for at in published if at is not None and _is_later(at, feed.newest_at))
    if len(dated) < len(published):
        dated.append(now)
    gap, newest_at = feed.rhythm, feed.newest_at
    for at in dated:
        if newest_at is None:
            newest_at = at
        elif at - newest_at >= _ONE_PUBLICATION:
            between = at - newest_at
            gap = between if gap is None else gap + _NEWEST_GAP * (between - gap)
            newest_at = at
    return replace(feed, rhythm=gap, newest_at=newest_at)


def rhythm_of(feed: FeedState, *, now: datetime) -> timedelta:
    """Return how often the feed is to be asked by its own rhythm: from SHORTEST to LONGEST."""
    if feed.newest_at is None or _is_by_a_wrong_clock(feed, now):
        return UNKNOWN if feed.last_answered_at else SHORTEST
    silence = _SILENCE * (now - feed.newest_at)
    gap = silence if feed.rhythm is None else max(feed.rhythm, silence)
    return min(max(gap / _QUESTIONS, SHORTEST), LONGEST)


def _is_by_a_wrong_clock(feed: FeedState, now: datetime) -> bool:
    """Whether the last publication lies ahead of `now`: then the gap before it is as wrong as it is."""
    return feed.newest_at is not None and feed.newest_at > now


def _is_later(at: datetime, newest_at: datetime | None) -> bool:
    return newest_at is None or at > newest_at
