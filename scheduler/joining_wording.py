"""How an article came to its story, in sentences: by which score, which words, and what else was weighed."""

from collections.abc import Iterator, Mapping

from scheduler.sections import Line
from scheduler.showing import short_time
from stories.credits import Credit, CreditKind
from stories.joining import Joining
from stories.likeness import learnt
from stories.store_stories import ChangeKind, StoryChange
from stories.text import clean

_TERMS = 12  # the rest weighs next to nothing
_LONGEST_TERM = 60
_LONGEST_QUOTE = 300
_LONGEST_NAME = 80


def joining_lines(joining: Joining, headlines: Mapping[str, str]) -> Iterator[Line]:
    """Yield why an article joined a story or started one; `headlines` are those of the articles named, by id."""
    yield Line(_decided(joining, headlines))
    if joining.copy_of is not None:
        yield Line(f"near copy of {named(joining.copy_of, headlines)}", 1)
    if joining.terms:
        yield Line(f"shared terms: {_terms(joining)}", 1)
    if joining.against:
        yield Line(f"against it: {', '.join(clean(each, _LONGEST_TERM) for each in joining.against[:_TERMS])}", 1)
    if joining.runner_up is not None and joining.story_id is not None:
        yield Line(f"runner-up: story {joining.runner_up}, {joining.runner_up_score:.2f}", 1)
    for other in joining.merges:
        yield Line(f"it showed story {other} to be the same", 1)


def change_in_words(change: StoryChange, *, of: int | None = None) -> str:
    """Return what became of articles that changed their story, as the story `of` sees it, in one sentence."""
    at = short_time(change.changed_at)
    count = len(change.article_ids)
    many = f"{count} article{'' if count == 1 else 's'}"
    because = f": {clean(change.reason, _LONGEST_QUOTE)}" if change.reason else ""
    match change.kind:
        case ChangeKind.SPLIT if of == change.other_id:
            return f"{at} split by a person from story {change.story_id}, with {many}{because}"
        case ChangeKind.SPLIT:
            return f"{at} a person split off {many} as story {change.other_id}{because}"
        case _:
            who = "a person" if change.kind is ChangeKind.JOIN else "the rule"
            if of == change.other_id:
                return f"{at} {who} joined it, with {many}, into story {change.story_id}{because}"
            return f"{at} {who} joined story {change.other_id}, with {many}, into this one{because}"


def move_in_words(change: StoryChange) -> str:
    """Return by whom one article was moved to another story, in one sentence."""
    at = short_time(change.changed_at)
    because = f": {clean(change.reason, _LONGEST_QUOTE)}" if change.reason else ""
    if change.kind is ChangeKind.SPLIT:
        return f"{at} split by a person from story {change.story_id} as story {change.other_id}{because}"
    who = "a person" if change.kind is ChangeKind.JOIN else "the rule"
    return f"{at} {who} joined its story {change.other_id} into story {change.story_id}{because}"


def credit_in_words(credit: Credit) -> str:
    """Return whom an article credits, and by which words, or by what else."""
    outlet, words = clean(credit.outlet, _LONGEST_NAME), clean(credit.words, _LONGEST_QUOTE)
    match credit.kind:
        case CreditKind.WORDS:
            return f"credits {outlet}: “{words}”"
        case CreditKind.LINK:
            return f"credits {outlet} by a link: {words}"
        case _:
            return f"credits {outlet} by its {credit.kind}: “{words}”"


def named(article_id: str, headlines: Mapping[str, str]) -> str:
    """Return an article by its headline and id."""
    headline = headlines.get(article_id)
    return f"“{clean(headline, _LONGEST_QUOTE)}” ({article_id})" if headline else article_id


def _decided(joining: Joining, headlines: Mapping[str, str]) -> str:
    score = f"{joining.score:.2f} ({_needed(joining.threshold)})"
    nearest = f" with {named(joining.article_id, headlines)}" if joining.article_id else ""
    if joining.story_id is not None:
        return f"joined story {joining.story_id} by score {score}{nearest}"
    if not nearest and joining.runner_up is None:
        return "started a story: no other open story had words like these"
    story = f", story {joining.runner_up}," if joining.runner_up is not None else ""
    return f"started a story: the nearest{story} came to {score}{nearest and f',{nearest}'}"


def _needed(threshold: float) -> str:
    """Return the least likeness that would have done, and why it was more than usual, if it was."""
    rule = learnt()
    because = ""
    if threshold != rule.threshold:
        reasons = {
            rule.two_subjects: ", because both name something of their own",
            rule.own_outlet: ", because only this outlet has told it",
        }
        because = reasons.get(threshold, "")  # none, where the rule was another one then
    return f"needed {threshold:.2f}{because}"


def _terms(joining: Joining) -> str:
    shown = ", ".join(f"{clean(term, _LONGEST_TERM)} {weight:.3g}" for term, weight in joining.terms[:_TERMS])
    more = len(joining.terms) - _TERMS
    return f"{shown} and {more} more" if more > 0 else shown
