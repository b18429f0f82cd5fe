"""`wirewatch test-channel`: does a message arrive?"""

import sys
from datetime import UTC, datetime

import click

from scheduler.options import Paths, with_paths


@click.command("test-channel")
@click.argument("name")
@with_paths
def command(paths: Paths, name: str) -> None:
    """Send a sample message to the channel NAME of the configuration, and say what became of it."""
    from alerts.channels import send, shown
    from alerts.evidence import Evidence
    from alerts.message import compose
    from alerts.sent import Arrival
    from stories.model import ArchivedArticle, Article

    channels = {channel.name: channel for channel in paths.load().channels}
    if name not in channels:
        raise click.BadParameter(f"no channel {name!r}; there are: {', '.join(channels)}", param_hint="NAME")
    channel = channels[name]
    if channel.url is None:
        raise click.ClickException(f"channel {name} waits for {channel.waits_for}")
    now = datetime.now(UTC)
    title = "This is a test: OpenAI weighs an antitrust complaint"
    sample = ArchivedArticle(
        id="test",
        story_id=0,
        seen_at=now,
        article=Article(
            title=title,
            summary="If you can read this, alerts of wirewatch reach you here.",
            outlet="wirewatch",
            url="https://example.org/test",
            published_at=now,
        ),
    )
    start = title.index("antitrust")
    evidence = (Evidence("title", "antitrust complaint", start, start + len("antitrust complaint")),)
    sent = send(channel.url, compose(sample, topic="a test", evidence=evidence, maybe_repeat=False))
    if sent.arrival is not Arrival.ARRIVED:
        click.echo(f"channel {name} ({shown(channel.url)}): {sent.error}", err=True)
        sys.exit(1)
    click.echo(f"channel {name} ({shown(channel.url)}): sent; have a look whether it arrived")
