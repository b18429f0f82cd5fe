"""What became of an article under its topics, in sentences: by which words it matched, what was decided and sent."""

from collections.abc import Iterator, Sequence

from alerts.deciding import Reason
from alerts.evidence import Evidence
from alerts.explaining import Explanation, Part
from alerts.snippet import fragments, marked
from alerts.wording import in_words
from scheduler.article_history import ArticleHistory
from scheduler.history_wording import quoted
from scheduler.latency import seconds_in_words
from scheduler.sections import Line, Section
from scheduler.showing import short_time
from scheduler.topic_history import Change, TopicHistory, stands_in, versions_of
from stories.store_history import DeliveryRow
from stories.text import clean

_LONGEST_PART = 200  # a query may be pages long; what it lacks is said beside it
_TIMES = {1: "once", 2: "twice"}


def topic_stages_of(
    history: ArticleHistory, topics: Sequence[TopicHistory], *, in_full: bool = False
) -> tuple[Section, ...]:
    """Return the stages of an article under `topics`, in words; `in_full` with every part of their queries."""
    told = [line for topic in topics for line in _topic(history, topic, in_full=in_full)]
    return (
        Section("4. Topics", tuple(told) or (Line("there are none"),)),
        Section("5. Decisions and deliveries", tuple(_decided(history, topics))),
    )


def _topic(history: ArticleHistory, topic: TopicHistory, *, in_full: bool) -> Iterator[Line]:
    yield Line(f"{topic.topic}: {_recorded(topic) if topic.decision else _today(topic)}")
    if topic.decision and (elsewhere := _other_version(history, topic.evidence)):
        yield Line(elsewhere, 1)
    for fragment in _marked_fragments(history, topic):
        yield Line(fragment, 1)
    if topic.label:
        yield Line(f"labelled {topic.label} by hand", 1)
    if topic.is_gone:
        yield Line("the configuration has this topic no more", 1)
    if topic.changed:
        yield Line(_difference(topic), 1)
    if topic.today and in_full:
        yield Line("its query today, part by part:", 1)
        for part in topic.today.parts:
            yield Line(_part(part), 2)


def _marked_fragments(history: ArticleHistory, topic: TopicHistory) -> Iterator[str]:
    """Yield the sentences around the words that matched, marked as in a message; the headline is at the top anyway."""
    if topic.decision and history.archived:
        for fragment in fragments(history.archived.article, topic.evidence):
            if fragment.marks:
                yield marked(fragment, "*", "*")


def _recorded(topic: TopicHistory) -> str:
    assert topic.decision is not None, "asked only of topics with a decision"
    at, reason = short_time(topic.decision.matched_at), topic.decision.reason
    if topic.decision.outcome != Reason.EXCLUDED:
        return f"matched {at} by {in_words(topic.evidence)}"
    for_it = in_words([each for each in topic.evidence if f"“{each.words}”" not in reason])
    return f"{at} {reason}{f', in spite of {for_it}' if for_it else ''}"


def _today(topic: TopicHistory) -> str:
    """Return how an article that was not matched stands to the topic now."""
    if topic.today is None:
        return "no match is recorded"
    return "no match is recorded" if topic.today.is_met else f"no match: {_failed(topic.today)}"


def _failed(today: Explanation) -> str:
    """Return what the article lacks of the first part of the query that it does not meet."""
    return next(part.lacking for part in today.parts if not part.is_met)


def _difference(topic: TopicHistory) -> str:
    """Return what today's configuration says instead, and what has changed since."""
    assert topic.today is not None, "asked only of topics of the configuration"
    now = "would match" if topic.today.is_met else f"would not match, because {_failed(topic.today)}"
    if topic.decision is None:
        return f"today it {now}; the topic was added or edited since, and what is archived is not matched again"
    if topic.changed is Change.UNKNOWN:
        return f"today it {now}; whether the topic was edited since is {topic.changed}"
    return f"today it {now}; the {topic.changed} was edited since"


def _part(part: Part) -> str:
    because = part.lacking or in_words(part.evidence)
    return f"{'✓' if part.is_met else '✗'} {clean(part.wanted, _LONGEST_PART)}{f': {because}' if because else ''}"


def _other_version(history: ArticleHistory, evidence: Sequence[Evidence]) -> str | None:
    """Return which version of the article had the words that it has no more, or that another feed gave it."""
    versions = versions_of(history)
    missing = [each for each in evidence if versions and not stands_in(each, versions[0])]
    if not missing:
        return None
    others = [f"so it read until it was edited {short_time(each.replaced_at)}" for each in history.revisions]
    others += [
        f"so reads the headline in {seen.row.feed or 'an import'}: {quoted(seen.row.sighting.title)}"
        for seen in history.seen[1:]
    ]
    for version, sentence in zip(versions[1:], others, strict=True):
        if any(stands_in(each, version) for each in missing):
            return sentence
    return "so it read in an earlier version or in another feed, of which the words were not kept"


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


def _later(delivery: DeliveryRow) -> str:
    """Return how long after its alert was made a delivery arrived."""
    seconds = (delivery.sent_at - delivery.created_at).total_seconds() if delivery.sent_at else -1
    return f", {seconds_in_words(seconds)} after it was found" if seconds >= 0 else ""


def delivery_in_words(delivery: DeliveryRow) -> str:
    """Return what became of a delivery: sent, waiting or given up, after how many tries and why."""
    repeat = ", marked as a possible repeat" if delivery.maybe_repeat else ""
    error = f" ({delivery.error})" if delivery.error else ""
    match delivery.state:
        case "sent":
            late = f" at try {delivery.attempts}" if delivery.attempts > 1 else ""
            return f"sent {short_time(delivery.sent_at)}{_later(delivery)}{late}{repeat}"
        case "new":
            return f"not sent yet, due since {short_time(delivery.not_before)}"
        case "sending":
            return "being sent just now, or interrupted: then the next start sends it once more, as a possible repeat"
        case "failed":
            tries = _TIMES.get(delivery.attempts, f"{delivery.attempts} times")
            return f"failed {tries}{error}; next try {short_time(delivery.not_before)}{repeat}"
        case "dropped":
            return f"dropped{error}"
        case _:
            tried = f" after {delivery.attempts} tries" if delivery.attempts > 1 else ""
            unknown = "; one of them may have arrived" if delivery.maybe_repeat else ""
            return f"given up{tried}{error}{unknown}"
