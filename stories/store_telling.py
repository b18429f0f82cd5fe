"""By which alerts a story counts as told, whatever rule and people have moved since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from stories.store import Store, instant
from stories.store_stories import ChangeKind, StoryChange, changes_into, changes_of

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)

_ALERTS = (
    "SELECT alerts.id, alerts.story_id, alerts.topic, alerts.article_id, headline, kind, alerts.stage AS stage, news,"
    " CASE WHEN matches.alert_id != alerts.id THEN 'as it was before an edit'"
    " ELSE coalesce(matches.reason, '') END AS reason, created_at FROM alerts"
    " LEFT JOIN matches ON matches.article_id = alerts.article_id AND matches.topic = alerts.topic"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryAlert:
    """An alert of a story: a first report or an update, at which stage; `news` as `alerts` wrote it."""

    id: int
    story_id: int
    topic: str
    article_id: str
    headline: str
    kind: str
    stage: str | None
    news: str
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Period:
    """A story, and the time in which what it was told counts."""

    story_id: int
    since: datetime
    until: datetime


def alerts_of_story(store: Store, story_id: int) -> list[StoryAlert]:
    """Return the alerts that speak of the articles of a story, under every topic, the first first."""
    rows = store.query(f"{_ALERTS} WHERE alerts.story_id = ? ORDER BY alerts.id", [story_id])
    return [_alert(row) for row in rows]


def alerts_counting_for(store: Store, story_id: int, topic: str) -> list[StoryAlert]:
    """Return the alerts by which a story counts as told under a topic, the first first.

    They are its own, those of the stories that went into it, and, of a story from which people split it, those until
    then: whoever read them read of this one, too, so that a correction alerts nobody again. Where the split takes a
    join or a merge back, what the other story was told before that does not count.
    """
    if not _has_splits(store, story_id):  # then its alerts are all with it
        rows = store.query(
            f"{_ALERTS} WHERE alerts.story_id = ? AND alerts.topic = ? ORDER BY alerts.id", [story_id, topic]
        )
        return [_alert(row) for row in rows]
    found = {alert.id: alert for period in _periods(store, story_id) for alert in _alerts_in(store, period, topic)}
    return [found[alert_id] for alert_id in sorted(found)]


def _has_splits(store: Store, story_id: int) -> bool:
    """Whether anybody split this story, or one that went into it, or split either from another one."""
    row = store.db.execute(
        """
        WITH RECURSIVE mine (id) AS (
            SELECT :id UNION
            SELECT other_id FROM story_changes JOIN mine ON story_id = mine.id WHERE kind != 'split'
        )
        SELECT 1 FROM mine WHERE EXISTS (SELECT 1 FROM story_changes WHERE kind = 'split' AND story_id = mine.id)
            OR EXISTS (SELECT 1 FROM story_changes WHERE kind = 'split' AND other_id = mine.id)
        LIMIT 1
        """,
        {"id": story_id},
    ).fetchone()
    return row is not None


def _periods(store: Store, story_id: int) -> Iterator[_Period]:
    waiting, known = [_Period(story_id, _BEGINNING, _END)], set[_Period]()
    while waiting:
        period = waiting.pop()
        if period in known:
            continue
        known.add(period)
        yield period
        for change in changes_into(store, period.story_id):
            if change.changed_at <= period.until:
                waiting += _before(store, change, period)


def _before(store: Store, change: StoryChange, period: _Period) -> list[_Period]:
    """Return what counts of the stories that the articles of a change came from."""
    at = change.changed_at
    if change.kind is not ChangeKind.SPLIT:
        return [_Period(change.other_id, period.since, at)]
    came = next((each for each in changes_into(store, change.story_id) if _takes_back(change, each)), None)
    if came is None:
        return [_Period(change.story_id, period.since, at)]
    together = _Period(change.story_id, max(period.since, came.changed_at), at)
    return [together, _Period(came.other_id, period.since, came.changed_at)]


def _takes_back(split: StoryChange, joined: StoryChange) -> bool:
    """Whether all that a split took away had come with one join or merge."""
    return joined.changed_at <= split.changed_at and set(split.article_ids) <= set(joined.article_ids)


def _alerts_in(store: Store, period: _Period, topic: str) -> list[StoryAlert]:
    alerts = [
        alert
        for alert in _alerts_once_of(store, period.story_id, topic)
        if period.since <= alert.created_at <= period.until
    ]
    changes = changes_of(store, period.story_id) if alerts else []
    return [alert for alert in alerts if _was_there(alert, changes, period)]


def _alerts_once_of(store: Store, story_id: int, topic: str) -> list[StoryAlert]:
    """Return the alerts under a topic that speak of articles which are or were in a story."""
    rows = store.query(
        f"""
        {_ALERTS} WHERE alerts.topic = :topic AND alerts.story_id = :id UNION
        {_ALERTS} WHERE alerts.topic = :topic AND (alerts.story_id, alerts.article_id) IN (
            SELECT articles.story_id, articles.id FROM story_changes JOIN articles ON articles.id = article_id
            WHERE (kind = 'split' AND story_changes.story_id = :id) OR (kind != 'split' AND other_id = :id)
        )
        """,
        {"id": story_id, "topic": topic},
    )
    return [_alert(row) for row in rows]


def _was_there(alert: StoryAlert, changes: Sequence[StoryChange], period: _Period) -> bool:
    """Whether the article of an alert was in the story of a period between the making of the alert and its end."""
    moves = [
        (change.changed_at, (change.kind is ChangeKind.SPLIT) is (change.other_id == period.story_id))
        for change in changes
        if alert.article_id in change.article_ids
    ]
    before = [came for at, came in moves if at <= alert.created_at]
    later = [(at, came) for at, came in moves if at > alert.created_at]
    if before:
        was_in = before[-1]
    else:
        was_in = not later[0][1] if later else alert.story_id == period.story_id
    return was_in or any(came and at <= period.until for at, came in later)


def _alert(row: dict[str, object]) -> StoryAlert:
    return StoryAlert(created_at=instant(str(row.pop("created_at"))), **row)  # type: ignore[arg-type]  # columns are the fields
