"""The log: one line per fact, on standard error, with nothing in it that could pass for a second line."""

import logging
import re
import sys

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class OneLine(logging.Formatter):
    """A formatter whose message stays on its line; only a traceback, which is ours, may take several."""

    default_time_format = "%Y-%m-%d %H:%M:%S"
    default_msec_format = "%s.%03d"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is logging's
        """Return the line with every control character shown as an escape."""
        return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", super().formatMessage(record))


def set_up_log(level: int) -> None:
    """Log to standard error from `level` on; libraries speak only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)-7s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in ("apscheduler", "urllib3", "asyncio"):
        logging.getLogger(library).setLevel(max(level, logging.WARNING))
