"""`wirewatch status`: how the feeds, the topics and the outbox stand."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths
from scheduler.surroundings import wall_clock

if TYPE_CHECKING:
    from alerts.settings import TopicSettings
    from scheduler.latency import Latency
    from scheduler.topic_health import TopicHealth
    from stories.store_canaries import Canary
    from stories.store_feeds import FeedState
    from stories.store_hosts import HostState
    from stories.store_mutes import Mute
    from stories.store_notices import Notice
    from stories.store_outbox import ChannelCounts

_NOTICES = 20  # that are shown of more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Status:
    """All that is told. `waiting`: hosts that asked to be left alone. `config_error`: why topics are not known.

    `seen_after` and `sent_after` say how soon, by feed and by channel.
    """

    feeds: "list[FeedState]"
    seen_after: "dict[int, Latency | None]"
    waiting: "dict[str, HostState]"
    notices: "list[Notice]"
    topics: "list[TopicHealth]"
    config_error: str | None
    channels: "list[ChannelCounts]"
    sent_after: "dict[str, Latency | None]"
    canaries: "list[Canary]"
    mutes: "list[Mute]"
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
    looked after: one that fails for long, is gone, or moved. `seen after` is how long its articles of the last seven
    days were out before they were seen: half of them at most the first time, nine of ten the second (p90).

    Of each channel: what was sent, and how long after it was seen: half of it, and 95 of a hundred (p95); digests,
    which wait on purpose, do not count. Below stands when the last canary arrived, where one is sent, and what is
    muted.

    Of each topic: how many articles matched and how many alerts were made in the last seven days. Below stands what is
    unusual: a topic that nothing met for long (its `silent_after`), that more met in a day than `flood_above`, or of
    which one word alone brings nearly everything. Reads the archive only; a running service is not disturbed.
    """
    from scheduler.latency import latency_of_channels, latency_of_feeds
    from scheduler.topic_health import topics_health
    from stories.store import read_store
    from stories.store_alerts import count_outcomes
    from stories.store_articles import count_articles
    from stories.store_canaries import last_canaries
    from stories.store_feeds import watched_feeds
    from stories.store_hosts import waiting_hosts
    from stories.store_mutes import mutes_at
    from stories.store_notices import open_notices
    from stories.store_outbox import outbox_counts

    now = wall_clock()
    with read_store(paths.database_path()) as store:
        topics, config_error = _topics(paths)
        feeds, channels = watched_feeds(store), outbox_counts(store)
        status = _Status(
            feeds=feeds,
            seen_after=latency_of_feeds(store, [feed.id for feed in feeds], now=now),
            waiting=waiting_hosts(store, now=now),
            notices=open_notices(store),
            topics=topics_health(store, topics, now=now),
            config_error=config_error,
            channels=channels,
            sent_after=latency_of_channels(store, [each.channel for each in channels], now=now),
            canaries=last_canaries(store),
            mutes=mutes_at(store, now),
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
    from scheduler.showing import console
    from scheduler.status_channels import canary_in_words, show_channels
    from scheduler.status_feeds import show_feeds
    from stories.counted import counted

    out = console()
    show_feeds(status.feeds, status.waiting, status.seen_after, now, shows_all=shows_all)
    shown = status.notices if shows_all else status.notices[:_NOTICES]
    for number, notice in enumerate(shown):
        out.print(notice.sentence if number else f"\n{notice.sentence}")
    if len(shown) < len(status.notices):
        out.print(f"and {counted(len(status.notices) - len(shown), 'more notice')} (--all shows them)")
    out.print()
    _show_topics(status, now)
    out.print()
    show_channels(status.channels, status.sent_after)
    for canary in status.canaries:
        out.print(canary_in_words(canary, now))
    for mute in status.mutes:
        out.print(str(mute))
    matches = ", ".join(f"{count} {outcome}" for outcome, count in sorted(status.outcomes.items())) or "none"
    out.print(f"\n{counted(status.articles, 'article')}; matches: {matches}.")


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


def _show_json(status: _Status) -> None:
    from scheduler.showing import show_json
    from scheduler.status_channels import canary_values, channel_values
    from scheduler.status_feeds import feed_values

    show_json(
        {
            "feeds": [feed_values(feed, status.waiting, status.seen_after) for feed in status.feeds],
            "waiting_hosts": [asdict(host) for host in status.waiting.values()],
            "notices": [asdict(notice) for notice in status.notices],
            "topics": [asdict(each) for each in status.topics],
            "config_error": status.config_error,
            "channels": [channel_values(each, status.sent_after) for each in status.channels],
            "mutes": [asdict(mute) for mute in status.mutes],
            "canaries": [canary_values(canary) for canary in status.canaries],
            "articles": status.articles,
            "matches": status.outcomes,
        }
    )
