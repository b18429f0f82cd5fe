"""What `wirewatch poll` says of the feeds it asked, in a few words."""

from collections.abc import Sequence
from datetime import timedelta

from crawler.poll import PollResult
from scheduler.crawling import Polled, account_of
from stories.counted import counted


def answer_of(result: PollResult) -> str:
    """Return what a feed answered: why it failed, or that it did not, with whatever was amiss all the same."""
    if result.error:
        return result.error
    return f"{result.outcome}; {result.warning}" if result.warning else result.outcome


def summary_of(polled: Sequence[Polled]) -> list[str]:
    """Return what a round came to, in sentences."""
    account = account_of(polled, took=timedelta())
    alerts = account.counts.alerts
    unasked = f", {account.unasked} not asked" if account.unasked else ""
    asked = counted(len(polled) - account.unasked, "feed")
    sentences = [
        f"{asked} asked: {account.answered} answered, {account.unchanged} unchanged,"
        f" {account.failed} failed{unasked}. {counted(account.counts.new, 'new article')}, {counted(alerts, 'alert')}."
    ]
    untold = account.counts.matches - alerts
    if untold > 0:
        were = "was" if untold == 1 else "were"
        matches = counted(untold, "match", "matches")
        sentences.append(f"{matches} {were} not told; `wirewatch alerts --untold` says why.")
    return sentences
