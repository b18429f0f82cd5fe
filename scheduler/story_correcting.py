"""Joining and splitting stories as a person asks for it: what is meant, and what became of it in a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler.finding import NothingFound, find_article
from scheduler.story_finding import find_story, number_in
from stories.store import Store
from stories.store_articles import is_known
from stories.store_stories import ChangeKind, StoryRow, changes_of, home_of, merge_stories, split_story, story_by_id
from stories.store_story_list import articles_of_story
from stories.text import clean

_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Articles that are to leave one story."""

    story_id: int
    article_ids: tuple[str, ...]


def which_to_join(store: Store, said: Sequence[str]) -> tuple[int, ...]:
    """Return the stories that are meant, the oldest first.

    :raises NothingFound: when one is not there, or when they are one already
    """
    if len(said) < 2:
        raise NothingFound(f"name the story with which {clean(said[0], 200)} is to be joined, too")
    found: dict[int, str] = {}
    for each in said:
        story_id = find_story(store, each).id
        if story_id in found:
            one, other = clean(found[story_id], 200), clean(each, 200)
            raise NothingFound(f"{one} and {other} are one story already: {story_id}")
        found[story_id] = each
    return tuple(sorted(found, key=lambda story_id: _age(store, story_id)))


def join_stories(store: Store, story_ids: Sequence[int], *, reason: str, now: datetime) -> Iterator[str]:
    """Put the younger stories into the oldest, and yield what became of each; call it inside a transaction."""
    kept, *younger = story_ids
    for gone in younger:
        moved = len(articles_of_story(store, gone))
        merge_stories(store, kept, gone, kind=ChangeKind.JOIN, reason=clean(reason, _LONGEST_REASON), now=now)
        yield (f"story {gone} with {_articles(moved)} went into story {kept}; to take it back: wirewatch split {gone}")


def which_to_split(store: Store, said: Sequence[str]) -> Leaving:
    """Return the articles that are meant, with the one story that all of them are to leave.

    :raises NothingFound: when one is not there, they are of several stories, or none would stay
    """
    stories: dict[str, int] = {}
    for each in said:
        stories |= _leaving(store, each)
    if len(set(stories.values())) > 1:
        told = "; ".join(f"{article_id} is of story {story_id}" for article_id, story_id in stories.items())
        raise NothingFound(f"articles of several stories leave them one story at a time: {clean(told, 600)}")
    (story_id,) = set(stories.values())
    article_ids = tuple(stories)
    if len(article_ids) == len(articles_of_story(store, story_id)):
        has = "it has this article only" if len(article_ids) == 1 else "these are all it has"
        raise NothingFound(f"an article has to stay in story {story_id}: {has}")
    return Leaving(story_id=story_id, article_ids=article_ids)


def split_off(store: Store, leaving: Leaving, *, reason: str, now: datetime) -> str:
    """Let articles leave their story, and return what became of them; call it inside a transaction."""
    new_id = split_story(store, leaving.story_id, leaving.article_ids, reason=clean(reason, _LONGEST_REASON), now=now)
    return (
        f"{_articles(len(leaving.article_ids))} left story {leaving.story_id} as story {new_id};"
        f" to take it back: wirewatch join {leaving.story_id} {new_id}"
    )


def _leaving(store: Store, said: str) -> dict[str, int]:
    """Return the articles that are meant by one word, with their story."""
    number = number_in(said)
    if number is None or is_known(store, said.strip()):
        found = find_article(store, said)
        return {found.id: found.story_id}
    home = home_of(store, number)
    if home is None:
        found = find_article(store, said)  # the beginning of an id may be all digits
        return {found.id: found.story_id}
    if home == number:
        raise NothingFound(f"{number} is a story; name the articles that are to leave it (`wirewatch story {number}`)")
    brought = _brought(store, number) & {each.id for each in articles_of_story(store, home)}
    if not brought:
        raise NothingFound(f"none of the articles of story {number} is in story {home} any more")
    return dict.fromkeys(sorted(brought), home)


def _brought(store: Store, gone: int) -> set[str]:
    """Return the articles that a story brought into the one it went into."""
    changes = [each for each in changes_of(store, gone) if each.other_id == gone and each.kind is not ChangeKind.SPLIT]
    return set(changes[-1].article_ids)


def _age(store: Store, story_id: int) -> tuple[datetime, int]:
    story = story_by_id(store, story_id)
    assert isinstance(story, StoryRow), "it was found"
    return story.started_at, story_id


def _articles(count: int) -> str:
    return f"{count} article{'' if count == 1 else 's'}"
