"""The history of an article for machines: the same stages as values."""

from collections.abc import Sequence
from dataclasses import asdict

from scheduler.article_history import ArticleHistory, Place, Seen
from scheduler.topic_history import TopicHistory
from stories.model import Article


def values_of(history: ArticleHistory, topics: Sequence[TopicHistory], *, mistake: str | None) -> dict[str, object]:
    """Return everything that `why` tells.

    `article` is null when it is kept no more; `mistake` is what hides the topics of the configuration.
    """
    archived = history.archived
    return {
        "id": history.id,
        "article": _article(archived.article) if archived else None,
        "sightings": [_sighting(seen) for seen in history.seen],
        "revisions": [asdict(each) for each in history.revisions],
        "story": {
            "id": archived.story_id,
            "other_articles": history.companion_count,
            "first_of_them": [asdict(each) for each in history.companions],
            **(_place(history.place) if history.place else {}),
        }
        if archived
        else None,
        "topics": [_topic(each) for each in topics],
        "mistake": mistake,
    }


def _article(article: Article) -> dict[str, object]:
    """Return what an article says; as an entry is called in a feed stands with its sightings."""
    return {name: said for name, said in asdict(article).items() if name not in ("guid", "given_id", "is_by_way")}


def _place(place: Place) -> dict[str, object]:
    joining = place.listed.joining
    return {
        "role": place.role,
        "joining": asdict(joining) if joining else None,
        "copy_of": place.listed.copy_of,
        "credits": [asdict(credit) for credit in place.listed.credits],
        "changes": [
            {name: said for name, said in asdict(change).items() if name != "article_ids"} for change in place.changes
        ],
    }


def _sighting(seen: Seen) -> dict[str, object]:
    row = seen.row
    return {
        "feed": row.feed,
        "feed_address": row.feed_address,
        "first_seen_at": row.first_seen_at,
        "in_first_answer": row.is_baseline,
        "title": row.sighting.title,
        "guid": row.sighting.guid,
        "address": row.sighting.address,
        "headline": row.sighting.headline,
        "page_address": row.sighting.canonical,
        "known_by": seen.known_by,
        "others_at_address": seen.sharing,
    }


def _topic(each: TopicHistory) -> dict[str, object]:
    decision = each.decision
    return {
        "topic": each.topic,
        "is_gone": each.is_gone,
        "outcome": decision and decision.outcome,
        "reason": decision and decision.reason,
        "matched_at": decision and decision.matched_at,
        "label": each.label,
        "today": asdict(each.today) if each.today else None,
        "changed_since": each.changed,
        "evidence": [asdict(found) for found in each.evidence],
        "story_told_by": asdict(each.telling) if each.telling else None,
        "deliveries": [asdict(delivery) for delivery in each.deliveries],
    }
