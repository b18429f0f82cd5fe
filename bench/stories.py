"""How well articles are put into stories, as they come, beside the plain way to do it; one setting for all sets.

`python -m bench.stories [FILE.jsonl ...] [--titles] [--by-day] [--ours]`. Without files: the sets of `story_corpora`
and the telegram pairs. A file of your own needs `id`, `title` and `story` in each line, and is read in its order.

The plain way (`story_rivals`) is run with the one threshold that is best for all sets of the run together, once with
the idf of the whole set and once with that of the articles so far, and with a threshold tuned to each set by itself,
which nobody can choose beforehand; so tuned also without a window of time, which is how it is mostly quoted.
"""

import argparse
import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.story_corpora import (
    Pair,
    StorySet,
    Stream,
    background,
    days_of,
    read_stream,
    story_sets,
    telegram_pairs,
    titles_of,
)
from bench.story_grouping import WAYS, Grouping, Ways
from bench.story_rivals import Vector, streaming_vectors, whole_vectors
from bench.story_rivals import group as group_plainly
from bench.story_scores import Groups, StoryScore, score
from stories.grouping import WINDOW
from tests.corpus import missing

_THRESHOLDS = tuple(number / 100 for number in range(6, 40, 2))
_PRECISION = 0.88  # aimed at in every set
_FOR_EVER = timedelta(days=36_500)
_BACKGROUND = 2_000  # headlines from which weights are learnt before a pair is told
_PAIRS_AIM = 30
_WIDTH = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The groups that one way found in each stream of a set."""

    name: str
    groups: tuple[Groups, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The plain way on one set: its vectors, made once, the window, and the F1 that each threshold gives."""

    streams: Sequence[Stream]
    vectors: Sequence[Sequence[Vector]]
    window: timedelta
    f1: Mapping[float, float]


def measure(sets: Sequence[StorySet] = (), *, ways: Ways = WAYS, with_rivals: bool = True) -> None:
    """Score our `ways` and the plain one on `sets`, or on all there are and on the pairs, and print the tables."""
    if not sets and (why := missing("stories")):
        print(f"Stories: skipped, {why}")
        return
    print("Stories: B-cubed precision, recall, F1; pairwise precision, recall, F1; groups; F1 of ours / this")
    chosen = sets or story_sets()
    rivals = _rivals(chosen) if with_rivals else [[] for _ in chosen]
    for each, beside in zip(chosen, rivals, strict=True):
        _show(each, [*(Result(name=name, groups=_ours(each, make)) for name, make in ways.items()), *beside])
    if not sets:
        print()
        measure_pairs(telegram_pairs(), ways=ways, with_rivals=with_rivals)


def measure_pairs(pairs: Sequence[Pair], *, ways: Ways = WAYS, with_rivals: bool = True) -> None:
    """Print how many of `pairs` are rightly joined or kept apart, each told by itself."""
    print(
        f"Telegram: {len(pairs)} pairs, {sum(pair.is_one_story for pair in pairs)} of one story; aim {_PAIRS_AIM} right"
    )
    before = background(_BACKGROUND, until=pairs[0].first.at)
    for name, make in ways.items():
        warm = make()
        for item in before:
            warm.take(item)
        _show_pairs(
            f"{name}, after {_BACKGROUND} headlines", pairs, [_is_joined(copy.deepcopy(warm), p) for p in pairs]
        )
        _show_pairs(f"{name}, with nothing before", pairs, [_is_joined(make(), pair) for pair in pairs])
    if with_rivals:
        vectors = whole_vectors([item for pair in pairs for item in (pair.first, pair.second)], before)
        cosines = [_product(*both) for both in zip(vectors[::2], vectors[1::2], strict=True)]
        best = max(_THRESHOLDS, key=lambda each: _right(pairs, [cosine >= each for cosine in cosines]))
        _show_pairs(f"cosine, tuned ({best:.2f}), idf of all", pairs, [cosine >= best for cosine in cosines])


def _ours(each: StorySet, make: Callable[[], Grouping]) -> tuple[Groups, ...]:
    return tuple(make().groups(stream.items) for stream in each.streams)


def _rivals(sets: Sequence[StorySet]) -> list[list[Result]]:
    """Return the results of the plain way on each set: with one threshold for all sets, and tuned to each."""
    whole = [_plain(each, [whole_vectors(stream.items) for stream in each.streams]) for each in sets]
    streaming = [_plain(each, [list(streaming_vectors(stream.items)) for stream in each.streams]) for each in sets]
    timeless = [_plain(each, plain.vectors, _FOR_EVER) for each, plain in zip(sets, whole, strict=True)]
    for_all, for_all_so_far = _best(whole), _best(streaming)
    return [
        [
            _result("one threshold", each, for_all),
            _result("one threshold, idf so far", so_far, for_all_so_far),
            _result("tuned to this set", each, _best([each])),
            _result("the same without time", always, _best([always])),
        ]
        for each, so_far, always in zip(whole, streaming, timeless, strict=True)
    ]


def _plain(each: StorySet, vectors: Sequence[Sequence[Vector]], window: timedelta = WINDOW) -> Plain:
    f1 = {
        threshold: _score(each.streams, _groups(each.streams, vectors, threshold, window)).bcubed.f1
        for threshold in _THRESHOLDS
    }
    return Plain(streams=each.streams, vectors=vectors, window=window, f1=f1)


def _groups(
    streams: Sequence[Stream], vectors: Sequence[Sequence[Vector]], threshold: float, window: timedelta
) -> tuple[Groups, ...]:
    both = zip(streams, vectors, strict=True)
    return tuple(group_plainly(stream, of_stream, threshold, window=window) for stream, of_stream in both)


def _best(sets: Sequence[Plain]) -> float:
    """Return the threshold that gives the best mean F1."""
    return max(_THRESHOLDS, key=lambda threshold: sum(each.f1[threshold] for each in sets))


def _result(name: str, plain: Plain, threshold: float) -> Result:
    groups = _groups(plain.streams, plain.vectors, threshold, plain.window)
    return Result(name=f"{name} ({threshold:.2f})", groups=groups)


def _score(streams: Iterable[Stream], groups: Iterable[Groups]) -> StoryScore:
    return score((stream.gold, found) for stream, found in zip(streams, groups, strict=True))


def _show(each: StorySet, results: Sequence[Result]) -> None:
    scores = [_score(each.streams, result.groups) for result in results]
    ours = scores[0]
    print(f"{each.name}: {ours.articles} articles, {ours.gold} stories{_aim(each, ours)}")
    for result, found in zip(results, scores, strict=True):
        figures = "   ".join(
            f"{share.precision:.3f} {share.recall:.3f} {share.f1:.3f}" for share in (found.bcubed, found.pairs)
        )
        ratio = ours.bcubed.f1 / found.bcubed.f1 if found.bcubed.f1 else float("inf")
        print(f"  {result.name:<{_WIDTH}}{figures}   {found.found:6}   {ratio:.2f}{_by_stream(each, result)}")


def _aim(each: StorySet, ours: StoryScore) -> str:
    if each.aim is None:
        return ""
    f1, precision = ours.bcubed.f1 >= each.aim, ours.bcubed.precision >= _PRECISION
    said = {True: "met", False: "missed"}
    return f"; aims: F1 {each.aim:.2f} {said[f1]}, precision {_PRECISION:.2f} {said[precision]}"


def _by_stream(each: StorySet, result: Result) -> str:
    """Return the F1 of each stream where there are several."""
    if len(each.streams) == 1:
        return ""
    scores = (_score([stream], [found]) for stream, found in zip(each.streams, result.groups, strict=True))
    return "   by day " + " ".join(f"{one.bcubed.f1:.3f}" for one in scores)


def _is_joined(grouping: Grouping, pair: Pair) -> bool:
    first, second = grouping.take(pair.first), grouping.take(pair.second)
    return grouping.now(first) == grouping.now(second)


def _product(one: Vector, other: Vector) -> float:
    return sum(weight * other.get(word, 0.0) for word, weight in one.items())


def _right(pairs: Sequence[Pair], joined: Sequence[bool]) -> int:
    return sum(pair.is_one_story == is_joined for pair, is_joined in zip(pairs, joined, strict=True))


def _show_pairs(name: str, pairs: Sequence[Pair], joined: Sequence[bool]) -> None:
    both = list(zip(pairs, joined, strict=True))
    wrongly = sum(is_joined and not pair.is_one_story for pair, is_joined in both)
    missed = sum(pair.is_one_story and not is_joined for pair, is_joined in both)
    print(f"  {name:<{_WIDTH}}{_right(pairs, joined):3} right, {wrongly} wrongly joined, {missed} wrongly kept apart")


def _sets_of(files: Iterable[Path], *, titles: bool, by_day: bool) -> list[StorySet]:
    def one(file: Path) -> StorySet:
        stream = titles_of(read_stream(file)) if titles else read_stream(file)
        return StorySet(name=file.name, streams=tuple(days_of(stream)) if by_day else (stream,))

    return [one(file) for file in files]


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.stories", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--titles", action="store_true", help="of these files, read the headlines only")
    parser.add_argument("--by-day", action="store_true", help="of these files, group each day by itself")
    parser.add_argument("--ours", action="store_true", help="leave the plain way out")
    asked = parser.parse_args()
    measure(_sets_of(asked.files, titles=asked.titles, by_day=asked.by_day), with_rivals=not asked.ours)


if __name__ == "__main__":
    main()
