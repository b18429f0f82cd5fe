import asyncio
import json
import os
import pickle
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.poll import Outcome, PollResult
from crawler.wire import MAX_BYTES, Asked, Heard, Message, Reading, WireError, pack, receive
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
    "message",
    [
        RESULT,
        Heard(RESULT),
        Asked(7),
        Reading(7),
        Reading(None),
        *(replace(RESULT, outcome=outcome) for outcome in Outcome),
    ],
)
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    assert received(pack(message)) == message


@pytest.mark.parametrize("length", [0, 3, 4, 50])
def test_a_message_that_breaks_off_is_the_end(length: int) -> None:
    assert received(pack(RESULT)[:length]) is None


class Harm:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("exit 1",)


def result_with(**said: object) -> bytes:
    return json.dumps(["PollResult", {"feed_id": 7, "outcome": "answered", **said}]).encode()


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps(Harm()),
        pickle.dumps(RESULT),
        # An attribute set on a class, and a hash that takes for ever: what a pickle of allowed types could do.
        b"\x80\x04ccrawler.poll\nOutcome\nN}(\x8c\x08__hash__cdatetime\ntimedelta\nu\x86b.",
        b"\x80\x04()" + b"2\x86" * 40 + b"\x91.",
        b"",
        b"\xff",
        b"null",
        b"[]",
        b"{}",
        b'["Asked"]',
        b'["Asked",7]',
        b'["Asked",{}]',
        b'["Asked",{"feed_id":7,"__class__":"str"}]',
        b'["Harm",{}]',
        b'["__init__",{}]',
        b'[["Asked"],{"feed_id":7}]',
        b"[" * 1_000_000,
        b"9" * 1_000_000,
        b'["Asked",{"feed_id":null}]',
        b'["Asked",{"feed_id":true}]',
        b'["Asked",{"feed_id":9223372036854775808}]',
        b'["Reading",{"feed_id":"7"}]',
        b'["Heard",{"result":["Asked",{"feed_id":7}]}]',
        result_with(outcome="dubious"),
        result_with(outcome=["answered"]),
        result_with(error=1),
        result_with(seconds=1),
        result_with(seconds=float("nan")),
        result_with(seconds=1e308).replace(b"1e+308", b"1e309"),
        result_with(etag="no digits"),
        result_with(entry_digests={"a": "b"}),
        result_with(entry_digests=[["00"]]),
        result_with(retry_after=2**64),
        result_with(articles=[{}]),
        result_with(articles=["title"]),
        result_with(articles=[{"title": "t", "published_at": "yesterday"}]),
        result_with(articles=[{"title": "t", "published_at": "2026-11-21T00:00:00"}]),
        result_with(articles=[{"title": "t", "links": "abc"}]),
    ],
)
def test_anything_but_a_message_is_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        received(framed(data))
    assert len(set(Outcome)) == len(Outcome)  # its members still have their hashes


def test_odd_characters_and_halves_of_them_arrive_as_they_were() -> None:
    odd = replace(RESULT, error="\ud800 \x00 \u2028", articles=(Article(title="\udfff", summary="\U0001f600"),))
    assert received(pack(odd)) == odd


def test_a_message_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(WireError, match="too long"):
        received(struct.pack(">I", MAX_BYTES + 1))


@given(st.binary(max_size=100))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    try:
        assert isinstance(received(framed(data)), Message)
    except WireError as error:
        assert str(error)
