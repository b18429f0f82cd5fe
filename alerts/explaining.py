"""Why an article meets a topic or not: the parts of its query, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.atoms import AtomIndex
from alerts.evaluating import evaluator
from alerts.evidence import Evidence
from alerts.query import BODY, And, Not, Query, write
from alerts.reading import Reading
from alerts.settings import TopicSettings
from alerts.shortfall import shortfall
from alerts.topic_query import query_of
from stories.model import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the parts of a query that must all hold, as text, and whether it does; if not, what it is `lacking`.

    Of a part that begins with NOT the evidence is what stands against it.
    """

    wanted: str
    is_met: bool
    evidence: tuple[Evidence, ...]
    lacking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Whether an article meets a topic, part by part, or is excluded: it has all that is wanted, and more."""

    is_met: bool
    is_excluded: bool
    parts: tuple[Part, ...]


def explain(topic: TopicSettings, article: Article, *, feed: str = "") -> Explanation:
    """Return which parts of what `topic` looks for hold for `article`, listed by the feed of this name."""
    query = query_of(topic)
    reading = Reading(article, feed)
    atoms = AtomIndex()
    evaluator(query, atoms.add)
    found = atoms.find(reading)

    def look(query: Query, fields: tuple[str, ...] = BODY) -> Sequence[Evidence] | None:
        spans = evaluator(query, atoms.add, fields)(found)
        return None if spans is None else atoms.evidence(reading, spans)

    queries = query.parts if isinstance(query, And) else (query,)
    parts = []
    for wanted in queries:
        evidence = look(wanted.part if isinstance(wanted, Not) else wanted)
        is_met = (evidence is None) == isinstance(wanted, Not)
        lacking = "" if is_met else shortfall(wanted, look)
        parts.append(Part(wanted=write(wanted), is_met=is_met, evidence=tuple(evidence or ()), lacking=lacking))
    is_met = all(part.is_met for part in parts)
    of_wanted = [part.is_met for part, wanted in zip(parts, queries, strict=True) if not isinstance(wanted, Not)]
    # What has nothing but NOT parts wants nothing, and excludes nothing from it (`alerts.matching`).
    is_excluded = not is_met and bool(of_wanted) and all(of_wanted)
    return Explanation(is_met=is_met, is_excluded=is_excluded, parts=tuple(parts))
