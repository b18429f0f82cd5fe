"""A story while it is open: its articles, and the sums over them that are compared."""

from collections import Counter, OrderedDict
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


@dataclass(slots=True)
class _Seen:
    """The terms of a story so far, and the outlets that told it."""

    terms: set[int] = field(default_factory=set)
    outlets: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, members: list[Member]) -> "_Seen":
        seen = cls()
        for member in members:
            seen.counting(unpack(member.packed))
        return seen

    def counting(self, weighed: Weighed) -> set[int]:
        """Note an article, and return those of its terms that count.

        A term counts once for a story, however many tell it: what fifty outlets repeat is no common word. But what one
        outlet repeats in its articles is: the small print under them.
        """
        terms = weighed.learnt()
        counting = terms if weighed.outlet in self.outlets else terms - self.terms
        self.terms |= terms
        if weighed.outlet:
            self.outlets.add(weighed.outlet)
        return counting


@dataclass(slots=True, eq=False)
class OpenStory:
    """A story that may still be told: its articles in the order of arrival."""

    id: int
    members: list[Member] = field(default_factory=list)
    strength: float = 0.0
    first: float = 0.0
    last: float = 0.0
    _seen: "_Seen | None" = None

    def learnt(self) -> Counter[int]:
        """Return how often each term of its articles counts where weights are learnt."""
        counted: Counter[int] = Counter()
        seen = _Seen()
        for member in self.members:
            counted.update(seen.counting(unpack(member.packed)))
        return counted

    def add(self, member: Member, weighed: Weighed) -> set[int]:
        """Take in an article, and return those of its terms that count where weights are learnt."""
        seen = self._seen or _Seen.of(self.members)
        counting = seen.counting(weighed)
        self._seen = seen if self.members else None  # most stories have one article: what it told is not kept
        self._add(member)
        return counting

    def _add(self, member: Member) -> None:
        self.first = min(self.first, member.at) if self.members else member.at
        self.last = max(self.last, member.at) if self.members else member.at
        self.strength += member.strength
        self.members.append(member)

    def take_over(self, other: "OpenStory") -> None:
        """Take in all articles of another story."""
        self._seen = None
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
