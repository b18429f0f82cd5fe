"""Named places on the way of an article, from its feed to its channels, where a test may end the process."""

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """A place where a power failure would find the service in the middle of something."""

    BEFORE_FETCH = "before fetch"
    HEADERS_IN = "headers in"
    BODY_IN = "body in"
    BEFORE_PARSE = "before parse"
    AFTER_PARSE = "after parse"
    BEFORE_BEGIN = "before BEGIN"
    AFTER_STORY_INSERT = "after story insert"
    AFTER_OUTBOX_INSERT = "after outbox insert"
    BEFORE_COMMIT = "before COMMIT"
    AFTER_COMMIT = "after COMMIT"
    BEFORE_SEND = "before send"
    RESPONSE_RECEIVED = "response received"
    BEFORE_MARK_SENT = "before mark-sent"


def _pass_by(point: Point) -> None:
    """Do nothing: what happens at every point unless a test says otherwise."""


_on_reach: Callable[[Point], None] = _pass_by


def reach(point: Point) -> None:
    """Say that the process has come to `point`."""
    _on_reach(point)


def call_on_reach(hook: Callable[[Point], None]) -> None:
    """Have `hook` called at every point from now on, in whichever thread comes there. Only tests do."""
    global _on_reach  # one process, one hook
    _on_reach = hook
