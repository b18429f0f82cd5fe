"""The rival: what one writes in an afternoon. A loop over feeds with requests, feedparser and sqlite3 as they come.

`python -m bench.plain_loop DATABASE PORT FEEDS` polls all feeds once for each line on its standard input.
"""

import json
import sqlite3
import sys
from collections.abc import Sequence

import feedparser
import requests

from bench.feed_farm import addresses

_SCHEMA = """
CREATE TABLE feeds (address TEXT PRIMARY KEY, etag TEXT, last_modified TEXT);
CREATE TABLE entries (feed TEXT, guid TEXT, title TEXT, link TEXT, summary TEXT, date TEXT, UNIQUE (feed, guid));
"""


def poll(db: sqlite3.Connection, feeds: Sequence[str]) -> int:
    """Ask every feed, keep what is new, commit after each, and return how many entries were new."""
    before = db.total_changes
    for address in feeds:
        known = db.execute("SELECT etag, last_modified FROM feeds WHERE address = ?", [address]).fetchone()
        etag, last_modified = known or (None, None)
        answer = requests.get(
            address, headers={"If-None-Match": etag, "If-Modified-Since": last_modified} if known else {}, timeout=30
        )
        if answer.status_code == requests.codes.not_modified:
            continue
        entries = [
            (address, entry.id, entry.title, entry.link, entry.summary, entry.published)
            for entry in feedparser.parse(answer.content).entries
        ]
        db.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?)", entries)
        db.execute(
            "INSERT OR REPLACE INTO feeds VALUES (?, ?, ?)",
            [address, answer.headers.get("etag"), answer.headers.get("last-modified")],
        )
        db.commit()
    return db.total_changes - before


def main(database: str, port: int, feeds: int) -> None:
    """Poll for each line of standard input and say how many entries are kept."""
    db = sqlite3.connect(database)
    db.executescript(_SCHEMA)
    print("{}", flush=True)
    for _ in sys.stdin:
        poll(db, addresses(feeds, port))
        (articles,) = db.execute("SELECT count(*) FROM entries").fetchone()
        print(json.dumps({"articles": articles}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
