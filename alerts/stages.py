"""How far a story has come: the highest of a topic's stages that an article says was reached.

What was reached before stands in every background paragraph, so only headline and lead are asked. What may, will or did
not happen is no stage: doubts (`alerts.doubts`) and words of a lower stage before a word take it away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from alerts.atoms import AtomIndex
from alerts.doubts import Clauses, doubts_of
from alerts.evaluating import Atom, Span
from alerts.evidence import Evidence
from alerts.keywords import keyword_query
from alerts.lead import Said, lead_of
from alerts.reading import Reading
from alerts.settings import StageSettings, TopicSettings
from stories.boilerplate import CUT
from stories.model import Article

SENTENCES = 2
CHARACTERS = 400
_TITLE_READ = 500  # characters of a headline
_TITLE = "title"
_FIELD = "summary"  # whatever is read is read as one


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage that an article says was reached, counted from 0, and the words that say so."""

    rank: int
    name: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """Words of a stage: which, and where (by the numbers of the words)."""

    rank: int
    start: int
    end: int
    span: Span


class StageIndex:
    """The stages of all topics that have some."""

    def __init__(self, topics: Iterable[TopicSettings]) -> None:
        self._topics = {topic.name: _Stages(topic.stages) for topic in topics if topic.stages}

    def stage_of(self, article: Article, topic: str) -> Stage | None:
        """Return the highest stage of `topic` that `article` says was reached, or None.

        The headline is asked first, the lead where the headline speaks of no stage: of what the headline only doubts,
        the lead may tell what comes before it.
        """
        stages = self._topics.get(topic)
        return stages.of(article) if stages else None


class _Stages:
    """The stages of one topic."""

    def __init__(self, stages: Sequence[StageSettings]) -> None:
        self._names = [stage.name for stage in stages]
        self._atoms = AtomIndex()
        self._rank_of: dict[int, int] = {}  # by the number of the atom
        for rank, stage in enumerate(stages):
            for word in stage.words:
                self._rank_of[self._atoms.add(Atom(keyword_query(word), (_FIELD,)))] = rank

    def of(self, article: Article) -> Stage | None:
        below = len(self._names)
        for said in (Said(_TITLE, article.title[:_TITLE_READ].replace(CUT, " ")), *_leads(article)):
            reading = Reading(Article(title="", summary=said.text, language=article.language), "")
            found = self._found_in(reading)
            if not found:
                continue
            clauses = doubts_of(article.language).read(said.text)
            reached = [each for each in found if each.rank < below and not _is_doubted(each, found, clauses)]
            if said.field != _TITLE:
                reached = [each for each in reached if not clauses.is_past(each.start)]
            if reached:
                return self._stage(reached, reading, said.field)
            below = min(below, max(each.rank for each in found))
        return None

    def _found_in(self, reading: Reading) -> list[_Found]:
        """Return the words of stages, but those within longer ones."""
        found = [
            _Found(self._rank_of[atom], start, end, (atom, field, start, end))
            for atom, spans in self._atoms.find(reading).items()
            for _, field, start, end in spans
        ]
        return [each for each in found if not any(_is_within(each, other) for other in found)]

    def _stage(self, reached: Sequence[_Found], reading: Reading, field: str) -> Stage:
        rank = max(each.rank for each in reached)
        evidence = self._atoms.evidence(reading, [each.span for each in reached if each.rank == rank])
        return Stage(rank=rank, name=self._names[rank], evidence=tuple(replace(each, field=field) for each in evidence))


def _leads(article: Article) -> tuple[Said, ...]:
    return lead_of(article, sentences=SENTENCES, characters=CHARACTERS)


def _is_doubted(one: _Found, found: Iterable[_Found], clauses: Clauses) -> bool:
    if clauses.doubts(one.start, one.end):
        return True
    return one.rank > 0 and any(other.rank == 0 and clauses.governs(other.end, one.start) for other in found)


def _is_within(one: _Found, other: _Found) -> bool:
    return other.start <= one.start and one.end <= other.end and other.end - other.start > one.end - one.start
