"""How good a topic's query is, on what people have labelled: a calculation over values."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from alerts.inflections import one_form
from stories.store_labels import Label

_Z = 1.959964  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `of` articles, with what that says of all articles like them."""

    part: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, or None when there is nothing to have a share of."""
        return self.part / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the truth is to be expected (Wilson, 95 %)."""
        return wilson(self.part, self.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A labelled article, and what the query says of it now: whether it finds it, and by which words."""

    label: Label
    is_found: bool
    words: tuple[str, ...] = ()

    @property
    def is_agreed(self) -> bool:
        """Whether query and label say the same."""
        return self.is_found == self.label.verdict.is_relevant


@dataclass(frozen=True, slots=True)
class WordCount:
    """How many bad and how many good articles are found with the help of one word, in any inflection."""

    word: str
    bad: int
    good: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good one query is on labelled articles.

    `precision`: of those it finds, which are relevant. `recall`: of those that are relevant, which it finds.
    `words`: what brings the bad ones in, the worst first. `disagreements`: where query and label differ.
    """

    topic: str
    labelled: int
    precision: Share
    recall: Share
    words: tuple[WordCount, ...]
    disagreements: tuple[Judged, ...]


def quality_of(topic: str, judged: Sequence[Judged]) -> Quality:
    """Return how good the query of `topic` is on the articles `judged`."""
    found = [each for each in judged if each.is_found]
    relevant = [each for each in judged if each.label.verdict.is_relevant]
    both = sum(each.label.verdict.is_relevant for each in found)
    return Quality(
        topic=topic,
        labelled=len(judged),
        precision=Share(both, len(found)),
        recall=Share(both, len(relevant)),
        words=_to_blame(found),
        disagreements=tuple(each for each in judged if not each.is_agreed),
    )


def wilson(successes: int, total: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson, JASA 22, 1927): from 0 to 1 when nothing was tried.

    >>> tuple(round(end, 3) for end in wilson(9, 10))
    (0.596, 0.982)
    """
    if total <= 0:
        return 0.0, 1.0
    share, weight = successes / total, _Z**2 / total
    middle = (share + weight / 2) / (1 + weight)
    half = sqrt(share * (1 - share) * weight + weight**2 / 4) / (1 + weight)
    return (0.0 if successes == 0 else middle - half), (1.0 if successes == total else middle + half)


def _to_blame(found: Sequence[Judged]) -> tuple[WordCount, ...]:
    """Return the words of bad articles: first those of which it is surest that they bring mostly bad ones."""
    bad: Counter[str] = Counter()
    good: Counter[str] = Counter()
    form = one_form(word for each in found for word in each.words)
    for each in found:
        (good if each.label.verdict.is_relevant else bad).update({form[word] for word in each.words})
    counts = [WordCount(word, bad[word], good[word]) for word in bad]
    return tuple(sorted(counts, key=lambda each: (-wilson(each.bad, each.bad + each.good)[0], each.good, each.word)))
