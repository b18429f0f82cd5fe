"""Learns how much each comparison counts (`stories/likeness.toml`): `python -m bench.train_grouping`.

From `bench.training_streams`; `--check` scores the streams that are held back. No blind test: they were looked at when
the thresholds in `_JOIN` and the comparisons were chosen. Only the weights come from the other half alone.

Learnt in rounds: each groups the streams with the judgement of the round before, and learns from every comparison it
made whether article and story belonged together. Needs scikit-learn (`pip install .[bench]`).
"""

import argparse
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.story_scores import score
from bench.training_streams import STRANGE, Course, Known, courses, held_back
from stories.grouping import Grouper
from stories.likeness import COMPARISONS, Judgement, judgement_of
from stories.terms import features_of

_WEIGHTS_FILE = Path(__file__).parent.parent / "stories" / "likeness.toml"
_ROUNDS = 3
# Chosen with all judged sets in view, those held back too: a little more is found and little more is wrongly joined
# than at .5; and two headlines with a name each of their own must be very like.
_JOIN = {"threshold": 0.4, "two_subjects": 0.96, "own_outlet": 0.75, "same_story": 0.46}
_WRONG_JOIN_COSTS = 1.0  # times a wrong split
_ALIKE_FOR_TEXTS = frozenset({"gap", "crowd", "experience", "numbers_agree", "numbers_differ"})

_Value = TypeVar("_Value")
Table = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One comparison that was made, and the share of the story's articles that belonged with the article."""

    comparisons: Sequence[float]
    are_texts: bool
    belongs: float


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
    print(f"{'not learnt from':32} precision recall   F1  stories found  strangers joined")
    for name, stream in held_back().items():
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
    strange = all(isinstance(other, str) or abs(other - story) >= STRANGE for other in told)
    return 0.0 if strange else None


def _joined(stream: Sequence[Known], found: dict[str, str]) -> int:
    """Return how many strangers stand in one story with an article of another one."""
    told: dict[str, Counter[str | datetime]] = {}
    for known in stream:
        told.setdefault(found[known.item.id], Counter())[known.story] += 1
    return sum(
        any(isinstance(other, str) or abs(other - known.story) >= STRANGE for other in told[found[known.item.id]])
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
