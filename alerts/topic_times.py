"""When the topics of a channel are told: their quiet hours and digests, as they are at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.timing import Digest, Quiet, quiet_until
from alerts.waiting import ChannelNow, ChannelRule, TopicRule, Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTime:
    """What holds for all rows of one topic.

    `slot` is the time of the digest that is due, None for none; `last_slot` the last that came, though its digest was
    sent.
    """

    quiets: tuple[Quiet, ...]
    quiet_until: datetime | None
    digest: Digest | None
    slot: datetime | None = None
    last_slot: datetime | None = None
    next_slot: datetime | None = None


class TopicTimes:
    """The times of topics, each worked out once: many rows may wait."""

    def __init__(self, rule: ChannelRule, topics: Mapping[str, TopicRule], at: ChannelNow, now: datetime) -> None:
        self._rule, self._topics, self._at, self._now = rule, topics, at, now
        self._known: dict[str | None, TopicTime] = {}

    def of(self, row: Waiting) -> TopicTime:
        """Return what holds for the topic of a row; a notice has none, and is told at once."""
        return self.of_topic(row.topic if row.notice_id is None else None)

    def of_topic(self, name: str | None) -> TopicTime:
        """Return what holds for a topic by its name, or for notices."""
        if name not in self._known:
            self._known[name] = self._time(name)
        return self._known[name]

    def _time(self, name: str | None) -> TopicTime:
        topic = TopicRule(is_now=True) if name is None else self._topics.get(name, TopicRule())
        digest, quiets = self._rule.digest_of(topic), self._rule.quiets_of(topic)
        zone, sent = self._rule.zone, self._at.digests
        return TopicTime(
            quiets=quiets,
            quiet_until=quiet_until(quiets, self._now, zone),
            digest=digest,
            slot=digest.last_until(self._now, zone, other_than=sent) if digest else None,
            last_slot=digest.last_until(self._now, zone, other_than=frozenset()) if digest else None,
            next_slot=digest.first_after(self._now, zone) if digest else None,
        )
