"""The service's side of a crawl: a process of its own for each, watched, limited, and ended whatever happens."""

import asyncio
import contextlib
import math
import multiprocessing
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerProcess
from typing import Any

from crawler.limits import CrawlLimits
from crawler.poll import Outcome, PollRequest, PollResult
from crawler.wire import Asked, Heard, Message, WireError, receive

_FAREWELL = 5.0  # seconds for a process that has hung up to be gone

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["crawler.child"])
_starting = threading.Lock()


def prepare() -> None:
    """Start the process that crawl processes are forked from, with all that a crawl needs loaded.

    Its environment is what this process has now, so whoever calls takes the secrets out of `os.environ` first.
    """
    with _starting, _main_module_hidden():
        # Ctrl-C goes to the whole terminal; what is started here inherits that it is not for it. The tracker goes
        # first, because starting it unblocks the signal again.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


async def crawl(requests: Iterable[PollRequest], *, limits: CrawlLimits) -> AsyncGenerator[PollResult, None]:
    """Ask every feed of `requests` and yield one result for each, as they come.

    A feed whose document kills the crawl process, or takes too long to read, is told as failed, and the feeds that
    have no result yet are asked again without it, however many such feeds there are. When the time is over, or it is
    not known which feed ended the process, those that were asked and did not answer are told as failed, and those whose
    turn had not come are asked by another process, with a time of its own when the time was over. When a process ends
    without having settled any feed, all that are left are told as failed. A feed of which only the pages of its
    articles are missing is told without them. Closing the generator ends the crawl at once.
    """
    left = {request.feed_id: request for request in requests}
    clock = _Clock(left=limits.seconds)
    run = _Run()
    open_before = len(left) + 1
    while left and len(left) < open_before:  # so it ends, whatever the processes say
        open_before, run = len(left), _Run()
        async with contextlib.aclosing(_results(tuple(left.values()), limits, clock, run)) as results:
            async for result in results:
                del left[result.feed_id]
                run.heard.pop(result.feed_id, None)
                yield result
        for result in list(_settled(run, left)):
            del left[result.feed_id]
            yield result
        if clock.left <= 0:
            clock = _Clock(left=limits.seconds)
    for request in left.values():
        yield _failure(request, f"{run.end} before this feed was done")


def _settled(run: "_Run", left: Mapping[int, PollRequest]) -> Iterator[PollResult]:
    """Yield what can be told when a process has ended: of feeds heard, and of the one that ended it, else all asked."""
    silent = left.keys() - run.heard.keys()
    for feed_id in sorted(run.heard.keys() & left.keys()):
        yield _without_pages(run.heard[feed_id], run.end)
    if run.reading is None:
        for feed_id in sorted(run.asked & silent):
            yield _failure(left[feed_id], f"{run.end} before this feed was done")
    elif run.reading in silent:
        yield _failure(left[run.reading], f"{run.end} while reading it")


@dataclass(slots=True)
class _Clock:
    """What is left of a crawl's seconds. Only waiting for the crawl process counts, not what others do meanwhile."""

    left: float

    async def wait(self, coming: Awaitable[Message | None], at_most: float) -> Message | None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(min(self.left, at_most)):
                return await coming
        finally:
            self.left -= time.monotonic() - began


@dataclass(slots=True)
class _Run:
    """One crawl process as seen from here: the feeds it asked, the one it is reading, and how it ended.

    `heard` is what feeds answered of which only the pages of their articles are missing.
    """

    reading: int | None = None
    asked: set[int] = field(default_factory=set)
    heard: dict[int, PollResult] = field(default_factory=dict)
    end: str = "the crawl process ended"


async def _results(
    requests: tuple[PollRequest, ...], limits: CrawlLimits, clock: _Clock, run: _Run
) -> AsyncGenerator[PollResult, None]:
    """Yield what a process asked with `requests` tells; at the end, `run` says how that came."""
    expected = {request.feed_id for request in requests}
    try:
        async with _crawl_process(requests, limits) as (process, reader):
            try:
                while expected:
                    result = await _next_result(reader, limits, clock, run)
                    if result.feed_id not in expected:
                        raise WireError(f"a result for feed {result.feed_id}, which is not waited for")
                    expected.discard(result.feed_id)
                    yield result
            except _EndedError as error:
                run.end = str(error) or await asyncio.to_thread(_death, process)
    except WireError as error:
        run.end = f"the crawl process was stopped ({error})"
    except (OSError, EOFError) as error:
        run.end = f"no crawl process could be started ({error})"


@contextlib.asynccontextmanager
async def _crawl_process(
    requests: tuple[PollRequest, ...], limits: CrawlLimits
) -> AsyncGenerator[tuple[ForkServerProcess, asyncio.StreamReader], None]:
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    try:
        with theirs:
            process = await asyncio.to_thread(_start, theirs, requests, limits)
        try:
            yield process, reader
        finally:
            # With all results told, or none wanted, nothing is lost by it; and it is quicker than a farewell.
            process.kill()
            await asyncio.to_thread(process.join)
            process.close()
    finally:
        writer.close()


class _EndedError(Exception):
    """No more results will come; the text says why, or is empty when the process went by itself."""


async def _next_result(reader: asyncio.StreamReader, limits: CrawlLimits, clock: _Clock, run: _Run) -> PollResult:
    while True:
        patience = math.inf if run.reading is None else limits.document_seconds
        try:
            message = await clock.wait(receive(reader), patience)
        except TimeoutError:
            if clock.left <= 0:
                run.reading = None  # it may have been an honest one, with no time left
                raise _EndedError(f"the crawl took more than {limits.seconds:g} s") from None
            raise _EndedError(f"took more than {limits.document_seconds:g} s") from None
        if message is None:
            raise _EndedError
        if isinstance(message, PollResult):
            run.reading = None
            return message
        if isinstance(message, Asked):
            run.asked.add(message.feed_id)
        elif isinstance(message, Heard):
            run.reading = None
            run.heard[message.result.feed_id] = message.result
        else:
            run.reading = message.feed_id


def _start(theirs: socket.socket, requests: tuple[PollRequest, ...], limits: CrawlLimits) -> ForkServerProcess:
    process = _context.Process(target=_in_crawl_process, args=(theirs, requests, limits), daemon=True)
    with _starting, _main_module_hidden():
        process.start()
    return process


def _in_crawl_process(service: socket.socket, requests: tuple[PollRequest, ...], limits: CrawlLimits) -> None:
    from crawler.child import run  # not above: the service itself never loads Scrapy

    run(service, requests, limits)


@contextlib.contextmanager
def _main_module_hidden() -> Iterator[None]:
    """Keep multiprocessing from running the main script again in every crawl process, which would take a second."""
    main = sys.modules["__main__"]
    hidden: dict[str, Any] = {name: vars(main).pop(name) for name in ("__file__", "__spec__") if name in vars(main)}
    main.__spec__ = None
    try:
        yield
    finally:
        vars(main).update(hidden)


def _death(process: ForkServerProcess) -> str:
    process.join(_FAREWELL)
    code = process.exitcode
    if code is None:
        return "the crawl process fell silent"
    return f"the crawl process died ({f'signal {-code}' if code < 0 else f'exit code {code}'})"


def _without_pages(heard: PollResult, end: str) -> PollResult:
    return replace(
        heard, warning="; ".join(filter(None, (heard.warning, f"{end} before its articles' pages were read")))
    )


def _failure(request: PollRequest, error: str) -> PollResult:
    return PollResult(feed_id=request.feed_id, outcome=Outcome.FAILED, error=error)
