"""The heartbeat: an address that is called while real work is done, so that its silence tells that it is not."""

import asyncio
import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

_SECONDS = 10.0  # for one call
_RETRY_SECONDS = 30.0

log = logging.getLogger(__name__)


async def keep_beating(
    address: str,
    fault: Callable[[], str | None],
    *,
    every: float,
    stop: asyncio.Event,
    user_agent: str,
    retry: float = _RETRY_SECONDS,
) -> None:
    """Call `address` every so many seconds until `stop`, but not while there is a `fault`.

    What cannot be reached is tried again after `retry` seconds, and told once until it is reached.
    """
    was_told: str | None = None
    while not stop.is_set():
        said = fault()
        trouble = f"not called: {said}" if said else await asyncio.to_thread(_call, address, user_agent)
        if trouble != was_told:
            if trouble:
                log.warning("heartbeat: %s", trouble)
            else:
                log.info("heartbeat: %s is called again", _host(address))
        was_told = trouble
        with suppress(TimeoutError):
            async with asyncio.timeout(min(retry, every) if trouble else every):
                await stop.wait()


def _call(address: str, user_agent: str) -> str | None:
    """Call the address once and return what went wrong, without the address, which is a secret."""
    request = urllib.request.Request(address, headers={"User-Agent": user_agent})  # noqa: S310  http(s) by its settings
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310  the same
            return None
    except urllib.error.HTTPError as error:
        return f"{_host(address)} answered {error.code}"
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return f"{_host(address)} cannot be reached ({getattr(reason, 'strerror', None) or type(reason).__name__})"


def _host(address: str) -> str:
    return urlsplit(address).hostname or "its address"
