"""What messages are made from: alerts with their evidence, and notices."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from stories.store import Store, instant, instant_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertToTell:
    """An alert as far as its message says it; `evidence` and `news` as `alerts` wrote them."""

    id: int
    topic: str
    story_id: int
    article_id: str
    evidence: str
    stage: str | None
    news: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeToTell:
    """A notice as far as its message says it; `about` is the feed's name, or what else it is about."""

    id: int
    kind: str
    about: str
    sentence: str
    told_at: datetime
    over_at: datetime | None


def alerts_to_tell(store: Store, alert_ids: Iterable[int]) -> dict[int, AlertToTell]:
    """Return alerts by id."""
    rows = store.query(
        "SELECT alerts.id, alerts.topic, alerts.story_id, alerts.article_id, coalesce(evidence, '[]') AS evidence,"
        " alerts.stage, alerts.news, alerts.created_at FROM json_each(?) AS asked"
        " JOIN alerts ON alerts.id = asked.value"
        " LEFT JOIN matches ON matches.article_id = alerts.article_id AND matches.topic = alerts.topic",
        [json.dumps(list(alert_ids))],
    )
    return {row["id"]: AlertToTell(created_at=instant(row.pop("created_at")), **row) for row in rows}


def notices_to_tell(store: Store, notice_ids: Iterable[int]) -> dict[int, NoticeToTell]:
    """Return notices by id."""
    rows = store.query(
        # What a notice of the configuration is about is told by its sentence; its subject only tells mistakes apart.
        "SELECT notices.id, notices.kind, sentence, told_at, over_at,"
        " coalesce(feeds.name, iif(notices.kind = 'config', '', notices.subject)) AS about"
        " FROM json_each(?) AS asked JOIN notices ON notices.id = asked.value"
        " LEFT JOIN feeds ON feeds.id = notices.feed_id",
        [json.dumps(list(notice_ids))],
    )
    return {
        row["id"]: NoticeToTell(told_at=instant(row.pop("told_at")), over_at=instant_or_none(row.pop("over_at")), **row)
        for row in rows
    }


def newest_to_tell(store: Store, topic: str) -> AlertToTell | None:
    """Return the alert made last under a topic, or, where there is none, the last match as if it were one; or None."""
    rows = store.query(
        "SELECT coalesce(alerts.id, 0) AS id, matches.topic, articles.story_id, matches.article_id, evidence,"
        " coalesce(alerts.stage, matches.stage) AS stage, coalesce(alerts.news, '') AS news,"
        " coalesce(alerts.created_at, matched_at) AS created_at FROM matches"
        " JOIN articles ON articles.id = matches.article_id LEFT JOIN alerts ON alerts.id = matches.alert_id"
        " WHERE matches.topic = ? AND outcome != 'excluded' ORDER BY alerts.id IS NULL, matches.id DESC LIMIT 1",
        [topic],
    )
    row = next(rows, None)
    return AlertToTell(created_at=instant(row.pop("created_at")), **row) if row else None
