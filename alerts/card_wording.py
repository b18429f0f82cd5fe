"""What cards say in words, whatever the medium: not yet harmless."""

from collections.abc import Callable, Iterator, Sequence

from alerts.card import REPEAT, DigestCard, NoticeCard, StoryCard, Why
from alerts.wording import time_in_words
from stories.counted import counted
from stories.graphemes import shortened
from stories.text import clean

LONG = 10  # stories, from which on a digest has a table of contents
MOST_LINKS = 2  # beside the story's own
MOST_WHYS = 10
_TITLE = 200  # characters of a headline in a digest
_TOPICS = 70  # characters of the topics in a title


def news_lines(card: StoryCard) -> tuple[str, ...]:
    """Return what an update says is new, and what was told before; nothing of a first report."""
    before = f"Before: {card.before}" if card.before else ""
    quote = f"“{card.quote}”" if card.quote else ""
    return tuple(line for line in (card.news, quote, before) if line)


def origin_lines(card: StoryCard) -> tuple[str, ...]:
    """Return who reported a story, how many tell it and since when; of an update also whose article is shown."""
    return (card.published, f"The story: {card.story}") if card.story else card.origin


def more_topics(card: StoryCard) -> tuple[str, ...]:
    """Return the line that counts the topics for which there is no why, if there are such."""
    more = len(card.whys) - MOST_WHYS
    return (f"… and {counted(more, 'more topic')}",) if more > 0 else ()


def why_said(why: Why) -> str:
    """Return under which topic a story is told and which words were found; where it is an update, what is new."""
    return f"topic “{why.topic}”: {why.words}{f'; {why.update}' if why.update else ''}"


def headline(card: StoryCard, *, most: int = _TITLE) -> str:
    """Return a headline as a digest has it: marked if it may be a repeat, with what an update brings."""
    kind = f"{card.kind}: " if card.kind else ""
    return f"{f'{REPEAT} ' if card.is_repeat else ''}{kind}{shortened(clean(card.title, 2 * most), most)}"


def notice_headline(card: NoticeCard) -> str:
    """Return what a notice among others is called: marked if it may be a repeat."""
    return f"{f'{REPEAT} ' if card.is_repeat else ''}{card.title}"


def entry(card: StoryCard) -> str:
    """Return what stands below a headline in a digest: who, when, at which stage, which words were found."""
    also = f"also under {topics_in_words(card.topics[1:])}" if len(card.topics) > 1 else ""
    stage = f"stage {card.stage}" if card.stage and card.stage != card.kind else ""
    return " · ".join(part for part in (card.listed, stage, card.whys[0].words, also) if part)


def contents(card: DigestCard) -> Iterator[tuple[str, int]]:
    """Yield the topics of a digest with how many stories each has, if it is long enough to need a list of them."""
    if card.stories > LONG and len(card.topics) > 1:
        for topic in card.topics:
            yield topic.topic, len(topic.stories)


def covered(card: DigestCard) -> str:
    """Return the time from which the news of a digest are."""
    since, until = time_in_words(card.since), time_in_words(card.until)
    return f"News of {since}" if since == until else f"News from {since} to {until}"


def left_out(stories: int, notices: int = 0) -> str:
    """Return how many stories and notices have no room in a message, and where they are; nothing for none."""
    more = (
        (notices, counted(notices, "more notice"), "`wirewatch status` tells what is wrong"),
        (stories, counted(stories, "more story", "more stories"), "`wirewatch alerts` lists them"),
    )
    return "\n".join(f"… and {said} for which there is no room here: {where}." for count, said, where in more if count)


def fitting_digest(card: DigestCard, write: Callable[[DigestCard, int, bool], str], most: int | None) -> str:
    """Return a digest of at most `most` bytes: in fewer words if need be, then with fewer stories.

    `write` is given how many stories to show, and whether in few words.
    """
    whole = write(card, card.stories, False)
    if most is None or len(whole.encode()) <= most:
        return whole
    fits, too_many = 0, card.stories + 1
    while too_many - fits > 1:
        stories = (fits + too_many) // 2
        if len(write(card, stories, True).encode()) <= most:
            fits = stories
        else:
            too_many = stories
    return write(card, fits, True)


def advice(card: NoticeCard) -> Iterator[tuple[str, str]]:
    """Yield what a notice means and what to do, each behind its heading."""
    if card.means:
        yield "What it means", card.means
    if card.to_do:
        yield "What to do", card.to_do


def duration(card: NoticeCard) -> str:
    """Return when a notice was told first, and when it was over; nothing where there is nothing to follow.

    Since when it holds, it says itself: that began before it was told.
    """
    told = f"Told {time_in_words(card.since)}"
    if card.over_at:
        return f"{told}; over since {time_in_words(card.over_at)}."
    if card.has_end:
        return f"{told}; its end is told, too."
    return f"{told}." if card.to_do else ""


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
