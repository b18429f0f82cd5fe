"""When messages may go out: times of digests, quiet hours and limits, as instants in a time zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from cronsim import CronSim, CronSimError

from stories.durations import write_duration

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_LONGEST_SHIFT = timedelta(hours=2)  # by which clocks are set back: the hour that comes twice
_LONGEST_QUIET = timedelta(days=14)  # two lists of quiet hours may leave nothing between them
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
UNITS = {timedelta(minutes=1): "minute", timedelta(hours=1): "hour", timedelta(days=1): "day"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Times at which what has gathered goes out as one message.

    `written` is as people wrote it, `crons` the same as cron has it, in five fields each. A time that clocks skip comes
    when they have skipped it, one that comes twice counts the first time.
    """

    written: str
    crons: tuple[str, ...]
    even_if_empty: bool = False

    def first_after(self, at: datetime, zone: tzinfo) -> datetime | None:
        """Return the first time of this digest after the instant `at`, in UTC, or None when none ever comes."""
        return min((slot for cron in self.crons if (slot := _first_after(cron, at, zone))), default=None)

    def last_until(self, at: datetime, zone: tzinfo, *, other_than: frozenset[datetime]) -> datetime | None:
        """Return the last time of this digest up to the instant `at` that is none of `other_than`, in UTC."""
        found = (_last_until(cron, at, zone, other_than) for cron in self.crons)
        return max((slot for slot in found if slot), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A span of each of some days in which nothing goes out; `days` are those on which it begins, Monday is 0.

    It goes over midnight when it `ends` before it `begins`, and from midnight to midnight it is the whole day.
    """

    written: str
    begins: time
    ends: time
    days: frozenset[int]

    def span(self, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return from when to when it is quiet, when it begins on `day`; both are in UTC."""
        last = day + _DAY if self.ends <= self.begins else day
        return _instant(day, self.begins, zone), _instant(last, self.ends, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How many messages may go out within a time."""

    count: int
    per: timedelta

    def __str__(self) -> str:
        return f"{self.count}/{UNITS.get(self.per, write_duration(self.per))}"


def fault_of_cron(cron: str) -> str | None:
    """Return what is wrong with five fields of cron, in a sentence, or None."""
    try:
        next(CronSim(cron, _SOME_DAY))
    except CronSimError as error:
        return f"cron cannot read its {str(error).removeprefix('Bad ')}"
    except StopIteration:
        return "as cron reads it, this time never comes"
    return None


def quiet_until(quiets: Sequence[Quiet], at: datetime, zone: tzinfo) -> datetime | None:
    """Return when the quiet around the instant `at` ends, or None when it is not quiet then.

    What touches or overlaps counts as one quiet.
    """
    until = at
    while until - at < _LONGEST_QUIET and (end := _end_of_one(quiets, until, zone)):
        until = end
    return until if until > at else None


def is_always_quiet(quiets: Sequence[Quiet]) -> bool:
    """Whether quiet hours leave no minute of a week."""
    week = 7 * 24 * 60
    quiet: set[int] = set()
    for each in quiets:
        begins, ends = (60 * clock.hour + clock.minute for clock in (each.begins, each.ends))
        length = (ends - begins - 1) % (24 * 60) + 1
        for day in each.days:
            start = 24 * 60 * day + begins
            quiet.update(minute % week for minute in range(start, start + length))
    return len(quiet) == week


def _end_of_one(quiets: Sequence[Quiet], at: datetime, zone: tzinfo) -> datetime | None:
    today = at.astimezone(zone).date()
    spans = (quiet.span(day, zone) for quiet in quiets for day in (today - _DAY, today) if day.weekday() in quiet.days)
    return max((end for begin, end in spans if begin <= at < end), default=None)


def _first_after(cron: str, at: datetime, zone: tzinfo) -> datetime | None:
    # Within an hour that comes twice, cron may answer with the first time it came: that has passed.
    return next((slot for each in CronSim(cron, at.astimezone(zone)) if (slot := each.astimezone(UTC)) > at), None)


def _last_until(cron: str, at: datetime, zone: tzinfo, other_than: frozenset[datetime]) -> datetime | None:
    # From later on, because within an hour that comes twice cron would miss the first time it came.
    later = (at + _LONGEST_SHIFT).astimezone(UTC) + _SECOND
    slots: Iterator[datetime] = CronSim(cron, later.astimezone(zone), reverse=True)
    past = (slot for each in slots if (slot := each.astimezone(UTC)) <= at)
    return next((slot for slot in past if slot not in other_than), None)


def _instant(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return when clocks in `zone` first show `clock` or, where they skip it, more than that on `day`; in UTC."""
    local = datetime.combine(day, clock)
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if before >= after:  # no skipped time: the first of two, where there are two
        return after
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < local:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
