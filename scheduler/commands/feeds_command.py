"""`wirewatch feeds`: the feeds that are watched, and those that could be."""

import click

from scheduler.commands import (
    feeds_discover_command,
    feeds_export_command,
    feeds_import_command,
    feeds_list_command,
    feeds_try_command,
)


@click.group("feeds", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """List feeds, try one, find those of a site; take lists of them in, and give them out.

    \b
      wirewatch feeds discover example.org         which feeds has this site?
      wirewatch feeds try https://example.org/rss  what does this feed tell?
      wirewatch feeds import my-reader.opml        watch what my feed reader reads
      wirewatch feeds list --tag regulators        what is watched?

    None of them needs the service to run or disturbs it.
    """  # noqa: D301  click wants the character itself


for each in (
    feeds_list_command,
    feeds_try_command,
    feeds_discover_command,
    feeds_import_command,
    feeds_export_command,
):
    command.add_command(each.command)
