"""Stories and alerts of the whole way, printed to be read by eye; what they are worth is for the reader to say.

`python -m bench.story_reading [archive|replay] [--help]`. Everything goes through the real ingest into a fresh
archive, in order, with the topics of the shipped `config.yaml` (or of another file), and is told: the 38,190 headlines
of 2025 as they would have come, those of one instant together, or the nine days of twelve publishers of the replay.
Printed are: alerts for each topic and story, why the rest was not told, the updates with their reasons, the ten largest
stories, and by lot stories of two or three articles, each with what was nearest when it started, and credits.
"""

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from bench.replaying import config_for, replay_in_process
from bench.service_way import SHIPPED
from bench.story_corpora import SEED, archive
from scheduler.arrival import Arrival
from scheduler.config import Config, load_config
from scheduler.ingest import take_in
from scheduler.watch import watch_of
from stories.joining_json import from_json
from stories.store import Store, open_store
from stories.text import clean
from tests.corpus import missing, replay_steps

_LARGEST, _HEADLINES = 10, 20  # stories, headlines of each
_UPDATES = 40
_WIDTH = 130  # characters of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """How much is drawn by lot, and by which one."""

    sample: int
    credits: int
    seed: int


def take_in_archive(store: Store, config: Config) -> None:
    """Take in the headlines of 2025, those of one instant together, at that instant."""
    watch = watch_of(config)
    for at, items in groupby(archive(), key=lambda item: item.at):
        with store.writing():
            take_in(store, tuple(i.article for i in items), watch, Arrival(feed_id=None, origin="bench", now=at))


def take_in_replay(store: Store, config: Config) -> None:
    """Take in the replay, poll after poll, as the service would."""
    steps = replay_steps()
    feeds = sorted({document.feed for step in steps for document in step})
    with tempfile.TemporaryDirectory() as folder:
        served = config_for({feed: f"http://127.0.0.1/{feed}" for feed in feeds}, Path(folder))
    replay_in_process(store, replace(config, feeds=served.feeds), steps)


WAYS: Mapping[str, Callable[[Store, Config], None]] = {"archive": take_in_archive, "replay": take_in_replay}


def tell(store: Store, chosen: Chosen) -> None:
    """Print all that is to be read of an archive."""
    tell_account(store)
    tell_updates(store)
    tell_largest(store)
    tell_sample(store, chosen)
    tell_credits(store, chosen)


def tell_account(store: Store) -> None:
    """Print how many articles, stories and alerts there are, and under each topic what was told and what was not."""
    ((articles, stories),) = _rows(store, "SELECT count(*), count(DISTINCT story_id) FROM articles")
    ((alerts, merged),) = _rows(store, "SELECT (SELECT count(*) FROM alerts), count(joined_to) FROM stories")
    print(f"{articles} articles, {stories} stories ({merged} went into others), {alerts} alerts")
    sizes = _rows(store, f"SELECT min(size, 10), count(*) FROM ({_SIZES}) GROUP BY 1 ORDER BY 1")
    print("  stories of so many articles (10: or more): " + ", ".join(f"{size}: {count}" for size, count in sizes))
    print(f"  {'topic':<36}{'matches':>9}{'stories':>9}{'first':>7}{'updates':>9}{'untold':>8}{'alerts/story':>14}")
    for topic, matches, touched in _rows(store, _TOPICS):
        kinds: dict[object, int] = dict(_rows(store, _KINDS, topic))  # type: ignore[arg-type]
        told = sum(kinds.values())
        print(
            f"  {clean(str(topic), 34):<36}{matches:9}{touched:9}{kinds.get('first', 0):7}{kinds.get('update', 0):9}"
            f"{int(str(matches)) - told:8}{told / int(str(touched)):14.2f}"
        )
        outcomes = ", ".join(f"{outcome} {count}" for outcome, count in _rows(store, _OUTCOMES, topic))
        print(f"      {outcomes}")


def tell_updates(store: Store) -> None:
    """Print the first updates, each with its reason and what was told first."""
    updates = _rows(store, _UPDATED)
    print(f"\n{len(updates)} updates" + (f", the first {_UPDATES}" if len(updates) > _UPDATES else ""))
    for topic, story, headline, reason, first in updates[:_UPDATES]:
        _line(f"  [{topic}, story {story}] {headline}")
        _line(f"      first: {first}")
        print(f"      {reason}")


def tell_largest(store: Store) -> None:
    """Print the largest stories with headlines from first to last."""
    print(f"\nThe {_LARGEST} largest stories")
    for story, size in _rows(store, f"{_SIZES} ORDER BY size DESC, story_id LIMIT {_LARGEST}"):
        _tell_story(store, story, size)


def tell_sample(store: Store, chosen: Chosen) -> None:
    """Print stories of two or three articles, by lot."""
    small = _rows(store, f"{_SIZES} HAVING size IN (2, 3) ORDER BY story_id")
    drawn = random.Random(chosen.seed).sample(small, min(chosen.sample, len(small)))
    print(f"\n{len(drawn)} of {len(small)} stories of two or three articles, by lot {chosen.seed}")
    for story, size in drawn:
        _tell_story(store, story, size)


def tell_credits(store: Store, chosen: Chosen) -> None:
    """Print credits with their evidence, by lot, one of an article."""
    credits = _rows(store, _CREDITS)
    by_article = [list(of_one) for _, of_one in groupby(credits, key=lambda row: row[0])]
    drawn = random.Random(chosen.seed).sample(by_article, min(chosen.credits, len(by_article)))
    print(f"\n{len(credits)} credits in {len(by_article)} articles; {len(drawn)} of these, by lot {chosen.seed}")
    for of_one in drawn:
        _line(f"  {of_one[0][1]} | {of_one[0][2]}")
        for *_, outlet, kind, words in of_one:
            _line(f"      {outlet} ({kind}): {words}")


def _tell_story(store: Store, story: object, size: object) -> None:
    rows = _rows(store, _STORY, story)
    outlets = len({outlet for _, outlet, _ in rows})
    print(f"  story {story}: {size} articles of {outlets} outlets, {rows[0][0]} to {rows[-1][0]}")
    if nearest := _nearest(store, story):
        _line(f"      nearest: {nearest}")
    for seen, outlet, title in _thinned(rows):
        _line(f"      {str(seen)[5:16]}  {clean(str(outlet or ''), 24):<25}{title}")


def _nearest(store: Store, story: object) -> str | None:
    """Return what was nearest to a story when it started, and how near: was it wrongly split from that?"""
    ((written,),) = _rows(store, "SELECT joining FROM articles WHERE story_id = ? ORDER BY seq LIMIT 1", story)
    joining = from_json(str(written))
    if joining is None or joining.article_id is None:
        return None
    rows = _rows(store, "SELECT story_id, title FROM articles WHERE id = ?", joining.article_id)
    return "; ".join(f"{joining.score:.2f} of {joining.threshold:.2f}, story {other}: {title}" for other, title in rows)


def _thinned(rows: Sequence[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Yield at most so many rows as are shown, evenly from first to last."""
    shown = min(len(rows), _HEADLINES)
    for number in range(shown):
        yield rows[number * (len(rows) - 1) // max(shown - 1, 1)]


def _line(text: str) -> None:
    print(text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…")


def _rows(store: Store, sql: str, *parameters: object) -> list[tuple[object, ...]]:
    return list(store.db.execute(sql, list(parameters)).fetchall())


_SIZES = "SELECT story_id, count(*) AS size FROM articles GROUP BY story_id"
_TOPICS = (
    "SELECT topic, count(*), count(DISTINCT story_id) FROM matches JOIN articles ON articles.id = article_id"
    " WHERE outcome != 'excluded' GROUP BY topic ORDER BY topic"
)
_KINDS = "SELECT kind, count(*) FROM alerts WHERE topic = ? GROUP BY kind"
_OUTCOMES = "SELECT outcome, count(*) FROM matches WHERE topic = ? GROUP BY outcome ORDER BY 2 DESC"
_UPDATED = (
    "SELECT alerts.topic, alerts.story_id, alerts.headline, matches.reason, first.headline FROM alerts"
    " LEFT JOIN matches ON matches.alert_id = alerts.id LEFT JOIN alerts AS first ON first.id ="
    " (SELECT min(id) FROM alerts AS other WHERE other.story_id = alerts.story_id AND other.topic = alerts.topic)"
    " WHERE alerts.kind = 'update' ORDER BY alerts.id"
)
_STORY = "SELECT seen_at, outlet, title FROM articles WHERE story_id = ? ORDER BY seq"
_CREDITS = (
    "SELECT article_id, articles.outlet, title, credits.outlet, kind, words FROM credits"
    " JOIN articles ON articles.id = article_id ORDER BY articles.seq, credits.id"
)


def main() -> None:
    """Take in what the command line asks for, and print what is to be read."""
    parser = argparse.ArgumentParser(prog="python -m bench.story_reading")
    parser.add_argument("what", nargs="*", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--sample", type=int, default=20, help="stories of two or three articles (20)")
    parser.add_argument("--credits", type=int, default=50, help="articles with credits (50)")
    parser.add_argument("--seed", type=int, default=SEED, help="by which lot they are drawn")
    parser.add_argument("--config", type=Path, default=SHIPPED, help="whose topics are watched (the shipped ones)")
    parser.add_argument("--database", type=Path, help="keep the archive in this file, or read what it holds")
    asked = parser.parse_args()
    chosen = Chosen(sample=asked.sample, credits=asked.credits, seed=asked.seed)
    if asked.database and asked.database.exists():
        with open_store(asked.database) as store:
            tell(store, chosen)
        return
    for what in asked.what:
        read(what, asked.config, chosen, asked.database)


def read(what: str, config: Path, chosen: Chosen, database: Path | None = None) -> None:
    """Take in the archive of headlines or the replay, and print what is to be read of it."""
    if why := missing(what):
        print(f"{what}: skipped, {why}")
        return
    print(f"== {what}")
    with tempfile.TemporaryDirectory() as folder, open_store(database or Path(folder, "reading.db")) as store:
        store.db.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug
        WAYS[what](store, load_config(config, {}))
        tell(store, chosen)


if __name__ == "__main__":
    main()
