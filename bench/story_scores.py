"""How well groups agree with judged stories: B-cubed and pairwise precision, recall and F1, and how many groups."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

Groups = Mapping[str, Hashable]
"""The group of each article, by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Precision and recall."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryScore:
    """How groups compare with judged stories.

    `bcubed` asks for each article how much of its group is of its story and how much of its story is in its group
    (Bagga and Baldwin 1998); `pairs` asks for each pair of articles, so that large stories count most. `gold` and
    `found` are the numbers of stories and of groups.
    """

    articles: int
    gold: int
    found: int
    bcubed: Share
    pairs: Share


def score(streams: Iterable[tuple[Groups, Groups]]) -> StoryScore:
    """Return how well the groups found in one or more streams agree with the stories judged: (judged, found) of each.

    What is in different streams is never in one story. An article that is in no group is a group of its own.
    """
    together: Counter[tuple[Hashable, Hashable]] = Counter()
    for number, (judged, found) in enumerate(streams):
        for article_id, story in judged.items():
            group = (number, found[article_id]) if article_id in found else (number, "alone", article_id)
            together[(number, story), group] += 1
    stories: Counter[Hashable] = Counter()
    groups: Counter[Hashable] = Counter()
    for (of_story, of_group), count in together.items():
        stories[of_story] += count
        groups[of_group] += count
    articles = together.total()
    bcubed = Share(
        precision=_share(sum(count**2 / groups[group] for (_, group), count in together.items()), articles),
        recall=_share(sum(count**2 / stories[story] for (story, _), count in together.items()), articles),
    )
    right = _pairs(together)
    pairs = Share(precision=_share(right, _pairs(groups)), recall=_share(right, _pairs(stories)))
    return StoryScore(articles=articles, gold=len(stories), found=len(groups), bcubed=bcubed, pairs=pairs)


def _pairs(groups: Counter[Hashable] | Counter[tuple[Hashable, Hashable]]) -> int:
    return sum(count * (count - 1) // 2 for count in groups.values())


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 1.0
