"""One story as a timeline: its articles with their roles, credits and joining, its alerts, and what people changed."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from alerts.facts import from_json as update_of
from scheduler.finding import NothingFound
from scheduler.joining_wording import change_in_words, credit_in_words, joining_lines, named
from scheduler.sections import Line, Section
from scheduler.showing import short_time
from scheduler.story_finding import FoundStory
from scheduler.story_list import account_of_articles, best_of, reported_by, spread_of, values_of_account
from stories.account import Account
from stories.outlets import outlet_of
from stories.store import Store
from stories.store_stories import ChangeKind, StoryChange, StoryRow, changes_of, story_by_id
from stories.store_story_list import StoryArticle, articles_of_story, headlines_of
from stories.store_telling import StoryAlert, alerts_counting_for, alerts_of_story
from stories.text import clean

_LONGEST_QUOTE = 300
_LONGEST_NAME = 80
_CREDITED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All that happened to one story.

    `asked` is the number by which somebody asked for it, when that one has since gone into it. `told_before` are the
    alerts of others that count for it, because it was one with them. `headlines` are those of the articles that are
    named, by id.
    """

    story: StoryRow
    asked: int | None
    articles: tuple[StoryArticle, ...]
    account: Account
    alerts: tuple[StoryAlert, ...]
    told_before: tuple[StoryAlert, ...]
    changes: tuple[StoryChange, ...]
    headlines: Mapping[str, str]


def timeline_of(store: Store, found: FoundStory) -> Timeline:
    """Return what happened to a story.

    :raises NothingFound: when none of its articles is kept any more
    """
    story, articles = story_by_id(store, found.id), articles_of_story(store, found.id)
    if story is None or not articles:
        raise NothingFound(f"of story {found.id} no article is kept any more")
    alerts, changes = alerts_of_story(store, found.id), changes_of(store, found.id)
    told_before = _told_before(store, found.id, changes, {alert.id for alert in alerts})
    joinings = [each.joining for each in articles if each.joining]
    mentioned = {each.copy_of for each in articles} | {joining.article_id for joining in joinings}
    mentioned |= {article_id for change in changes for article_id in change.article_ids}
    return Timeline(
        story=story,
        asked=found.asked,
        articles=tuple(articles),
        account=account_of_articles(articles),
        alerts=tuple(alerts),
        told_before=tuple(told_before),
        changes=tuple(changes),
        headlines=headlines_of(store, [id for id in mentioned if id]),
    )


def head_of(timeline: Timeline) -> Iterator[str]:
    """Yield what the story is: headline, number and spread, who reported it, what became of it."""
    story, account = timeline.story, timeline.account
    yield best_of(timeline.articles, account).article.title
    times = " to ".join(dict.fromkeys(short_time(at) for at in (story.started_at, story.last_article_at)))
    yield f"story {story.id} · {spread_of(account)} · {times}"
    credited = [
        f"{clean(outlet, _LONGEST_NAME)} {count}" for outlet, count in account.credited if outlet != account.origin
    ]
    others = f"; also credited: {', '.join(credited[:_CREDITED])}" if credited else ""
    yield f"{reported_by(account)}{others}"
    if timeline.asked is not None:
        yield f"story {timeline.asked} went into this one"
    for alert in timeline.told_before:
        whose = f"by “{clean(alert.headline, _LONGEST_QUOTE)}” ({alert.article_id}), now in story {alert.story_id}"
        yield f"counts as told under {alert.topic} since {short_time(alert.created_at)}, {whose}"


def sections_of(timeline: Timeline) -> tuple[Section, ...]:
    """Return the timeline: articles with what they brought about, and changes, in the order of their times."""
    events: list[tuple[datetime, Section]] = [(each.at, _article(timeline, each)) for each in timeline.articles]
    events += [
        (each.changed_at, Section(change_in_words(each, of=timeline.story.id), tuple(_moved(timeline, each))))
        for each in timeline.changes
    ]
    return tuple(section for _, section in sorted(events, key=lambda event: event[0]))


def values_of(timeline: Timeline) -> dict[str, object]:
    """Return everything that a timeline tells, for machines."""
    story, account = timeline.story, timeline.account
    return {
        "id": story.id,
        "asked": timeline.asked,
        "headline": best_of(timeline.articles, account).article.title,
        "best": account.best,
        "started_at": story.started_at,
        "last_article_at": story.last_article_at,
        "outlets": account.outlets,
        **values_of_account(account),
        "articles": [_values_of_article(timeline, each) for each in timeline.articles],
        "told_before": [_values_of_alert(each) for each in timeline.told_before],
        "changes": [asdict(each) for each in timeline.changes],
    }


def _told_before(store: Store, story_id: int, changes: list[StoryChange], own: set[int]) -> Iterator[StoryAlert]:
    """Yield the first alert under each topic that is not of this story's articles and counts for it all the same."""
    related = {each.story_id if each.other_id == story_id else each.other_id for each in changes}
    topics = {alert.topic for other in related for alert in alerts_of_story(store, other)}
    for topic in sorted(topics):
        elsewhere = [alert for alert in alerts_counting_for(store, story_id, topic) if alert.id not in own]
        yield from elsewhere[:1]


def _article(timeline: Timeline, listed: StoryArticle) -> Section:
    outlet = clean(outlet_of(listed.article) or "(no outlet)", _LONGEST_NAME)
    return Section(
        f"{short_time(listed.at)} {outlet}: {timeline.account.roles[listed.id]}", tuple(_lines(timeline, listed))
    )


def _lines(timeline: Timeline, listed: StoryArticle) -> Iterator[Line]:
    yield Line(f"{clean(listed.article.title, _LONGEST_QUOTE)} ({listed.id})")
    for credit in listed.credits:
        yield Line(credit_in_words(credit), 1)
    if listed.joining:
        yield from (Line(line.text, line.depth + 1) for line in joining_lines(listed.joining, timeline.headlines))
    for alert in timeline.alerts:
        if alert.article_id == listed.id:
            yield from _alert(alert)


def _alert(alert: StoryAlert) -> Iterator[Line]:
    update = update_of(alert.news)
    stage = f" (stage {clean(alert.stage, _LONGEST_NAME)})" if alert.stage else ""
    verb = "told again, an update," if alert.kind == "update" else "told"
    because = (update.because if update else "") or alert.reason
    at = short_time(alert.created_at)
    yield Line(f"{verb} {at} under {clean(alert.topic, _LONGEST_NAME)}{stage}{because and f': {because}'}", 1)
    if update and update.news:
        yield Line(f"new: “{clean(update.news.quote, _LONGEST_QUOTE)}”", 2)


def _moved(timeline: Timeline, change: StoryChange) -> Iterator[Line]:
    """Yield the articles that went away: those that came stand in the timeline themselves."""
    if change.kind is ChangeKind.SPLIT and change.story_id == timeline.story.id:
        for article_id in change.article_ids:
            yield Line(named(article_id, timeline.headlines))


def _values_of_article(timeline: Timeline, listed: StoryArticle) -> dict[str, object]:
    return {
        "id": listed.id,
        "at": listed.at,
        "seen_at": listed.seen_at,
        "outlet": outlet_of(listed.article),
        "url": listed.article.url,
        "title": listed.article.title,
        "role": timeline.account.roles[listed.id],
        "copy_of": listed.copy_of,
        "credits": [asdict(credit) for credit in listed.credits],
        "joining": listed.joining and asdict(listed.joining),
        "alerts": [_values_of_alert(alert) for alert in timeline.alerts if alert.article_id == listed.id],
    }


def _values_of_alert(alert: StoryAlert) -> dict[str, object]:
    update = update_of(alert.news)
    return {
        "id": alert.id,
        "story_id": alert.story_id,
        "article_id": alert.article_id,
        "topic": alert.topic,
        "kind": alert.kind,
        "stage": alert.stage,
        "reason": alert.reason,
        "created_at": alert.created_at,
        "update": update and asdict(update),
    }
