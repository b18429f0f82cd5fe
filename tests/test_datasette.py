"""The archive opens in Datasette, beside whoever writes it, and answers every question of datasette.yaml."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
import yaml
from sqlite_utils import Database

from stories.store import Store, open_store
from tests import crashing
from tests.running_service import wait_until

METADATA = Path(__file__).parents[1] / "datasette.yaml"
WIREWATCH = yaml.safe_load(METADATA.read_text("utf-8"))["databases"]["wirewatch"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An archive with two days of a small newsroom, open for writing."""
    with open_store(tmp_path_factory.mktemp("datasette") / "wirewatch.db") as store:
        crashing.play(store)
        yield store


@pytest.fixture(scope="module")
def datasette(archive: Store) -> Iterator[str]:
    """Datasette over it, on loopback."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, log = f"http://127.0.0.1:{port}", archive.path.with_name("datasette.log")
    words = [sys.executable, "-m", "datasette", str(archive.path), "--metadata", str(METADATA), "--port", str(port)]
    with log.open("wb") as said, subprocess.Popen(words, stdout=said, stderr=said, cwd=log.parent) as process:
        try:
            wait_until(lambda: "Uvicorn running" in log.read_text() or process.poll() is not None, log.read_text)
            yield address
        finally:
            process.terminate()
    assert "Traceback" not in log.read_text()


def asked(address: str) -> dict[str, object]:
    answer = requests.get(address, timeout=30)
    found: dict[str, object] = answer.json()
    assert (answer.status_code, found.get("error")) == (200, None), found
    return found


def test_every_question_is_answered(datasette: str, archive: Store) -> None:
    assert len(WIREWATCH["queries"]) >= 12
    for name in WIREWATCH["queries"]:
        words = "?words=antitrust&_shape=objects" if name == "words_in_articles" else "?_shape=objects"
        found = asked(f"{datasette}/wirewatch/{name}.json{words}")
        assert found["columns"], name
        assert not found["truncated"] or name == "not_told_this_week"
    told = asked(f"{datasette}/wirewatch/words_in_articles.json?words=antitrust&_shape=objects")
    assert told["rows"]
    (waiting,) = archive.db.execute("SELECT count(*) FROM deliveries WHERE state = 'new'").fetchone()
    assert len(asked(f"{datasette}/wirewatch/deliveries_that_wait.json")["rows"]) == waiting  # type: ignore[arg-type]


def test_every_table_has_a_title_and_its_facets(datasette: str, archive: Store) -> None:
    ours = {table.name for table in archive.db.tables if not table.name.startswith(("_", "articles_fts"))}
    described = WIREWATCH["tables"]
    # The newest tables may still be without one; those that are described are there.
    assert set(described) <= ours
    assert {"feeds", "articles", "stories", "alerts", "matches", "deliveries", "sightings", "notices"} <= set(described)
    for name, said in described.items():
        assert said["title"]
        found = asked(f"{datasette}/wirewatch/{name}.json?_size=1")
        assert set(said.get("facets", ())) == set(found["facet_results"]), name  # type: ignore[call-overload]
        columns = {column.name for column in archive.db.table(name).columns}
        assert {said.get("sort"), said.get("sort_desc"), said.get("label_column")} - {None} <= columns
        assert set(said.get("columns", ())) <= columns


def test_a_person_sees_titles_and_links(datasette: str) -> None:
    page = requests.get(f"{datasette}/wirewatch", timeout=30).text
    for said in WIREWATCH["queries"].values():
        assert said["title"].replace("'", "&#39;") in page
    table = requests.get(f"{datasette}/wirewatch/alerts", timeout=30).text
    assert re.search(r'<a href="/wirewatch/stories/\d+">', table)
    assert requests.get(f"{datasette}/wirewatch/articles?_search={quote('antitrust')}", timeout=30).status_code == 200


def test_the_writer_is_not_disturbed(datasette: str, archive: Store) -> None:
    asked(f"{datasette}/wirewatch/stories_by_outlets.json")
    with archive.writing():
        archive.db.execute("INSERT INTO upkeep (work, done_at, said) VALUES ('check', '2026', 'beside Datasette')")
    found = asked(f"{datasette}/wirewatch/upkeep_of_the_archive.json?_shape=objects&_ttl=0")
    assert "beside Datasette" in str(found)


def test_questions_are_plain_reading(archive: Store) -> None:
    with closing(Database(archive.path)) as reader:
        reader.execute("PRAGMA query_only = ON")
        for name, said in WIREWATCH["queries"].items():
            parameters = {"words": "antitrust"} if ":words" in said["sql"] else {}
            reader.execute(said["sql"], parameters).fetchall(), name
