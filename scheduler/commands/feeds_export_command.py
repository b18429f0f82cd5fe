"""`wirewatch feeds export`: the feeds as a list for another program."""

from pathlib import Path

import click

from scheduler.commands.feeds_list_command import with_tags
from scheduler.options import Paths, with_paths


@click.command("export", short_help="Write the feeds as OPML or JSON.")
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; else standard output.")
@click.option("--format", "form", type=click.Choice(["opml", "json"]), default="opml", show_default=True)
@with_tags
@with_paths
def command(paths: Paths, output: Path | None, form: str, tags: tuple[str, ...]) -> None:
    """Write the feeds of the configuration as OPML, which every feed reader takes in, or as JSON.

    Each feed stands in the folder of its first tag. Headers are left out: they may be secrets.

    \b
      wirewatch feeds export --output feeds.opml
      wirewatch feeds export --tag courts --format json
    """  # noqa: D301  click wants the character itself
    import json

    from scheduler.config import settings_of
    from scheduler.feed_picking import pick_feeds
    from scheduler.feed_writing import FeedFileError, write_plainly
    from scheduler.opml import write_opml

    feeds = pick_feeds(settings_of(paths.config_path).feeds, tags)
    if form == "opml":
        content = write_opml(feeds)
    else:
        values = [feed.model_dump(mode="json", exclude={"headers"}) for feed in feeds]
        content = json.dumps(values, ensure_ascii=False, indent=2).encode() + b"\n"
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        write_plainly(output, content)
    except FeedFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{len(feeds)} feeds written to {output}", err=True)
