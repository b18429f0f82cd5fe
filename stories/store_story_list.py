"""Stories for whoever looks at them: lists of them, and the articles of one."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from stories.account import Telling
from stories.credits import Credit
from stories.joining import Joining
from stories.joining_json import from_json
from stories.model import Article
from stories.outlets import is_primary, outlet_of
from stories.store import Store, instant, instant_or_none, stamp
from stories.store_credits import credits_of_articles

_OF_STORY = "story_id = :id"
_AT_EITHER_END = (
    "seq IN (SELECT seq FROM (SELECT seq FROM articles WHERE story_id = :id ORDER BY seq LIMIT :half)"
    " UNION SELECT seq FROM (SELECT seq FROM articles WHERE story_id = :id ORDER BY seq DESC LIMIT :half)"
    " UNION SELECT seq FROM articles WHERE id = :own)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """One article of a story, without its texts: how it came there, and whom it credits.

    `at` is when it was published, or seen where that is unknown. `joining` is None when it came before joinings were
    written down, and in lists that leave it out.
    """

    id: str
    article: Article
    seen_at: datetime
    copy_of: str | None
    joining: Joining | None
    credits: tuple[Credit, ...]

    @property
    def at(self) -> datetime:
        """When it was published, as far as that is known."""
        return self.article.published_at or self.seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTopic:
    """A topic under which a story was told: how often, and at which stage last."""

    topic: str
    alerts: int
    stage: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStory:
    """A story of a list, with its articles in order of arrival."""

    id: int
    started_at: datetime
    last_article_at: datetime
    articles: tuple[StoryArticle, ...]
    told: tuple[ToldTopic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which stories a list is to show; all conditions that are given have to hold.

    `topic`: an article of it matched that topic. `is_told`: an alert was made of it (under that topic).
    `is_several`: it has more than one article. `since`: its last article is not older.
    """

    topic: str | None = None
    is_told: bool = False
    is_several: bool = False
    since: datetime | None = None


def newest_stories(store: Store, wanted: Wanted, *, limit: int) -> list[ListedStory]:
    """Return the stories with the newest articles, the newest first; what went into another story is in that one."""
    conditions = " AND ".join(("joined_to IS NULL", *_conditions(wanted)))
    rows = store.query(
        f"SELECT id, started_at, last_article_at FROM stories WHERE {conditions}"
        " ORDER BY last_article_at DESC, id DESC LIMIT :limit",
        {"topic": wanted.topic, "since": wanted.since and stamp(wanted.since), "limit": limit},
    )
    return [
        ListedStory(
            id=row["id"],
            started_at=instant(row["started_at"]),
            last_article_at=instant(row["last_article_at"]),
            articles=tuple(_articles(store, _OF_STORY, {"id": row["id"]}, is_joining_read=False)),
            told=tuple(_told(store, row["id"])),
        )
        for row in list(rows)
    ]


def articles_of_story(store: Store, story_id: int) -> list[StoryArticle]:
    """Return the articles of a story in order of arrival."""
    return _articles(store, _OF_STORY, {"id": story_id})


def articles_beside(store: Store, article_id: str, story_id: int, *, most: int) -> list[StoryArticle]:
    """Return an article and others of its story in order of arrival; of more than `most` half of them from each end.

    How they came there is left out: reading that takes as long as all the rest.
    """
    of = {"id": story_id, "half": most // 2, "own": article_id}
    return _articles(store, _AT_EITHER_END, of, is_joining_read=False)


def _articles(
    store: Store, condition: str, parameters: dict[str, object], *, is_joining_read: bool = True
) -> list[StoryArticle]:
    joining = "joining" if is_joining_read else "'' AS joining"
    rows = list(
        store.query(
            f"SELECT id, title, url, outlet, source, language, published_at, seen_at, copy_of, {joining} FROM articles"
            f" WHERE {condition} ORDER BY seq",
            parameters,
        )
    )
    credits = credits_of_articles(store, [row["id"] for row in rows])
    return [
        StoryArticle(
            id=row["id"],
            article=Article(
                title=row["title"],
                url=row["url"],
                outlet=row["outlet"],
                source=row["source"],
                language=row["language"],
                published_at=instant_or_none(row["published_at"]),
            ),
            seen_at=instant(row["seen_at"]),
            copy_of=row["copy_of"],
            joining=from_json(row["joining"]),
            credits=credits[row["id"]],
        )
        for row in rows
    ]


def headlines_of(store: Store, article_ids: Iterable[str]) -> dict[str, str]:
    """Return the headlines of kept articles by id."""
    rows = store.db.execute(
        "SELECT id, title FROM articles WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(list(article_ids))]
    )
    return dict(rows.fetchall())


def telling_in(listed: StoryArticle) -> Telling:
    """Return what an article is to the account of its story."""
    return Telling(
        article_id=listed.id,
        outlet=outlet_of(listed.article),
        at=listed.seen_at,
        is_primary=is_primary(listed.article),
        copy_of=listed.copy_of,
        credits=listed.credits,
        url=listed.article.url,
        title=listed.article.title,
    )


def _conditions(wanted: Wanted) -> Iterator[str]:
    if wanted.since:
        yield "last_article_at >= :since"
    if wanted.topic is not None:
        yield (
            "id IN (SELECT story_id FROM matches JOIN articles ON articles.id = article_id"
            " WHERE topic = :topic AND outcome != 'excluded')"
        )
    if wanted.is_told:
        under = "" if wanted.topic is None else " AND topic = :topic"
        yield f"EXISTS (SELECT 1 FROM alerts WHERE story_id = stories.id{under})"
    if wanted.is_several:
        yield "EXISTS (SELECT 1 FROM articles WHERE story_id = stories.id LIMIT 1 OFFSET 1)"


def _told(store: Store, story_id: int) -> Iterator[ToldTopic]:
    rows = store.query("SELECT topic, stage FROM alerts WHERE story_id = ? ORDER BY topic, id", [story_id])
    for topic, group in groupby(rows, itemgetter("topic")):
        stages = [row["stage"] for row in group]
        yield ToldTopic(
            topic=topic, alerts=len(stages), stage=next((stage for stage in reversed(stages) if stage), None)
        )
