"""What goes out to a channel next: its outbox, its rules and its messages of late, put before the planner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from alerts.attempts import candidates
from alerts.planning import empty_digest_at, own_holds, plan
from alerts.templates import TemplateSettings
from alerts.waiting import ChannelNow, ChannelRule, Hold, Sending, TopicRule, Waiting
from alerts.wording import time_in_words
from stories.store import Store
from stories.store_channels import ChannelState
from stories.store_messages import messages_of_late
from stories.store_notices import NoticeKind, add_past_notice, last_told_at
from stories.store_outbox import OutboxRow, add_deliveries, waiting_rows

MOST_LOOKED_AT = 500  # rows of one topic
_DIGESTS_REMEMBERED = timedelta(days=40)  # one may come once a month


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When a channel may be told, and, by name, when its topics are delivered and in which words of their own."""

    channel: ChannelRule = field(default_factory=ChannelRule)
    topics: Mapping[str, TopicRule] = field(default_factory=dict)
    templates: Mapping[str, TemplateSettings] = field(default_factory=dict)

    @property
    def tells_of_empty_digests(self) -> bool:
        """Whether anybody wants to be told that nothing came."""
        digests = (self.channel.digest, *(topic.digest for topic in self.topics.values()))
        return any(digest and digest.even_if_empty for digest in digests)

    def holds_of(self, rows: Sequence[OutboxRow], *, now: datetime) -> dict[int, Hold]:
        """Return until when rows wait whatever their channel does, and why, by id; those that do."""
        return own_holds([_waiting(row) for row in rows], self.channel, self.topics, now=now)


def next_message(
    store: Store, rules: Rules, state: ChannelState, waiting: Sequence[OutboxRow], *, now: datetime, most: int
) -> Sending | Hold:
    """Return what goes out at `now` of the rows that wait for a channel, or until when nothing does and why.

    It is a channel that is not left alone; `most` is how many rows go into one message.
    """
    at = _channel_now(store, state.name, rules, now)
    planning = partial(plan, rule=rules.channel, topics=rules.topics, at=at, now=now, most=most)
    others = candidates(waiting, state)
    planned = planning([_waiting(row) for row in others])
    if isinstance(planned, Hold) and len(others) < len(waiting):
        planned = planning([_waiting(row) for row in waiting])
    return planned


def tell_of_empty_digest(store: Store, channel: str, rules: Rules, *, now: datetime) -> None:
    """Put a notice for `channel` into its outbox when its digest is due, nothing came, and that is to be told."""
    if not rules.tells_of_empty_digests:
        return
    waiting = [_waiting(row) for row in waiting_rows(store, channel, most=MOST_LOOKED_AT, now=now)]
    slot = empty_digest_at(waiting, rules.channel, rules.topics, _channel_now(store, channel, rules, now), now=now)
    told_at = last_told_at(store, NoticeKind.DIGEST, channel)
    if slot is None or (told_at and told_at >= slot):
        return
    with store.writing():
        sentence = f"nothing came for the digest of {time_in_words(slot)}"
        notice_id = add_past_notice(store, NoticeKind.DIGEST, channel, sentence, at=slot)
        add_deliveries(store, notice_id=notice_id, channels=[channel], now=now)


def _channel_now(store: Store, channel: str, rules: Rules, now: datetime) -> ChannelNow:
    late = messages_of_late(
        store, channel, since=now - rules.channel.window, digests_since=now - _DIGESTS_REMEMBERED, now=now
    )
    return ChannelNow(
        begun=late.begun,
        digests=late.digests,
        digests_begun=late.digests_begun,
        digest_began_at=late.digest_began_at,
    )


def _waiting(row: OutboxRow) -> Waiting:
    return Waiting(
        id=row.id,
        alert_id=row.alert_id,
        notice_id=row.notice_id,
        topic=row.topic,
        story_id=row.story_id,
        article_id=row.article_id,
        created_at=row.created_at,
        not_before=row.not_before,
        attempts=row.attempts,
        maybe_repeat=row.maybe_repeat,
        is_alone=row.is_alone,
        is_past=row.is_past,
        at_most=row.at_most,
    )
