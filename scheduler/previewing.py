"""What a message would look like: the newest story of a topic, and a message as its channel gets it."""

import json
from datetime import UTC, datetime
from pathlib import Path

from alerts.card import StoryCard
from alerts.gathering import story_card
from alerts.medium import Message
from alerts.sample import sample_card
from stories.store import read_store
from stories.store_cards import newest_to_tell

_SAMPLE_AT = datetime(2026, 11, 22, 17, 3, tzinfo=UTC)


def card_to_preview(archive: Path, topic: str) -> StoryCard:
    """Return the story told last under a topic, else the one that matched last, else a sample.

    :raises StoreError: when there is an archive that cannot be read
    """
    if archive.exists():
        with read_store(archive) as store:
            newest = newest_to_tell(store, topic)
            if newest:
                return story_card(store, [newest], is_repeat=False)
    return sample_card(topic=topic, now=_SAMPLE_AT)


def payload_of(message: Message) -> str:
    """Return a message as its channel gets it: JSON where that takes blocks, else its title and its text."""
    if message.blocks is not None:
        return json.dumps({"text": message.title, "blocks": message.blocks}, ensure_ascii=False, indent=2)
    return f"{message.title}\n\n{message.body}"
