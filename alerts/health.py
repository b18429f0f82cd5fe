"""What is unusual about a topic: silence, a flood, one word that brings nearly all of it. A decision over values."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.inflections import one_form
from alerts.query import And, Language, Near, Not, Or, Query, Within
from stories.durations import write_duration

FLOOD_WINDOW = timedelta(days=3)  # one day with a great story is no flood
WORDS_LOOKED_AT = 100  # of the last matches: what the query is now, not what it was last year

_DAY = timedelta(days=1)
_ENOUGH = 20
_MOST = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFigures:
    """What is known of a topic at an instant.

    `receiving_since`, `received_at`: when the first and the last article came, whatever the topic; None when none did.
    `lately`: matches within FLOOD_WINDOW, without those that came in a heap (an import, a feed's first poll).
    `words`: the words that made each of its last matches. `has_other_words`: the topic asks for more than one word.
    """

    topic: str
    receiving_since: datetime | None
    received_at: datetime | None
    last_match_at: datetime | None
    lately: int
    words: Sequence[Sequence[str]]
    has_other_words: bool
    silent_after: timedelta
    flood_above: int


def has_other_words(query: Query) -> bool:
    """Whether `query` asks for more than one word or phrase, so that one of them may stand out."""
    return _terms(query) > 1


def unusual(figures: TopicFigures, *, now: datetime) -> list[str]:
    """Return a sentence for each thing that is unusual about a topic; an empty list when all is well."""
    return [*_silence(figures, now), *_flood(figures, now), *_one_word(figures)]


def _silence(figures: TopicFigures, now: datetime) -> Iterator[str]:
    since = now - figures.silent_after
    is_told_enough = (
        figures.receiving_since is not None
        and figures.received_at is not None
        and figures.receiving_since <= since < figures.received_at
    )
    if not is_told_enough or (figures.last_match_at is not None and figures.last_match_at > since):
        return
    span = write_duration(figures.silent_after)
    what = f"matched for more than {span}" if figures.last_match_at else f"ever matched in more than {span}"
    yield f"{figures.topic}: nothing has {what}, though articles came; is its query too narrow?"


def _flood(figures: TopicFigures, now: datetime) -> Iterator[str]:
    if figures.receiving_since is None:
        return
    days = max(1.0, min(FLOOD_WINDOW, now - figures.receiving_since) / _DAY)
    a_day = figures.lately / days
    if a_day > figures.flood_above:
        yield f"{figures.topic}: {a_day:.0f} matches a day, more than {figures.flood_above}; is its query too wide?"


def _one_word(figures: TopicFigures) -> Iterator[str]:
    """Tell the word without which most of the matches would not be.

    What every match has, as each word of `all`, tells nothing, unless there is nothing else.
    """
    form = one_form(word for words in figures.words for word in words)
    matches = [frozenset(form[word] for word in words) for words in figures.words if words]
    if len(matches) < _ENOUGH or not figures.has_other_words:
        return
    in_all = frozenset.intersection(*matches)
    alone = Counter((words - in_all) or in_all for words in matches)
    [(words, count)] = alone.most_common(1)
    if len(words) == 1 and count >= _MOST * len(matches):
        yield (
            f"{figures.topic}: “{min(words)}” alone brings {count} of the last {len(matches)} matches;"
            " look at a few of them"
        )


def _terms(query: Query) -> int:
    match query:
        case And(parts) | Or(parts):
            return sum(map(_terms, parts))
        case Near(left, right):
            return _terms(left) + _terms(right)
        case Within(_, part):
            return _terms(part)
        case Not() | Language():
            return 0
        case _:
            return 1
