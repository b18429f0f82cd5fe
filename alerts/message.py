"""What people read: messages for each medium, from what waits in the outbox."""

from collections.abc import Sequence

from alerts.card import Card, DigestCard, NoticeCard, StoryCard
from alerts.gathering import Row, card_of
from alerts.medium import Blocks, Medium, Message
from alerts.rendering_html import notice_html, story_html, templated_html
from alerts.rendering_html_digest import digest_html
from alerts.rendering_markdown import (
    digest_markdown,
    markdown_title,
    notice_markdown,
    story_markdown,
    templated_markdown,
)
from alerts.rendering_slack import digest_blocks, notice_blocks, story_blocks, templated_blocks
from alerts.rendering_templates import body_to_fill, templated_title
from alerts.rendering_text import digest_text, notice_text, story_text, templated_text
from alerts.rendering_titles import MAX_TITLE, digest_title, notice_title, story_title
from alerts.templates import TemplateSettings
from stories.store import Store

__all__ = ["MAX_TITLE", "capacity", "message_of", "rendered"]

_MOST = 100  # rows in one digest: five of them tell what an outage of hours kept back
# Of a digest that is nothing but text, in bytes, where its service takes more at once: a storm's hundred are cut short.
_MOST_BYTES = {Medium.TEXT: 11_400, Medium.MARKDOWN: 5_700}
_LEAST_BYTES = 400  # where there is room for less, as in a text message, it comes in a few parts


def message_of(
    store: Store,
    kind: str,
    deliveries: Sequence[Row],
    medium: Medium,
    template: TemplateSettings | None = None,
    *,
    room: int | None = None,
) -> Message:
    """Return the message of `kind` (alert, group, digest or notice) that tells `deliveries`, at least one of them.

    Alerts of one article are one story with a why for each topic, whatever `kind` says but digest; `template` is for
    those, and for nothing else. `room` is how many bytes the channel takes at once: a digest keeps to it.
    """
    return rendered(card_of(store, kind, deliveries), medium, template, room=room)


def capacity(medium: Medium) -> int:
    """Return how many deliveries one digest may hold."""
    return _MOST


def rendered(
    card: Card, medium: Medium, template: TemplateSettings | None = None, *, room: int | None = None
) -> Message:
    """Return what a card says as a message for a medium; a digest of one that is nothing but text keeps to `room`."""
    title = _title(card, template)
    body = body_to_fill(template, card) if template and isinstance(card, StoryCard) else None
    if medium is Medium.MARKDOWN:
        title = markdown_title(title)
        return Message(title=title, body=_markdown(card, body, most=_most(medium, title, room)), thread=_thread(card))
    return Message(
        title=title,
        body=_text(card, body, most=_most(medium, title, room)),
        html=_html(card, body, title) if medium is Medium.EMAIL else None,
        blocks=_blocks(card, body, title) if medium is Medium.SLACK else None,
        thread=_thread(card),
    )


def _most(medium: Medium, title: str, room: int | None) -> int | None:
    """Return how many bytes a digest may have, so that it goes out as one message."""
    most = _MOST_BYTES.get(medium)
    return min(most, max(room - len(title.encode()), _LEAST_BYTES)) if most and room is not None else most


def _title(card: Card, template: TemplateSettings | None) -> str:
    if isinstance(card, NoticeCard):
        return notice_title(card)
    if isinstance(card, DigestCard):
        return digest_title(card)
    return (template and templated_title(template, card)) or story_title(card)


def _thread(card: Card) -> str | None:
    """Return what all messages on one story, or on one notice, have in common; a digest stands alone."""
    if isinstance(card, StoryCard):
        return f"story-{card.story_id}"
    return f"notice-{card.notice_id}" if isinstance(card, NoticeCard) else None


def _text(card: Card, template: str | None, *, most: int | None) -> str:
    if isinstance(card, NoticeCard):
        return notice_text(card)
    if isinstance(card, DigestCard):
        return digest_text(card, most=most)
    return templated_text(template, card) if template else story_text(card)


def _markdown(card: Card, template: str | None, *, most: int | None) -> str:
    if isinstance(card, NoticeCard):
        return notice_markdown(card)
    if isinstance(card, DigestCard):
        return digest_markdown(card, most=most)
    return templated_markdown(template, card) if template else story_markdown(card)


def _html(card: Card, template: str | None, title: str) -> str:
    if isinstance(card, NoticeCard):
        return notice_html(card, title)
    if isinstance(card, DigestCard):
        return digest_html(card, title)
    return templated_html(template, card, title) if template else story_html(card, title)


def _blocks(card: Card, template: str | None, title: str) -> Blocks:
    if isinstance(card, NoticeCard):
        return notice_blocks(card, title)
    if isinstance(card, DigestCard):
        return digest_blocks(card, title)
    return templated_blocks(template, card, title) if template else story_blocks(card, title)
