"""A channel whose every message arrives, on a clock that tests turn: what is sent when, as `plan` says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.planning import ChannelNow, ChannelRule, Sending, TopicRule, Waiting, plan


@dataclass(frozen=True, slots=True)
class Message:
    """One message that went out."""

    at: datetime
    sending: Sending


def waiting(id: int, at: datetime, *, topic: str = "Antitrust", article: str | None = None) -> Waiting:
    """Return one alert that waits, of an article of its own unless it is said."""
    return Waiting(
        id=id, alert_id=id, topic=topic, story_id=id, article_id=article or f"a{id}", created_at=at, not_before=at
    )


def play(
    rows: Sequence[Waiting],
    rule: ChannelRule,
    topics: Mapping[str, TopicRule],
    *,
    until: datetime,
    most: int = 100,
    at: ChannelNow | None = None,
    begin: datetime | None = None,
) -> list[Message]:
    """Return the messages that go out up to `until`, when the sender is woken by each new row and after each hold."""
    state = at or ChannelNow()
    messages: list[Message] = []
    left = sorted(rows, key=lambda row: row.created_at)
    here: list[Waiting] = []
    now = begin or left[0].created_at
    while now <= until:
        while left and left[0].created_at <= now:
            here.append(left.pop(0))
        planned = plan(here, rule, topics, state, now=now, most=most)
        if isinstance(planned, Sending):
            messages.append(Message(now, planned))
            here = [row for row in here if row.id not in planned.ids]
            state = _after(state, planned, now)
            now += timedelta(milliseconds=20)  # a send takes its time
            continue
        assert planned.until is None or planned.until > now, planned
        following = [each for each in (planned.until, left[0].created_at if left else None) if each]
        if not following:
            break
        now = max(min(following), now)
    return messages


def _after(state: ChannelNow, sending: Sending, now: datetime) -> ChannelNow:
    digests = state.digests | ({sending.digest_at} if sending.digest_at else set())
    began = now if sending.kind == "digest" else state.digest_began_at
    return replace(state, begun=(*state.begun, now), digests=digests, digest_began_at=began)
