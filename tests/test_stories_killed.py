"""Killed between any two statements of ingest and started again: the same stories, the same alerts."""

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from stories.store import open_store
from tests.crashing import play, play_until_killed, told_in

_SAMPLED = 12  # places to be killed at, of some thousands; another choice each time


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Sequence[tuple[object, ...]]]:
    """How many statements the stream costs, and what it ends in when nobody disturbs it."""
    statements = 0

    def count(statement: str) -> None:
        nonlocal statements
        statements += 1

    with open_store(tmp_path_factory.mktemp("undisturbed") / "archive.db") as store:
        store.db.conn.set_trace_callback(count)
        play(store)
        store.db.conn.set_trace_callback(None)
        return statements, told_in(store)


def test_the_stream_has_stories_and_alerts_and_updates(
    undisturbed: tuple[int, Sequence[tuple[object, ...]]],
) -> None:
    statements, said = undisturbed
    assert statements > 1_000
    assert any("update" in row for row in said)


def test_killed_between_any_two_statements_and_started_again_it_ends_in_the_same_stories_and_alerts(
    tmp_path: Path, undisturbed: tuple[int, Sequence[tuple[object, ...]]]
) -> None:
    statements, said = undisturbed
    dice = random.Random(int.from_bytes(os.urandom(2)))
    for place in sorted(dice.sample(range(1, statements), _SAMPLED)):
        database = tmp_path / f"killed-{place}.db"
        assert play_until_killed(database, before_statement=place)
        with open_store(database) as store:
            play(store)
            assert told_in(store) == said, f"killed before statement {place}"


def test_killed_again_and_again_it_still_ends_in_the_same(
    tmp_path: Path, undisturbed: tuple[int, Sequence[tuple[object, ...]]]
) -> None:
    statements, said = undisturbed
    database = tmp_path / "archive.db"
    kills = 0
    while play_until_killed(database, before_statement=statements // 8 + 57 * kills):
        kills += 1
        assert kills < 40
    with open_store(database) as store:
        assert told_in(store) == said
    assert kills > 3
