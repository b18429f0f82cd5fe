"""The same articles in the same order end in the same stories: live, in other polls, imported, one by one."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.poll import Outcome, PollResult
from scheduler.config import load_config
from scheduler.ingest import ingest_poll
from scheduler.json_lines import article_of, line_of
from scheduler.watch import watch_of
from stories.migrations import migrations
from stories.model import Article
from stories.store import APPLICATION_ID, Store, open_store, stamp
from stories.store_articles import all_articles
from stories.store_feeds import watch_feeds, watched_feeds
from tests.building import NOON
from tests.command_line import Run, in_folder
from tests.hearing import newsroom_articles, partition
from tests.test_store_grouping import small, take

OUTLETS = sorted({each.outlet or "" for each in newsroom_articles()})


def address_of(outlet: str) -> str:
    return f"https://{outlet}.example/rss"


CONFIG = f"""\
service: {{database: archive.db}}
feeds:
{"".join(f'  - {{name: {name}, address: "{address_of(name)}", every: 15m}}' + chr(10) for name in OUTLETS)}
topics:
  - {{name: Deals, query: Microsoft OR OpenAI, updates: news, channels: [console]}}
channels:
  console: {{url: "console://"}}
"""


@pytest.fixture
def wirewatch(tmp_path: Path) -> Run:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return in_folder(tmp_path)


@pytest.fixture
def archive(tmp_path: Path, wirewatch: Run) -> Iterator[Store]:
    """The archive of the folder in which the commands are given."""
    with open_store(tmp_path / "archive.db") as opened:
        yield opened


def publish(store: Store, polls: Sequence[Sequence[Article]], config: Path) -> None:
    """Let each poll of one outlet bring its articles, the newest first, as feeds have them."""
    watch_feeds(store, [(address_of(name), name) for name in OUTLETS], now=NOON)
    feeds = {feed.address: feed.id for feed in watched_feeds(store)}
    watch = watch_of(load_config(config, {}))
    for number, articles in enumerate(polls):
        answer = PollResult(
            feed_id=feeds[address_of(articles[0].outlet or "")],
            outcome=Outcome.ANSWERED,
            articles=tuple(articles[::-1]),
            entries=len(articles),
        )
        ingest_poll(store, answer, watch, now=NOON + timedelta(seconds=number, microseconds=number), chance=0)


def by_outlet() -> list[list[Article]]:
    """Return the newsroom's articles as polls: whatever one outlet published in a row."""
    return [list(group) for _, group in groupby(newsroom_articles(), key=attrgetter("outlet"))]


def exported(store: Store) -> list[str]:
    return [json.dumps(line_of(found)) for found in all_articles(store)]


def imported(lines: Sequence[str], path: Path) -> tuple[list[list[str]], list[str]]:
    """Return the stories, and the export, of an archive into which lines were taken."""
    with open_store(path) as store:
        take(store, *(article_of(line)[0] for line in lines), batch=500)
        return partition(store), exported(store)


def without_topics(line: str) -> dict[str, object]:
    return {name: value for name, value in json.loads(line).items() if name != "topics"}


def test_an_export_that_is_imported_elsewhere_ends_in_the_same_stories_with_the_same_numbers(
    archive: Store, wirewatch: Run, tmp_path: Path
) -> None:
    publish(archive, by_outlet(), tmp_path / "config.yaml")
    live = partition(archive)
    assert max(map(len, live)) > 3
    archive.db.close()
    assert wirewatch("export", "live.jsonl").returncode == 0
    for left in tmp_path.glob("archive.db*"):
        left.rename(left.with_name(left.name.replace("archive", "live")))
    assert wirewatch("import", "live.jsonl").returncode == 0
    assert wirewatch("export", "again.jsonl").returncode == 0
    with open_store(tmp_path / "archive.db") as again:
        assert partition(again) == live
    lines = (tmp_path / "live.jsonl").read_text(encoding="utf-8")
    assert (tmp_path / "again.jsonl").read_text(encoding="utf-8") == lines
    assert len({json.loads(line)["story_id"] for line in lines.splitlines()}) == len(live)


def test_one_poll_of_many_and_many_polls_of_one_end_in_the_same_stories(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    with open_store(tmp_path / "one.db") as one, open_store(tmp_path / "other.db") as other:
        publish(one, by_outlet(), config)
        publish(other, [[each] for poll in by_outlet() for each in poll], config)
        assert [without_time(line) for line in exported(one)] == [without_time(line) for line in exported(other)]


def without_time(line: str) -> dict[str, object]:
    return {name: value for name, value in json.loads(line).items() if name != "seen_at"}


def test_undated_articles_are_imported_into_the_stories_in_which_they_lived(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    with open_store(tmp_path / "live.db") as live:
        publish(live, [[replace(each, published_at=None)] for each in newsroom_articles()], config)
        stories, again = imported(exported(live), tmp_path / "again.db")
        assert stories == partition(live)
        assert [without_topics(line) for line in again] == [without_topics(line) for line in exported(live)]


def test_so_do_thousands_whose_first_stories_are_long_over(tmp_path: Path) -> None:
    with open_store(tmp_path / "live.db") as live:
        take(live, *(small(number, at=NOON + timedelta(minutes=9 * number)) for number in range(2_300)), batch=17)
        stories, again = imported(exported(live), tmp_path / "again.db")
        assert stories == partition(live)
        assert again == exported(live)


@settings(max_examples=5, deadline=None)
@given(dice=st.randoms(use_true_random=False), batch=st.integers(1, 30))
def test_in_whatever_order_articles_come_an_import_in_that_order_ends_in_the_same_stories(
    dice: Random, batch: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    articles = list(newsroom_articles())
    dice.shuffle(articles)
    folder = tmp_path_factory.mktemp("orders")
    with open_store(folder / "live.db") as live:
        take(live, *articles, batch=batch)
        stories, again = imported(exported(live), folder / "again.db")
        assert stories == partition(live)
        assert again == exported(live)
        assert sorted(id for story in stories for id in story) == sorted(json.loads(line)["id"] for line in again)


def test_what_was_told_before_an_upgrade_is_not_told_again_after_it(tmp_path: Path) -> None:
    config, path = tmp_path / "config.yaml", tmp_path / "archive.db"
    config.write_text(CONFIG, encoding="utf-8")
    title = "OpenAI files antitrust complaint against Microsoft over Azure terms"
    text = "OpenAI has filed a complaint against Microsoft with the Office for Fair Markets about the terms of Azure. "
    db = Database(path)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(db, stop_before="stories_of_many_articles")
    for number, (days, said) in enumerate([(30, "Microsoft buys a mill"), (1, title)], start=1):
        at = stamp(NOON - timedelta(days=days))
        db.execute("INSERT INTO stories VALUES (?, ?, ?)", [number, at, at])
        db.execute(
            "INSERT INTO articles (id, story_id, title, summary, text, outlet, seen_at) VALUES (?, ?, ?, '', ?, ?, ?)",
            [f"old-{number}", number, said, text, OUTLETS[0], at],
        )
        db.execute(
            "INSERT INTO alerts (topic, story_id, article_id, headline, created_at) VALUES ('Deals', ?, ?, ?, ?)",
            [number, f"old-{number}", said, at],
        )
    db.conn.commit()
    db.close()
    retelling = Article(
        title="OpenAI has filed an antitrust complaint against Microsoft",
        url=f"https://{OUTLETS[1]}.example/complaint",
        text=f"{text} The complaint is about Azure, said OpenAI.",
        outlet=OUTLETS[1],
    )
    with open_store(path) as store:
        assert store.db.execute("SELECT id FROM stories WHERE is_over = 0").fetchall() == [(2,)]
        publish(store, [[Article(title="A mill burns", url="https://mill.example/", outlet=OUTLETS[1])]], config)
        publish(store, [[retelling]], config)
        assert store.db.execute("SELECT story_id FROM articles ORDER BY seq DESC").fetchone() == (2,)
        assert store.db.execute("SELECT outcome FROM matches").fetchall() == [("already told",)]
        assert store.db.execute("SELECT count(*) FROM alerts").fetchone() == (2,)
