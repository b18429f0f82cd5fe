"""The archive as a file: its settings, its strangers, its readers."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from stories.migrations import migrations
from stories.store import APPLICATION_ID, Store, StoreError, instant, open_store, read_store, stamp
from stories.store_articles import search_articles


def test_nothing_is_lost_when_the_power_goes(store: Store) -> None:
    def setting(name: str) -> object:
        return store.db.execute(f"PRAGMA {name}").fetchone()[0]

    assert setting("journal_mode") == "wal"
    assert setting("synchronous") == 2
    assert setting("foreign_keys") == 1
    assert setting("trusted_schema") == 0
    assert setting("busy_timeout") == 10_000


def test_every_table_is_strict(store: Store) -> None:
    ours = {table.name: table.strict for table in store.db.tables if not table.name.startswith(("_", "articles_fts"))}
    assert len(ours) > 15
    assert all(ours.values())


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with pytest.raises(KeyError), store.writing():
        store.db.execute("INSERT INTO stories (started_at, last_article_at) VALUES ('a', 'b')")
        raise KeyError
    assert store.db.table("stories").count == 0


def test_a_write_holds_the_archive_from_its_beginning(store: Store) -> None:
    with (
        closing(sqlite3.connect(store.path, timeout=0, isolation_level=None)) as other,
        store.writing(),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_a_reader_never_makes_a_writer_fail(store: Store) -> None:
    with read_store(store.path) as reader:
        reader.db.execute("BEGIN")
        reader.db.execute("SELECT count(*) FROM stories").fetchone()
        with store.writing():
            store.db.execute("SELECT count(*) FROM stories").fetchone()
            store.db.execute("INSERT INTO stories (started_at, last_article_at) VALUES ('a', 'b')")
    assert store.db.table("stories").count == 1


def test_a_reader_cannot_write(store: Store) -> None:
    with read_store(store.path) as reader, pytest.raises(StoreError, match="cannot be written"), reader.writing():
        reader.db.execute("DELETE FROM stories")


def test_an_archive_is_there_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not there yet"), read_store(tmp_path / "none.db"):
        pass
    assert not (tmp_path / "none.db").exists()


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (id)")
    other.close()
    for opening in (open_store, read_store):
        with pytest.raises(StoreError, match="something else than a wirewatch archive"), opening(path):
            pass
    with sqlite3.connect(path) as other:
        assert [name for (name,) in other.execute("SELECT name FROM sqlite_master")] == ["theirs"]
    other.close()


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"broken\.db: cannot be used"), open_store(path):
        pass
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"), open_store(tmp_path / "no" / "archive.db"):
        pass


def test_an_archive_opened_again_keeps_what_it_had(tmp_path: Path) -> None:
    for number in range(1, 4):
        with open_store(tmp_path / "archive.db") as store:
            with store.writing():
                store.db.execute("INSERT INTO stories (started_at, last_article_at) VALUES ('a', 'b')")
            assert store.db.table("stories").count == number


def test_an_archive_of_the_first_version_is_brought_up_to_date_by_whoever_writes(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    db = Database(path)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(db, stop_before="labels_and_topic_health")
    db.execute("INSERT INTO stories (started_at, last_article_at) VALUES ('a', 'b')")
    db.conn.commit()
    db.close()
    with pytest.raises(StoreError, match="made by an older version"), read_store(path):
        pass
    with open_store(path) as store:
        assert store.db.table("labels").exists()
        assert store.db.table("stories").count == 1


@pytest.mark.parametrize(
    "odd", ['"', "*", "-x", "title:", "NEAR(", "'; drop table articles", "\0", '"' * 9999, "AND", "a OR"]
)
def test_any_text_is_a_search(store: Store, odd: str) -> None:
    assert search_articles(store, odd, limit=9) == []
    assert store.db.table("articles").exists()


_ZONES = st.timedeltas(timedelta(hours=-12), timedelta(hours=12)).map(
    lambda d: timezone(timedelta(minutes=d // timedelta(minutes=1)))
)
_INSTANTS = st.datetimes(datetime(1990, 1, 2), datetime(2200, 1, 1), timezones=_ZONES)  # noqa: DTZ001  zones follow


@given(_INSTANTS, _INSTANTS)
def test_stored_instants_sort_as_they_happened(one: datetime, other: datetime) -> None:
    stored = instant(stamp(one))
    assert abs(stored - one) < timedelta(milliseconds=1)
    assert stored.tzinfo == UTC
    if one <= other:
        assert stamp(one) <= stamp(other)
