"""How well watch queries find what Reuters' editors filed under a topic, beside plain regular expressions.

`python -m bench.reuters [FILE.jsonl]`. The queries (`reuters_queries.toml`) were written by reading items of half A; of
half B nothing but the scores was seen. Two rivals, both without regard to case and with borders of words, read the same
title and text: *grep*, the expression one would write by hand for the same thing, and *words*, every word and phrase
that the query wants anywhere, without what joins or excludes them.

Only items with topics_flag YES were judged by the editors, so these are scored; the last table counts all the others
as not filed under anything, which some of them ought to be.
"""

import hashlib
import json
import re
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.matching import TopicIndex
from alerts.query import And, Exact, Form, Near, Not, Or, Phrase, Query, Within, Word
from alerts.query_parsing import parse_query
from alerts.settings import TopicSettings
from stories.model import Article
from tests.corpus import DATA, missing

FILE = DATA / "topics" / "reuters_train.jsonl"
QUERIES = Path(__file__).with_name("reuters_queries.toml")

_SIDES = ("query", "grep", "words")
_NAME_WIDTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of the agency, what its editors filed it under, and whether they looked at it at all."""

    article: Article
    topics: frozenset[str]
    is_judged: bool
    half: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many items were filed under a topic, how many were found, and how many of these rightly."""

    filed: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """The share of what was found that is filed under the topic."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of what is filed under the topic that was found."""
        return self.right / self.filed if self.filed else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.found + self.filed) if self.right else 0.0


def measure(file: Path = FILE) -> None:
    """Score every query of `QUERIES` and its rivals on the items of `file`, and print the tables."""
    if file == FILE and (why := missing("topics")):
        print(f"Reuters: skipped, {why}")
        return
    items = read_items(file)
    written = tomllib.loads(QUERIES.read_text("utf-8"))
    found, seconds = find_all(items, written)
    for title, chosen in (
        ("judged items", [number for number, item in enumerate(items) if item.is_judged]),
        ("of these half A, which was read to write the queries", _of_half("A", items)),
        ("and half B, which was not", _of_half("B", items)),
        ("all items, those that nobody judged counted as filed under nothing", range(len(items))),
    ):
        _show(title, written, {key: score(key[0], found[key], items, chosen) for key in found}, len(chosen))
    _show_seconds(items, written, seconds)


def read_items(file: Path) -> list[Item]:
    """Return the items of a file of JSON lines."""
    with file.open(encoding="utf-8") as lines:
        return [
            Item(
                article=Article(title=row["title"] or "", text=row["text"] or ""),
                topics=frozenset(row["topics"]),
                is_judged=row.get("topics_flag", "YES") == "YES",
                half="AB"[hashlib.sha256(row["id"].encode()).digest()[-1] % 2],
            )
            for row in map(json.loads, lines)
        ]


def find_all(
    items: Sequence[Item], written: dict[str, dict[str, str]]
) -> tuple[dict[tuple[str, str], set[int]], dict[tuple[str, str], float]]:
    """Return for each topic and side the numbers of the items that were found, and the seconds that this took."""
    found, seconds = {}, {}
    for topic, each in written.items():
        finders = (
            query_finder(topic, each["query"]),
            regex_finder(each["regex"]),
            regex_finder(words_of(each["query"])),
        )
        for side, finds in zip(_SIDES, finders, strict=True):
            began = time.perf_counter()
            found[topic, side] = {number for number, item in enumerate(items) if finds(item.article)}
            seconds[topic, side] = time.perf_counter() - began
    return found, seconds


def query_finder(topic: str, query: str) -> Callable[[Article], bool]:
    """Return a function that says whether an article meets `query`, asked alone."""
    index = TopicIndex([TopicSettings(name=topic, query=query, channels=("none",))])
    return lambda article: any(not match.is_excluded for match in index.match(article))


def regex_finder(pattern: str) -> Callable[[Article], bool]:
    """Return a function that says whether `pattern` occurs in the title or text of an article, in any case."""
    search = re.compile(pattern, re.IGNORECASE).search
    return lambda article: search(f"{article.title}\n{article.text}") is not None


def words_of(query: str) -> str:
    r"""Return one alternation of all words and phrases that `query` wants somewhere.

    >>> words_of('oil NEAR/5 (price OR refin*) AND "crude oil" NOT olive')
    '\\b(?:oil|price|refin\\w*|crude\\W+oil)\\b'
    """
    return rf"\b(?:{'|'.join(dict.fromkeys(_wanted(parse_query(query))))})\b"


def _wanted(query: Query) -> Iterator[str]:
    match query:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _wanted(part)
        case Near(left, right):
            yield from _wanted(left)
            yield from _wanted(right)
        case Within(_, part):
            yield from _wanted(part)
        case Phrase(words):
            yield r"\W+".join(map(_as_regex, words))
        case Exact(text):
            yield re.escape(text)
        case Not():
            return
        case _:
            raise ValueError(f"{query}: no word, so there is no plain regular expression of it")


def _as_regex(word: Word) -> str:
    return re.escape(word.text) + (r"\w*" if word.form is Form.PREFIX else "")


def score(topic: str, found: set[int], items: Sequence[Item], chosen: Iterable[int]) -> Score:
    """Return how the numbers `found` compare with what is filed under `topic`, among the `chosen` items."""
    numbers = set(chosen)
    filed = {number for number in numbers if topic in items[number].topics}
    return Score(filed=len(filed), found=len(found & numbers), right=len(found & filed))


def _of_half(half: str, items: Sequence[Item]) -> list[int]:
    return [number for number, item in enumerate(items) if item.is_judged and item.half == half]


def _show(title: str, topics: Iterable[str], scores: dict[tuple[str, str], Score], count: int) -> None:
    print(f"Reuters, {title}: {count} items (precision recall F1)")
    print(f"  {'topic':<{_NAME_WIDTH}}{'items':>6}" + "".join(f"   {side:<16}" for side in _SIDES) + "   best F1")
    for topic in topics:
        of_topic = {side: scores[topic, side] for side in _SIDES}
        best = max(of_topic, key=lambda side: of_topic[side].f1)
        figures = "".join(f"   {each.precision:.3f} {each.recall:.3f} {each.f1:.3f}" for each in of_topic.values())
        print(f"  {topic:<{_NAME_WIDTH}}{of_topic['query'].filed:6}{figures}   {best}")


def _show_seconds(items: Sequence[Item], topics: Iterable[str], seconds: dict[tuple[str, str], float]) -> None:
    print(f"Seconds for all {len(items)} items, each topic alone")
    for topic in topics:
        print(f"  {topic:<{_NAME_WIDTH}}" + "".join(f"   {side} {seconds[topic, side]:6.2f}" for side in _SIDES))


if __name__ == "__main__":
    measure(Path(sys.argv[1])) if len(sys.argv) > 1 else measure()
