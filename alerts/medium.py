"""What kinds of channels there are for a message's looks, and a message made for one of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Block = dict[str, Any]  # of Slack
Blocks = tuple[Block, ...]


class Medium(StrEnum):
    """How a channel shows what it is given."""

    TEXT = "text"  # nothing but characters
    MARKDOWN = "markdown"
    SLACK = "slack"  # blocks
    EMAIL = "email"  # plain text and HTML beside each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message for one medium, safe to hand to any channel of it.

    `title` (at most 150 characters) and `body` say all there is, in plain text, or in markdown for that medium. `html`
    is the same as a page for mail, `blocks` the same as Slack's blocks. `thread` is the same for all messages that
    belong together: a mail program shows those one below the other.
    """

    title: str
    body: str
    html: str | None = None
    blocks: Blocks | None = None
    thread: str | None = None
