"""Which topics an article meets, and by which words: one pass over its words, however many topics there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.atoms import AtomIndex
from alerts.evaluating import Evaluator, Found, anchors, evaluator
from alerts.evidence import Evidence
from alerts.query import And, Not, Or, Query
from alerts.query_parsing import joined
from alerts.reading import Reading
from alerts.settings import TopicSettings
from alerts.topic_query import query_of
from stories.model import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An article meets a topic by the words of `evidence`, or would if nothing was there that must not be.

    Then it `is_excluded`, by the words of `excluded`. Evidence is empty where a query is met by what is not there.
    """

    topic: str
    evidence: tuple[Evidence, ...]
    is_excluded: bool = False
    excluded: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Topic:
    """A topic as it is asked: what must be there, and what must not."""

    name: str
    wanted: Evaluator
    unwanted: Evaluator | None


class TopicIndex:
    """All topics in one structure: of an article only those are asked of which something rare was found in it."""

    def __init__(self, topics: Iterable[TopicSettings]) -> None:
        self._atoms = AtomIndex()
        self._topics: list[_Topic] = []
        queries = []
        for topic in topics:
            wanted, unwanted = _parted(query_of(topic))
            queries.append(wanted)
            self._topics.append(
                _Topic(
                    topic.name,
                    evaluator(wanted, self._atoms.add),
                    evaluator(unwanted, self._atoms.add) if unwanted else None,
                )
            )
        self._asked_always: list[int] = []
        self._asked_for: dict[int, list[int]] = defaultdict(list)
        for number, query in enumerate(queries):
            self._ask_for(number, query)

    def match(self, article: Article, *, feed: str = "") -> list[Match]:
        """Return the topics that `article`, listed by the feed of this name, meets, in their order, with evidence."""
        reading = Reading(article, feed)
        found = self._atoms.find(reading)
        asked = {topic for atom in found for topic in self._asked_for.get(atom, ())}
        asked.update(self._asked_always)
        matches = (self._match(self._topics[number], reading, found) for number in sorted(asked))
        return [match for match in matches if match]

    def _ask_for(self, number: int, query: Query) -> None:
        rare = anchors(query, self._atoms.weight)
        if rare is None:
            self._asked_always.append(number)
        for atom in rare or ():
            self._asked_for[self._atoms.number_of(atom)].append(number)

    def _match(self, topic: _Topic, reading: Reading, found: Found) -> Match | None:
        spans = topic.wanted(found)
        if spans is None:
            return None
        evidence = self._atoms.evidence(reading, spans)
        against = topic.unwanted(found) if topic.unwanted else None
        if against is None:
            return Match(topic=topic.name, evidence=evidence)
        excluded = self._atoms.evidence(reading, against)
        return Match(topic=topic.name, evidence=evidence, is_excluded=True, excluded=excluded)


def _parted(query: Query) -> tuple[Query, Query | None]:
    """Return what `query` wants, and what must not be there beside it."""
    parts = query.parts if isinstance(query, And) else (query,)
    wanted = [part for part in parts if not isinstance(part, Not)]
    unwanted = [part.part for part in parts if isinstance(part, Not)]
    if not wanted or not unwanted:
        return query, None
    return joined(And, wanted), joined(Or, unwanted)
