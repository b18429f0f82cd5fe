"""Times of digests, quiet hours, limits and time zones as people write them in a configuration."""

import difflib
import re
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from alerts.timing import UNITS, Digest, Limit, Quiet, fault_of_cron

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALL_DAYS = frozenset(range(7))
_MOST_TIMES = 24  # in one digest
_LONGEST = 100  # characters of a time; a list of all minutes in cron is longer, and nobody's digest
_MIDNIGHT = time()
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_SPAN = re.compile(r"([^\s-]+) ?- ?([^\s-]+)(?: (.+))?")
_SPAN_MEANT = re.compile(r"(?:from |between )?(\d{1,2}:\d{2}) (?:to|until|till|and) (\d{1,2}:\d{2})")
_LIMIT = re.compile(r"(\d{1,6}) ?/ ?(\w+)")
_LIMIT_MEANT = re.compile(r"(\d{1,6})(?: ?/ ?| per | an? | )(m|min|h|hr|d|minute|hour|day)s?", re.I)
_DIGEST = "expected times such as 08:00 or 08:00, 17:00 mon-fri, or the five fields of cron"
_QUIET = "expected a span such as 22:00-07:00, days such as sat-sun, or both: 22:00-07:00 mon-fri"
_LIMITED = "expected a number of messages and a time, such as 20/hour, 5/minute or 100/day"
_DAYS_MEANT = {"daily": "", "every day": "", "weekdays": "mon-fri", "weekend": "sat-sun", "weekends": "sat-sun"}


def parse_digest(written: str) -> Digest:
    """Return the times that `written` names: clock words, or cron; raise ValueError in one sentence.

    >>> parse_digest("08:00, 17:30 mon-fri").crons
    ('0 8 * * 1,2,3,4,5', '30 17 * * 1,2,3,4,5')
    """
    said = _plain(written)
    if ":" not in said and (len(said.split()) == 5 or "*" in said):
        return Digest(written=said, crons=(_cron(said),))
    words = said.replace(",", " , ").split()
    clocks: list[time] = []
    while words and _is_time_or_comma(words[0]):
        if (word := words.pop(0)) != ",":
            clocks.append(_clock(word))
    if not clocks or len(clocks) > _MOST_TIMES:
        raise ValueError(_DIGEST)
    days = _days(" ".join(words)) if words else ALL_DAYS
    clocks = sorted(set(clocks))
    on = "*" if days == ALL_DAYS else ",".join(str(day + 1) for day in sorted(days))
    crons = tuple(f"{clock.minute} {clock.hour} * * {on}" for clock in clocks)
    return Digest(written=_with_days(", ".join(f"{clock:%H:%M}" for clock in clocks), days), crons=crons)


def parse_quiet(written: str) -> Quiet:
    """Return the quiet hours that `written` names; raise ValueError in one sentence.

    >>> parse_quiet("22:00-07:00 mon-fri").written
    '22:00-07:00 mon-fri'
    """
    said = _plain(written)
    if said and not any(char.isdigit() for char in said):
        days = _days(said)
        return Quiet(written=write_days(days), begins=_MIDNIGHT, ends=_MIDNIGHT, days=days)
    span = _SPAN.fullmatch(said)
    if span is None:
        meant = _SPAN_MEANT.fullmatch(said)
        raise ValueError(
            f'{_QUIET}, found "{_shown(written)}"; did you mean `{meant[1]}-{meant[2]}`?' if meant else _QUIET
        )
    begins, ends = _clock(span[1]), _MIDNIGHT if span[2] == "24:00" else _clock(span[2])
    if begins == ends and span[2] != "24:00":
        raise ValueError(
            "it begins when it ends, so it is never quiet; for whole days write their names, as in sat-sun"
        )
    days = _days(span[3]) if span[3] else ALL_DAYS
    return Quiet(written=_with_days(f"{begins:%H:%M}-{span[2].zfill(5)}", days), begins=begins, ends=ends, days=days)


def parse_limit(written: str) -> Limit:
    """Return the limit that `written` names; raise ValueError in one sentence.

    >>> str(parse_limit("20 / Hour"))
    '20/hour'
    """
    said = _plain(written)
    found = _LIMIT.fullmatch(said)
    per = next((span for span, unit in UNITS.items() if found and unit == found[2]), None)
    if found is None or per is None:
        meant = _LIMIT_MEANT.fullmatch(said)
        unit = next((unit for unit in UNITS.values() if meant and unit.startswith(meant[2][0])), None)
        raise ValueError(
            f'{_LIMITED}, found "{_shown(written)}"; did you mean `{meant[1]}/{unit}`?' if meant else _LIMITED
        )
    if not int(found[1]):
        raise ValueError("with a limit of 0 nothing would ever be told; take the channel out of topics, or mute them")
    return Limit(count=int(found[1]), per=per)


def parse_zone(written: str) -> str:
    """Return the name of a time zone if there is one of that name; raise ValueError in one sentence.

    >>> parse_zone("Europe/Berlin")
    'Europe/Berlin'
    """
    try:
        ZoneInfo(written)
    except (KeyError, ValueError, OSError):  # no file, a folder, no name of a file at all
        expected = "expected a time zone such as Europe/Berlin, America/New_York or UTC"
        near = _near_zone(written) if len(written) <= _LONGEST else None
        raise ValueError(
            f'{expected}, found "{_shown(written)}"; did you mean `{near}`?' if near else expected
        ) from None
    return written


def write_days(days: frozenset[int]) -> str:
    """Return days as they are written, in runs.

    >>> write_days(frozenset({0, 1, 2, 5}))
    'mon-wed, sat'
    """
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)


def _plain(written: str) -> str:
    """Return what was written in small letters, with plain hyphens and one space at most between two words."""
    said = written.replace("\u2013", "-").replace("\u2010", "-").replace("\u2011", "-")
    return " ".join(said.lower().split()) if len(said) <= _LONGEST else ""


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 and "//" not in line and "@" not in line and line.isprintable() else "…"


def _is_time_or_comma(word: str) -> bool:
    return word == "," or any(char.isdigit() for char in word)


def _clock(word: str) -> time:
    found = _TIME.fullmatch(word)
    if found is None:
        raise ValueError(f"{_shown(word)} is no time of day; times are written from 00:00 to 23:59")
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        raise ValueError(f"there is no {word} on a clock; times are written from 00:00 to 23:59")
    return time(hour, minute)


def _days(said: str) -> frozenset[int]:
    """Return the days of "mon-fri, sun"; a span may go over the end of the week."""
    days: set[int] = set()
    for part in said.replace(" - ", "-").replace(",", " ").split():
        first, _, last = part.partition("-")
        begin = _day(first, said)
        length = (_day(last, said) - begin) % 7 if last else 0
        days.update((begin + number) % 7 for number in range(length + 1))
    if not days:
        raise ValueError("a day is missing behind the comma; days are mon, tue, wed, thu, fri, sat and sun")
    return frozenset(days)


def _day(word: str, said: str) -> int:
    names = (*DAYS, *_LONG_DAYS)
    if word in names:
        return names.index(word) % 7
    meant = _DAYS_MEANT.get(said)
    if meant == "":
        raise ValueError(f"leave out {said}: without days it is every day")
    near = meant or next(iter(difflib.get_close_matches(word, names, n=1)), None)
    sentence = f'"{_shown(word)}" is no day; days are mon, tue, wed, thu, fri, sat and sun'
    raise ValueError(f"{sentence}; did you mean `{near}`?" if near else sentence)


def _with_days(times: str, days: frozenset[int]) -> str:
    return times if days == ALL_DAYS else f"{times} {write_days(days)}"


def _cron(said: str) -> str:
    if (fields := len(said.split())) != 5:
        raise ValueError(f"cron has five fields (minute, hour, day, month, day of the week), and this has {fields}")
    if fault := fault_of_cron(said):
        raise ValueError(fault)
    return said


def _near_zone(written: str) -> str | None:
    """Return the zone that may be meant: of another spelling, the city alone, or something near."""
    zones = sorted(available_timezones())
    said = written.strip().lower().replace(" ", "_")
    for zone in zones:
        if said and said in (zone.lower(), zone.lower().rpartition("/")[2]):
            return zone
    by_lower = {zone.lower(): zone for zone in zones}
    near = (
        [] if any(zone.startswith(f"{said}/") for zone in by_lower) else difflib.get_close_matches(said, by_lower, n=1)
    )
    return by_lower[near[0]] if near else None
