"""`wirewatch preview`: what a message of a topic looks like on a channel."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_paths

if TYPE_CHECKING:
    from alerts.medium import Medium
    from alerts.settings import Channel


@click.command("preview")
@click.argument("topic")
@click.option("--channel", "name", help="The channel; by default the topic's first.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "markdown", "slack", "email"]),
    help="As another kind of channel would have it, or one whose secret is not here.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Of a mail, write the HTML here.")
@with_paths
def command(paths: Paths, topic: str, name: str | None, form: str | None, output: Path | None) -> None:
    """Show the message that tells the newest story of TOPIC as the channel gets it; nothing is sent.

    That is the story told last, else the last that matched, else a sample. Templates are filled in. For Slack it is
    JSON, for anything else the text, before a service puts it into its own form, a long one in parts; the HTML of a
    mail goes to the file --output.
    """
    from alerts.medium import Medium
    from alerts.message import rendered
    from alerts.templates import template_for
    from scheduler.finding import find_topic
    from scheduler.previewing import card_to_preview, payload_of

    config = paths.load()
    meant = find_topic(config.topics, topic)
    channels = {channel.name: channel for channel in config.channels}
    if name is not None and name not in channels:
        raise click.BadParameter(f"no channel {name!r}; there are: {', '.join(channels)}", param_hint="--channel")
    channel = channels[name or meant.channels[0]]
    medium = Medium(form) if form else _medium_of(channel)
    if output and medium is not Medium.EMAIL:
        raise click.BadParameter(f"only a mail has HTML; channel {channel.name} is no mail", param_hint="--output")
    card = card_to_preview(config.service.database, meant.name)
    own = {each.name: each.template for each in config.topics if each.template}
    message = rendered(card, medium, template_for(card.topics, own, channel.template))
    click.echo(payload_of(message))
    if output and message.html is not None:
        try:
            output.write_text(message.html, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{output} cannot be written: {error.strerror}") from error
        click.echo(f"The HTML is in {output}.", err=True)


def _medium_of(channel: "Channel") -> "Medium":
    from alerts.channels import medium_of

    if channel.url is None:
        raise click.ClickException(f"channel {channel.name} waits for {channel.waits_for}; say --as what it is shown")
    return medium_of(channel.url)
