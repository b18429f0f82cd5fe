"""What happened in the demo: how many articles made how many stories, and what was told of them, from the archive."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from alerts.deciding import Reason
from scheduler.story_list import account_of_articles
from stories.account import Account, Role
from stories.counted import counted
from stories.store import Store
from stories.store_alerts import AlertRow, Untold, newest_alerts, newest_untold
from stories.store_articles import count_articles, count_revisions
from stories.store_outbox import outbox_counts
from stories.store_story_list import Wanted, newest_stories
from stories.text import clean

WIDTH = 80
_ALL = 100_000
_INDENT = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """What is in an archive: its stories, the alerts in order of time, and the matches that made none."""

    articles: int
    edited: int
    stories: Sequence[Account]
    alerts: Sequence[AlertRow]
    sent: int
    untold: Sequence[Untold]


def read_account(store: Store) -> DemoAccount:
    """Return what an archive holds."""
    return DemoAccount(
        articles=count_articles(store),
        edited=count_revisions(store),
        stories=[account_of_articles(story.articles) for story in newest_stories(store, Wanted(), limit=_ALL)],
        alerts=newest_alerts(store, limit=_ALL)[::-1],
        sent=sum(channel.sent for channel in outbox_counts(store)),
        untold=newest_untold(store, limit=_ALL),
    )


def lines_of_account(account: DemoAccount, *, published: int) -> Iterator[str]:
    """Yield an account of the `published` articles as lines that leave room for two blanks before them."""
    updates = [alert for alert in account.alerts if alert.kind == "update"]
    firsts = len(account.alerts) - len(updates)
    yield f"{counted(published, 'article')} published, {account.articles} archived, {account.edited} edited later"
    yield _stories(account.stories)
    yield (
        f"{counted(len(account.alerts), 'alert')} made, {account.sent} sent:"
        f" {counted(firsts, 'first report')}, {counted(len(updates), 'update')}"
    )
    for update in updates:
        reason = update.reason.removeprefix("stage ")
        yield f"{_INDENT}{clean(f'{reason}: {update.title}', WIDTH - 6)}"
    yield from _listed(f"{counted(len(account.untold), 'match', 'matches')} not told:", _untold(account))
    yield from _listed("credited in articles:", _credits(account.stories))


def _stories(stories: Sequence[Account]) -> str:
    largest = max(stories, key=lambda story: (story.outlets, story.articles), default=None)
    several = sum(story.articles > 1 for story in stories)
    spread = (
        f"; the largest: {counted(largest.articles, 'article')}, {counted(largest.outlets, 'outlet')}"
        if largest and several
        else ""
    )
    return f"{counted(len(stories), 'story', 'stories')}, {several} of more than one article{spread}"


def _untold(account: DemoAccount) -> Iterator[str]:
    roles = {article_id: role for story in account.stories for article_id, role in story.roles.items()}
    counts = Counter(_why_untold(match, roles) for match in account.untold)
    yield from (f"{count} {why}" for why, count in counts.most_common())


def _why_untold(match: Untold, roles: Mapping[str, Role]) -> str:
    if match.outcome == Reason.EXCLUDED:
        return "hold an excluded word"
    if match.outcome == Reason.BASELINE:
        return "were older than a day at the first poll"
    if match.outcome != Reason.ALREADY_TOLD:
        return match.outcome
    match roles.get(match.article_id):
        case Role.RETELLING:
            return "only retell a report"
        case Role.COPY:
            return "are near copies"
        case _:
            return "reach no higher stage"


def _credits(stories: Sequence[Account]) -> Iterator[str]:
    by_outlet: Counter[str] = Counter()
    for story in stories:
        by_outlet.update(dict(story.credited))
    if not by_outlet:
        yield "nobody"
    yield from (f"{outlet} in {count}" for outlet, count in by_outlet.most_common(5))


def _listed(head: str, parts: Iterator[str]) -> list[str]:
    return textwrap.wrap(f"{head} {', '.join(parts)}", WIDTH - 4, subsequent_indent=_INDENT)
