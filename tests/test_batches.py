"""Results that brought nothing are gathered, and nothing else waits for them."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from crawler.poll import Outcome, PollResult
from scheduler.batches import MOST, PATIENCE, in_batches

SAME, NEW = Outcome.UNCHANGED, Outcome.ANSWERED


async def coming(outcomes: Sequence[Outcome], *, last: asyncio.Event | None = None) -> AsyncGenerator[PollResult, None]:
    """Yield a result for each of `outcomes`; with `last`, end only when it is set."""
    for number, outcome in enumerate(outcomes):
        yield PollResult(feed_id=number, outcome=outcome)
    if last:
        await last.wait()


def batches(outcomes: Sequence[Outcome]) -> list[list[int]]:
    async def gathered() -> list[list[int]]:
        return [[result.feed_id for result in batch] async for batch in in_batches(coming(outcomes))]

    return asyncio.run(gathered())


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], []),
        ([SAME], [[0]]),
        ([NEW, NEW], [[0], [1]]),
        ([SAME, SAME, SAME], [[0, 1, 2]]),
        ([SAME, NEW, SAME], [[1], [0, 2]]),
        ([SAME] * (MOST + 1), [list(range(MOST)), [MOST]]),
    ],
)
def test_m15_unchanged_results_come_together(outcomes: list[Outcome], expected: list[list[int]]) -> None:
    assert batches(outcomes) == expected


def test_m15_an_unchanged_result_does_not_wait_for_the_slowest_feed() -> None:
    async def first() -> tuple[int, float]:
        never = asyncio.Event()
        clock = asyncio.get_running_loop().time
        began = clock()
        results = coming([SAME, SAME], last=never)
        together = in_batches(results)
        batch = await anext(together)
        await together.aclose()
        await results.aclose()
        return len(batch), clock() - began

    count, seconds = asyncio.run(first())
    assert count == 2
    assert seconds >= PATIENCE * 0.9


def test_a_crawl_that_is_stopped_ends_at_once_though_results_are_waited_for() -> None:
    async def stopped() -> None:
        results = coming([NEW], last=asyncio.Event())
        together = in_batches(results)
        await anext(together)
        waiting = asyncio.ensure_future(anext(together))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await results.aclose()

    asyncio.run(stopped())


def test_what_goes_wrong_in_a_crawl_is_not_swallowed() -> None:
    async def broken() -> AsyncGenerator[PollResult, None]:
        yield PollResult(feed_id=1, outcome=SAME)
        raise RuntimeError("a bug")

    async def gathered() -> None:
        async for _ in in_batches(broken()):
            pass

    with pytest.raises(RuntimeError, match="a bug"):
        asyncio.run(gathered())
