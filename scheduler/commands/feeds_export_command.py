"""`wirewatch feeds export`: the feeds as a list for another program."""

from pathlib import Path

import click

from scheduler.commands.feeds_list_command import picked_feeds, with_tags
from scheduler.options import Paths, with_paths
from stories.text import clean

_SHOWN = 10  # feeds that are named of which something is left out


@click.command("export", short_help="Write the feeds as OPML or JSON.")
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; else standard output.")
@click.option("--format", "form", type=click.Choice(["opml", "json"]), default="opml", show_default=True)
@with_tags
@with_paths
def command(paths: Paths, output: Path | None, form: str, tags: tuple[str, ...]) -> None:
    """Write the feeds of the configuration as OPML, which every feed reader takes in, or as JSON.

    Each feed stands in the folder of its first tag. What only wirewatch knows of it (every, page, full_text) is there
    for `feeds import` to read again; other programs pass over it. Headers are left out, which may be secrets, and so
    are allow_private and allow_insecure in OPML; which feeds that concerns is said.

    \b
      wirewatch feeds export --output feeds.opml
      wirewatch feeds export --tag courts --format json
    """  # noqa: D301  click wants the character itself
    import json

    from scheduler.config import settings_of
    from scheduler.feed_writing import FeedFileError, write_plainly
    from scheduler.opml import left_out, write_opml

    feeds = picked_feeds(settings_of(paths.config_path).feeds, tags)
    if form == "opml":
        content, missing = write_opml(feeds), {feed.name: left_out(feed) for feed in feeds if left_out(feed)}
    else:
        values = [feed.model_dump(mode="json", exclude={"headers"}) for feed in feeds]
        content = json.dumps(values, ensure_ascii=False, indent=2).encode() + b"\n"
        missing = {feed.name: ["headers"] for feed in feeds if feed.headers}
    if output is None:
        click.echo(content, nl=False)
    else:
        try:
            write_plainly(output, content)
        except FeedFileError as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"{len(feeds)} feeds written to {output}", err=True)
    _tell_left_out(missing)


def _tell_left_out(missing: dict[str, list[str]]) -> None:
    """Say which settings of which feeds are not in the list."""
    shown = [f"{clean(name, 60)} ({', '.join(keys)})" for name, keys in missing.items()]
    if len(shown) > _SHOWN:
        shown[_SHOWN:] = [f"{len(shown) - _SHOWN} more"]
    if shown:
        click.echo(f"left out: {', '.join(shown)}", err=True)
