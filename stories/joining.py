"""How an article came to its story: what was compared, and what decided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """The place of a new article: in which story, by which score, and what else was weighed.

    `story_id` is None when the article starts a story; `score` is then that of the nearest one, 0 when there was none.
    An article joins at `threshold` or above. `terms` are those it shares with the story, with their weights, the
    heaviest first; `article_id` is the nearest article of the story, `copy_of` the one of which it is a near copy.
    `runner_up` is the nearest story beside the one it joined, with its score. `against` are names, numbers and dates
    that differ. `merges` are other stories that this article shows to be the same.
    """

    story_id: int | None
    score: float
    threshold: float
    terms: tuple[tuple[str, float], ...] = ()
    article_id: str | None = None
    copy_of: str | None = None
    runner_up: int | None = None
    runner_up_score: float = 0.0
    against: tuple[str, ...] = ()
    merges: tuple[int, ...] = ()
