"""How far a story has spread, read from the archive when a message is made."""

from collections.abc import Iterator, Sequence

from alerts.facts import Link, StoryFacts
from stories.account import SHOWN_FIRST, Account, account_of
from stories.model import ArchivedArticle
from stories.outlets import outlet_of
from stories.store import Store
from stories.store_articles import article_by_id, count_articles_of
from stories.store_stages import stages_by_article
from stories.store_story_list import StoryArticle, articles_beside, telling_in

_MOST_LINKS = 3
_MOST_TELLINGS = 500


def facts_of(store: Store, archived: ArchivedArticle, *, topic: str, stage: str | None) -> StoryFacts:
    """Return what is known of the story of an article that is told under a topic, at a stage if that has some.

    Who reported it, how many tell it, since when, and where to read it. Its best article is one that meets the topic
    and tells the stage, too: `archived` itself where no better one does.
    """
    listed = articles_beside(store, archived.id, archived.story_id, most=_MOST_TELLINGS)
    account = account_of([telling_in(each) for each in listed])
    stage_of = stages_by_article(store, [each.id for each in listed], topic)
    telling = [each.id for each in listed if each.id in stage_of and stage_of[each.id] == stage]
    best_id = min([*telling, archived.id], key=lambda each: SHOWN_FIRST.index(account.roles[each]))
    best = article_by_id(store, best_id) or archived
    return StoryFacts(
        origin=account.origin,
        is_credited=account.is_credited,
        outlets=account.outlets,
        articles=count_articles_of(store, archived.story_id),
        first_seen_at=min(each.seen_at for each in listed),
        best=best,
        links=tuple(_links(listed, account)),
    )


def _links(listed: Sequence[StoryArticle], account: Account) -> Iterator[Link]:
    """Yield where to read the story: one page of each outlet, the origin first, those who only retell last."""
    in_order = sorted(listed, key=lambda each: SHOWN_FIRST.index(account.roles[each.id]))
    shown: set[str] = set()
    for each in in_order:
        outlet = outlet_of(each.article)
        if each.article.url and outlet and outlet not in shown:
            shown.add(outlet)
            yield Link(outlet=outlet, url=each.article.url)
        if len(shown) == _MOST_LINKS:
            return
