"""`wirewatch feeds list`: which feeds are watched, and how they stand."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths
from scheduler.surroundings import wall_clock

if TYPE_CHECKING:
    from crawler.settings import FeedSettings
    from scheduler.feed_list import ListedFeed
    from stories.store_feeds import FeedState
    from stories.store_hosts import HostState

_TAGS = 30  # that are named to whoever asks for one that is not there

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
    from scheduler.feed_list import show_feeds
    from scheduler.showing import show_json

    feeds = picked_feeds(settings_of(paths.config_path).feeds, tags)
    states, waiting = _states(paths)
    listed = [_listed(feed, states.get(feed.address), waiting) for feed in feeds]
    if form == "json":
        show_json([_as_values(feed, each) for feed, each in zip(feeds, listed, strict=True)])
    else:
        show_feeds(listed, empty="No feeds in the configuration.")


def picked_feeds(feeds: "Sequence[FeedSettings]", tags: Sequence[str]) -> "list[FeedSettings]":
    """Return those of `feeds` that have any of `tags`; all when there are none.

    :raises click.BadParameter: when no feed has one of the tags
    """
    from scheduler.feed_picking import pick_feeds, tags_of_feeds
    from stories.text import clean

    for tag in tags:
        if not pick_feeds(feeds, [tag]):
            known = tags_of_feeds(feeds)
            there = ", ".join(known[:_TAGS]) + (f" and {len(known) - _TAGS} more" if len(known) > _TAGS else "")
            advice = f"there are: {there}" if known else "no feed has any; write `tags` below a feed"
            raise click.BadParameter(f"no feed has the tag `{clean(tag, 60)}`; {advice}", param_hint="--tag")
    return pick_feeds(feeds, tags)


def _states(paths: Paths) -> "tuple[dict[str, FeedState], dict[str, HostState]]":
    """Return what the archive, if there is one, knows of feeds by address and of hosts that want to be left alone."""
    from stories.store import read_store
    from stories.store_feeds import watched_feeds
    from stories.store_hosts import waiting_hosts

    if not paths.database_path().exists():
        return {}, {}
    with read_store(paths.database_path()) as store:
        return {feed.address: feed for feed in watched_feeds(store)}, waiting_hosts(store, now=wall_clock())


def _listed(feed: "FeedSettings", state: "FeedState | None", waiting: "Mapping[str, HostState]") -> "ListedFeed":
    from scheduler.feed_list import ListedFeed
    from scheduler.feed_wording import how_often, state_of
    from stories.durations import write_duration

    if state:
        asked, stands = how_often(state, waiting), state_of(state)
    else:
        asked, stands = f"every {write_duration(feed.every)}" if feed.every else "by its rhythm", "not asked yet"
    return ListedFeed(name=feed.name, address=feed.address, tags=feed.tags, asked=asked, stands=stands)


def _as_values(feed: "FeedSettings", listed: "ListedFeed") -> dict[str, object]:
    """Return what is said of a feed; of its headers only the names."""
    said = feed.model_dump(mode="json", exclude={"headers"})
    return {**said, "headers": sorted(feed.headers), "is_asked": listed.asked, "state": listed.stands}
