"""The time zones in which digests and quiet hours are meant."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal


def zone_of(written: str | None) -> tzinfo:
    """Return the zone that a checked setting names, or, for None, the machine's; UTC where that is not known."""
    if written is not None:
        return ZoneInfo(written)
    try:
        return tzlocal.get_localzone()
    except (ZoneInfoNotFoundError, ValueError, OSError):  # what TZ or the system's files say is no zone
        return UTC
