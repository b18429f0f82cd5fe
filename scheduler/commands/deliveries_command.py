"""`wirewatch deliveries`: what waits for channels and why, what was given up, and what is to become of it."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from scheduler.commands import deliveries_drop_command, deliveries_retry_command
from scheduler.options import Paths, with_format, with_limit, with_paths
from scheduler.surroundings import wall_clock

if TYPE_CHECKING:
    from scheduler.delivery_waiting import Rulebook, WaitsFor
    from stories.store_delivery_list import ListedDelivery


@click.group("deliveries", invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@with_paths
@click.option("--dead", "is_dead", is_flag=True, help="List what was given up instead of what waits.")
@click.option("--channel", metavar="NAME", help="Only to this channel.")
@with_limit
@with_format
def command(paths: Paths, is_dead: bool, channel: str | None, limit: int, form: str) -> None:
    """List what waits for channels, with what it waits for; or what was given up, and why.

    \b
      wirewatch deliveries                        what waits
      wirewatch deliveries --dead                 what was given up
      wirewatch deliveries retry 12 13            try these again now
      wirewatch deliveries retry --dead           try all again that was given up
      wirewatch deliveries retry --channel mail   try a channel that waits, at once
      wirewatch deliveries drop 12 --why "old"    never send it

    It can be used while the service runs, which notices within seconds.
    """  # noqa: D301  click wants the character itself
    if click.get_current_context().invoked_subcommand is None:
        _list(paths, is_dead=is_dead, channel=channel, limit=limit, form=form)


for each in (deliveries_retry_command, deliveries_drop_command):
    command.add_command(each.command)


def _list(paths: Paths, *, is_dead: bool, channel: str | None, limit: int, form: str) -> None:
    from scheduler.delivery_waiting import waiting_for
    from stories.store import read_store
    from stories.store_delivery_list import channels_told, listed_deliveries

    now, book = wall_clock(), _rulebook(paths)
    with read_store(paths.database_path()) as store:
        if channel and book.is_known and channel not in (known := {*book.rules, *channels_told(store)}):
            raise click.BadParameter(f"no channel {channel!r}; there are: {', '.join(sorted(known))}")
        listed = listed_deliveries(store, is_dead=is_dead, channel=channel, limit=limit + 1)
        waits: dict[int, WaitsFor] = {}
        for name in {} if is_dead else dict.fromkeys(each.channel for each in listed):
            waits |= waiting_for(store, name, book, now=now)
    if form == "json":
        _show_json(listed[:limit], waits)
    else:
        _show(listed, waits, now, limit=limit, is_dead=is_dead)


def _rulebook(paths: Paths) -> "Rulebook":
    """Return the rules of the configuration; none where it cannot be used, or does not name what waits."""
    from scheduler.config import ConfigError, settings_of
    from scheduler.delivery_waiting import Rulebook, rulebook_of

    try:
        return rulebook_of(settings_of(paths.config_path))
    except ConfigError:
        return Rulebook(is_known=False)


def _show(
    listed: "list[ListedDelivery]", waits: "dict[int, WaitsFor]", now: datetime, *, limit: int, is_dead: bool
) -> None:
    from scheduler.showing import ago, console, show_table

    if is_dead:
        columns = ["id", "channel", "topic", "what", "tries", "given up", "because"]
        rows = [_row(each, ago(each.given_up_at, now), each.error or "") for each in listed[:limit]]
    else:
        columns = ["id", "channel", "topic", "what", "tries", "since", "waits for"]
        rows = [_row(each, ago(each.created_at, now), _wait(each, waits, now)) for each in listed[:limit]]
    show_table(columns, rows, empty="Nothing was given up." if is_dead else "Nothing waits: all is delivered.")
    if len(listed) > limit:
        console().print("and more (--limit shows them)")


def _row(each: "ListedDelivery", when: str, why: str) -> tuple[str, ...]:
    tries = f"{each.attempts}, may have arrived" if each.maybe_repeat else str(each.attempts)
    return str(each.id), each.channel, each.topic or "(notice)", each.title, tries, when, why


def _wait(each: "ListedDelivery", waits: "dict[int, WaitsFor]", now: datetime) -> str:
    if each.state == "sending":
        return "it is on its way"
    wait = waits[each.id].in_words(now) if each.id in waits else ""
    return f"{wait} (last: {each.error})" if each.error and each.error not in wait else wait


def _show_json(listed: "list[ListedDelivery]", waits: "dict[int, WaitsFor]") -> None:
    from dataclasses import asdict

    from scheduler.showing import show_json

    show_json(
        [
            {
                **asdict(each),
                "waits_for": waits[each.id].because if each.id in waits else None,
                "waits_until": waits[each.id].until if each.id in waits else None,
            }
            for each in listed
        ]
    )
