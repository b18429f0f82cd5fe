"""`status` of many feeds: what stands out comes first, and the rest is counted."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scheduler.feed_overview import Standing, outstanding_first, row_of, standing_of
from stories.store_feeds import FeedState
from stories.store_hosts import HostState
from tests.command_line import in_folder
from tests.polling import HOUR, NOW, failed, feed, polled

HOST = HostState(host="news.example", waits_until=NOW + HOUR, status=429, refusals=1)
WAITING = {"news.example": HOST}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (failed(feed(host="a.example")), Standing.FAILS),
        (failed(feed(host="a.example"), status=410), Standing.RETIRED),
        (polled(feed(host="a.example", moved_to="https://b.example/")), Standing.MOVED),
        (polled(feed()), Standing.WAITS),
        (polled(feed(host="a.example"), warning="2 entries without a title"), Standing.WARNED),
        (polled(feed(host="a.example")), Standing.AS_IT_SHOULD_BE),
        (feed(host="a.example"), Standing.AS_IT_SHOULD_BE),
    ],
)
def test_what_is_the_matter_with_a_feed(state: FeedState, expected: Standing) -> None:
    assert standing_of(state, WAITING) is expected


def test_what_stands_out_comes_first_and_in_full_number_and_the_rest_is_counted() -> None:
    well = [polled(feed(number, host="a.example")) for number in range(10)]
    bad = [failed(feed(number, host="a.example")) for number in range(10, 20)]
    gone = failed(feed(20, host="a.example"), status=410)
    shown, left_out = outstanding_first([*well, gone, *bad], WAITING, many=4)
    assert [each.id for each in shown] == [*range(10, 20), 20, 0, 1, 2, 3]
    assert left_out == 6
    assert outstanding_first(well, WAITING) == (well, 0)


def test_a_long_name_and_a_long_error_are_cut_but_for_whoever_wants_all() -> None:
    state = failed(feed(host="a.example"), error="it said: " + "x" * 300)
    assert [len(cell) for cell in row_of(state, {}, NOW)][-1] == 60
    assert "x" * 300 in row_of(state, {}, NOW, is_whole=True)[-1]


def test_status_of_many_feeds_fits_a_screen_and_its_json_is_whole(tmp_path: Path) -> None:
    wirewatch = in_folder(tmp_path)
    feeds = "\n".join(f'  - {{name: F{number}, address: "https://{number}.example/"}}' for number in range(70))
    config = f"feeds:\n{feeds}\ntopics:\n  - {{name: T, keywords: [antitrust], channels: [c]}}\n"
    (tmp_path / "config.yaml").write_text(config + 'channels:\n  c: {url: "console://"}\n', "utf-8")
    (tmp_path / "none.jsonl").touch()
    assert wirewatch("import", "none.jsonl").returncode == 0
    _write_down(tmp_path / "wirewatch.db")
    lines = wirewatch("status").stdout.splitlines()
    assert lines[1].startswith("F64 ")
    assert "and 14 more feeds, as they should be (--all shows them)" in lines
    assert "and 10 more notices (--all shows them)" in lines
    assert len(lines) < 100
    whole = wirewatch("status", "--all").stdout.splitlines()
    assert len([line for line in whole if line.startswith("F")]) == 70
    assert len([line for line in whole if line.startswith("feed F")]) == 30
    values = json.loads(wirewatch("status", "--format", "json").stdout)
    assert (len(values["feeds"]), len(values["notices"])) == (70, 30)
    assert [each["name"] for each in values["feeds"] if each["next_poll_at"] is None] == ["F65", "F66", "F67"]


def _write_down(database: Path) -> None:
    """Have 64 of 70 feeds be well, three fail and three be gone, and 30 notices."""
    now = datetime.now(UTC).isoformat()
    with sqlite3.connect(database) as db:
        db.executemany(
            "INSERT OR IGNORE INTO feeds (address, name, next_poll_at) VALUES (?, ?, ?)",
            [(f"https://{number}.example/", f"F{number}", now) for number in range(70)],
        )
        db.execute("UPDATE feeds SET watched = 1")
        db.execute("UPDATE feeds SET error = 'gone', retired_at = ? WHERE name IN ('F65', 'F66', 'F67')", [now])
        db.execute("UPDATE feeds SET error = 'reset', errors_in_a_row = 1 WHERE name IN ('F64', 'F68', 'F69')")
        db.execute(
            "INSERT INTO notices (kind, feed_id, sentence, told_at)"
            " SELECT 'failing', id, 'feed ' || name || ': fails', ? FROM feeds LIMIT 30",
            [now],
        )
    db.close()
