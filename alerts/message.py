"""What people read: messages for each medium, from what waits in the outbox."""

from collections.abc import Sequence

from alerts.card import Card, DigestCard, NoticeCard, StoryCard
from alerts.evidence import Evidence
from alerts.facts import StoryFacts, Update
from alerts.gathering import Row, card_for, card_of
from alerts.medium import Medium, Message
from alerts.rendering_templates import templated_title
from alerts.rendering_text import digest_text, notice_text, story_text, templated_text
from alerts.rendering_titles import MAX_TITLE, digest_title, notice_title, story_title
from alerts.templates import Template
from stories.model import ArchivedArticle
from stories.store import Store

__all__ = ["MAX_TITLE", "capacity", "compose", "message_of", "rendered"]

_MOST = 100  # rows in one digest: five of them tell what an outage of hours kept back
_MOST_BYTES = 3800  # of a digest in plain text; most chat services take four thousand


def message_of(
    store: Store, kind: str, deliveries: Sequence[Row], medium: Medium, template: Template | None = None
) -> Message:
    """Return the message of `kind` (alert, group, digest or notice) that tells `deliveries`, at least one of them.

    Alerts of one article are one story with a why for each topic, whatever `kind` says but digest; `template` is for
    those, and for nothing else.
    """
    return rendered(card_of(store, kind, deliveries), medium, template)


def capacity(medium: Medium) -> int:
    """Return how many deliveries one digest may hold."""
    return _MOST


def rendered(card: Card, medium: Medium, template: Template | None = None) -> Message:
    """Return what a card says as a message for a medium."""
    return _text(card, template)


def compose(
    archived: ArchivedArticle,
    *,
    topic: str,
    evidence: tuple[Evidence, ...],
    maybe_repeat: bool,
    facts: StoryFacts | None = None,
    stage: str | None = None,
    update: Update | None = None,
) -> Message:
    """Return the message in plain text that tells a story under `topic`, because of `archived` and its `evidence`."""
    card = card_for(
        archived,
        evidence={topic: evidence},
        is_repeat=maybe_repeat,
        facts=facts,
        stage=stage,
        updates={topic: update} if update else None,
    )
    return rendered(card, Medium.TEXT)


def _text(card: Card, template: Template | None) -> Message:
    if isinstance(card, NoticeCard):
        return Message(title=notice_title(card), body=notice_text(card), thread=thread_of(card))
    if isinstance(card, DigestCard):
        return Message(title=digest_title(card), body=digest_text(card, most=_MOST_BYTES), thread=thread_of(card))
    return Message(
        title=(template and templated_title(template, card)) or story_title(card),
        body=templated_text(template.body, card) if template and template.body else story_text(card),
        thread=thread_of(card),
    )


def thread_of(card: Card) -> str | None:
    """Return what all messages on one story, or on one notice, have in common; a digest stands alone."""
    if isinstance(card, StoryCard):
        return f"story-{card.story_id}"
    return f"notice-{card.notice_id}" if isinstance(card, NoticeCard) else None
