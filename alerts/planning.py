"""What goes out to a channel next, and as what, or until when nothing does. A decision over values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, takewhile

from alerts.timing import quiet_until
from alerts.topic_times import TopicTimes
from alerts.waiting import PAUSE, ChannelNow, ChannelRule, Hold, Kind, Sending, TopicRule, Waiting
from alerts.whole_articles import with_whole_articles

__all__ = [
    "ChannelNow",
    "ChannelRule",
    "Hold",
    "Kind",
    "Sending",
    "TopicRule",
    "Waiting",
    "empty_digest_at",
    "plan",
]

MOST_APART = 20  # messages that wait; when there are more, they become digests
MOST_IN_A_ROW = 3  # alerts that wait to be told one a second; when there are more, they go as one group
_EMPTY_FOR = timedelta(hours=1)  # nobody wants to hear late that there was nothing


def plan(
    waiting: Sequence[Waiting],
    rule: ChannelRule,
    topics: Mapping[str, TopicRule],
    at: ChannelNow,
    *,
    now: datetime,
    most: int,
) -> Sending | Hold:
    """Return what goes out now of the rows that wait for a channel, oldest first, or until when nothing does and why.

    `topics` are the rules of the channel's topics by name, `most` is how many rows a digest of this channel holds. The
    answer is for one message; whoever has sent it asks again.
    """
    if not waiting:
        return Hold(until=None, because="nothing waits")
    planning = _Planning(rule=rule, at=at, now=now, most=max(most, 1), times=TopicTimes(rule, topics, at, now))
    planned = planning.next_of(sorted(waiting, key=lambda row: row.id))
    return with_whole_articles(planned, waiting, now=now, most=most) if isinstance(planned, Sending) else planned


def own_holds(
    waiting: Sequence[Waiting], rule: ChannelRule, topics: Mapping[str, TopicRule], *, now: datetime
) -> dict[int, Hold]:
    """Return until when rows wait by themselves, whatever their channel does, and why, by id; those that do."""
    at = ChannelNow()
    planning = _Planning(rule=rule, at=at, now=now, most=1, times=TopicTimes(rule, topics, at, now))
    holds = {row.id: planning.hold_of(row) or planning.grouping([row]) for row in waiting}
    return {id: hold for id, hold in holds.items() if hold}


def empty_digest_at(
    waiting: Sequence[Waiting], rule: ChannelRule, topics: Mapping[str, TopicRule], at: ChannelNow, *, now: datetime
) -> datetime | None:
    """Return the time of the digest for which it is to be told that nothing came, or None.

    That is when a digest is wanted `even_if_empty`, its time has just come, and no row waits for it or was in it. The
    answer stays the same for an hour: whoever tells it remembers for which channel and time.
    """
    times = TopicTimes(rule, topics, at, now)
    digests = {digest for name in topics if (digest := times.of_topic(name).digest) and digest.even_if_empty}
    last = (digest.last_until(now, rule.zone, other_than=frozenset()) for digest in digests)
    slot = max((each for each in last if each), default=None)
    if slot is None or now - slot >= _EMPTY_FOR or any(begun >= slot for begun in at.digests | at.digests_begun):
        return None
    waits = any(row.created_at < slot and row.notice_id is None and times.of_topic(row.topic).digest for row in waiting)
    return None if waits else slot


@dataclass(frozen=True, slots=True)
class _Unit:
    """Rows that go out together always: those of one article, or one that goes with no other, or all notices."""

    rows: tuple[Waiting, ...]

    @property
    def first(self) -> Waiting:
        return self.rows[0]

    @property
    def is_whole(self) -> bool:
        """Whether it may go with any other: it was never refused for what it says."""
        return not self.first.is_alone and self.first.at_most is None

    @property
    def is_notice(self) -> bool:
        return self.first.notice_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planning:
    """One run of `plan`."""

    rule: ChannelRule
    at: ChannelNow
    now: datetime
    most: int
    times: TopicTimes

    def next_of(self, rows: Sequence[Waiting]) -> Sending | Hold:
        holds = [(row, self.hold_of(row)) for row in rows]
        due = [row for row, hold in holds if hold is None]
        waits = [hold for _, hold in holds if hold]
        if due and (grouping := self.grouping(due)):
            waits.append(grouping)
            due = [row for row in due if not self.is_at_once(row)]
        if not due:
            return min(waits, key=lambda hold: (hold.until is None, hold.until or self.now))
        return self.pause() or self.next_message(_units(due))

    def hold_of(self, row: Waiting) -> Hold | None:
        """Return until when this row waits by itself, and why, or None when it is due."""
        if row.not_before > self.now:
            return Hold(until=row.not_before, because="to be tried again")
        time = self.times.of(row)
        if time.quiet_until:
            return Hold(until=time.quiet_until, because="quiet hours")
        # What was written before a digest went out, and committed after it, is late enough.
        if time.digest is None or row.attempts or (time.last_slot and row.created_at < time.last_slot):
            return None
        return Hold(until=time.next_slot, because=f"for the digest ({time.digest.written})")

    def is_at_once(self, row: Waiting) -> bool:
        return row.notice_id is None and not row.is_alone and row.at_most is None and self.times.of(row).digest is None

    def is_unit_at_once(self, unit: _Unit) -> bool:
        return any(self.is_at_once(row) for row in unit.rows)

    def grouping(self, due: Sequence[Waiting]) -> Hold | None:
        """Return until when alerts that are told at once are gathered, or None when that is over."""
        gathered = [row for row in due if self.is_at_once(row)]
        if not gathered or len(gathered) > MOST_APART:
            return None
        oldest = min(row.created_at for row in gathered)
        until = oldest + self.rule.group_wait if oldest <= self.now else self.now  # the clock was set back since
        return Hold(until=until, because="gathering what comes within seconds") if until > self.now else None

    def pause(self) -> Hold | None:
        """Return until when no message may go out after those that went, or None."""
        last = max(self.begun(), default=None)
        if last and last + PAUSE > self.now:
            return Hold(until=last + PAUSE, because="one message a second")
        if self.room() > 0 or self.rule.limit is None:
            return None
        within = sorted(self.within_limit())
        until = within[len(within) - self.rule.limit.count] + self.rule.limit.per
        return Hold(until=until, because=f"the limit ({self.rule.limit})")

    def begun(self) -> list[datetime]:
        """Return when messages began, without those of a clock that was set back since: nobody waits for that."""
        return [began for began in self.at.begun if began <= self.now]

    def within_limit(self) -> list[datetime]:
        """Return when the messages that count for the limit began."""
        return [began for began in self.begun() if self.rule.limit and began > self.now - self.rule.limit.per]

    def room(self) -> float:
        """Return how many messages may go out now."""
        return self.rule.limit.count - len(self.within_limit()) if self.rule.limit else float("inf")

    def next_message(self, units: Sequence[_Unit]) -> Sending:
        head = units[0]
        if head.first.is_alone or head.is_notice:
            kind = Kind.NOTICE if head.is_notice else Kind.ALERT
            return Sending(kind=kind, ids=tuple(row.id for row in head.rows[: self.most]))
        if most := head.first.at_most:
            return self.message_of([unit for unit in units if unit.first.at_most == most][:most])
        alerts = [unit for unit in units if unit.is_whole and not unit.is_notice]
        at_once = [unit for unit in alerts if self.is_unit_at_once(unit)]
        scheduled = [unit for unit in alerts if not self.is_unit_at_once(unit)]
        apart = len(units) - len(alerts) + bool(scheduled)
        if len(at_once) > MOST_APART or apart + len(self.together(at_once)) > self.room():
            return self.digest_of(alerts, scheduled)
        if scheduled and head is scheduled[0]:
            in_time = [unit for unit in scheduled if any(self.slot_of(row) for row in unit.rows)]
            return self.digest_of(in_time, in_time) if in_time else self.group_of(scheduled)
        return self.message_of(self.first_of(self.together(at_once)))

    def first_of(self, messages: Sequence[list[_Unit]]) -> list[_Unit]:
        """Return the alerts of the next of `messages`: where one a second would keep the last for long, all of them."""
        in_a_row = [units[0] for units in takewhile(lambda units: len(units) == 1, messages)]
        return in_a_row if len(in_a_row) > MOST_IN_A_ROW else messages[0]

    def together(self, at_once: Sequence[_Unit]) -> list[list[_Unit]]:
        """Return alerts that are told at once as the messages they make: what was held back is one with others."""
        if not at_once:
            return []
        if self.rule.group_wait:
            return [list(at_once)]
        held = max((number for number, unit in enumerate(at_once, 1) if self.is_held(unit)), default=0)
        first = next((number for number, unit in enumerate(at_once) if self.is_held(unit)), 0)
        between = [list(at_once[first:held])] if held else []
        return [*([unit] for unit in at_once[:first]), *between, *([unit] for unit in at_once[held:])]

    def is_held(self, unit: _Unit) -> bool:
        """Whether it is late: past, or it had to wait for the end of quiet hours, or because a digest was full."""
        return any(
            row.is_past
            or quiet_until(self.times.of(row).quiets, row.created_at, self.rule.zone)
            or (self.at.digest_began_at and row.created_at <= self.at.digest_began_at)
            for row in unit.rows
        )

    def message_of(self, units: Sequence[_Unit]) -> Sending:
        if len(units) == 1:
            return Sending(kind=Kind.ALERT, ids=_ids(units))
        return self.digest_of(units, []) if any(self.is_held(unit) for unit in units) else self.group_of(units)

    def group_of(self, units: Sequence[_Unit]) -> Sending:
        kind = Kind.GROUP if len(units) > 1 else Kind.ALERT
        return Sending(kind=kind, ids=_ids(self.as_many_as_fit(units)))

    def digest_of(self, units: Sequence[_Unit], scheduled: Sequence[_Unit]) -> Sending:
        taken = self.as_many_as_fit(units)
        slots = [slot for unit in scheduled for row in unit.rows if (slot := self.slot_of(row))]
        is_last = not scheduled or scheduled[-1] in taken
        return Sending(kind=Kind.DIGEST, ids=_ids(taken), digest_at=max(slots, default=None) if is_last else None)

    def slot_of(self, row: Waiting) -> datetime | None:
        """Return the time of the digest that `row` belongs to, or None when that was sent without it."""
        slot = self.times.of(row).slot
        return slot if slot and row.created_at < slot else None

    def as_many_as_fit(self, units: Sequence[_Unit]) -> list[_Unit]:
        sizes = accumulate(len(unit.rows) for unit in units)
        fitting = [unit for unit, size in zip(units, sizes, strict=True) if size <= self.most]
        return fitting or list(units[:1])


def _units(due: Sequence[Waiting]) -> list[_Unit]:
    """Return rows by what goes out together, in the order of the first row of each."""
    together: dict[tuple[str, object], list[Waiting]] = {}
    for row in due:
        is_apart = row.is_alone or row.at_most
        key = ("apart", row.id) if is_apart else ("notice", None) if row.notice_id else ("article", row.article_id)
        together.setdefault(key, []).append(row)
    return [_Unit(tuple(rows)) for rows in together.values()]


def _ids(units: Sequence[_Unit]) -> tuple[int, ...]:
    return tuple(row.id for unit in units for row in unit.rows)
