"""Articles that are heard one after another, and the stories they end in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from demo.newsroom import load_newsroom
from stories.grouping import Grouper
from stories.joining import Joining
from stories.model import Article
from stories.store import Store
from stories.terms import features_of
from stories.text import clean_paragraphs
from tests.building import NOON


@dataclass(slots=True)
class Listener:
    """Whoever hears articles and keeps nothing but their stories: a Grouper, and the numbers it needs.

    `stories` has the story of each article, by the order in which they were heard.
    """

    grouper: Grouper = field(default_factory=Grouper)
    stories: list[int] = field(default_factory=list)
    joinings: list[Joining] = field(default_factory=list)

    def hear(self, *articles: Article) -> list[int]:
        """Let each article come to its story, and return the stories as they are called now."""
        for article in articles:
            at = article.published_at or NOON
            joining, weighed = self.grouper.place(features_of(article), at)
            number = len(self.stories)
            home = number + 1 if joining.story_id is None else min(joining.story_id, *joining.merges, 1 << 30)
            for gone in {joining.story_id, *joining.merges} - {home, None}:
                assert gone is not None
                self.grouper.merge(home, gone)
                self.stories = [home if story == gone else story for story in self.stories]
            self.grouper.add(f"article-{number}", home, weighed, at)
            self.stories.append(home)
            self.joinings.append(joining)
        return self.stories[-len(articles) :]


def told(
    title: str,
    summary: str = "",
    *,
    hours: float = 0,
    outlet: str = "The Ledger",
    text: str = "",
    language: str | None = None,
) -> Article:
    """Return an article that some outlet published some hours after noon."""
    at = NOON + timedelta(hours=hours)
    return Article(title=title, summary=summary, text=text, outlet=outlet, published_at=at, language=language)


@cache
def newsroom_articles(until: datetime = NOON - timedelta(hours=1)) -> tuple[Article, ...]:
    """Return all that the demo's newsroom publishes, the last of it at an instant: a day like any other."""
    articles = load_newsroom().articles
    end = articles[-1].at
    return tuple(
        Article(
            title=each.title,
            summary=each.summary,
            text=clean_paragraphs(each.text, 200_000),
            outlet=each.outlet,
            url=f"https://{each.outlet}.example/{each.key}",
            published_at=until - (end - each.at),
        )
        for each in articles
    )


def without_text(article: Article) -> Article:
    """Return no more than the headline."""
    return replace(article, summary="", text="")


def partition(store: Store) -> list[list[str]]:
    """Return the articles of each story, by their ids: what is the same in two archives if their stories are."""
    stories: dict[int, list[str]] = defaultdict(list)
    for article_id, story_id in store.db.execute("SELECT id, story_id FROM articles ORDER BY seq"):
        stories[story_id].append(article_id)
    return sorted(stories.values())


def sizes(stories: Iterable[int]) -> list[int]:
    """Return how many articles each story has, the largest first."""
    counted: dict[int, int] = defaultdict(int)
    for story in stories:
        counted[story] += 1
    return sorted(counted.values(), reverse=True)
