"""Articles matched per second with 10 to 10,000 topics, beside other ways to find as many phrases.

`python -m bench.topics`. Each figure is measured in a process of its own, in seconds of its processor (the best of
several rounds, caches warm, garbage collection as it is by default): `TopicIndex.match` with normalising, stemming,
boilerplate and evidence; of the rivals, finding the phrases alone.
"""

import gc
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import psutil

from alerts.settings import TopicSettings
from bench import topic_rivals
from bench.measuring import peak_of
from bench.topic_corpus import backwards, make_articles, make_topics, read_texts
from bench.topic_rivals import Finder
from stories.model import Article

_COUNTS = (10, 100, 1_000, 10_000)  # topics
_SAMPLES = {60: 2_000, 600: 400}  # words of an article: articles
_ROUNDS = 5
_LONGEST_ROUND = 1.0  # seconds, after which a round ends with the articles it has had
_AIMS = {60: 5_000, 600: 700}  # articles per second at 10,000 topics
_WAYS: Mapping[str, Callable[[Iterable[TopicSettings]], Finder]] = {
    "ours": topic_rivals.ours,
    "ahocorasick_rs": topic_rivals.ahocorasick,
    "hyperscan": topic_rivals.hyperscan,
    "re": topic_rivals.regex,
}
_RIVALS = tuple(_WAYS)[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Articles per second, the first time and at best, and how much was found in each."""

    first: float
    best: float
    found: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a way to match takes: seconds and bytes to compile, and its rate with articles of each length."""

    seconds: float
    memory: int
    rates: Mapping[int, Rate]


def measure() -> None:
    """Measure all ways with all numbers of topics and print the tables."""
    name, texts = read_texts()
    older, newer = texts[: len(texts) // 2], texts[len(texts) // 2 :]
    articles = {length: make_articles(newer, length, count) for length, count in _SAMPLES.items()}
    print(f"Topics of 5 phrases; articles and phrases from {name}")
    for title, topics in (
        ("phrases from older texts than the articles", make_topics(older, _COUNTS[-1])),
        ("these phrases with their words in reverse order", backwards(make_topics(older, _COUNTS[-1]))),
        ("phrases from the texts of the articles", make_topics(newer, _COUNTS[-1])),
    ):
        measured = {
            (way, count): result
            for way in _WAYS
            for count in _COUNTS
            if (result := _measure_apart(way, topics[:count], articles)) is not None
        }
        _show_rates(title, measured)
        _show_compiling(measured)


def _measure_apart(
    way: str, topics: Sequence[TopicSettings], articles: Mapping[int, Sequence[Article]]
) -> Measured | None:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        try:
            return process.submit(measure_one, way, topics, articles).result()
        except ImportError as error:
            if len(topics) == _COUNTS[0]:
                print(f"  {way}: skipped, {error}")
            return None


def measure_one(way: str, topics: Sequence[TopicSettings], articles: Mapping[int, Sequence[Article]]) -> Measured:
    """Return what one way takes in this process, which must be a fresh one.

    Compiling ends with the first article. Memory is the largest resident memory then above that before.
    """
    gc.collect()
    memory = psutil.Process().memory_info().rss
    began = time.process_time()
    find = _WAYS[way](topics)
    find(Article(title="A title"))
    seconds = time.process_time() - began
    memory = peak_of(os.getpid()) - memory
    return Measured(
        seconds=seconds, memory=memory, rates={length: _rate(find, each) for length, each in articles.items()}
    )


def _rate(find: Finder, articles: Sequence[Article]) -> Rate:
    rounds = [_round(find, articles) for _ in range(1 + _ROUNDS)]
    return Rate(first=rounds[0][0], best=max(rate for rate, _ in rounds[1:]), found=rounds[0][1])


def _round(find: Finder, articles: Sequence[Article]) -> tuple[float, float]:
    """Return articles per second, and what was found in each."""
    found = read = 0
    began = time.process_time()
    for read, article in enumerate(articles, 1):
        found += find(article)
        if read % 10 == 0 and time.process_time() - began > _LONGEST_ROUND:
            break
    return read / (time.process_time() - began), found / read


def _show_rates(title: str, measured: Mapping[tuple[str, int], Measured]) -> None:
    print(f"{title}: articles per second (ours / rival); cost: beside that of {_COUNTS[0]} topics")
    print(f"  {'words':>5}{'topics':>8}{'matches':>9}{'ours':>9}{'first':>9}{'cost':>6}", end="")
    print("".join(f"{way:>24}" for way in _RIVALS))
    for length in _SAMPLES:
        least = measured["ours", _COUNTS[0]].rates[length].best
        for count in _COUNTS:
            rate = measured["ours", count].rates[length]
            print(f"  {length:5}{count:8}{rate.found:9.3f}{rate.best:9.0f}{rate.first:9.0f}", end="")
            print(f"{least / rate.best:6.2f}", end="")
            rivals = (measured.get((way, count)) for way in _RIVALS)
            print("".join(_beside(rate, rival.rates[length] if rival else None) for rival in rivals))
        print(f"  aim at {_COUNTS[-1]} topics: {_AIMS[length]} per second, cost at most 2")


def _beside(rate: Rate, rival: Rate | None) -> str:
    return f"{rival.best:13.0f} ({rate.best / rival.best:7.3f})" if rival else f"{'not run':>24}"


def _show_compiling(measured: Mapping[tuple[str, int], Measured]) -> None:
    print("  to compile: seconds of CPU, MiB of memory")
    for way in _WAYS:
        of_way = {count: measured[way, count] for count in _COUNTS if (way, count) in measured}
        figures = "".join(f"{each.seconds:12.2f} s{each.memory / 1024**2:7.1f} MiB" for each in of_way.values())
        print(f"  {way:<16}{figures or 'not run'}")
    print(f"  aim at {_COUNTS[-1]} topics: 5 s, 100 MiB")


if __name__ == "__main__":
    measure()
