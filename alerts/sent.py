"""What is known of a message after it was handed to a channel."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Arrival(StrEnum):
    """Whether a message arrived."""

    ARRIVED = "arrived"
    REFUSED = "refused"  # certainly not delivered
    UNKNOWN = "unknown"  # the connection broke, or time ran out, after the message may have been taken


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one send; `error` is one sentence without secrets, empty when the message arrived.

    `is_permanent`: the answer says that trying again will not help. `is_of_message`: it is this message that is not
    taken, others may be. `retry_after`: when the service wants to be asked again, if it said so. `may_be_of_message`:
    the service answered, and not that it is busy; if it takes others, it is this message after all.
    """

    arrival: Arrival
    error: str = ""
    is_permanent: bool = False
    is_of_message: bool = False
    retry_after: timedelta | None = None
    may_be_of_message: bool = field(default=False, compare=False)  # a hint beside the answer, not part of it
