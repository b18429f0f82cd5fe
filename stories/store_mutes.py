"""Mutes: what people do not want to be told for a while, a topic, a story or an outlet; each ends by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stories.outlets import outlet_of
from stories.store import Store, instant, stamp
from stories.store_articles import article_by_id
from stories.store_outbox import drop
from stories.store_stories import home_of
from stories.text import fold

_LATEST = 10_000  # articles, of which the outlets are known


class MuteKind(StrEnum):
    """What can be muted."""

    TOPIC = "topic"
    STORY = "story"
    OUTLET = "outlet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """One mute: `subject` is the name of a topic or an outlet, or the number of a story."""

    kind: MuteKind
    subject: str
    why: str
    created_at: datetime
    until: datetime

    def __str__(self) -> str:
        why = f": {self.why}" if self.why else ""
        return f"{self.kind} {self.subject} is muted until {self.until:%d %b %Y, %H:%M} UTC{why}"


def add_mute(store: Store, mute: Mute) -> None:
    """Keep a mute, instead of one of the same subject that still holds; call it in a transaction."""
    end_mute(store, mute.kind, mute.subject, now=mute.created_at)
    store.db.execute(
        "INSERT INTO mutes (kind, subject, why, created_at, until) VALUES (?, ?, ?, ?, ?)",
        [mute.kind, mute.subject, mute.why, stamp(mute.created_at), stamp(mute.until)],
    )


def end_mute(store: Store, kind: MuteKind, subject: str, *, now: datetime) -> bool:
    """End a mute before its time and say whether there was one; call it in a transaction."""
    changed = store.db.execute(
        "UPDATE mutes SET until = :now WHERE kind = :kind AND subject = :subject AND until > :now",
        {"kind": kind, "subject": subject, "now": stamp(now)},
    )
    return bool(changed.rowcount)


def mutes_at(store: Store, now: datetime) -> list[Mute]:
    """Return the mutes that hold at `now`, those that end first first."""
    rows = store.query(
        "SELECT kind, subject, why, created_at, until FROM mutes WHERE until > ? ORDER BY until, id", [stamp(now)]
    )
    return [
        Mute(
            kind=MuteKind(row["kind"]),
            subject=row["subject"],
            why=row["why"],
            created_at=instant(row["created_at"]),
            until=instant(row["until"]),
        )
        for row in rows
    ]


def mute_over(
    store: Store, mutes: Iterable[Mute], *, topic: str, story_id: int | None, article_id: str | None
) -> Mute | None:
    """Return the mute that keeps an alert about an article under a topic from being told; of several that ends last."""
    over = [mute for mute in mutes if _is_over(store, mute, topic, story_id, article_id)]
    return max(over, key=lambda mute: mute.until, default=None)


def muted_among(store: Store, delivery_ids: Sequence[int], *, now: datetime) -> dict[int, Mute]:
    """Return which of the deliveries that are about to go out are muted at `now`, and by what."""
    mutes = mutes_at(store, now)
    if not mutes:
        return {}
    places = ", ".join("?" * len(delivery_ids))
    rows = store.query(
        "SELECT deliveries.id, topic, story_id, article_id FROM deliveries JOIN alerts ON alerts.id = alert_id"
        f" WHERE deliveries.id IN ({places})",
        delivery_ids,
    )
    found = {
        int(row["id"]): mute_over(
            store, mutes, topic=row["topic"], story_id=row["story_id"], article_id=row["article_id"]
        )
        for row in list(rows)
    }
    return {delivery_id: mute for delivery_id, mute in found.items() if mute}


def drop_muted(store: Store, delivery_ids: Sequence[int], *, now: datetime) -> int:
    """Drop those of the deliveries about to go out that are muted at `now`, with what mutes them; return how many.

    In a transaction of its own; what nobody wants to be told is not told when the mute is over either.
    """
    muted = muted_among(store, delivery_ids, now=now)
    if not muted:
        return 0
    with store.writing():
        return sum(drop(store, [delivery_id], why=str(mute), now=now) for delivery_id, mute in muted.items())


def topics_told(store: Store) -> list[str]:
    """Return the topics under which anything was ever to be told."""
    return [topic for (topic,) in store.db.execute("SELECT DISTINCT topic FROM alerts ORDER BY topic").fetchall()]


def outlets_known(store: Store) -> list[str]:
    """Return the names of feeds and of the outlets of the latest articles, as they were seen."""
    rows = store.db.execute(
        "SELECT name FROM feeds UNION SELECT DISTINCT outlet FROM"
        " (SELECT outlet FROM articles ORDER BY seq DESC LIMIT ?) WHERE outlet IS NOT NULL",
        [_LATEST],
    )
    return [name for (name,) in rows]


def _is_over(store: Store, mute: Mute, topic: str, story_id: int | None, article_id: str | None) -> bool:
    match mute.kind:
        case MuteKind.TOPIC:
            return fold(mute.subject) == fold(topic)
        case MuteKind.STORY:
            return story_id is not None and home_of(store, int(mute.subject)) == home_of(store, story_id)
        case MuteKind.OUTLET:
            return article_id is not None and fold(mute.subject) in _outlets(store, article_id)


def _outlets(store: Store, article_id: str) -> set[str]:
    """Return the names by which the outlet of a kept article is known."""
    archived = article_by_id(store, article_id)
    if archived is None:
        return set()
    return {fold(name) for name in (archived.article.outlet, outlet_of(archived.article)) if name}
