"""The log: one line per fact, with nothing in it that could pass for a second line, or for a password."""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from scheduler.redaction import Redaction

LogFormat = Literal["text", "json"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_TALKERS = ("apscheduler", "urllib3", "asyncio")  # libraries that speak only when something is wrong

# One for the process, as the log is: every handler's lines go through it, also those of a crash.
redact = Redaction()


class OneLine(logging.Formatter):
    """A formatter whose message stays on its line; only a traceback, which is ours, may take several."""

    default_time_format = "%Y-%m-%d %H:%M:%S"
    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        """Return the record without secrets, wherever in it they stood."""
        return redact(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is logging's
        """Return the line with every control character shown as an escape."""
        return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", super().formatMessage(record))


class JsonLine(logging.Formatter):
    """A formatter that makes one JSON object of a record: time (UTC), level, logger, message, perhaps traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line without secrets: they are blotted out before quotes are put around them."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told = {
            "time": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            told["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(told)


def formatter_of(form: LogFormat) -> logging.Formatter:
    """Return what writes records in the form that was asked for."""
    return JsonLine() if form == "json" else OneLine("%(asctime)s %(levelname)-7s %(message)s")


def set_up_log(level: int, *, handler: logging.Handler | None = None, form: LogFormat = "text") -> None:
    """Log from `level` on, to standard error or by `handler`; libraries speak only when something is wrong."""
    handler = handler or logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter_of(form))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in _TALKERS:
        logging.getLogger(library).setLevel(max(level, logging.WARNING))


def keep_out_of_log(secrets: Iterable[str]) -> None:
    """Blot `secrets` out of whatever is logged from now on."""
    redact.learn(secrets)
