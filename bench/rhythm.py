"""How late articles would come, and how many polls that takes, under the rhythm and under fixed intervals."""

import random
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scheduler.rhythm import LONGEST, SHORTEST, learn_rhythm, rhythm_of
from stories.store_feeds import FeedState
from tests.corpus import listed_in, missing, replay_steps

_HOUR = timedelta(hours=1)
_JITTER = 0.1

Rule = Callable[[FeedState, datetime], timedelta]


def main() -> None:
    """Ask the feeds of the replay, and ones that publish less, by each rule; print polls and how late articles came."""
    if reason := missing("replay"):
        sys.exit(reason)
    feeds, ends_at = published()
    rules: dict[str, Rule] = {
        f"its rhythm, {SHORTEST / _HOUR * 60:.0f} min to {LONGEST / _HOUR:g} h": lambda feed, now: rhythm_of(
            feed, now=now
        ),
        "every 15 min": lambda feed, now: _HOUR / 4,
        "every 30 min": lambda feed, now: _HOUR / 2,
        "every hour": lambda feed, now: _HOUR,
        "every 3 hours": lambda feed, now: 3 * _HOUR,
    }
    for nth in (1, 20, 100):
        some = thinned(feeds, nth)
        count = sum(map(len, some.values()))
        print(f"{len(some)} feeds of {count} articles, every {nth}. of those of the replay; minutes late")
        print(f"  {'asked':<28}{'polls':>8}{'median':>8}{'p90':>8}{'p99':>8}{'most':>8}")
        for name, rule in rules.items():
            polls, late = asked(some, rule, ends_at)
            at = [late[int(share * (len(late) - 1))] / timedelta(minutes=1) for share in (0.5, 0.9, 0.99, 1)]
            print(f"  {name:<28}{polls:8}" + "".join(f"{minutes:8.1f}" for minutes in at))


def published() -> tuple[dict[str, list[datetime]], datetime]:
    """Return when each feed's articles were published within the days of the replay, and when these end."""
    steps = replay_steps()
    began_at, ends_at = steps[0][0].polled_at, steps[-1][0].polled_at
    dates: dict[str, dict[str, datetime]] = defaultdict(dict)
    for document in (document for step in steps for document in step):
        for entry in listed_in(document.file.read_bytes()):
            if at := _date(entry.published):
                dates[document.feed].setdefault(entry.name, at)
    return {
        feed: sorted(at for at in each.values() if began_at <= at <= ends_at) for feed, each in dates.items()
    }, ends_at


def thinned(feeds: Mapping[str, Sequence[datetime]], nth: int) -> dict[str, Sequence[datetime]]:
    """Return feeds that publish every `nth` article only, several for each of `feeds`, beginning elsewhere."""
    starts = range(0, nth, max(1, nth // 5))
    return {
        f"{feed} {start}": each[start::nth] for feed, each in feeds.items() for start in starts if len(each) > 3 * nth
    }


def asked(feeds: Mapping[str, Sequence[datetime]], rule: Rule, ends_at: datetime) -> tuple[int, list[timedelta]]:
    """Return how many polls it takes, and how late each article came, the quickest first."""
    polls, late, chances = 0, [], random.Random(1)
    for number, dates in enumerate(feeds.values()):
        now = dates[0] - chances.random() * _HOUR
        feed = FeedState(id=number, address="", name="", next_poll_at=now, last_answered_at=now)
        seen = 0
        while now < ends_at:
            until = bisect_right(dates, now)
            late += [now - at for at in dates[seen:until]]
            feed = learn_rhythm(feed, dates[seen:until], now=now)
            seen, polls = until, polls + 1
            now += rule(feed, now) * (1 + _JITTER * chances.random())
    return polls, sorted(late)


def _date(text: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC)


if __name__ == "__main__":
    main()
