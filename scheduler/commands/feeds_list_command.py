"""`wirewatch feeds list`: which feeds are watched, and how they stand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths

if TYPE_CHECKING:
    from crawler.settings import FeedSettings
    from stories.store_feeds import FeedState
    from stories.store_hosts import HostState

with_tags = click.option("--tag", "tags", multiple=True, help="Only feeds with this tag; of several, any.")


@click.command("list", short_help="List the feeds of the configuration and how they stand.")
@with_tags
@with_format
@with_paths
def command(paths: Paths, tags: tuple[str, ...], form: str) -> None:
    """List the feeds of the configuration: name, address, tags, how often they are asked, and how they stand.

    \b
      wirewatch feeds list --tag regulators --tag courts
      wirewatch feeds list --format json | jq -r '.[].address'
    """  # noqa: D301  click wants the character itself
    from scheduler.config import settings_of
    from scheduler.feed_picking import pick_feeds
    from scheduler.showing import show_json, show_table

    feeds = pick_feeds(settings_of(paths.config_path).feeds, tags)
    states, waiting = _states(paths)
    rows = [_row(feed, states.get(feed.address), waiting) for feed in feeds]
    if form == "json":
        show_json([_as_values(feed, row) for feed, row in zip(feeds, rows, strict=True)])
        return
    empty = "No feed has such a tag." if tags else "No feeds in the configuration."
    show_table(["feed", "tags", "is asked", "state", "address"], rows, empty=empty)


def _states(paths: Paths) -> "tuple[dict[str, FeedState], dict[str, HostState]]":
    """Return what the archive, if there is one, knows of feeds by address and of hosts that want to be left alone."""
    from stories.store import read_store
    from stories.store_feeds import watched_feeds
    from stories.store_hosts import waiting_hosts

    if not paths.database_path().exists():
        return {}, {}
    with read_store(paths.database_path()) as store:
        return {feed.address: feed for feed in watched_feeds(store)}, waiting_hosts(store, now=datetime.now(UTC))


def _row(feed: "FeedSettings", state: "FeedState | None", waiting: "Mapping[str, HostState]") -> tuple[str, ...]:
    from scheduler.feed_wording import how_often, state_of
    from stories.durations import write_duration

    if state:
        every, stands = how_often(state, waiting), state_of(state)
    else:
        every, stands = write_duration(feed.every) if feed.every else "its rhythm", "not asked yet"
    return feed.name, ", ".join(feed.tags), every, stands, feed.address


def _as_values(feed: "FeedSettings", row: tuple[str, ...]) -> dict[str, object]:
    """Return what is said of a feed; of its headers only the names."""
    said = feed.model_dump(mode="json", exclude={"headers"})
    return {**said, "headers": sorted(feed.headers), "is_asked": row[2], "state": row[3]}
