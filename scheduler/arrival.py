"""How articles come in, and what that brought."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from stories.model import Article
from stories.store_restore import Restoration

_LATE = timedelta(hours=24)  # feeds list some articles so much later than these are dated, and are asked at least daily


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a poll, a crawl or an import brought: articles new, known, edited; matches; alerts, updates among them.

    `renamed` are known articles that their feed listed under another guid or address than before.
    """

    new: int = 0
    known: int = 0
    revised: int = 0
    renamed: int = 0
    matches: int = 0
    alerts: int = 0
    updates: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            new=self.new + other.new,
            known=self.known + other.known,
            revised=self.revised + other.revised,
            renamed=self.renamed + other.renamed,
            matches=self.matches + other.matches,
            alerts=self.alerts + other.alerts,
            updates=self.updates + other.updates,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How articles come in: from which feed (None for an import), as its first answer or not, silently or not.

    `is_past`: they were kept before the topics that they are matched with were new.
    `missing`: a backup took the place of the archive since that feed answered last.
    """

    feed_id: int | None
    origin: str
    now: datetime
    feed_name: str = ""
    is_baseline: bool = False
    is_silent: bool = False
    is_past: bool = False
    baseline_age: timedelta = timedelta()
    missing: Restoration | None = None

    def is_before_backup(self, article: Article) -> bool:
        """Whether an article that a restored backup does not know is so old that nobody is to be told any more."""
        if self.missing is None or article.published_at is None:
            return False
        return article.published_at < self.missing.known_until - _LATE

    def may_be_told_already(self, article: Article) -> bool:
        """Whether an article may have been told in the time that a restored backup does not know."""
        if self.missing is None:
            return False
        return article.published_at is None or article.published_at <= self.missing.restored_at
