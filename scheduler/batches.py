"""Poll results as they come, with those that brought nothing gathered, to be written down together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from crawler.poll import Outcome, PollResult

MOST = 50  # results of one batch
PATIENCE = 0.2  # seconds that the first of them waits


async def in_batches(results: AsyncGenerator[PollResult, None]) -> AsyncGenerator[list[PollResult], None]:
    """Yield each result alone as it comes, but those that are UNCHANGED together, MOST at once, after PATIENCE at most.

    A commit costs as much as all else that such a poll needs. What is being gathered at a crash is polled again.
    """
    clock = asyncio.get_running_loop().time
    unchanged: list[PollResult] = []
    ends_at = 0.0
    coming: asyncio.Future[PollResult | None] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(anext(results, None))
            await asyncio.wait({coming}, timeout=max(0.0, ends_at - clock()) if unchanged else None)
            result, is_here = (coming.result(), True) if coming.done() else (None, False)
            if is_here:
                coming = None
            if result is not None and result.outcome is Outcome.UNCHANGED:
                ends_at = ends_at if unchanged else clock() + PATIENCE
                unchanged.append(result)
            elif result is not None:
                yield [result]
            is_over = is_here and result is None
            if unchanged and (is_over or len(unchanged) >= MOST or clock() >= ends_at):
                yield unchanged
                unchanged = []
            if is_over:
                return
    finally:
        if coming is not None:
            coming.cancel()
            with suppress(asyncio.CancelledError):
                await coming
