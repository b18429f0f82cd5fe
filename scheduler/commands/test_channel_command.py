"""`wirewatch test-channel`: does a message arrive, and if not, where did it stop?"""

import sys
from datetime import UTC, datetime

import click

from scheduler.options import Paths, with_paths


@click.command("test-channel")
@click.argument("name")
@with_paths
def command(paths: Paths, name: str) -> None:
    """Send a sample alert to the channel NAME of the configuration, and say what became of it.

    It looks like a first alert, of a story that never happened. When it does not arrive, the stage at which it stopped
    is told, what the service said, and what can be done; the exit code is 1.
    """
    from alerts.channel_stages import advice
    from alerts.channels import medium_of, sent_to, shown
    from alerts.message import rendered
    from alerts.sample import sample_card
    from alerts.sent import Arrival

    channels = {channel.name: channel for channel in paths.load().channels}
    if name not in channels:
        raise click.BadParameter(f"no channel {name!r}; there are: {', '.join(channels)}", param_hint="NAME")
    channel = channels[name]
    if channel.url is None:
        raise click.ClickException(f"channel {name} waits for {channel.waits_for}")
    now = datetime.now(UTC)
    message = rendered(sample_card(topic="a test", now=now), medium_of(channel.url), channel.template)
    result = sent_to(channel.url, message, now=now)
    about = f"channel {name} ({shown(channel.url)})"
    if result.sent.arrival is Arrival.ARRIVED:
        click.echo(f"{about}: sent; have a look whether it arrived")
        return
    what = "nobody knows whether it arrived" if result.sent.arrival is Arrival.UNKNOWN else "it did not arrive"
    click.echo(f"{about}: {what}", err=True)
    click.echo(f"  stopped at: {result.stage.value}", err=True)
    click.echo(f"  because:    {result.sent.error}", err=True)
    if wait := result.sent.retry_after:
        click.echo(f"  asks for:   {wait.total_seconds():g} s without a message", err=True)
    click.echo(f"  what to do: {advice(result)}", err=True)
    sys.exit(1)
