"""Articles whose stories are known, in the order in which they are told, and the archive to fill a window with.

Lines are read as `wirewatch import` reads them. Times: *uci* has even ones within each of its days, *basil* the days
on which its articles were published, *ecbplus* none, so that it is spread evenly over one day; a pair of *telegram* is
told within an hour.
"""

import csv
import json
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from pathlib import Path

from scheduler.json_lines import article_of
from stories.model import Article
from tests.corpus import DATA

STORIES = DATA / "stories"
PAIRS = STORIES / "pairs" / "telegram_en.tsv"
ARCHIVE = DATA / "archive" / "headlines_2025.jsonl"
SEED = 4  # of every order and choice that chance makes

_DAY = timedelta(days=1)
_EPOCH = datetime(2014, 1, 1, tzinfo=UTC)  # where articles without a date are put


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article, its id, and when it comes in."""

    id: str
    article: Article
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Articles in order, to be grouped by themselves, and the story that each tells by the judgement of people."""

    items: tuple[Item, ...]
    gold: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySet:
    """Streams of one kind that are scored together, and the F1 that is aimed at (None: no aim was set)."""

    name: str
    streams: tuple[Stream, ...]
    aim: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two articles that look alike, and whether people say that they tell one event."""

    first: Item
    second: Item
    is_one_story: bool


def story_sets() -> tuple[StorySet, ...]:
    """Return all sets with judged stories."""
    uci, basil, ecbplus = (read_stream(STORIES / f"{name}.jsonl") for name in ("uci", "basil", "ecbplus"))
    return (
        StorySet(name="uci, titles", streams=tuple(days_of(titles_of(uci))), aim=0.72),
        StorySet(name="basil, titles", streams=(titles_of(basil),), aim=0.94),
        StorySet(name="basil, texts", streams=(basil,), aim=0.94),
        StorySet(name="ecbplus, texts", streams=(ecbplus,), aim=0.90),
        StorySet(name="ecbplus, shuffled", streams=(shuffled(ecbplus),), aim=0.90),
    )


def read_stream(file: Path) -> Stream:
    """Return the articles of a file of JSON lines with `id` and `story`, in its order."""
    items, gold = [], {}
    for line in file.read_text("utf-8").splitlines():
        article, _ = article_of(line)
        row = json.loads(line)
        items.append((str(row["id"]), article))
        gold[str(row["id"])] = str(row["story"])
    if len(gold) < len(items):
        raise ValueError(f"{file}: an id is there twice")
    return Stream(items=_timed(items), gold=gold)


def titles_of(stream: Stream) -> Stream:
    """Return `stream` with nothing but the headlines of its articles."""
    bare = (replace(item, article=replace(item.article, summary="", text="")) for item in stream.items)
    return replace(stream, items=tuple(bare))


def days_of(stream: Stream) -> Iterator[Stream]:
    """Yield each day of `stream` by itself."""
    for _, day in groupby(stream.items, key=lambda item: item.at.date()):
        items = tuple(day)
        yield Stream(items=items, gold={item.id: stream.gold[item.id] for item in items})


def shuffled(stream: Stream) -> Stream:
    """Return `stream` with its articles in an order of chance, always the same one, at the times that were there."""
    others = random.Random(SEED).sample(stream.items, len(stream.items))
    items = (replace(other, at=item.at) for item, other in zip(stream.items, others, strict=True))
    return replace(stream, items=tuple(items))


def telegram_pairs(file: Path = PAIRS) -> list[Pair]:
    """Return the pairs of `file`, each told within an hour."""
    csv.field_size_limit(sys.maxsize)
    with file.open(encoding="utf-8", newline="") as rows:
        return [
            Pair(
                first=_side(row, "first", number),
                second=_side(row, "second", number),
                is_one_story=row["GOLDEN:quality"] == "OK",
            )
            for number, row in enumerate(csv.DictReader(rows, delimiter="\t"))
        ]


def background(count: int, *, until: datetime, spread: timedelta = 2 * _DAY) -> list[Item]:
    """Return the oldest `count` headlines of the archive as if told, evenly, in the `spread` before `until`."""
    items = list(islice(archive(), count))
    return [replace(item, at=until - spread * (1 - number / count)) for number, item in enumerate(items)]


def archive(file: Path = ARCHIVE) -> Iterator[Item]:
    """Yield the headlines and summaries of 2025, oldest first, at their own times."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            article, _ = article_of(line)
            assert article.given_id is not None
            assert article.published_at is not None
            yield Item(id=article.given_id, article=article, at=article.published_at)


def item_at(line: str, since: timedelta) -> Item:
    """Return the article of one line, at an instant so long after the first that there is."""
    article, _ = article_of(line)
    at = _EPOCH + since
    return Item(id=article.given_id or "", article=replace(article, published_at=at), at=at)


def _side(row: Mapping[str, str], side: str, number: int) -> Item:
    line = {"title": row[f"INPUT:{side}_title"], "text": row[f"INPUT:{side}_text"], "url": row.get(f"INPUT:{side}_url")}
    article, _ = article_of(json.dumps(line))
    at = _EPOCH if side == "first" else _EPOCH + timedelta(hours=1)
    return Item(id=f"pair-{number}-{side}", article=replace(article, published_at=at), at=at)


def _timed(articles: Sequence[tuple[str, Article]]) -> tuple[Item, ...]:
    """Return `articles` at their own times; where one has none, all are spread evenly over one day."""
    if all(article.published_at for _, article in articles):
        return tuple(_items(articles))
    even = (_EPOCH + _DAY * number / len(articles) for number in range(len(articles)))
    return tuple(
        _items((id_, replace(article, published_at=at)) for (id_, article), at in zip(articles, even, strict=True))
    )


def _items(articles: Iterable[tuple[str, Article]]) -> Iterator[Item]:
    for id_, article in articles:
        assert article.published_at is not None
        yield Item(id=id_, article=article, at=article.published_at)
