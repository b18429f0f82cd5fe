"""Our grouping as it is measured: articles taken in one by one, and the story of each at the end.

Beside what was learnt stands the *plain rule*, tuned to nothing: the same candidates, terms and weights, but only one
comparison, the cosine of all terms, and a threshold of .20 for headlines and texts, chosen before anything was seen.
How much better the learnt judgement is on other sets than those it was learnt from, this shows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bench.story_corpora import Item
from stories.block import BLOCK, time_of
from stories.grouping import Grouper
from stories.likeness import COMPARISONS, Judgement
from stories.terms import features_of

Ways = Mapping[str, Callable[[], "Grouping"]]
"""Ways to group, by name: each makes one before its first article."""

_PLAIN_THRESHOLD = 0.2
_STEEP = 20.0


@dataclass(slots=True)
class Grouping:
    """What ingest does with stories, without an archive: places each article, merges, and closes what is over."""

    grouper: Grouper
    stories: int = 0
    joined_to: dict[int, int] = field(default_factory=dict)
    last_at: dict[int, datetime] = field(default_factory=dict)
    block: list[datetime] = field(default_factory=list)

    def take(self, item: Item) -> int:
        """Take in one article and return the story it is put into."""
        joining, weighed = self.grouper.place(features_of(item.article), item.at)
        story = joining.story_id
        if story is None:
            self.stories += 1
            story = self.stories
        for other in joining.merges:
            self.grouper.merge(story, other)
            self.joined_to[other] = story
            gone_at = self.last_at.pop(other, item.at)
            self.last_at[story] = max(gone_at, self.last_at.get(story, gone_at))
        self.grouper.add(item.id, story, weighed, item.at)
        self.last_at[story] = max(item.at, self.last_at.get(story, item.at))
        self._close(item.at)
        return story

    def now(self, story: int) -> int:
        """Return the story into which `story` has gone by now, itself if into none."""
        while story in self.joined_to:
            story = self.joined_to[story]
        return story

    def groups(self, items: Iterable[Item]) -> dict[str, int]:
        """Take in all of `items` and return the story of each at the end."""
        taken = {item.id: self.take(item) for item in items}
        return {item_id: self.now(story) for item_id, story in taken.items()}

    def _close(self, at: datetime) -> None:
        self.block.append(at)
        if len(self.block) < BLOCK:
            return
        since = time_of(sorted(self.block)) - self.grouper.window
        self.block.clear()
        over = [story for story, last_at in self.last_at.items() if last_at < since]
        for story in over:
            del self.last_at[story]
        self.grouper.close(over)


def learnt() -> Grouping:
    """Return our grouping as it is shipped, before its first article."""
    return Grouping(Grouper())


def plain() -> Grouping:
    """Return our grouping with the plain rule, before its first article."""
    weights = [_STEEP * (name == "whole_cosine") for name in COMPARISONS]
    bias = -_STEEP * _PLAIN_THRESHOLD
    judgement = Judgement(
        headlines=weights,
        texts=weights,
        headlines_bias=bias,
        texts_bias=bias,
        threshold=0.5,
        two_subjects=0.5,
        own_outlet=0.5,
        same_story=0.5,
    )
    return Grouping(Grouper(judgement=judgement))


WAYS: Ways = {"ours": learnt, "ours, plain rule": plain}
