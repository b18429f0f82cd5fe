"""Which story an article tells: one that is open, or a new one. Decided once, as it arrives, from what came before.

All that is remembered follows from the articles of the open stories in their order, so that a restart changes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from operator import itemgetter

from stories.index import Index
from stories.joining import Joining
from stories.likeness import Judgement, compare, differing, have_two_subjects, learnt, names_something_new, share_little
from stories.open_story import Known, Member, OpenStory, Shapes, telling_of
from stories.shape import Shape
from stories.tellings import Telling
from stories.terms import Features
from stories.weighing import Vectors, Weighed, Weights, unpack

WINDOW = timedelta(days=5)  # a story that was not told for so long is over; the same words then tell another one
_WEIGHED = 30  # stories that share most with an article; of them those are compared that do so for their length
_COMPARED = 4  # stories that are compared with an article, those that share most
_LEAST_SHARED = 0.08  # of the weight of both, so that it is worth it
_LEAST_BESIDE = 0.15  # for another one beside the one that shares most
_WITNESSES = 5  # articles of a story that must on the average belong to another one before the two are joined
_TERMS_SHOWN = 8
_NAMES_SHOWN = 5
_LONG_SKETCH = 40  # runs
_YOUNG = 60  # articles, from which little is known of what words tell: the rarest and a common one weigh alike
_BY_SCORE = itemgetter(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story that may be the one: its likeness to the article, how much is needed, from which comparisons it comes."""

    story: OpenStory
    likeness: float
    needed: float
    comparisons: Sequence[float]
    are_texts: bool
    copy_of: str | None

    @property
    def joins(self) -> bool:
        """Whether the article may join the story."""
        return self.likeness >= self.needed


class Grouper:
    """The open stories. Nothing here reads the archive: `stories.store_grouping` fills it."""

    def __init__(self, *, window: timedelta = WINDOW, judgement: Judgement | None = None) -> None:
        self.window = window
        self._judgement = judgement or learnt()
        self.clear()

    def clear(self) -> None:
        """Forget everything: what is remembered may not be what the archive holds."""
        self.is_loaded = False
        self._weights = Weights()
        self._open: dict[int, OpenStory] = {}
        self._index = Index()
        self._days: Counter[int] = Counter()
        self._shapes = Shapes()
        self._parted: dict[int, set[int]] = defaultdict(set)

    def __len__(self) -> int:
        """Return how many articles are remembered."""
        return len(self._index)

    def place(self, features: Features, at: datetime) -> tuple[Joining, Weighed]:
        """Return where an article of the instant `at` belongs, and what is to be remembered of it by `add`."""
        weighed = self.weigh(features)
        vectors = weighed.vectors()
        found = self.candidates(weighed, vectors, at, credited=features.credited)
        best = found[0] if found else None
        second = found[1] if len(found) > 1 else None
        if best is None:
            return Joining(story_id=None, score=0.0, threshold=self._judgement.threshold), weighed
        shape = self._shapes.of(best.story).shape
        shared = sorted((t for t in vectors.lead if t in shape.lead), key=lambda t: -vectors.weights[t])
        joining = Joining(
            story_id=best.story.id if best.joins else None,
            score=round(best.likeness, 4),
            threshold=best.needed,
            terms=tuple((features.written[t], round(vectors.weights[t] / 16, 1)) for t in shared[:_TERMS_SHOWN]),
            article_id=best.copy_of or shape.nearest(vectors),
            copy_of=best.copy_of if best.joins else None,
            runner_up=(second.story.id if second else None) if best.joins else best.story.id,
            runner_up_score=round((second.likeness if second else 0.0) if best.joins else best.likeness, 4),
            against=tuple(features.written[t] for t in differing(vectors, shape)[:_NAMES_SHOWN]),
            merges=self._same_as(best, found[1:], weighed, vectors) if best.joins else (),
        )
        return joining, weighed

    def weigh(self, features: Features) -> Weighed:
        """Return what is remembered of an article, with the weights of now."""
        return self._weights.weigh(features)

    def candidates(
        self, weighed: Weighed, vectors: Vectors, at: datetime, *, credited: frozenset[int] = frozenset()
    ) -> list[Candidate]:
        """Return the open stories that are most like an article, which has `credited` outlets, the likest first."""
        seconds = at.timestamp()
        crowd, telling = self._crowd(seconds), telling_of("", seconds, weighed)
        near = self._near(weighed, seconds)
        found = [self._candidate(weighed, vectors, telling, crowd, credited, story) for story in near]
        return sorted(
            (each for each in found if each), key=lambda each: (not each.joins, -each.likeness, each.story.id)
        )

    def add(
        self, article_id: str, story_id: int, weighed: Weighed, at: datetime, *, packed: bytes | None = None
    ) -> None:
        """Remember an article of a story. `packed` is what `weighed` makes, where that was done already."""
        story = self._open.get(story_id)
        if story is None:
            story = self._open[story_id] = OpenStory(story_id)
        number = self._index.add(story_id, weighed)
        member = Member(number, article_id, at.timestamp(), weighed.strength(), packed or weighed.pack())
        self._weights.learn(story.add(member, weighed))
        self._shapes.added(story, member, weighed)
        self._days[_day(member.at)] += 1

    def merge(self, kept: int, gone: int) -> None:
        """Let the articles of one story be those of another."""
        story, other = self._open.setdefault(kept, OpenStory(kept)), self._open.pop(gone, None)
        if other is None:
            return
        self._index.move([member.number for member in other.members], kept)
        for each in (story, other):
            self._weights.forget(each.learnt())
        story.take_over(other)
        self._weights.learn(list(story.learnt().elements()))
        self._shapes.forget(story, other)
        for apart in self._parted.pop(gone, set()):
            self.part(kept, apart)

    def part(self, one: int, other: int) -> None:
        """Never take two stories for one again: somebody parted them."""
        self._parted[one].add(other)
        self._parted[other].add(one)

    def close(self, story_ids: Iterable[int]) -> None:
        """Forget stories that are over, and what was learnt from them."""
        closed: list[int] = []
        for story_id in story_ids:
            story = self._open.pop(story_id, None)
            if story is None:
                continue
            self._shapes.forget(story)
            self._parted.pop(story_id, None)
            self._weights.forget(story.learnt())
            for member in story.members:
                closed.append(member.number)
                self._days[_day(member.at)] -= 1
        self._index.close(closed)

    def _near(self, weighed: Weighed, at: float) -> list[OpenStory]:
        """Return the stories within the window that share most of the heaviest terms with an article."""
        own, seconds = weighed.strength(), self.window.total_seconds()
        heaviest = nlargest(_WEIGHED, self._index.shared(weighed).items(), key=_BY_SCORE)
        sharing = [
            (score * len(story.members) / story.strength / own, -story.id, story)
            for story, score in ((self._open[story_id], score) for story_id, score in heaviest)
            if score * len(story.members) >= _LEAST_SHARED * own * story.strength and story.gap(at) <= seconds
        ]
        most_shared = nlargest(_COMPARED, sharing)
        likest = [story for n, (share, _, story) in enumerate(most_shared) if n == 0 or share >= _LEAST_BESIDE]
        identical = self._open.get(self._index.identical(weighed) or 0)
        if identical is None or identical in likest or identical.gap(at) > seconds:
            return likest
        return [identical, *likest]

    def _candidate(
        self,
        weighed: Weighed,
        vectors: Vectors,
        telling: Telling,
        crowd: int,
        credited: frozenset[int],
        story: OpenStory,
    ) -> Candidate | None:
        known = self._shapes.of(story)
        shape, tellings = known.shape, known.tellings
        copied = _original(telling, vectors, known)
        if copied is None and tellings.recurs(telling):
            return None
        comparisons = compare(vectors, shape, gap=story.gap(telling.at), crowd=crowd, experience=len(self))
        are_texts = weighed.has_text and shape.has_text
        likeness = 1.0 if copied else self._judgement.likeness(comparisons, are_texts=are_texts)
        return Candidate(
            story=story,
            likeness=likeness,
            needed=self._judgement.threshold if copied else self._needed(weighed, vectors, credited, known),
            comparisons=comparisons,
            are_texts=are_texts,
            copy_of=copied,
        )

    def _needed(self, weighed: Weighed, vectors: Vectors, credited: frozenset[int], known: Known) -> float:
        """Return from which likeness on an article joins a story."""
        if have_two_subjects(vectors, known.shape):
            # Whoever credits an outlet that told the story words its report in names of their own.
            retells = not credited.isdisjoint(known.tellings.outlets)
            return self._judgement.own_outlet if retells else self._judgement.two_subjects
        are_headlines = not (weighed.has_text and known.shape.has_text)
        if are_headlines and len(self) < _YOUNG and share_little(vectors, known.shape):
            return self._judgement.two_subjects
        is_own = bool(weighed.outlet) and known.tellings.are_all_by(weighed.outlet)
        return self._judgement.own_outlet if is_own else self._judgement.threshold

    def _same_as(
        self, best: Candidate, others: Sequence[Candidate], weighed: Weighed, vectors: Vectors
    ) -> tuple[int, ...]:
        """Return the stories that an article which belongs to `best` shows to be the same story."""
        same: list[int] = []
        for other in others:
            apart = self._parted.get(other.story.id, set())
            if not other.joins or not apart.isdisjoint({best.story.id, *same}):
                continue
            less, more = sorted((best.story, other.story), key=lambda story: (len(story.members), -story.id))
            shape = self._shapes.of(more).shape
            if more is best.story:
                shape = shape.with_one_more(vectors, has_text=weighed.has_text)
            likeness = [self._likeness(member, shape, more) for member in less.members[-_WITNESSES:]]
            if sum(likeness) >= self._judgement.same_story * len(likeness):
                same.append(other.story.id)
        return tuple(same)

    def _likeness(self, member: Member, shape: Shape, story: OpenStory) -> float:
        """Return how much a member of one story is like another story."""
        weighed = unpack(member.packed)
        vectors = weighed.vectors()
        crowd = self._crowd(member.at)
        comparisons = compare(vectors, shape, gap=story.gap(member.at), crowd=crowd, experience=len(self))
        return self._judgement.likeness(comparisons, are_texts=weighed.has_text and shape.has_text)

    def _crowd(self, at: float) -> int:
        """Return how many articles there are within the window before and after an instant, by whole days."""
        days = self.window.days
        return sum(self._days[day] for day in range(_day(at) - days, _day(at) + days + 1))


def _day(at: float) -> int:
    return int(at // 86_400)


def _original(telling: Telling, vectors: Vectors, known: Known) -> str | None:
    """Return the article of a story of which another one is a copy: the same words, or most of the same text.

    An outlet may put the same text under two reports, and a short text may be a form that is filled in: only at another
    outlet or under the same headline it counts, and a short one only where it names nothing that the story does not.
    """
    same = known.tellings.same_words(telling)
    if same is not None:
        return same.article_id
    copied = known.tellings.most_of_text(telling)
    if copied is None or (copied.outlet == telling.outlet and copied.headline != telling.headline):
        return None
    is_long = min(len(copied.sketch.runs), len(telling.sketch.runs)) >= _LONG_SKETCH
    return copied.article_id if is_long or not names_something_new(vectors, known.shape) else None
