"""The way of one article through the archive, put together from what was written down at each stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stories.account import Role, account_of
from stories.identity import Key, recognise
from stories.model import ArchivedArticle
from stories.store import Store
from stories.store_articles import article_by_id, earlier_sightings
from stories.store_history import (
    Companion,
    Revision,
    SightingRow,
    companions_of,
    count_companions,
    revisions_of,
    sightings_of,
)
from stories.store_stories import StoryChange, changes_with
from stories.store_story_list import StoryArticle, articles_of_story, headlines_of, telling_in

_NAMED = 5  # companions; whoever wants all of a story finds its number


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One sighting of an article, and what it told.

    `known_by` is the key that ties it to the sightings before it: None for the first, and when the feed has given
    other keys since. `sharing` counts the other articles that stand at the same address: then it tells nothing.
    """

    row: SightingRow
    known_by: Key | None
    sharing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place of an article in its story: how it came there, what it is to it, and what has moved it since.

    `headlines` are those of the articles that its joining names, by id.
    """

    listed: StoryArticle
    role: Role
    changes: tuple[StoryChange, ...]
    headlines: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHistory:
    """What became of one article until it was matched: sightings, edits, story.

    `archived` and `place` are None when the article is kept no more; its sightings are. `companions` are the first of
    the `companion_count` other articles of its story.
    """

    id: str
    archived: ArchivedArticle | None
    place: Place | None
    seen: tuple[Seen, ...]
    revisions: tuple[Revision, ...]
    companions: tuple[Companion, ...]
    companion_count: int


def history_of(store: Store, article_id: str) -> ArticleHistory:
    """Return what the archive knows of the article `article_id`, kept or not."""
    archived = article_by_id(store, article_id)
    story_id = archived.story_id if archived else None
    return ArticleHistory(
        id=article_id,
        archived=archived,
        place=_place(store, article_id, story_id) if story_id else None,
        seen=_seen(store, sightings_of(store, article_id)),
        revisions=tuple(revisions_of(store, article_id)),
        companions=tuple(companions_of(store, article_id, story_id, limit=_NAMED)) if story_id else (),
        companion_count=count_companions(store, article_id, story_id) if story_id else 0,
    )


def _place(store: Store, article_id: str, story_id: int) -> Place:
    articles = articles_of_story(store, story_id)
    listed = next(each for each in articles if each.id == article_id)
    mentioned = {listed.copy_of, listed.joining and listed.joining.article_id} - {None}
    return Place(
        listed=listed,
        role=account_of([telling_in(each) for each in articles]).roles[article_id],
        changes=tuple(changes_with(store, article_id)),
        headlines=headlines_of(store, [each for each in mentioned if each]),
    )


def _seen(store: Store, rows: Sequence[SightingRow]) -> tuple[Seen, ...]:
    return tuple(
        Seen(row=row, known_by=_known_by(row, rows[:number]), sharing=_sharing(store, row))
        for number, row in enumerate(rows)
    )


def _known_by(row: SightingRow, before: Sequence[SightingRow]) -> Key | None:
    """Return the key that ties a sighting to those before it, as the ingest would find it today."""
    found = recognise(row.sighting, [each.sighting for each in before], listed=frozenset())
    return found.key if found else None


def _sharing(store: Store, row: SightingRow) -> int:
    at_address = {
        other.article_id
        for other in earlier_sightings(store, row.sighting)
        if row.sighting.address and other.address == row.sighting.address
    }
    return len(at_address - {row.sighting.article_id})
