"""What cards say in words, whatever the medium: not yet harmless."""

from collections.abc import Iterator, Sequence

from alerts.card import REPEAT, DigestCard, NoticeCard, StoryCard, Why
from alerts.wording import time_in_words
from stories.counted import counted
from stories.graphemes import shortened
from stories.text import clean

LONG = 10  # stories, from which on a digest has a table of contents
MOST_LINKS = 2  # beside the story's own
_TITLE = 200  # characters of a headline in a digest
_TOPICS = 70  # characters of the topics in a title


def story_lines(card: StoryCard) -> tuple[str, ...]:
    """Return who reported it and how many tell it; of an update who tells it, what is new and what was told before."""
    if card.kind is None:
        return card.origin
    before = f"Before: {card.before}" if card.before else ""
    quote = f"“{card.quote}”" if card.quote else ""
    return tuple(line for line in (card.published, card.news, quote, before) if line)


def why_said(why: Why) -> str:
    """Return under which topic a story is told and which words were found; where it is an update, what is new."""
    return f"topic “{why.topic}”: {why.words}{f'; {why.update}' if why.update else ''}"


def headline(card: StoryCard, *, most: int = _TITLE) -> str:
    """Return a headline as a digest has it: marked if it may be a repeat, with what an update brings."""
    kind = f"{card.kind}: " if card.kind else ""
    return f"{f'{REPEAT} ' if card.is_repeat else ''}{kind}{shortened(clean(card.title, 2 * most), most)}"


def entry(card: StoryCard) -> str:
    """Return what stands below a headline in a digest: who, when, at which stage, which words were found."""
    also = f"also under {topics_in_words(card.topics[1:])}" if len(card.topics) > 1 else ""
    stage = f"stage {card.stage}" if card.stage and card.stage != card.kind else ""
    return " · ".join(part for part in (card.published, stage, card.whys[0].words, also) if part)


def contents(card: DigestCard) -> Iterator[tuple[str, int]]:
    """Yield the topics of a digest with how many stories each has, if it is long enough to need a list of them."""
    if card.stories > LONG and len(card.topics) > 1:
        for topic in card.topics:
            yield topic.topic, len(topic.stories)


def covered(card: DigestCard) -> str:
    """Return the time from which the news of a digest are."""
    since, until = time_in_words(card.since), time_in_words(card.until)
    return since if since == until else f"{since} to {until}"


def left_out(stories: int) -> str:
    """Return how many stories have no room in a message, and where they are; nothing for none."""
    more = counted(stories, "more story", "more stories")
    return f"… and {more} for which there is no room here: `wirewatch alerts` lists them." if stories else ""


def duration(card: NoticeCard) -> str:
    """Return when a notice was told first, and when it was over."""
    since = time_in_words(card.since)
    return (
        f"From {since} to {time_in_words(card.over_at)}." if card.over_at else f"Since {since}; its end is told, too."
    )


def topics_in_words(topics: Sequence[str]) -> str:
    """Return topics behind each other, as many as leave room for a headline, and how many more there are.

    >>> topics_in_words(["A", "B"])
    'A, B'
    """
    shown = list(topics)
    while len(shown) > 1 and len(", ".join(shown)) > _TOPICS:
        shown.pop()
    more = len(topics) - len(shown)
    return f"{', '.join(shown)}{f' and {more} more' if more else ''}"
