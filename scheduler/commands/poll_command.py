"""`wirewatch poll`: one round now, with an account of it."""

import asyncio
import logging
import sys
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths

if TYPE_CHECKING:
    from scheduler.config import Config
    from scheduler.crawling import Polled
    from scheduler.delivery_account import LeftBehind


@click.command("poll")
@with_paths
@with_format
@click.option("--due", is_flag=True, help="Ask only the feeds whose time has come (for a scheduler of your own).")
def command(paths: Paths, form: str, due: bool) -> None:
    """Ask every feed once, deliver what is due, and exit.

    Only hosts that asked to be left alone for a time (429, or 503 with a Retry-After) are left alone. Feeds that are
    gone (410) are asked again.

    While `wirewatch run` is at work with the same archive, it asks nobody and exits with 3.

    Exits with 1 when a feed could not be asked or a message could not be delivered, and says which and why. What only
    waits, for a digest or the end of quiet hours, is said, too.
    """
    from scheduler.lock import only_writer
    from scheduler.logs import set_up_log
    from scheduler.surroundings import take_secrets_out_of_environment

    set_up_log(logging.ERROR)
    config = paths.load()
    take_secrets_out_of_environment()
    with only_writer(config.service.database):
        polled, noted, left = asyncio.run(_round(config, only_due=due))
    if form == "json":
        _show_json(polled, noted, left)
    else:
        _show(polled, noted, left)
    if any(each.is_failed for each in left) or any(each.result.error for each in polled):
        sys.exit(1)


async def _round(config: "Config", *, only_due: bool) -> tuple[list["Polled"], list[str], list["LeftBehind"]]:
    """Return the feeds asked, what is to be said of others and of the network, and what was not delivered."""
    from scheduler.backfilling import try_new_topics
    from scheduler.delivery_account import left_behind
    from scheduler.feed_wording import short_hour
    from scheduler.service import deliver_once, poll_once
    from scheduler.showing import progress
    from scheduler.surroundings import real_surroundings
    from stories.store import open_store
    from stories.store_hosts import waiting_hosts
    from stories.store_notices import open_notices

    around = real_surroundings()
    polled = []
    with open_store(config.service.database) as store:
        began_at = around.clock()
        noted = [
            f"{host.host} is left alone until {short_hour(host.waits_until)}: it answered {host.status}"
            for host in waiting_hosts(store, now=began_at).values()
        ]
        with progress() as bars:
            bar = bars.add_task("Asking feeds", total=len(config.feeds))
            await try_new_topics(store, config, now=began_at)
            async for each in poll_once(config, store, around, only_due=only_due):
                polled.append(each)
                bars.advance(bar)
        noted += [notice.sentence for notice in open_notices(store) if notice.told_at >= began_at]
        await deliver_once(config, store, around)
        left = list(left_behind(store, config, now=around.clock()))
    return polled, noted, left


def _show(polled: list["Polled"], noted: list[str], left: list["LeftBehind"]) -> None:
    from scheduler.poll_wording import answer_of, summary_of
    from scheduler.showing import console, show_table

    rows = [
        (
            each.feed.name,
            answer_of(each.result),
            str(each.counts.new),
            str(each.counts.matches),
            str(each.counts.alerts),
        )
        for each in sorted(polled, key=lambda each: each.feed.id)
    ]
    show_table(["feed", "answer", "new", "matches", "alerts"], rows, empty="No feed is due.")
    console().print()
    for sentence in summary_of(polled):
        console().print(sentence)
    if polled and all(each.result.error for each in polled) and not noted:
        console(to_stderr=True).print("No feed could be asked: is this machine online?")
    for sentence in [*noted, *(each.sentence for each in left)]:
        console(to_stderr=True).print(sentence)


def _show_json(polled: list["Polled"], noted: list[str], left: list["LeftBehind"]) -> None:
    from scheduler.showing import show_json

    show_json(
        {
            "feeds": [
                {
                    "address": each.feed.address,
                    "name": each.feed.name,
                    "outcome": each.result.outcome,
                    "error": each.result.error,
                    "warning": each.result.warning,
                    "seconds": round(each.result.seconds, 3),
                    "entries": each.result.entries,
                    "new": each.counts.new,
                    "known": each.counts.known,
                    "edited": each.counts.revised,
                    "matches": each.counts.matches,
                    "alerts": each.counts.alerts,
                }
                for each in polled
            ],
            "noted": noted,
            "undelivered": [each.sentence for each in left if each.is_failed],
            "waiting": [each.sentence for each in left if not each.is_failed],
        }
    )
