"""Learns how much each comparison counts (`stories/likeness.toml`): `python -m bench.train_grouping`.

From judged stories. Their sets hold hardly any article that stands alone, while most of what feeds bring does. So they
are also mixed with headlines of the archive that were published a week or more apart, of which no two tell one story.
Half of the events of basil and ecbplus and two of the four days of uci are not learnt from; `--check` scores those.

Learnt in rounds: each groups the streams with the judgement of the round before, and learns from every comparison it
made whether article and story belonged together. Needs scikit-learn (`pip install .[bench]`).
"""

import argparse
import random
import re
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.look_alikes import name_changer, names_of
from bench.story_corpora import STORIES, Item, Stream, archive, days_of, read_stream, titles_of
from bench.story_scores import score
from bench.story_variety import Material, material
from stories.grouping import Grouper
from stories.likeness import COMPARISONS, Judgement, judgement_of
from stories.model import Article
from stories.terms import features_of

_WEIGHTS_FILE = Path(__file__).parent.parent / "stories" / "likeness.toml"
_ROUNDS = 3
_STRANGE = timedelta(days=7)  # headlines so far apart tell two stories
# Chosen by what is not learnt from: a little more is found and little more is wrongly joined than at .5; and two
# headlines with a name each of their own must be very like.
_JOIN = {"threshold": 0.4, "two_subjects": 0.96, "own_outlet": 0.75, "same_story": 0.46}
_WRONG_JOIN_COSTS = 1.0  # times a wrong split
_YOUNG = 90
_SUBJECTS = 60
_YEARS = timedelta(days=1000)
_START = datetime(2014, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_ALIKE_FOR_TEXTS = frozenset({"gap", "crowd", "experience", "numbers_agree", "numbers_differ"})

_Value = TypeVar("_Value")
Table = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Known:
    """An article with what is known of its story: its name, or just the instant at which it was published."""

    item: Item
    story: str | datetime


@dataclass(frozen=True, slots=True)
class Lesson:
    """One comparison that was made, and the share of the story's articles that belonged with the article."""

    comparisons: Sequence[float]
    are_texts: bool
    belongs: float


@dataclass(frozen=True, slots=True)
class Course:
    """A stream to learn from, and how much it counts."""

    stream: Sequence[Known]
    counts: float


def courses() -> list[Course]:
    """Return the streams to learn from."""
    days, basil, ecbplus = _sets()
    first, second = days[0], days[1]
    basil_texts, ecb_texts = _half(basil, 0), _half(ecbplus, 0)
    basil_titles, ecb_titles = _bare(basil_texts), _bare(ecb_texts)
    return [
        Course(first, 1.0),
        Course(second, 1.0),
        Course(basil_texts, 1.0),
        Course(basil_titles, 1.0),
        Course(_told(basil_texts, 1), 0.5),
        Course(ecb_texts, 1.0),
        Course(_told(ecb_texts, 2), 1.0),
        Course(_mixed(1, _some(first, 8, 1), _strangers(1500, 1)), 1.0),
        Course(_mixed(2, _some(second, 3, 2), _bare(_strangers(1500, 2))), 1.0),
        Course(_mixed(3, basil_texts, _strangers(800, 3)), 1.0),
        Course(_mixed(4, basil_titles, _bare(_strangers(800, 4))), 1.0),
        Course(_mixed(5, ecb_texts, _strangers(800, 5)), 1.0),
        Course(_mixed(6, ecb_titles, _bare(_strangers(500, 6))), 0.5),
        Course(_mixed(7, _strangers(3000, 7)), 1.0),
        Course(_mixed(8, _twice(_disguised(_strangers(500, 8), 2))), 0.3),
        Course(_mixed(9, _twice(_disguised(_bare(_strangers(500, 9)), 2))), 0.3),
        Course(_mixed(10, _disguised(_some(first, 4, 10), 3), _bare(_strangers(500, 10))), 0.3),
        Course(_mixed(15, _disguised(basil_texts, 2), _strangers(500, 15)), 0.2),
        Course(_mixed(16, _disguised(ecb_texts, 2), _strangers(500, 16)), 0.2),
        *(Course(young, 0.5 / _YOUNG) for young in _young_streams(first, basil_texts, ecb_texts)),
        *(Course(_mixed(seed, stream), 1.0 / _SUBJECTS) for seed, stream in enumerate(_subjects())),
        Course(_mixed(17, *(stream[:25] for stream in _subjects())), 1.0),
    ]


def _young_streams(uci: list[Known], basil: list[Known], ecbplus: list[Known]) -> Iterator[list[Known]]:
    """Yield streams at whose beginning hardly a weight has been learnt: a few stories among a few strangers."""
    for seed in range(_YOUNG):
        chance = random.Random(seed)
        judged = (uci, basil, ecbplus)[seed % 3]
        names = chance.sample(sorted({str(each.story) for each in judged}), 3)
        told = _some([each for each in judged if each.story in names], 3, seed)
        strangers = _strangers(chance.randint(5, 40), 1000 + seed)
        bare = seed % 2 == 0
        yield _mixed(seed, *(_bare(each) if bare else each for each in (_disguised(told, 2), strangers)))


def learn(taught: Sequence[Course], *, say: Callable[[str], None] = print) -> Table:
    """Return the weights that the streams teach."""
    table: Table = {kind: dict.fromkeys(COMPARISONS, 0.0) for kind in ("headlines", "texts")}
    for weights in table.values():
        weights |= {"lead_cosine": 12.0, "whole_cosine": 8.0, "bias": -6.0}
    table["join"] = _JOIN
    lessons: list[list[Lesson]] = []
    for number in range(_ROUNDS):
        judgement = judgement_of(table)
        new = [list(_lessons(course.stream, judgement)) for course in taught]
        lessons = [a + b for a, b in zip(lessons, new, strict=True)] if number > 1 else new
        table = _fitted(lessons, [course.counts for course in taught])
        say(f"round {number + 1}: {sum(map(len, lessons)):,} comparisons")
    return table


def check(judgement: Judgement) -> None:
    """Print how well the stories are found that were not learnt from."""
    days, basil, ecbplus = _sets()
    held_back = {
        "uci, third day": days[2],
        "uci, fourth day": days[3],
        "basil, texts": _half(basil, 1),
        "basil, titles": _bare(_half(basil, 1)),
        "ecbplus, texts": _half(ecbplus, 1),
        "uci among strangers": _mixed(11, _some(days[2], 4, 12), _strangers(1500, 21)),
        "basil texts among strangers": _mixed(12, _half(basil, 1), _strangers(1000, 22)),
        "basil titles among strangers": _mixed(13, _bare(_half(basil, 1)), _bare(_strangers(1000, 23))),
        "ecbplus texts among strangers": _mixed(14, _half(ecbplus, 1), _strangers(1000, 24)),
        "30 strangers, 40 times": _apart([_mixed(seed, _strangers(30, seed)) for seed in range(300, 340)]),
    }
    print(f"{'not learnt from':32} precision recall   F1  stories found  strangers joined")
    for name, stream in held_back.items():
        found = group(stream, judgement)
        gold = {each.item.id: each.story for each in stream if isinstance(each.story, str)}
        joined = f"{_joined(stream, found)} of {len(stream) - len(gold)}"
        if not gold:
            print(f"{name:32} {'':38} {joined:>16}")
            continue
        judged = score([(gold, {item_id: found[item_id] for item_id in gold})])
        of_all = judged.bcubed
        figures = f"{of_all.precision:9.3f} {of_all.recall:6.3f} {of_all.f1:5.3f} {judged.gold:6} {judged.found:6}"
        print(f"{name:32} {figures} {joined:>16}", flush=True)


def group(stream: Sequence[Known], judgement: Judgement) -> dict[str, str]:
    """Return the story of each article of a stream."""
    return {article_id: str(story) for article_id, story in _Trial(judgement).run(stream).items()}


class _Trial:
    """Groups a stream as ingest does, and notes every comparison."""

    def __init__(self, judgement: Judgement) -> None:
        self.grouper = Grouper(judgement=judgement)
        self.lessons: list[Lesson] = []
        self._told: dict[int, Counter[str | datetime]] = {}
        self._members: dict[int, list[str]] = {}

    def run(self, stream: Sequence[Known]) -> dict[str, int]:
        for known in stream:
            self._take(known)
        return {article_id: story for story, members in self._members.items() for article_id in members}

    def _take(self, known: Known) -> None:
        item = known.item
        joining, weighed = self.grouper.place(features_of(item.article), item.at)
        for candidate in self.grouper.candidates(weighed, weighed.vectors(), item.at):
            belongs = _belongs(known.story, self._told[candidate.story.id])
            if belongs is not None:
                self.lessons.append(Lesson(candidate.comparisons, candidate.are_texts, belongs))
        story = len(self._told) if joining.story_id is None else joining.story_id
        for gone in joining.merges:
            self.grouper.merge(story, gone)
            self._told[story] += self._told[gone]
            self._members[story] += self._members.pop(gone)
        self.grouper.add(item.id, story, weighed, item.at)
        self._told.setdefault(story, Counter())[known.story] += 1
        self._members.setdefault(story, []).append(item.id)


def _lessons(stream: Sequence[Known], judgement: Judgement) -> Iterator[Lesson]:
    trial = _Trial(judgement)
    trial.run(stream)
    yield from trial.lessons


def _belongs(story: str | datetime, told: Counter[str | datetime]) -> float | None:
    """Return which share of a story's articles belongs with an article; None where nobody knows."""
    if isinstance(story, str):
        return told[story] / told.total()
    strange = all(isinstance(other, str) or abs(other - story) >= _STRANGE for other in told)
    return 0.0 if strange else None


def _joined(stream: Sequence[Known], found: dict[str, str]) -> int:
    """Return how many strangers stand in one story with an article of another one."""
    told: dict[str, Counter[str | datetime]] = {}
    for known in stream:
        told.setdefault(found[known.item.id], Counter())[known.story] += 1
    return sum(
        any(isinstance(other, str) or abs(other - known.story) >= _STRANGE for other in told[found[known.item.id]])
        for known in stream
        if isinstance(known.story, datetime)
    )


def _fitted(lessons: Sequence[Sequence[Lesson]], counts: Sequence[float]) -> Table:
    rows, truths, weights = [], [], []
    for course, counting in zip(lessons, counts, strict=True):
        for lesson in course:
            for_texts = [*_apart_for_texts(lesson.comparisons), 1.0]
            row = [*lesson.comparisons, *(value * lesson.are_texts for value in for_texts)]
            each = counting / len(course)
            rows += [row, row]
            truths += [1, 0]
            weights += [lesson.belongs * each, (1 - lesson.belongs) * each * _WRONG_JOIN_COSTS]
    model = LogisticRegression(C=0.2, max_iter=5000)
    scale = np.array(weights) / np.mean(weights)
    model.fit(np.array(rows), np.array(truths), sample_weight=scale)
    size, found = len(COMPARISONS), list(model.coef_[0])
    headlines = dict(zip(COMPARISONS, found, strict=False)) | {"bias": model.intercept_[0]}
    more = dict(zip([*_apart_for_texts(COMPARISONS), "bias"], found[size:], strict=True))
    texts = {name: weight + more.get(name, 0.0) for name, weight in headlines.items()}
    table = {"headlines": headlines, "texts": texts, "join": _JOIN}
    return {kind: {name: round(float(value), 2) for name, value in each.items()} for kind, each in table.items()}


def _apart_for_texts(values: Sequence[_Value]) -> list[_Value]:
    """Return those of the values for all comparisons that are learnt once more for texts."""
    return [value for name, value in zip(COMPARISONS, values, strict=True) if name not in _ALIKE_FOR_TEXTS]


def _sets() -> tuple[list[list[Known]], list[Known], list[Known]]:
    uci, basil, ecbplus = (read_stream(STORIES / f"{name}.jsonl") for name in ("uci", "basil", "ecbplus"))
    return [_known(day) for day in days_of(titles_of(uci))], _known(basil), _known(ecbplus)


def _known(stream: Stream) -> list[Known]:
    return [Known(item, stream.gold[item.id]) for item in stream.items]


def _half(stream: Iterable[Known], half: int) -> list[Known]:
    """Return half of the events; the two look-alikes of an ecbplus topic ("12-ecb", "12-ecbplus") stay together."""
    return [each for each in stream if zlib.crc32(str(each.story).removesuffix("plus").encode()) % 2 == half]


def _bare(stream: Iterable[Known]) -> list[Known]:
    return [_with(each, replace(each.item.article, summary="", text="")) for each in stream]


def _with(known: Known, article: object) -> Known:
    return replace(known, item=replace(known.item, article=article))  # type: ignore[arg-type]


def _some(stream: Iterable[Known], most: int, seed: int) -> list[Known]:
    """Return at most `most` articles of each story."""
    chance = random.Random(seed)
    told: dict[str, list[Known]] = {}
    for each in stream:
        told.setdefault(str(each.story), []).append(each)
    return [one for each in told.values() for one in chance.sample(each, min(len(each), chance.randint(1, most)))]


def _strangers(many: int, seed: int) -> list[Known]:
    return [Known(item, item.at) for item in random.Random(seed).sample(_archive(), many)]


def _mixed(seed: int, *streams: Sequence[Known]) -> list[Known]:
    """Return all articles in an order of chance, evenly over four days."""
    return _told([each for stream in streams for each in stream], seed)


def _disguised(stream: Sequence[Known], times: int) -> list[Known]:
    """Return a stream with look-alikes of its stories: the same sentences of other names and numbers."""
    source = _material()
    names = names_of(source)
    result = list(stream)
    for number in range(1, times):
        changers: dict[str, Callable[[Article], Article]] = {}
        for known in stream:
            changer = changers.setdefault(str(known.story), name_changer(source, names, f"{known.story} {number}"))
            item = replace(known.item, id=f"{known.item.id}~{number}", article=changer(known.item.article))
            story = f"{known.story}~{number}" if isinstance(known.story, str) else known.story + _YEARS * number
            result.append(Known(item, story))
    return result


def _twice(stream: Sequence[Known]) -> list[Known]:
    """Return a stream of which every third article comes twice, the second time from another outlet."""
    again = [replace(each, item=replace(each.item, id=f"{each.item.id}+")) for each in stream[::3]]
    return [*stream, *(_with(each, replace(each.item.article, outlet="Another", url=None)) for each in again)]


@cache
def _subjects() -> list[list[Known]]:
    """Return streams whose headlines all name one company, person or place, as those of who watches one do."""
    chance = random.Random(0)
    written: Counter[str] = Counter()
    of_name: dict[str, list[Item]] = {}
    for item in _archive():
        words = set(re.findall(r"[^\W\d_]{4,}", item.article.title))
        written.update(word.lower() for word in words if word.islower())
        for word in words:
            if not word.islower():
                of_name.setdefault(word.lower(), []).append(item)
    names = sorted(name for name, items in of_name.items() if 80 <= len(items) <= 600 and written[name] < 5)
    streams = []
    for number, name in enumerate(chance.sample(names, _SUBJECTS)):
        items = chance.sample(of_name[name], chance.randint(20, 80))
        stream = [Known(item, item.at) for item in items]
        streams.append(_bare(stream) if number % 3 == 0 else stream)
    return streams


@cache
def _archive() -> list[Item]:
    return list(archive())


@cache
def _material() -> Material:
    return material()


def _told(stream: Sequence[Known], seed: int, since: datetime = _START) -> list[Known]:
    others = random.Random(seed).sample(stream, len(stream))
    step = 4 * _DAY / len(stream)
    return [replace(each, item=replace(each.item, at=since + step * n)) for n, each in enumerate(others)]


def _apart(streams: Sequence[Sequence[Known]]) -> list[Known]:
    """Return streams one after another, a month apart."""
    return [
        replace(each, item=replace(each.item, id=f"{month}-{each.item.id}", at=each.item.at + 30 * _DAY * month))
        for month, stream in enumerate(streams)
        for each in stream
    ]


def _written(table: Table) -> str:
    lines = [
        "# How much each comparison of an article with a story counts (stories/likeness.py), learnt by",
        "# bench/train_grouping.py. An article joins from the threshold on (0.5 is as likely as",
        "# not), from two_subjects on where headlines look alike and name something else, from own_outlet on where",
        "# only its own outlet has told the story; stories are joined from same_story on.",
    ]
    for kind, weights in table.items():
        lines += ["", f"[{kind}]", *(f"{name} = {value}" for name, value in weights.items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Learn and write the weights, or check those that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="score the stories that were not learnt from")
    parser.add_argument("--out", type=Path, default=_WEIGHTS_FILE, help="the file to write")
    asked = parser.parse_args()
    if not asked.check:
        asked.out.write_text(_written(learn(courses())), "utf-8")
    check(judgement_of(tomllib.loads(asked.out.read_text("utf-8"))))


if __name__ == "__main__":
    main()
