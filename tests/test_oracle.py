"""The judgement on a hurt service: it would see what was lost, doubled, damaged or left waiting."""

import pytest

from stories.store import Store
from tests.building import alert
from tests.oracle import Told, Verdict, judge


def verdict(store: Store, *told: tuple[str, bool]) -> Verdict:
    """Judge messages (marker, marked or not) where `one` and `two` were due on one channel."""
    arrived = [Told(channel="hook", marker=marker, is_marked=is_marked) for marker, is_marked in told]
    return judge([("hook", "one"), ("hook", "two")], arrived, store.path)


def test_each_told_once_is_clean(store: Store) -> None:
    assert verdict(store, ("one", False), ("two", False)).is_clean


def test_a_marked_repeat_is_clean_and_counted(store: Store) -> None:
    found = verdict(store, ("one", False), ("one", True), ("two", True))
    assert found.is_clean
    assert (found.told, found.marked, found.marked_firsts) == (3, 1, 1)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ([("one", False)], "lost"),
        ([("one", False), ("two", False), ("two", False)], "unmarked"),
        ([("one", True), ("one", False), ("two", False)], "unmarked"),
        ([("one", False), ("two", False), ("three", False)], "strangers"),
    ],
)
def test_what_is_wrong_is_seen(told: list[tuple[str, bool]], fault: str, store: Store) -> None:
    found = verdict(store, *told)
    assert not found.is_clean
    assert getattr(found, fault)


def test_what_still_waits_is_seen_while_the_service_has_the_archive_open(store: Store) -> None:
    alert(store, channels=["hook", "mail"])
    found = verdict(store, ("one", False), ("two", False))
    assert (found.is_clean, found.waiting) == (False, 2)


def test_a_damaged_archive_is_seen(store: Store) -> None:
    alert(store)
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with store.path.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(2048))
    assert verdict(store, ("one", False), ("two", False)).integrity != "ok"
