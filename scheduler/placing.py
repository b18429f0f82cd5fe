"""A new article is put into the story it tells."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from stories.credits import Credit, CreditKind
from stories.joining import Joining
from stories.model import Article
from stories.outlets import OutletKind, outlet_named
from stories.store import Store
from stories.store_articles import continue_story, start_story
from stories.store_grouping import grouper_of, merge_by_rule
from stories.terms import features_of
from stories.weighing import Weighed


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The story of a new article, how it came there, and what is to be remembered of it."""

    story_id: int
    joining: Joining
    weighed: Weighed


def placed(store: Store, article: Article, credits: Iterable[Credit], *, at: datetime, now: datetime) -> Place:
    """Return the place of a new article of the instant `at`; stories that it shows to be one are made one."""
    joining, weighed = grouper_of(store).place(features_of(article, _retold(credits)), at)
    if joining.story_id is None:
        return Place(story_id=start_story(store, at=at), joining=joining, weighed=weighed)
    kept, *others = sorted((joining.story_id, *joining.merges))
    for gone in others:
        merge_by_rule(store, kept, gone, reason=_reason(joining, article), now=now)
    continue_story(store, kept, at=at)
    return Place(story_id=kept, joining=joining, weighed=weighed)


def _retold(credits: Iterable[Credit]) -> Iterator[str]:
    """Yield the outlets whose own report an article tells by its words. An agency has reports on everything."""
    for credit in credits:
        outlet = outlet_named(credit.outlet)
        if credit.kind is CreditKind.WORDS and not (outlet and outlet.kind is OutletKind.AGENCY):
            yield credit.outlet


def _reason(joining: Joining, article: Article) -> str:
    return f"“{article.title}” belongs to both (likeness {joining.score:.2f}), and so do their articles"
