"""What an edited configuration would change: each topic before and after, over the whole archive."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from scheduler.candidates import archive_candidates
from scheduler.showing import progress
from scheduler.trying import Difference, Trial, difference, try_topics
from stories.store import read_store

_BEFORE, _AFTER = "before: ", "after: "  # two topics of one name in one index


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One topic before and after an edit; None where the configuration did not have it."""

    name: str
    before: Trial | None
    after: Trial | None
    difference: Difference


def compare_topics(database: Path, before: Iterable[TopicSettings], after: Iterable[TopicSettings]) -> list[Change]:
    """Return what each topic finds in the archive before and after, in the order of the new configuration.

    :raises StoreError: when there is no archive
    """
    old = {topic.name: _called(_BEFORE, topic) for topic in before}
    new = {topic.name: _called(_AFTER, topic) for topic in after}
    both = [*old.values(), *new.values()]
    with read_store(database) as store, progress() as bar:
        total, candidates = archive_candidates(store)
        looked_at = bar.track(candidates, total=total, description="Looking through the archive")
        trials = try_topics(TopicIndex(both), looked_at, [topic.name for topic in both])
    return [_change(name, trials.get(f"{_BEFORE}{name}"), trials.get(f"{_AFTER}{name}")) for name in {**new, **old}]


def _called(prefix: str, topic: TopicSettings) -> TopicSettings:
    return topic.model_copy(update={"name": f"{prefix}{topic.name}"})


def _change(name: str, before: Trial | None, after: Trial | None) -> Change:
    return Change(name=name, before=before, after=after, difference=difference(before, after))
