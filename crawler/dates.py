"""Dates in the forms that machines write them: ISO 8601 and RFC 822."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from stories.model import OLDEST

_LONGEST = 64  # characters; a date has some thirty
_ZONE = re.compile(r"(?:(?<=:\d\d)|\s)[+-]\d\d:?\d\d(?=\s*(?:\(|$))")
_YEAR_FIRST = (4, 8, 12, 14)  # digits in a row that begin with a year, from the year alone to one with its seconds


def read_date(written: str | None) -> datetime | None:
    """Return the instant that `written` says (UTC where it names no zone), or None for what cannot be believed.

    >>> read_date("Sat, 21 Nov 2026 12:00:00 +0200")
    datetime.datetime(2026, 11, 21, 10, 0, tzinfo=datetime.timezone.utc)
    >>> read_date("yesterday") is None
    True
    """
    written = (written or "").strip()
    if not written or len(written) > _LONGEST:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(written)
            at = at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at if at >= OLDEST and names_year(written, at) else None
    return None


def names_year(written: str, at: datetime) -> bool:
    """Whether the year of `at` stands in `written`; readers of dates make 2012 of 12024, and 2000 of the year -1.

    >>> names_year("12024-01-01", datetime(2012, 1, 1)), names_year("21 Nov 26 10:00:00 GMT", datetime(2026, 11, 21))
    (False, True)
    """
    years = {at.year - 1, at.year, at.year + 1}  # a zone may move it
    runs = re.findall(r"\d+", _ZONE.sub("", written))
    if any(len(run) >= min(_YEAR_FIRST) for run in runs):
        return any(len(run) in _YEAR_FIRST and int(run[:4]) in years for run in runs)
    return any(len(run) == 2 and int(run) in {year % 100 for year in years} for run in runs)
