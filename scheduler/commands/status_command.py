"""`wirewatch status`: how the feeds, the topics and the outbox stand."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths

if TYPE_CHECKING:
    from alerts.settings import TopicSettings
    from scheduler.topic_health import TopicHealth
    from stories.store_feeds import FeedState
    from stories.store_hosts import HostState
    from stories.store_notices import Notice
    from stories.store_outbox import ChannelCounts

_NOTICES = 20  # that are shown of more

_FEED_SHOWN = (
    "address",
    "name",
    "last_polled_at",
    "last_answered_at",
    "errors_in_a_row",
    "error",
    "warning",
    "because",
    "failing_since",
    "retired_at",
    "moved_to",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Status:
    """All that is told. `waiting`: hosts that asked to be left alone. `config_error`: why topics are not known."""

    feeds: "list[FeedState]"
    waiting: "dict[str, HostState]"
    notices: "list[Notice]"
    topics: "list[TopicHealth]"
    config_error: str | None
    channels: "list[ChannelCounts]"
    articles: int
    outcomes: dict[str, int]


@click.command("status")
@with_paths
@click.option("--all", "shows_all", is_flag=True, help="Show every feed and every notice, and cut nothing.")
@with_format
def command(paths: Paths, shows_all: bool, form: str) -> None:
    """Show feeds with their last and next poll and errors, topics, and what waits in the outbox.

    Of each feed: how often it is asked, and why not more often. Those that fail, are gone, moved or wait stand first;
    of many that are as they should be the first 50 are shown. Below stands what was found out about feeds and is to be
    looked after: one that fails for long, is gone, or moved.

    Of each topic: how many articles matched and how many alerts were made in the last seven days. Below stands what is
    unusual: a topic that nothing met for long (its `silent_after`), that more met in a day than `flood_above`, or of
    which one word alone brings nearly everything. Reads the archive only; a running service is not disturbed.
    """
    from scheduler.topic_health import topics_health
    from stories.store import read_store
    from stories.store_alerts import count_outcomes
    from stories.store_articles import count_articles
    from stories.store_feeds import watched_feeds
    from stories.store_hosts import waiting_hosts
    from stories.store_notices import open_notices
    from stories.store_outbox import outbox_counts

    now = datetime.now(UTC)
    with read_store(paths.database_path()) as store:
        topics, config_error = _topics(paths)
        status = _Status(
            feeds=watched_feeds(store),
            waiting=waiting_hosts(store, now=now),
            notices=open_notices(store),
            topics=topics_health(store, topics, now=now),
            config_error=config_error,
            channels=outbox_counts(store),
            articles=count_articles(store),
            outcomes=count_outcomes(store),
        )
    if form == "json":
        _show_json(status)
    else:
        _show(status, now, shows_all=shows_all)


def _topics(paths: Paths) -> "tuple[tuple[TopicSettings, ...], str | None]":
    """Return the topics of the configuration, or, when it cannot be used, the first sentence that says why."""
    from scheduler.config import ConfigError, topics_of

    try:
        return topics_of(paths.config_path), None
    except ConfigError as error:
        return (), str(error.mistakes[0])


def _show(status: _Status, now: datetime, *, shows_all: bool) -> None:
    from scheduler.showing import console, show_table
    from stories.counted import counted

    out = console()
    _show_feeds(status, now, shows_all=shows_all)
    shown = status.notices if shows_all else status.notices[:_NOTICES]
    for number, notice in enumerate(shown):
        out.print(notice.sentence if number else f"\n{notice.sentence}")
    if len(shown) < len(status.notices):
        out.print(f"and {counted(len(status.notices) - len(shown), 'more notice')} (--all shows them)")
    out.print()
    _show_topics(status, now)
    out.print()
    show_table(
        ["channel", "sent", "waiting", "given up", "last error"],
        [
            (each.channel, str(each.sent), str(each.waiting), str(each.dead), each.error or "")
            for each in status.channels
        ],
        empty="The outbox is empty: nothing was to be told so far.",
    )
    matches = ", ".join(f"{count} {outcome}" for outcome, count in sorted(status.outcomes.items())) or "none"
    out.print(f"\n{counted(status.articles, 'article')}; matches: {matches}.")


def _show_feeds(status: _Status, now: datetime, *, shows_all: bool) -> None:
    from scheduler.feed_overview import MANY, outstanding_first, row_of
    from scheduler.showing import console, show_table
    from stories.counted import counted

    many = len(status.feeds) if shows_all else MANY
    feeds, left_out = outstanding_first(status.feeds, status.waiting, many=many)
    show_table(
        ["feed", "last poll", "next poll", "is asked", "state"],
        [row_of(feed, status.waiting, now, is_whole=shows_all) for feed in feeds],
        empty="No feeds yet: `wirewatch poll` asks those of the configuration.",
    )
    if left_out:
        console().print(f"and {counted(left_out, 'more feed')}, as they should be (--all shows them)")


def _show_topics(status: _Status, now: datetime) -> None:
    from scheduler.showing import ago, console, show_table

    out = console()
    if status.config_error:
        out.print(f"Topics are not known, because the configuration cannot be used: {status.config_error}")
        return
    show_table(
        ["topic", "matches in 7 d", "alerts in 7 d", "last match"],
        [(each.topic, str(each.matches), str(each.alerts), ago(each.last_match_at, now)) for each in status.topics],
        empty="No topics in the configuration.",
    )
    for each in status.topics:
        for sentence in each.unusual:
            out.print(f"topic {sentence}")


def _feed_values(feed: "FeedState", waiting: "dict[str, HostState]") -> dict[str, object]:
    from scheduler.feed_wording import how_often, next_poll_of

    shown: dict[str, object] = {name: getattr(feed, name) for name in _FEED_SHOWN}
    return {
        **shown,
        "next_poll_at": next_poll_of(feed, waiting),
        "wait_seconds": feed.wait and round(feed.wait.total_seconds()),
        "is_asked": how_often(feed, waiting),
    }


def _show_json(status: _Status) -> None:
    from scheduler.showing import show_json

    show_json(
        {
            "feeds": [_feed_values(feed, status.waiting) for feed in status.feeds],
            "waiting_hosts": [asdict(host) for host in status.waiting.values()],
            "notices": [asdict(notice) for notice in status.notices],
            "topics": [asdict(each) for each in status.topics],
            "config_error": status.config_error,
            "channels": [asdict(each) for each in status.channels],
            "articles": status.articles,
            "matches": status.outcomes,
        }
    )
