"""What waits for a channel, the rules by which it goes out, how the channel stands, and what may be decided on it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from alerts.timing import Digest, Limit, Quiet

PAUSE = timedelta(seconds=1)  # between two messages to a channel


class Kind(StrEnum):
    """What a message is: the looks of it, and `messages.kind`."""

    ALERT = "alert"  # one article, perhaps under several topics
    GROUP = "group"  # several articles that came within seconds
    DIGEST = "digest"
    NOTICE = "notice"  # one or more


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One row of the outbox that waits for a channel: an alert, or a notice, which has neither topic nor article.

    `is_alone`: it was refused for what it says, so that it goes with no other. `at_most`: a message of more than
    so many was refused, so that no more go together.
    """

    id: int
    alert_id: int | None = None
    notice_id: int | None = None
    topic: str = ""
    story_id: int | None = None
    article_id: str | None = None
    created_at: datetime
    not_before: datetime
    attempts: int = 0
    maybe_repeat: bool = False
    is_alone: bool = False
    at_most: int | None = None
    is_past: bool = False  # it was known before its topic was new: it goes together with what was, too


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRule:
    """When a topic is delivered: at once or in a digest if it says so, and not within its quiet hours.

    `is_urgent`: at once, whatever the channel's digest and any quiet hours.
    """

    digest: Digest | None = None
    is_now: bool = False
    quiet: tuple[Quiet, ...] = ()
    is_urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRule:
    """When a channel may be told; `digest` is for topics that do not say themselves when they are delivered."""

    digest: Digest | None = None
    quiet: tuple[Quiet, ...] = ()
    limit: Limit | None = None
    group_wait: timedelta = timedelta()
    zone: tzinfo = UTC

    @property
    def window(self) -> timedelta:
        """How far back `ChannelNow.begun` has to know of messages."""
        return max(PAUSE, self.limit.per if self.limit else PAUSE)

    def digest_of(self, topic: TopicRule) -> Digest | None:
        """Return the digest in which a topic is told here, or None when it is told at once."""
        return None if topic.is_now or topic.is_urgent else topic.digest or self.digest

    def quiets_of(self, topic: TopicRule) -> tuple[Quiet, ...]:
        """Return the quiet hours in which a topic is not told here.

        In a digest only the channel's count: a topic's own would keep it from the digest for ever where that goes out
        within them, for others.
        """
        if topic.is_urgent:
            return ()
        return self.quiet if self.digest_of(topic) else (*self.quiet, *topic.quiet)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNow:
    """How a channel stands.

    `begun`: when its messages of the last `ChannelRule.window` began. `digests`: for which times scheduled digests
    arrived or are underway (`digest_at`), over the last days; `digests_begun`: those that were refused, too.
    `digest_began_at`: when its last message of the kind digest began, whatever became of it.
    """

    begun: tuple[datetime, ...] = ()
    digests: frozenset[datetime] = frozenset()
    digests_begun: frozenset[datetime] = frozenset()
    digest_began_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The rows that go out now as one message.

    `digest_at`: the time for which a scheduled digest was planned. One of several parts does not have it, except the
    last: with that one, the digest has been sent.
    """

    kind: Kind
    ids: tuple[int, ...]
    digest_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Nothing goes out until then (None: until there is something new), and why, in words for people."""

    until: datetime | None
    because: str
