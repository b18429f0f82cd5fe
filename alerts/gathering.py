"""Cards from the archive: what messages say of the alerts and notices that wait in the outbox."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from alerts.card import UNTITLED, Card, DigestCard, NoticeCard, StoryCard, StorySection, TopicSection, Why
from alerts.evidence import Evidence
from alerts.evidence import from_json as evidence_from_json
from alerts.facts import StoryFacts, Update
from alerts.facts import from_json as update_from_json
from alerts.notice_wording import notice_words
from alerts.snippet import ELLIPSIS, fragments, joined
from alerts.spread import facts_of
from alerts.wording import begun, credited, in_words, published, spread
from stories.model import ArchivedArticle
from stories.store import Store
from stories.store_articles import article_by_id
from stories.store_cards import AlertToTell, NoticeToTell, alerts_to_tell, notices_to_tell
from stories.text import clean
from stories.told_address import name_in_words

_DAY = timedelta(days=1)
_LONGEST_TITLE = 500  # characters; each medium shortens it to its own
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Row(Protocol):
    """A row of the outbox, as far as a message says it: an alert or a notice, and whether it may be a repeat."""

    @property
    def alert_id(self) -> int | None:
        """The alert it tells."""

    @property
    def notice_id(self) -> int | None:
        """Or the notice."""

    @property
    def is_end(self) -> bool:
        """Whether it says that a notice is over."""

    @property
    def maybe_repeat(self) -> bool:
        """Whether an earlier try may have arrived."""


def card_of(store: Store, kind: str, rows: Sequence[Row]) -> Card:
    """Return what a message says of `rows`, of which there is at least one.

    One notice, one article under all its topics, or else a digest: by topic, by story, the newest first.
    """
    alerts = alerts_to_tell(store, [row.alert_id for row in rows if row.alert_id is not None])
    notices = _notices(store, rows)
    repeated = {row.alert_id for row in rows if row.maybe_repeat}
    by_article: dict[str, list[AlertToTell]] = defaultdict(list)
    for alert in alerts.values():
        by_article[alert.article_id].append(alert)
    cards = [
        story_card(store, of_article, is_repeat=any(alert.id in repeated for alert in of_article))
        for of_article in by_article.values()
    ]
    if not cards and len(notices) == 1:
        return notices[0]
    if len(cards) == 1 and not notices and kind != "digest":
        return cards[0]
    return digest_card(cards, notices, is_planned=kind == "digest")


def story_card(store: Store, alerts: Sequence[AlertToTell], *, is_repeat: bool) -> StoryCard:
    """Return what is said of one article that is told under one or more topics.

    It is a first report if it is one under any of them.
    """
    first = next((alert for alert in alerts if not alert.news), alerts[0])
    archived = article_by_id(store, first.article_id)
    assert archived is not None, "an alert refers to a kept article"
    return card_for(
        archived,
        evidence={alert.topic: evidence_from_json(alert.evidence) for alert in (first, *alerts)},
        is_repeat=is_repeat,
        facts=facts_of(store, archived, topic=first.topic, stage=first.stage),
        stage=first.stage,
        updates={alert.topic: update for alert in alerts if (update := update_from_json(alert.news))},
        at=max(alert.created_at for alert in alerts),
    )


def card_for(
    archived: ArchivedArticle,
    *,
    evidence: Mapping[str, tuple[Evidence, ...]],
    is_repeat: bool = False,
    facts: StoryFacts | None = None,
    stage: str | None = None,
    updates: Mapping[str, Update] | None = None,
    at: datetime | None = None,
) -> StoryCard:
    """Return what is said of a story because of an article, with the `evidence` under each topic, the main one first.

    A first report shows the best article of the story, unless it is of another day than what is told; an update the one
    that brings it. `facts` say how far the story has spread, `stage` what it has reached; `at` is when that was
    alerted.
    """
    topic, updates = next(iter(evidence)), updates or {}
    update = updates.get(topic)
    shown = facts.best if facts and not update and _are_of_one_day(facts.best, archived) else archived
    words = dict.fromkeys(each for found in evidence.values() for each in found)
    snippet = joined(fragments(archived.article, words))
    return StoryCard(
        story_id=archived.story_id,
        title=clean(shown.article.title, _LONGEST_TITLE) or UNTITLED,
        whys=tuple(_whys(evidence, updates, topic)),
        is_repeat=is_repeat,
        kind=(update.stage or "update") if update else None,
        stage=(update.stage if update else None) or stage,
        outlet=name_in_words(shown.article.outlet) if shown.article.outlet else None,
        published=published(shown),
        listed=published(shown, is_short=True),
        origin=spread(shown, facts) if facts else (published(shown),),
        story=credited(facts) if facts and update else None,
        news=begun(update.because) if update else None,
        quote=_quote(update, snippet.text),
        before=update.known if update else None,
        snippet=snippet,
        teller=archived.article.outlet if archived.id != shown.id else None,
        link=shown.article.url,
        links=tuple(each for each in (facts.links if facts else ()) if each.url != shown.article.url),
        at=at or archived.seen_at,
    )


def digest_card(cards: Sequence[StoryCard], notices: Sequence[NoticeCard], *, is_planned: bool) -> DigestCard:
    """Return many cards as one: topics in the order of their names, in each the story with the newest card first."""
    by_story: dict[int, list[StoryCard]] = defaultdict(list)
    for card in sorted(cards, key=lambda card: card.at, reverse=True):
        by_story[card.story_id].append(card)
    by_topic: dict[str, list[StorySection]] = defaultdict(list)
    for of_story in by_story.values():
        by_topic[of_story[0].topics[0]].append(StorySection(cards=tuple(of_story)))
    times = [*(card.at for card in cards), *(notice.over_at or notice.since for notice in notices)]
    return DigestCard(
        topics=tuple(
            TopicSection(topic=topic, stories=tuple(by_topic[topic])) for topic in sorted(by_topic, key=str.casefold)
        ),
        notices=tuple(notices),
        since=min(times),
        until=max(times),
        is_planned=is_planned,
    )


def notice_card(notice: NoticeToTell, *, is_end: bool, is_repeat: bool) -> NoticeCard:
    """Return what is said of a notice, or, when it `is_end`, of its end."""
    words = notice_words(notice.kind)
    over_at = notice.over_at if is_end else None
    return NoticeCard(
        notice_id=notice.id,
        title=f"{words.over if is_end else words.title}{f': {notice.about}' if notice.about else ''}",
        happened=f"It was: {notice.sentence}" if is_end else begun(notice.sentence),
        means="" if is_end else words.means,
        to_do="" if is_end else _to_do(words.to_do, notice.about),
        since=notice.told_at,
        over_at=over_at,
        is_repeat=is_repeat,
        has_end=words.has_end,
    )


def _to_do(words: str, about: str) -> str:
    """Return what to do with the name in its commands, where a shell and every medium take that as it is."""
    return words.replace("NAME", about) if _PLAIN_NAME.fullmatch(about) else words


def _notices(store: Store, rows: Sequence[Row]) -> list[NoticeCard]:
    found = notices_to_tell(store, [row.notice_id for row in rows if row.notice_id is not None])
    return [
        notice_card(found[row.notice_id], is_end=row.is_end, is_repeat=row.maybe_repeat)
        for row in rows
        if row.notice_id in found
    ]


def _are_of_one_day(one: ArchivedArticle, other: ArchivedArticle) -> bool:
    return abs((one.article.published_at or one.seen_at) - (other.article.published_at or other.seen_at)) < _DAY


def _whys(evidence: Mapping[str, tuple[Evidence, ...]], updates: Mapping[str, Update], main: str) -> Iterator[Why]:
    for topic, found in evidence.items():
        update = updates.get(topic) if topic != main else None
        yield Why(topic=topic, words=in_words(found), update=update.because if update else None)


def _quote(update: Update | None, snippet: str) -> str | None:
    quote = update.news.quote if update and update.news else ""
    return quote if quote.rstrip(f" {ELLIPSIS}") not in snippet else None
