"""Which story a person means on the command line: by its number, or by one of its articles."""

from dataclasses import dataclass

from scheduler.finding import NothingFound, find_article
from stories.store import Store
from stories.store_articles import is_known
from stories.store_stories import home_of
from stories.text import clean

_MOST_DIGITS = 18  # what SQLite takes as a number


@dataclass(frozen=True, slots=True)
class FoundStory:
    """The story that is meant; `asked` is the number that was said, when that one has since gone into it."""

    id: int
    asked: int | None = None


def find_story(store: Store, said: str) -> FoundStory:
    """Return the story meant by `said`: its number, or that of the article whose id, beginning or address it is.

    :raises NothingFound: when there is no such story and no such article, or more than one
    """
    number = number_in(said)
    home = home_of(store, number) if number is not None else None
    if home is not None:
        return FoundStory(home, number if home != number else None)
    try:
        return FoundStory(find_article(store, said).story_id)
    except NothingFound as error:
        if number is None or is_known(store, said.strip()):
            raise
        none = f"no story has the number {number}; `wirewatch stories` lists the newest ones"
        raise NothingFound(none) from error


def number_in(said: str) -> int | None:
    """Return the number that `said` is, or None."""
    said = clean(said, 200)
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS else None
