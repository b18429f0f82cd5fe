"""Our grouping as it is measured: articles taken in one by one, and the story of each at the end."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bench.story_corpora import Item
from stories.grouping import Grouper, features_of


@dataclass(slots=True)
class Grouping:
    """What ingest does with stories, without an archive: each new article is placed, and merges are carried out."""

    grouper: Grouper
    stories: int = 0
    joined_to: dict[int, int] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> "Grouping":
        """Return one that has seen nothing yet."""
        return cls(Grouper())

    def take(self, item: Item) -> int:
        """Take in one article and return the story it is put into."""
        features = features_of(item.article)
        joining = self.grouper.place(features, item.at)
        story = joining.story_id
        if story is None:
            self.stories += 1
            story = self.stories
        for other in joining.merges:
            self.grouper.merge(story, other)
            self.joined_to[other] = story
        self.grouper.add(item.id, story, features, item.at)
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


WAYS: Mapping[str, Callable[[], Grouping]] = {"ours": Grouping.empty}
