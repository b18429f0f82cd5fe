"""The play: two days of the newsroom in half a minute of the wall clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.newsroom import LENGTH, Newsroom


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One performance of the newsroom's two days, opened at an instant (aware UTC) and lasting `seconds`."""

    opened_at: datetime
    seconds: float = 30.0

    @property
    def ends_at(self) -> datetime:
        """The instant after which nothing new is published."""
        return self.opened_at + timedelta(seconds=self.seconds)

    def at(self, now: datetime) -> timedelta:
        """Return the newsroom time at an instant; it stands still before the opening and after the end."""
        passed = (now - self.opened_at) / timedelta(seconds=self.seconds)
        return LENGTH * min(max(passed, 0.0), 1.0)

    def instant(self, at: timedelta) -> datetime:
        """Return when a newsroom time happens on the wall clock.

        What came before the opening keeps its distance: an article of three days ago is three days old.
        """
        if at < timedelta():
            return self.opened_at + at
        return self.opened_at + timedelta(seconds=self.seconds) * (at / LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a watch that polls often enough has found when the play is over.

    `distinct` leaves out articles that only repeat another one word for word. `edited` are the ids of articles
    whose headline changes. `wanted` are pairs of article id and topic, repeated articles left out; `told` are
    those of them that are young enough at the opening.
    """

    articles: int
    distinct: int
    edited: frozenset[str]
    wanted: frozenset[tuple[str, str]]
    told: frozenset[tuple[str, str]]


def expected(newsroom: Newsroom, *, told_if_younger_than: timedelta = timedelta(hours=24)) -> Expected:
    """Return what there is to find in a newsroom."""
    distinct = [article for article in newsroom.articles if not article.repeats]
    young = [article for article in distinct if article.at > -told_if_younger_than]
    return Expected(
        articles=len(newsroom.articles),
        distinct=len(distinct),
        edited=frozenset(article.id for article in newsroom.articles if article.edits),
        wanted=frozenset((article.id, topic) for article in distinct for topic in article.topics),
        told=frozenset((article.id, topic) for article in young for topic in article.topics),
    )
