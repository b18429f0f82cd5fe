"""When stories are looked through for those that are over: once in a thousand arrivals, by the time these stand for."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

BLOCK = 1000  # arrivals
_LATE = 0.05  # share of a block that may be older than the time it stands for

_Time = TypeVar("_Time", datetime, str)


def time_of(block: Sequence[_Time]) -> _Time:
    """Return the time for which arrivals stand, given their instants in rising order: nearly all are later."""
    return block[math.ceil(len(block) * _LATE) - 1]
