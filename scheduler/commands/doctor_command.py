"""`wirewatch doctor`: does this machine have all that a service needs, and what is to be done where not?"""

import asyncio
import sys
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths
from scheduler.surroundings import wall_clock

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.poll import PollResult
    from crawler.settings import FeedSettings
    from scheduler.config import Config
    from scheduler.doctor import Finding

_MARKS = {"good": "ok", "doubtful": "look", "wrong": "WRONG"}


@click.command("doctor")
@with_paths
@click.option("--feed", "feed_name", metavar="NAME", help="The feed that is asked; else the first.")
@click.option("--send", "sends", is_flag=True, help="Send a sample message to each channel.")
@with_format
def command(paths: Paths, feed_name: str | None, sends: bool, form: str) -> None:
    """Look at everything a service needs, and say what to do where something is wrong (exit code 1).

    Versions, the configuration, permissions, the disk, the clock (by the archive, and by the server of the feed that
    is asked), whether names are found, one feed, each channel. Nothing is kept or changed, and nothing is sent without
    --send. A running service is not disturbed.
    """
    from scheduler.config import ConfigError
    from scheduler.doctor import Health, worst_first
    from scheduler.doctor import wrong as is_wrong
    from scheduler.examining import examine_archive, examine_machine

    now = wall_clock()
    findings = [examine_machine()]
    try:
        config = paths.load()
    except ConfigError as error:
        findings += [
            is_wrong("configuration", str(mistake), "mend that line; `wirewatch check` tells when all is right")
            for mistake in error.mistakes
        ]
        if (database := _database_of(paths)) is not None:
            findings += examine_archive(database, now, None)
    else:
        findings += _of_config(paths, config, feed_name, now, sends=sends)
    _show(list(worst_first(findings)), form)
    if any(finding.health is Health.WRONG for finding in findings):
        sys.exit(1)


def _database_of(paths: Paths) -> "Path | None":
    from scheduler.config import ConfigError

    try:
        return paths.database_path()
    except ConfigError:
        return None


def _of_config(paths: Paths, config: "Config", feed_name: str | None, now: datetime, *, sends: bool) -> "list[Finding]":
    from scheduler.examining import examine_archive, examine_channels, examine_config, examine_feed
    from scheduler.feed_picking import named_feed
    from scheduler.surroundings import take_secrets_out_of_environment

    feed = named_feed(config.feeds, feed_name) if feed_name else next(iter(config.feeds), None)
    if feed_name and feed is None:
        raise click.BadParameter(f"no feed is called {feed_name!r}", param_hint="--feed")
    take_secrets_out_of_environment()
    database = config.service.database
    findings, server_at = examine_feed(feed, lambda feed: _ask(config, feed)) if feed else ([], None)
    return [
        *examine_config(paths.config_path, config.notes),
        *examine_archive(database, now, server_at),
        *findings,
        *examine_channels(config, database, now, sends=sends),
    ]


def _ask(config: "Config", feed: "FeedSettings") -> "PollResult":
    from scheduler.feed_asking import ask

    (result,) = asyncio.run(ask([feed], config.service))
    return result


def _show(findings: "list[Finding]", form: str) -> None:
    from scheduler.showing import show_json, show_table

    if form == "json":
        show_json([asdict(finding) for finding in findings])
        return
    rows = []
    for finding in findings:
        rows.append((_MARKS[finding.health], finding.about, finding.says))
        if finding.advice:
            rows.append(("", "", f"→ {finding.advice}"))
    show_table(["", "what", "found"], rows, empty="")
