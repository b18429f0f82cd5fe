"""A message tells all that waits of its articles: nobody is told of one now, and once more in a digest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from alerts.waiting import Kind, Sending, Waiting


def with_whole_articles(sending: Sending, waiting: Sequence[Waiting], *, now: datetime, most: int) -> Sending:
    """Return `sending` with what else is `waiting` of its articles, held for a digest or in quiet hours.

    There may be `most` in one message, unless it tells a single article. What was refused for what it says stays by
    itself, and what is to be tried again keeps its time.
    """
    sent = [row for row in waiting if row.id in sending.ids]
    if not all(map(_is_whole, sent)):
        return sending
    told = {row.article_id for row in sent if row.notice_id is None}
    others = (row for row in waiting if row.article_id in told and row.id not in sending.ids)
    more = tuple(row.id for row in others if _is_whole(row) and row.not_before <= now)
    room = len(more) if sending.kind is Kind.ALERT else max(most - len(sending.ids), 0)
    return replace(sending, ids=(*sending.ids, *more[:room]))


def _is_whole(row: Waiting) -> bool:
    return not row.is_alone and row.at_most is None
