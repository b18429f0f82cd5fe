"""Between two crawls the service holds no memory that only a crawl needs."""

from pathlib import Path

from scheduler.spare_memory import PAUSE_SECONDS, SpareMemory
from stories.store import open_store


class Seconds:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_memory_goes_back_when_a_crawl_is_over_and_not_while_one_is_under_way(tmp_path: Path) -> None:
    with open_store(tmp_path / "archive.db") as store:
        spare = SpareMemory(store, monotonic=Seconds())
        assert [spare.look(is_busy=is_busy) for is_busy in (True, True, False, False)] == [False, False, True, False]


def test_what_a_start_needed_goes_back_though_no_feed_is_due(tmp_path: Path) -> None:
    with open_store(tmp_path / "archive.db") as store:
        assert SpareMemory(store, monotonic=Seconds()).look(is_busy=False)


def test_a_service_that_crawls_all_the_time_gives_memory_back_only_now_and_then(tmp_path: Path) -> None:
    clock = Seconds()
    with open_store(tmp_path / "archive.db") as store:
        spare, given_back = SpareMemory(store, monotonic=clock), 0
        for _ in range(3 * int(PAUSE_SECONDS)):
            given_back += spare.look(is_busy=True) + spare.look(is_busy=False)
            clock.now += 1
    assert given_back == 3


def test_the_archive_is_used_as_before_when_its_cache_is_gone(tmp_path: Path) -> None:
    with open_store(tmp_path / "archive.db") as store:
        store.db.execute("CREATE TEMP TABLE told AS SELECT 'a story' AS story")
        store.let_cache_go()
        assert store.db.execute("SELECT story FROM told").fetchone() == ("a story",)
