"""What a query would have found: in the archive, in a file, and beside another query."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from alerts.matching import Match, TopicIndex
from stories.model import ArchivedArticle, Article

_WEEK = timedelta(days=7)
_OLDEST = 200  # one of so many articles is left out of the period


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article that is looked at, with the names of the feeds that list it."""

    archived: ArchivedArticle
    feeds: tuple[str, ...] = ()

    @property
    def at(self) -> datetime:
        """When it was published, or else seen."""
        return self.archived.article.published_at or self.archived.seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An article that meets a topic, and by what."""

    candidate: Candidate
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one topic found, newest first, among `looked_at` articles.

    `first_at` to `last_at` is when these appeared, without the oldest half percent: feeds list a few very old ones, and
    rates would mean nothing. `excluded` are those that it would have found but for something that must not be there.
    """

    looked_at: int
    first_at: datetime | None
    last_at: datetime | None
    found: tuple[Finding, ...]
    excluded: tuple[Finding, ...]

    @property
    def days(self) -> float:
        """How many days the articles span that were looked at; at least one."""
        if self.first_at is None or self.last_at is None:
            return 1.0
        return max(1.0, (self.last_at - self.first_at).total_seconds() / 86400)

    @property
    def a_day(self) -> float:
        """How many articles were found a day."""
        return len(self.found) / self.days

    def by_outlet(self) -> dict[str, int]:
        """Return how many articles of each outlet were found, most first."""
        return dict(Counter(each.candidate.archived.article.outlet or "" for each in self.found).most_common())

    def by_week(self) -> dict[date, int]:
        """Return how many articles were found in each week between the first and the last, by its Monday (UTC)."""
        if self.first_at is None or self.last_at is None:
            return {}
        found = Counter(_monday(each.candidate.at) for each in self.found)
        weeks = {}
        week = _monday(self.first_at)
        while week <= _monday(self.last_at):
            weeks[week] = found[week]
            week += _WEEK
        return weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one trial found beside another: gained and lost, newest first, and how many both found."""

    gained: tuple[Finding, ...]
    lost: tuple[Finding, ...]
    both: int


def try_topics(index: TopicIndex, candidates: Iterable[Candidate], names: Iterable[str]) -> dict[str, Trial]:
    """Return what each of the topics `names` of `index` finds among `candidates`."""
    found: dict[str, list[Finding]] = {name: [] for name in names}
    excluded: dict[str, list[Finding]] = {name: [] for name in found}
    appeared = []
    for candidate in candidates:
        appeared.append(candidate.at)
        for name, match in matches_in_feeds(index, candidate.archived.article, candidate.feeds).items():
            (excluded if match.is_excluded else found)[name].append(Finding(candidate=candidate, match=match))
    appeared.sort()
    return {
        name: Trial(
            looked_at=len(appeared),
            first_at=appeared[len(appeared) // _OLDEST] if appeared else None,
            last_at=appeared[-1] if appeared else None,
            found=_newest_first(found[name]),
            excluded=_newest_first(excluded[name]),
        )
        for name in found
    }


def _newest_first(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: finding.candidate.at, reverse=True))


def matches_in_feeds(index: TopicIndex, article: Article, feeds: Sequence[str]) -> dict[str, Match]:
    """Return what `article` meets in any of the feeds that list it, by topic, as when each of them brought it."""
    matches: dict[str, Match] = {}
    for feed in feeds or ("",):
        for match in index.match(article, feed=feed):
            if match.topic not in matches or matches[match.topic].is_excluded:
                matches[match.topic] = match
    return matches


def difference(before: Trial | None, after: Trial | None) -> Difference:
    """Return what `after` found and `before` did not, and the other way round; None found nothing."""
    found_before, found_after = _by_id(before), _by_id(after)
    return Difference(
        gained=tuple(finding for id, finding in found_after.items() if id not in found_before),
        lost=tuple(finding for id, finding in found_before.items() if id not in found_after),
        both=len(found_before.keys() & found_after.keys()),
    )


def _by_id(trial: Trial | None) -> dict[str, Finding]:
    return {finding.candidate.archived.id: finding for finding in trial.found} if trial else {}


def _monday(at: datetime) -> date:
    day = at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())
