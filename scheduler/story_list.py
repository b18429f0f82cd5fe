"""A list of stories on the screen, or as JSON: what they tell, who reported it, how far it has spread."""

from collections.abc import Iterator, Sequence

from rich.padding import Padding
from rich.text import Text

from scheduler.showing import console, short_time, show, show_json
from stories.account import Account, account_of
from stories.store_story_list import ListedStory, StoryArticle, ToldTopic, telling_in
from stories.text import clean

_LONGEST = 2000
_LONGEST_NAME = 80


def show_stories(stories: Sequence[ListedStory], form: str, *, empty: str) -> None:
    """Print stories, a few lines each, or, when `form` is json, as one JSON list; or the sentence `empty`."""
    told = [(story, account_of_articles(story.articles)) for story in stories if story.articles]
    if form == "json":
        show_json([values_of_story(story, account) for story, account in told])
        return
    if not told:
        console().print(empty)
    for number, (story, account) in enumerate(told):
        if number:
            console().print()
        for line in lines_of_story(story, account):
            show(line)


def account_of_articles(articles: Sequence[StoryArticle]) -> Account:
    """Return who told a story first and who passed it on."""
    return account_of([telling_in(each) for each in articles])


def lines_of_story(story: ListedStory, account: Account) -> Iterator[Text | Padding]:
    """Yield one story as lines: headline; number, last article, how far it spread; who reported it; what was told."""
    yield Text(clean(best_of(story.articles, account).article.title, _LONGEST), style="bold")
    is_alone = account.articles == 1 and not account.is_credited
    head = (
        f"story {story.id}",
        short_time(story.last_article_at),
        reported_by(account) if is_alone else spread_of(account),
    )
    yield _inner(" · ".join(filter(None, head)), style="dim")
    if not is_alone:
        yield _inner(reported_by(account))
    if story.told:
        yield _inner(f"told under {', '.join(map(_told, story.told))}")


def best_of(articles: Sequence[StoryArticle], account: Account) -> StoryArticle:
    """Return the article whose headline stands for the story."""
    return next(each for each in articles if each.id == account.best)


def spread_of(account: Account) -> str:
    """Return how many articles and outlets tell a story."""
    outlets = f" from {account.outlets} outlets" if account.outlets > 1 else ""
    return f"{account.articles} article{'' if account.articles == 1 else 's'}{outlets}"


def reported_by(account: Account) -> str:
    """Return who reported a story, in words: the outlet that others credit, or the one that was here first."""
    if account.origin is None:
        return "no outlet is known"
    name = clean(account.origin, _LONGEST_NAME)
    if account.is_credited:
        by = dict(account.credited).get(account.origin, 0)
        return f"reported by {name}, credited by {by} article{'' if by == 1 else 's'}"
    return f"first seen at {name}" if account.articles > 1 else name


def values_of_story(story: ListedStory, account: Account) -> dict[str, object]:
    """Return one story as values; `headline` is that of the article `best`."""
    return {
        "id": story.id,
        "headline": best_of(story.articles, account).article.title,
        "best": account.best,
        "started_at": story.started_at,
        "last_article_at": story.last_article_at,
        "articles": account.articles,
        "outlets": account.outlets,
        **values_of_account(account),
        "told": [{"topic": each.topic, "alerts": each.alerts, "stage": each.stage} for each in story.told],
    }


def values_of_account(account: Account) -> dict[str, object]:
    """Return who reported a story, and who is credited by how many articles."""
    return {"origin": account.origin, "is_credited": account.is_credited, "credited": dict(account.credited)}


def _told(told: ToldTopic) -> str:
    times = f"{told.alerts} alerts" if told.alerts > 1 else ""
    stage = f"stage {told.stage}" if told.stage else ""
    more = ", ".join(filter(None, (times, stage)))
    return clean(told.topic, _LONGEST_NAME) + (f" ({clean(more, _LONGEST_NAME)})" if more else "")


def _inner(text: str, style: str = "") -> Padding:
    return Padding(Text(clean(text, _LONGEST), style=style), (0, 0, 0, 2), expand=False)
