"""`wirewatch feeds list`: which feeds are watched, and how they stand."""

from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths

if TYPE_CHECKING:
    from crawler.settings import FeedSettings
    from stories.store_feeds import FeedState

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
    states = _states(paths)
    if form == "json":
        show_json([_as_values(feed, states.get(feed.address)) for feed in feeds])
        return
    show_table(
        ["feed", "tags", "every", "state", "address"],
        [
            (feed.name, ", ".join(feed.tags), _every(feed), _state(states.get(feed.address)), feed.address)
            for feed in feeds
        ],
        empty="No feed has such a tag." if tags else "No feeds in the configuration.",
    )


def _states(paths: Paths) -> "dict[str, FeedState]":
    """Return what the archive knows of the feeds, by address; nothing when there is no archive yet."""
    from stories.store import read_store
    from stories.store_feeds import watched_feeds

    if not paths.database_path().exists():
        return {}
    with read_store(paths.database_path()) as store:
        return {feed.address: feed for feed in watched_feeds(store)}


def _every(feed: "FeedSettings") -> str:
    from stories.durations import write_duration

    return write_duration(feed.every) if feed.every else "its rhythm"


def _state(state: "FeedState | None") -> str:
    if state is None or state.last_polled_at is None:
        return "not asked yet"
    if state.error:
        return f"{state.error} ({state.errors_in_a_row} in a row)"
    return state.warning or "ok"


def _as_values(feed: "FeedSettings", state: "FeedState | None") -> dict[str, object]:
    """Return what is said of a feed; of its headers only the names."""
    said = feed.model_dump(mode="json", exclude={"headers"})
    return {**said, "headers": sorted(feed.headers), "state": _state(state)}
