"""The play: two days of the newsroom in half a minute of the wall clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.articles import Article
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
    whose headline changes. `story_of` gives each article id its story: the label, or the id of what stands alone.
    `matches` are pairs of article id and topic. `first_reports` are the pairs of story and topic that are told, and
    `updates` those told again, with the stage: an article that credits nobody tells a stage that nobody told before.
    """

    articles: int
    distinct: int
    edited: frozenset[str]
    story_of: Mapping[str, str]
    matches: frozenset[tuple[str, str]]
    first_reports: frozenset[tuple[str, str]]
    updates: frozenset[tuple[str, str, str]]


def expected(newsroom: Newsroom, *, told_if_younger_than: timedelta = timedelta(hours=24)) -> Expected:
    """Return what there is to find in a newsroom, by the labels of its own data."""
    young = [article for article in newsroom.articles if article.at > -told_if_younger_than]
    first_at: dict[tuple[str, str], str | None] = {}
    updates = set[tuple[str, str, str]]()
    for article in young:
        for topic in article.topics:
            told = first_at.setdefault((_story(article), topic), article.stage)
            if article.stage and article.stage != told and not article.credits:
                updates.add((_story(article), topic, article.stage))
    return Expected(
        articles=len(newsroom.articles),
        distinct=sum(not article.repeats for article in newsroom.articles),
        edited=frozenset(article.id for article in newsroom.articles if article.edits),
        story_of={article.id: _story(article) for article in newsroom.articles},
        matches=frozenset((article.id, topic) for article in newsroom.articles for topic in article.topics),
        first_reports=frozenset(first_at),
        updates=frozenset(updates),
    )


def _story(article: Article) -> str:
    return article.story or article.id
