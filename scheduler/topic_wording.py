"""What became of an article under its topics, in sentences: by which words it matched, what was decided and sent."""

from collections.abc import Iterator, Sequence

from alerts.evidence import Evidence
from alerts.query import BODY
from alerts.wording import in_words
from scheduler.article_history import ArticleHistory
from scheduler.history_wording import Line, Section, quoted
from scheduler.showing import short_time
from scheduler.topic_history import TopicHistory
from stories.store_history import DecisionRow, DeliveryRow

_TIMES = {1: "once", 2: "twice"}


def topic_stages_of(history: ArticleHistory, topics: Sequence[TopicHistory]) -> tuple[Section, ...]:
    """Return the stages of an article under `topics`, in words."""
    return (
        Section("4. Topics", tuple(_matched(history, topics))),
        Section("5. Decisions and deliveries", tuple(_decided(history, topics))),
    )


def _matched(history: ArticleHistory, topics: Sequence[TopicHistory]) -> Iterator[Line]:
    for topic in topics:
        if topic.decision is None:
            yield Line(f"{topic.topic}: no match is recorded")
            continue
        yield Line(f"{topic.topic}: {_match(topic.decision, topic.evidence)}")
        if elsewhere := _other_version(history, topic.evidence):
            yield Line(elsewhere, 1)


def _match(decision: DecisionRow, evidence: Sequence[Evidence]) -> str:
    words = in_words(evidence)
    if decision.outcome == "excluded":
        return f"{short_time(decision.matched_at)} {decision.reason}; all its words: {words}"
    return f"{short_time(decision.matched_at)} matched by {words}"


def _other_version(history: ArticleHistory, evidence: Sequence[Evidence]) -> str | None:
    """Return which version of the article had the words that it has no more, or that another feed gave it."""
    article = history.archived and history.archived.article
    if article is None:
        return None
    missing = [each for each in evidence if each.field in BODY and not _stands(each, getattr(article, each.field))]
    if not missing:
        return None
    for revision in history.revisions:
        if any(_stands(each, getattr(revision, each.field, "")) for each in missing):
            return f"so it read until it was edited {short_time(revision.replaced_at)}"
    for seen in history.seen:
        if any(each.field == "title" and _stands(each, seen.row.sighting.title) for each in missing):
            return f"so reads the headline in {seen.row.feed or 'the import'}: {quoted(seen.row.sighting.title)}"
    return "these words came with an earlier version or with another feed, and were not kept"


def _stands(evidence: Evidence, text: str) -> bool:
    return text[evidence.start : evidence.end] == evidence.words


def _decided(history: ArticleHistory, topics: Sequence[TopicHistory]) -> Iterator[Line]:
    decided = [topic for topic in topics if topic.decision]
    for topic in decided:
        yield Line(_decision(history, topic))
        for delivery in topic.deliveries:
            yield Line(f"{delivery.channel}: {delivery_in_words(delivery)}", 1)
    if not decided:
        yield Line("nothing to decide: nothing matched when it came")


def _decision(history: ArticleHistory, topic: TopicHistory) -> str:
    decision, telling = topic.decision, topic.telling
    assert decision is not None, "only topics with a decision are told of here"
    if decision.alert_id is not None:
        told_at = telling.created_at if telling and telling.alert_id == decision.alert_id else decision.matched_at
        return f"{topic.topic}: told {short_time(told_at)}"
    because = decision.reason or decision.outcome
    if telling and telling.article_id != history.id and decision.outcome == "already told":
        because += f": {short_time(telling.created_at)} {quoted(telling.headline)} ({telling.article_id})"
    return f"{topic.topic}: not told, {because}"


def delivery_in_words(delivery: DeliveryRow) -> str:
    """Return what became of a delivery: sent, waiting or given up, after how many tries and why."""
    repeat = ", marked as a possible repeat" if delivery.maybe_repeat else ""
    error = f" ({delivery.error})" if delivery.error else ""
    match delivery.state:
        case "sent":
            late = f" at try {delivery.attempts}" if delivery.attempts > 1 else ""
            return f"sent {short_time(delivery.sent_at)}{late}{repeat}"
        case "new":
            return f"not sent yet, due since {short_time(delivery.not_before)}"
        case "sending":
            return "being sent just now, or interrupted: then the next start sends it once more, as a possible repeat"
        case "failed":
            tries = _TIMES.get(delivery.attempts, f"{delivery.attempts} times")
            return f"failed {tries}{error}; next try {short_time(delivery.not_before)}{repeat}"
        case _:
            tried = f" after {delivery.attempts} tries" if delivery.attempts > 1 else ""
            unknown = "; one of them may have arrived" if delivery.maybe_repeat else ""
            return f"given up{tried}{error}{unknown}"
