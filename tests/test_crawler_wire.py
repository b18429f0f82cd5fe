import asyncio
import os
import pickle
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.poll import Outcome, PollResult
from crawler.wire import MAX_BYTES, Asked, Message, Reading, WireError, pack, receive
from stories.model import Article

RESULT = PollResult(
    feed_id=7,
    outcome=Outcome.ANSWERED,
    status=200,
    articles=(Article(title="é", published_at=datetime(2026, 11, 21, tzinfo=UTC)),),
    etag=b'"\xff"',
    entry_digests=frozenset({b"a", b"b"}),
    retry_after=timedelta(seconds=5),
)


def received(data: bytes) -> Message | None:
    async def read() -> Message | None:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await receive(reader)

    return asyncio.run(read())


def framed(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


@pytest.mark.parametrize(
    "message", [RESULT, Asked(7), Reading(7), *(replace(RESULT, outcome=outcome) for outcome in Outcome)]
)
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    assert received(pack(message)) == message


@pytest.mark.parametrize("length", [0, 3, 4, 50])
def test_a_message_that_breaks_off_is_the_end(length: int) -> None:
    assert received(pack(RESULT)[:length]) is None


class Harm:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("exit 1",)


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps(Harm()),
        pickle.dumps(Outcome.FAILED),
        pickle.dumps("text"),
        pickle.dumps([1]),
        pickle.dumps(asyncio.Event),
        b"",
        b"\x80\x05",
    ],
)
def test_anything_but_a_message_is_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        received(framed(data))


def test_a_message_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(WireError, match="too long"):
        received(struct.pack(">I", MAX_BYTES + 1))


@given(st.binary(max_size=100))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    try:
        assert isinstance(received(framed(data)), int | PollResult)
    except WireError as error:
        assert str(error)
