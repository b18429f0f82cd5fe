"""Articles, how they were seen, what they said before, and the stories they tell."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stories.identity import Sighting
from stories.model import ArchivedArticle, Article
from stories.store import Store, instant, instant_or_none, stamp
from stories.store_labels import Verdict, labels_of

COLUMNS = (
    "articles.id, story_id, url, articles.title, summary, text, outlet, author, language, published_at, seen_at,"
    " source, links"
)

_SIGHTING = ("feed_id", "guid", "address", "headline", "title", "article_id", "canonical")

# A page that collects notices may stand for thousands of articles; whether a key is shared, a few of them tell.
_SHARED = 50
_PHRASE_OR_WORD = re.compile(r'"([^"]+)"|([^\s"]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article of a list, with the names of the topics it matched, and what people said of it under which topic."""

    archived: ArchivedArticle
    topics: tuple[str, ...]
    labels: Mapping[str, Verdict]


def earlier_sightings(store: Store, sighting: Sighting) -> list[Sighting]:
    """Return the remembered sightings that share a key with `sighting`: of each key the last _SHARED."""
    keys = [
        "feed_id IS :feed_id AND guid = :guid",
        "address = :address",
        "canonical = :address",
        "feed_id IS :feed_id AND headline = :headline",
    ]
    if sighting.canonical:  # few have one
        keys += ["address = :canonical", "canonical = :canonical"]
    shared = " UNION ".join(
        f"SELECT {', '.join(_SIGHTING)} FROM (SELECT * FROM sightings WHERE {key} ORDER BY id DESC LIMIT {_SHARED})"
        for key in keys
    )
    rows = store.db.execute(shared, {name: getattr(sighting, name) for name in _SIGHTING})
    return [Sighting(**dict(zip(_SIGHTING, row, strict=True))) for row in rows]


def remember_sighting(store: Store, sighting: Sighting, *, now: datetime) -> None:
    """Remember by which keys a feed lists an article: one row for each feed and article, holding the newest keys."""
    store.db.execute(
        "INSERT INTO sightings (article_id, feed_id, guid, address, headline, title, first_seen_at, canonical)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (article_id, feed_id) DO UPDATE SET"
        " guid = excluded.guid, address = excluded.address, headline = excluded.headline, title = excluded.title,"
        " canonical = coalesce(excluded.canonical, canonical)",
        [
            sighting.article_id,
            sighting.feed_id,
            sighting.guid,
            sighting.address,
            sighting.headline,
            sighting.title,
            stamp(now),
            sighting.canonical,
        ],
    )


def is_known(store: Store, article_id: str) -> bool:
    """Whether an article of this id was ever seen, kept or not."""
    known = "SELECT 1 FROM articles WHERE id = :id UNION ALL SELECT 1 FROM sightings WHERE article_id = :id"
    return store.db.execute(known, {"id": article_id}).fetchone() is not None


def article_by_id(store: Store, article_id: str) -> ArchivedArticle | None:
    """Return one article, or None when it is not kept (any more)."""
    row = next(store.query(f"SELECT {COLUMNS} FROM articles WHERE id = ?", [article_id]), None)
    return archived_of(row) if row else None


def ids_that_begin(store: Store, beginning: str, *, limit: int) -> list[str]:
    """Return the ids of kept articles that begin with `beginning`, in their order, at most `limit`."""
    # By comparison, which the index of ids answers; the last of all characters ends what begins so.
    rows = store.db.execute(
        "SELECT id FROM articles WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
        [beginning, f"{beginning}\U0010ffff", limit],
    )
    return [article_id for (article_id,) in rows]


def ids_at_address(store: Store, canonical: str, *, limit: int) -> list[str]:
    """Return the ids of the articles seen at a canonical address, kept or not, the latest first, at most `limit`."""
    rows = store.db.execute(
        "SELECT article_id FROM (SELECT id, article_id FROM sightings WHERE address = :canonical"
        " UNION ALL SELECT id, article_id FROM sightings WHERE canonical = :canonical)"
        " GROUP BY article_id ORDER BY max(id) DESC LIMIT :limit",
        {"canonical": canonical, "limit": limit},
    )
    return [article_id for (article_id,) in rows]


def feed_of_article(store: Store, article_id: str) -> int | None:
    """Return the feed in which an article was first seen; None for an imported one."""
    row = store.db.execute("SELECT feed_id FROM articles WHERE id = ?", [article_id]).fetchone()
    return row[0] if row else None


def feed_names_of(store: Store, article_id: str) -> list[str]:
    """Return the names of the feeds that list an article, the first one first; an import's name is empty."""
    rows = store.db.execute(
        "SELECT coalesce(name, '') FROM sightings LEFT JOIN feeds ON feeds.id = feed_id WHERE article_id = ?"
        " ORDER BY sightings.id",
        [article_id],
    )
    return [name for (name,) in rows]


def add_article(store: Store, archived: ArchivedArticle, *, feed_id: int | None) -> None:
    """Keep a new article."""
    article = archived.article
    cursor = store.db.execute(
        "INSERT INTO articles (id, story_id, feed_id, url, title, summary, text, outlet, author, language,"
        " published_at, seen_at, source, links) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            archived.id,
            archived.story_id,
            feed_id,
            article.url,
            article.title,
            article.summary,
            article.text,
            article.outlet,
            article.author,
            article.language,
            stamp(article.published_at) if article.published_at else None,
            stamp(archived.seen_at),
            article.source,
            "\n".join(article.links),
        ],
    )
    _index(store, cursor.lastrowid, article)


def revise_article(store: Store, before: ArchivedArticle, article: Article, *, now: datetime) -> None:
    """Replace what an article says, keeping the earlier headline and summary as a revision."""
    store.db.execute(
        "INSERT INTO revisions (article_id, title, summary, replaced_at) VALUES (?, ?, ?, ?)",
        [before.id, before.article.title, before.article.summary, stamp(now)],
    )
    (seq,) = store.db.execute("SELECT seq FROM articles WHERE id = ?", [before.id]).fetchone()
    store.db.execute(
        "INSERT INTO articles_fts (articles_fts, rowid, title, summary, text) VALUES ('delete', ?, ?, ?, ?)",
        [seq, before.article.title, before.article.summary, before.article.text],
    )
    store.db.execute(
        "UPDATE articles SET title = ?, summary = ?, text = ?, url = ? WHERE id = ?",
        [article.title, article.summary, article.text, article.url, before.id],
    )
    _index(store, seq, article)


def start_story(store: Store, *, at: datetime) -> int:
    """Start a story with an article of the instant `at` and return its id."""
    cursor = store.db.execute("INSERT INTO stories (started_at, last_article_at) VALUES (?, ?)", [stamp(at)] * 2)
    assert cursor.lastrowid is not None, "an INSERT has a row id"
    return cursor.lastrowid


def continue_story(store: Store, story_id: int, *, at: datetime) -> None:
    """Note that an article of the instant `at` joined a story."""
    store.db.execute(
        "UPDATE stories SET last_article_at = max(last_article_at, :at), started_at = min(started_at, :at)"
        " WHERE id = :id",
        {"at": stamp(at), "id": story_id},
    )


def dates_of_latest(store: Store, count: int) -> list[datetime | None]:
    """Return when the `count` articles archived last were published, as far as they say."""
    rows = store.db.execute("SELECT published_at FROM articles ORDER BY seq DESC LIMIT ?", [count]) if count else ()
    return [instant_or_none(published_at) for (published_at,) in rows]


def newest_articles(store: Store, *, limit: int) -> list[Found]:
    """Return the articles seen last, newest first."""
    return _found(store, f"SELECT {COLUMNS} FROM articles ORDER BY seq DESC LIMIT ?", [limit])


def search_articles(store: Store, words: str, *, limit: int) -> list[Found]:
    """Return the articles in which all of `words` occur (a phrase in double quotes), newest first.

    Nothing in `words` is an operator: each word and phrase is quoted, so that any text is a search.
    """
    quoted = " ".join(f'"{phrase or word}"' for phrase, word in _PHRASE_OR_WORD.findall(words.replace("\0", " ")))
    if not quoted:
        return []
    return _found(
        store,
        # The index is read from its end, and no further than to the last one wanted: a common word has half of all.
        f"SELECT {COLUMNS} FROM articles WHERE seq IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?"
        " ORDER BY rowid DESC LIMIT ?) ORDER BY seq DESC",
        [quoted, limit],
    )


def articles_told_with(store: Store, article_id: str, *, told: Sequence[str] = (), most: int) -> list[ArchivedArticle]:
    """Return other articles of the story of an article, in order of arrival; of more than `most` not all.

    Then a third of them are the last of `told` (ids, wherever they are), a third the first of the story, and a third
    its latest: what was told counts as known, however long ago.
    """
    third = most // 3
    of_story = "FROM articles WHERE story_id = (SELECT story_id FROM articles WHERE id = :id)"
    rows = store.query(
        f"SELECT {COLUMNS} FROM articles WHERE id != :id AND (seq IN (SELECT seq {of_story} ORDER BY seq LIMIT :third)"
        f" OR seq IN (SELECT seq {of_story} ORDER BY seq DESC LIMIT :third)"
        " OR id IN (SELECT value FROM json_each(:told))) ORDER BY seq",
        {"id": article_id, "third": third, "told": json.dumps(list(told)[-third:])},
    )
    return [archived_of(row) for row in rows]


def count_articles(store: Store) -> int:
    """Return how many articles are kept."""
    (count,) = store.db.execute("SELECT count(*) FROM articles").fetchone()
    return int(count)


def count_articles_of(store: Store, story_id: int) -> int:
    """Return how many articles a story has."""
    (count,) = store.db.execute("SELECT count(*) FROM articles WHERE story_id = ?", [story_id]).fetchone()
    return int(count)


def count_revisions(store: Store) -> int:
    """Return how often an article was edited after it was first seen."""
    (count,) = store.db.execute("SELECT count(*) FROM revisions").fetchone()
    return int(count)


def all_articles(store: Store) -> Iterator[Found]:
    """Yield every kept article in the order of arrival, with the topics it matched and its labels."""
    for row in store.query(f"SELECT {COLUMNS} FROM articles ORDER BY seq"):
        archived = archived_of(row)
        yield Found(archived=archived, topics=_topics(store, archived.id), labels=labels_of(store, archived.id))


def _index(store: Store, seq: int | None, article: Article) -> None:
    store.db.execute(
        "INSERT INTO articles_fts (rowid, title, summary, text) VALUES (?, ?, ?, ?)",
        [seq, article.title, article.summary, article.text],
    )


def _found(store: Store, sql: str, parameters: Sequence[object]) -> list[Found]:
    articles = [archived_of(row) for row in store.query(sql, parameters)]
    return [
        Found(archived=archived, topics=_topics(store, archived.id), labels=labels_of(store, archived.id))
        for archived in articles
    ]


def _topics(store: Store, article_id: str) -> tuple[str, ...]:
    rows = store.db.execute(
        "SELECT topic FROM matches WHERE article_id = ? AND outcome != 'excluded' ORDER BY id", [article_id]
    )
    return tuple(topic for (topic,) in rows)


def archived_of(row: Mapping[str, Any]) -> ArchivedArticle:
    """Return the article of a row that has COLUMNS."""
    return ArchivedArticle(
        id=row["id"],
        story_id=row["story_id"],
        seen_at=instant(row["seen_at"]),
        article=Article(
            title=row["title"],
            url=row["url"],
            summary=row["summary"],
            text=row["text"],
            outlet=row["outlet"],
            author=row["author"],
            language=row["language"],
            published_at=instant_or_none(row["published_at"]),
            source=row["source"],
            links=tuple(row["links"].split()),
        ),
    )
