"""How far a story has spread, read from the archive when a message is made."""

from collections.abc import Iterator, Sequence

from alerts.facts import Link, StoryFacts
from stories.account import Account, Role, account_of
from stories.outlets import outlet_of
from stories.store import Store
from stories.store_articles import article_by_id
from stories.store_story_list import StoryArticle, articles_of_story, telling_in

_MOST_LINKS = 3
_LINKED_FIRST = (Role.ORIGIN, Role.PRIMARY, Role.INDEPENDENT, Role.RETELLING, Role.COPY)


def facts_of(store: Store, story_id: int) -> StoryFacts:
    """Return what is known of a kept story: who reported it, how many tell it, since when, and where to read it."""
    listed = articles_of_story(store, story_id)
    account = account_of([telling_in(each) for each in listed])
    best = article_by_id(store, account.best)
    assert best is not None, "the best article of a story is kept"
    return StoryFacts(
        origin=account.origin,
        is_credited=account.is_credited,
        outlets=account.outlets,
        articles=account.articles,
        first_seen_at=min(each.seen_at for each in listed),
        best=best,
        links=tuple(_links(listed, account)),
    )


def _links(listed: Sequence[StoryArticle], account: Account) -> Iterator[Link]:
    """Yield where to read the story: one page of each outlet, the origin first, those who only retell last."""
    in_order = sorted(listed, key=lambda each: _LINKED_FIRST.index(account.roles[each.id]))
    shown: set[str] = set()
    for each in in_order:
        outlet = outlet_of(each.article)
        if each.article.url and outlet and outlet not in shown:
            shown.add(outlet)
            yield Link(outlet=outlet, url=each.article.url)
        if len(shown) == _MOST_LINKS:
            return
