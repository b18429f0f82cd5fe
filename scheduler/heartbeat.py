"""The heartbeat: an address that is called while real work is done, so that its silence tells that it is not."""

import asyncio
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from scheduler.config_heartbeat import Heartbeat

_SECONDS = 10.0  # for one call
_RETRY_SECONDS = 30.0

log = logging.getLogger(__name__)


async def keep_beating(
    heartbeat: Callable[[], Heartbeat | None],
    wrong: Callable[[], Sequence[str]],
    *,
    changed: asyncio.Event,
    stop: asyncio.Event,
    user_agent: Callable[[], str],
    retry: float = _RETRY_SECONDS,
) -> None:
    """Call the address of the `heartbeat` as often as it says until `stop`, but not while something is `wrong`.

    `heartbeat` and `user_agent` are asked each time; set `changed` (it is cleared) when they would say something else.
    `wrong` runs in a thread. What cannot be reached is tried again after `retry` seconds, and told once until it is
    reached.
    """
    stopping = asyncio.ensure_future(stop.wait())
    was_told = ""
    while not stop.is_set():
        changed.clear()
        beat = heartbeat()
        if beat is None:
            was_told = ""
            await _either(stopping, asyncio.ensure_future(changed.wait()))
            continue
        beating = _in_thread(partial(_beat, beat.address, wrong, user_agent()))
        await _either(stopping, beating)
        if stop.is_set():
            break
        trouble = beating.result()
        if trouble != was_told:
            if trouble:
                log.warning("heartbeat: %s", trouble)
            else:
                log.info("heartbeat: %s is called again", _host(beat.address))
        was_told = trouble
        every = beat.every.total_seconds()
        await _either(stopping, asyncio.ensure_future(changed.wait()), min(retry, every) if trouble else every)
    stopping.cancel()


async def _either(stopping: asyncio.Future[Any], other: asyncio.Future[Any], seconds: float | None = None) -> None:
    """Wait for one of the two, and at most so long; the `other` one is given up then."""
    await asyncio.wait((stopping, other), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    if not other.done():
        other.cancel()


def _in_thread(work: Callable[[], str]) -> asyncio.Future[str]:
    """Run `work` in a thread that nobody waits for at the end: an address that hangs must not hold up a stop."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[str] = loop.create_future()

    def tell(said: str) -> None:
        if not done.done():
            done.set_result(said)

    def run() -> None:
        try:
            said = work()
        except Exception as error:  # a fault of ours is one of the service, of which the heartbeat is to tell
            log.exception("heartbeat: failed")
            said = f"not called: {type(error).__name__}"
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(tell, said)

    threading.Thread(target=run, daemon=True, name="heartbeat").start()
    return done


def _beat(address: str, wrong: Callable[[], Sequence[str]], user_agent: str) -> str:
    """Return what kept the address from being called, or nothing."""
    faults = wrong()
    return f"not called: {faults[0]}" if faults else _call(address, user_agent)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Whoever answers with a redirect has answered: the address leads to nobody but its host."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


_opener = urllib.request.build_opener(_NoRedirects)


def _call(address: str, user_agent: str) -> str:
    """Call the address once and return what went wrong, or nothing; without the address, which is a secret."""
    request = urllib.request.Request(address, headers={"User-Agent": user_agent})  # noqa: S310  http(s) by its settings
    try:
        with _opener.open(request, timeout=_SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        error.close()
        return f"{_host(address)} answered {error.code}"
    except (OSError, ValueError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        return f"{_host(address)} cannot be reached ({getattr(reason, 'strerror', None) or type(reason).__name__})"


def _host(address: str) -> str:
    return urlsplit(address).hostname or "its address"
