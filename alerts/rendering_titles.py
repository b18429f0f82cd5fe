"""The one line that stands above a message: a mail's subject, Slack's header."""

from alerts.card import REPEAT, DigestCard, NoticeCard, StoryCard
from alerts.card_wording import topics_in_words
from alerts.harmless import said
from stories.counted import counted
from stories.graphemes import shortened

MAX_TITLE = 150  # a mail subject that is not folded, and Slack's limit for a header


def story_title(card: StoryCard) -> str:
    """Return topics, what is new and the headline: `[Antitrust, Chips] filed: Office files a complaint`."""
    kind = f"{card.kind}: " if card.kind else ""
    return one_line(f"[{topics_in_words(card.topics)}] {kind}{card.title}", is_repeat=card.is_repeat)


def digest_title(card: DigestCard) -> str:
    """Return how many stories a digest has, and under which topics."""
    topics = [topic.topic for topic in card.topics]
    parts = [counted(card.stories, "story", "stories")] if card.stories else []
    parts += [counted(len(card.notices), "notice")] if card.notices else []
    kind = "Digest: " if card.is_planned else ""
    about = f"[{topics_in_words(topics)}] " if topics else ""
    return one_line(f"{about}{kind}{' and '.join(parts)}", is_repeat=False)


def notice_title(card: NoticeCard) -> str:
    """Return what happened in a few words: `[wirewatch] a feed fails: The Ledger`."""
    return one_line(f"[wirewatch] {card.title}", is_repeat=card.is_repeat)


def one_line(text: str, *, is_repeat: bool) -> str:
    """Return a title: one harmless line of at most MAX_TITLE characters, marked if it may be a repeat."""
    mark = f"{REPEAT} " if is_repeat else ""
    return shortened(f"{mark}{said(text, 2 * MAX_TITLE)}", MAX_TITLE)
