"""Rows of the outbox as tests need them: made to look as if they had been tried, and read back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from stories.store import Store
from stories.store_channels import channel_state
from stories.store_messages import DeliveryAfter, begin_message, end_message
from tests.building import NOON


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outbox, as far as tests look at it."""

    state: str
    attempts: int
    error: str | None


def rows(store: Store, channel: str | None = None) -> list[Row]:
    """Return the rows of all channels, or one, oldest first."""
    found = store.db.execute(
        "SELECT state, attempts, error FROM deliveries WHERE channel = coalesce(?, channel) ORDER BY id", [channel]
    )
    return [Row(*row) for row in found.fetchall()]


def begun(store: Store, *ids: int, channel: str = "hook", now: datetime = NOON) -> int:
    """Begin a message with these rows, and return its id."""
    message_id = begin_message(store, channel, kind="alert", ids=ids, digest_at=None, now=now)
    assert message_id
    return message_id


def tried(
    store: Store,
    delivery_id: int,
    state: Literal["sent", "failed", "dead"],
    *,
    channel: str = "hook",
    error: str | None = None,
    next_at: datetime = NOON,
    maybe_repeat: bool = False,
    now: datetime = NOON,
) -> None:
    """Have a delivery been tried with that outcome."""
    message_id = begun(store, delivery_id, channel=channel, now=now)
    after = DeliveryAfter(
        id=delivery_id,
        state=state,
        not_before=next_at,
        first_tried_at=now,
        unknowns=int(maybe_repeat),
        error=error,
    )
    outcome = "arrived" if state == "sent" else "unknown" if maybe_repeat else "refused"
    with store.writing():
        end_message(
            store,
            message_id,
            outcome=outcome,
            error=error,
            after=[after],
            channel=channel_state(store, channel),
            now=now,
        )
