"""A story while it is open: its articles, and the sums over them that are compared."""

from array import array
from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from stories.shape import Shape
from stories.tellings import Telling, Tellings
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


@dataclass(frozen=True, slots=True)
class _Packed:
    """What is seen of a story, as it is kept: sets of numbers take ten times as much."""

    terms: "array[int]"
    outlets: "array[int]"


@dataclass(slots=True)
class _Seen:
    """The terms of a story so far, and the outlets that told it."""

    terms: set[int] = field(default_factory=set)
    outlets: set[int] = field(default_factory=set)

    def pack(self) -> _Packed:
        return _Packed(array("I", self.terms), array("I", self.outlets))

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
    _seen: _Packed | None = None

    def learnt(self) -> Counter[int]:
        """Return how often each term of its articles counts where weights are learnt."""
        counted: Counter[int] = Counter()
        seen = _Seen()
        for member in self.members:
            counted.update(seen.counting(unpack(member.packed)))
        return counted

    def add(self, member: Member, weighed: Weighed) -> set[int]:
        """Take in an article, and return those of its terms that count where weights are learnt."""
        seen = _Seen(set(self._seen.terms), set(self._seen.outlets)) if self._seen else _Seen.of(self.members)
        counting = seen.counting(weighed)
        self._seen = seen.pack() if self.members else None  # most stories have one article: what it told is not kept
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


@dataclass(slots=True)
class Known:
    """What a story is compared by: its sum, and its articles by what another one may repeat."""

    shape: Shape = field(default_factory=Shape)
    tellings: Tellings = field(default_factory=Tellings)

    def add(self, member: Member, weighed: Weighed) -> None:
        """Add an article."""
        self.shape.add(member.article_id, weighed.vectors(), has_text=weighed.has_text)
        self.tellings.add(telling_of(member.article_id, member.at, weighed))


class Shapes:
    """What the stories asked for last are compared by. What is kept and what is made again is the same."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Known] = OrderedDict()

    def of(self, story: OpenStory) -> Known:
        """Return what a story is compared by; it is not to be changed."""
        known = self._kept.get(story.id)
        if known is not None:
            self._kept.move_to_end(story.id)
            return known
        known = self._kept[story.id] = Known()
        for member in story.members:
            known.add(member, unpack(member.packed))
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return known

    def added(self, story: OpenStory, member: Member, weighed: Weighed) -> None:
        """Note that an article came to a story."""
        known = self._kept.get(story.id)
        if known is not None:
            known.add(member, weighed)

    def forget(self, *stories: OpenStory) -> None:
        """Forget what holds no more."""
        for story in stories:
            self._kept.pop(story.id, None)


def telling_of(article_id: str, at: float, weighed: Weighed) -> Telling:
    """Return what another article may repeat of one."""
    return Telling(
        article_id=article_id,
        at=at,
        outlet=weighed.outlet,
        headline=weighed.headline,
        identity=weighed.identity,
        has_text=weighed.has_text,
        sketch=weighed.sketch,
    )
