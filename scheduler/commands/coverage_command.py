"""`wirewatch coverage`: what was not watched, and when."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, Since, with_format, with_paths
from scheduler.surroundings import wall_clock

if TYPE_CHECKING:
    from crawler.settings import FeedSettings
    from scheduler.coverage import NotHeard


@click.command("coverage")
@with_paths
@click.option("--since", type=Since(), default="7d", show_default=True, metavar="WHEN", help="A date, or 12h, 7d.")
@with_format
def command(paths: Paths, since: datetime, form: str) -> None:
    """Tell which feeds were not heard, from when to when, why, and whether anything was missed meanwhile.

    A feed was not heard where its answer came more than an hour later than planned: it failed, its host refused, this
    machine was offline or the service did not run. Nothing was missed where the next answer still listed something
    known from before. Reads the archive only; a running service is not disturbed.
    """
    from scheduler.coverage import not_heard
    from scheduler.showing import console, show_json, show_table
    from scheduler.timetable import terms_of
    from stories.counted import counted
    from stories.store import read_store
    from stories.store_feeds import watched_feeds
    from stories.store_gaps import gaps_since

    now = wall_clock()
    settings = _settings(paths)
    with read_store(paths.database_path()) as store:
        feeds = [(feed, terms_of(feed, settings.get(feed.address))) for feed in watched_feeds(store)]
        found, heard = not_heard(feeds, gaps_since(store, since), now=now)
    if form == "json":
        show_json({"since": since, "feeds_heard_all_the_time": heard, "not_heard": [asdict(each) for each in found]})
        return
    show_table(
        ["feed", "not heard from", "until", "for", "why", "missed"],
        [_row(each, now) for each in found],
        empty=f"All {counted(heard, 'feed')} were heard all the time." if feeds else "No feeds yet.",
    )
    if found:
        console().print(f"\n{counted(heard, 'feed')} of {len(feeds)} were heard all the time.")


def _row(each: "NotHeard", now: datetime) -> tuple[str, ...]:
    from scheduler.showing import short_time, size_of

    length = size_of(((each.ended_at or now) - each.began_at).total_seconds()) if each.began_at else ""
    missed = "not known yet" if each.ended_at is None else "nothing" if each.is_caught_up else "perhaps some"
    began = short_time(each.began_at) if each.began_at else "the beginning"
    return each.feed, began, short_time(each.ended_at) or "now", length, each.why, missed


def _settings(paths: Paths) -> "Mapping[str, FeedSettings]":
    """Return the feeds of the configuration by address; none while that cannot be used."""
    from scheduler.config import ConfigError, settings_of

    try:
        return {feed.address: feed for feed in settings_of(paths.config_path).feeds}
    except ConfigError:
        return {}
