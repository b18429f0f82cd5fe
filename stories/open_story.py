"""A story while it is open: its articles, and the sums over them that are compared."""

from collections import OrderedDict
from dataclasses import dataclass, field

from stories.shape import Shape, Telling
from stories.weighing import Weighed, unpack

_KEPT = 2000  # shapes; the others are made again when they are asked for


@dataclass(frozen=True, slots=True)
class Member:
    """An article of an open story: its number in the order of arrival, its instant in seconds, and what is compared.

    `strength` is the length of its weights as a vector.
    """

    number: int
    article_id: str
    at: float
    strength: float
    packed: bytes


@dataclass(slots=True, eq=False)
class OpenStory:
    """A story that may still be told: its articles in the order of arrival."""

    id: int
    members: list[Member] = field(default_factory=list)
    strength: float = 0.0
    terms: set[int] = field(default_factory=set)
    first: float = 0.0
    last: float = 0.0

    def learnt(self) -> set[int]:
        """Return all terms of its articles; of one article, as most stories have, they are not kept."""
        return self.terms if len(self.members) != 1 else unpack(self.members[0].packed).learnt()

    def add(self, member: Member, terms: set[int]) -> set[int]:
        """Take in an article with its terms, and return those of them that are new to the story."""
        known = self.learnt()
        new = terms - known
        if self.members:
            self.terms = known
            self.terms |= new
        self._add(member)
        return new

    def _add(self, member: Member) -> None:
        self.first = min(self.first, member.at) if self.members else member.at
        self.last = max(self.last, member.at) if self.members else member.at
        self.strength += member.strength
        self.members.append(member)

    def take_over(self, other: "OpenStory") -> None:
        """Take in all articles of another story."""
        self.terms = self.learnt() | other.learnt()
        both = sorted((*self.members, *other.members), key=lambda member: member.number)
        self.members, self.strength = [], 0.0
        for member in both:
            self._add(member)

    def gap(self, at: float) -> float:
        """Return how many seconds lie between an instant and the story: 0 within it."""
        return max(0.0, at - self.last, self.first - at)


class Shapes:
    """The shapes of the stories asked for last. What is kept and what is made again is the same."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Shape] = OrderedDict()

    def of(self, story: OpenStory) -> Shape:
        """Return the shape of a story; it is not to be changed."""
        shape = self._kept.get(story.id)
        if shape is None:
            shape = self._kept[story.id] = self.made_of(story)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(story.id)
        return shape

    def made_of(self, story: OpenStory) -> Shape:
        """Return a shape of a story that may be changed."""
        shape = Shape()
        for member in story.members:
            weighed = unpack(member.packed)
            shape.add(weighed.vectors(), _telling(member, weighed), has_text=weighed.has_text)
        return shape

    def added(self, story: OpenStory, member: Member, weighed: Weighed) -> None:
        """Note that an article came to a story."""
        shape = self._kept.get(story.id)
        if shape is not None:
            shape.add(weighed.vectors(), _telling(member, weighed), has_text=weighed.has_text)

    def forget(self, *stories: OpenStory) -> None:
        """Forget shapes that hold no more."""
        for story in stories:
            self._kept.pop(story.id, None)


def _telling(member: Member, weighed: Weighed) -> Telling:
    return Telling(
        article_id=member.article_id,
        at=member.at,
        outlet=weighed.outlet,
        headline=weighed.headline,
        identity=weighed.identity,
        sketch=weighed.sketch,
    )
