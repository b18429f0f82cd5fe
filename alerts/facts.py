"""What is known of a story when a message tells it, and what an update says is new."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from alerts.news import News
from stories.model import ArchivedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where an outlet tells a story."""

    outlet: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFacts:
    """How far a story has spread.

    `origin` is who reported it: whom others credit, if it `is_credited`, or else who was first seen with it. `outlets`
    and `articles` tell it, `best` is the article whose headline is shown, `links` lead to the origin and to others: at
    most three.
    """

    origin: str | None
    is_credited: bool
    outlets: int
    articles: int
    first_seen_at: datetime
    best: ArchivedArticle
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What a second message says: the stage that was reached, what is new, why that is told, what was told before."""

    stage: str | None = None
    news: News | None = None
    because: str
    known: str


def to_json(update: Update | None) -> str:
    """Return an update as it is stored; nothing for none."""
    return json.dumps(asdict(update), ensure_ascii=False) if update else ""


def from_json(stored: str) -> Update | None:
    """Return what `to_json` stored."""
    if not stored:
        return None
    said = json.loads(stored)
    news = said.pop("news")
    return Update(**said, news=News(terms=tuple(news.pop("terms")), **news) if news else None)
