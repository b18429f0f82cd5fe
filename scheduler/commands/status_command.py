"""`wirewatch status`: how the feeds and the outbox stand."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths

if TYPE_CHECKING:
    from stories.store_alerts import ChannelCounts
    from stories.store_feeds import FeedState


@click.command("status")
@with_paths
@with_format
def command(paths: Paths, form: str) -> None:
    """Show feeds with their last and next poll and errors, and what waits in the outbox.

    Reads the archive only; a running service is not disturbed.
    """
    from stories.store import read_store
    from stories.store_alerts import count_outcomes, outbox_counts
    from stories.store_articles import count_articles
    from stories.store_feeds import watched_feeds

    with read_store(paths.database_path()) as store:
        feeds, channels = watched_feeds(store), outbox_counts(store)
        articles, outcomes = count_articles(store), count_outcomes(store)
    if form == "json":
        _show_json(feeds, channels, articles, outcomes)
    else:
        _show(feeds, channels, articles, outcomes)


def _show(feeds: list["FeedState"], channels: list["ChannelCounts"], articles: int, outcomes: dict[str, int]) -> None:
    from scheduler.showing import ago, console, show_table

    now = datetime.now(UTC)
    show_table(
        ["feed", "last poll", "next poll", "state"],
        [(feed.name, ago(feed.last_polled_at, now), ago(feed.next_poll_at, now), _state(feed)) for feed in feeds],
        empty="No feeds yet: `wirewatch poll` asks those of the configuration.",
    )
    out = console()
    out.print()
    show_table(
        ["channel", "sent", "waiting", "given up", "last error"],
        [(each.channel, str(each.sent), str(each.waiting), str(each.dead), each.error or "") for each in channels],
        empty="The outbox is empty: nothing was to be told so far.",
    )
    matches = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "none"
    out.print(f"\n{articles} articles; matches: {matches}.")


def _state(feed: "FeedState") -> str:
    if feed.error:
        return f"{feed.error} ({feed.errors_in_a_row} in a row)"
    if feed.last_polled_at is None:
        return "not asked yet"
    return feed.warning or "ok"


def _show_json(
    feeds: list["FeedState"], channels: list["ChannelCounts"], articles: int, outcomes: dict[str, int]
) -> None:
    from scheduler.showing import show_json

    shown = (
        "address",
        "name",
        "last_polled_at",
        "last_answered_at",
        "next_poll_at",
        "errors_in_a_row",
        "error",
        "warning",
    )
    show_json(
        {
            "feeds": [{name: getattr(feed, name) for name in shown} for feed in feeds],
            "channels": [asdict(each) for each in channels],
            "articles": articles,
            "matches": outcomes,
        }
    )
